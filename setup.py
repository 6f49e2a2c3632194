"""Says which packages the wheel holds; everything else is in pyproject.toml.

`resources/` (icons, presets, translations, help) lies beside the package in the repository, where
people who are not programmers find it, and is installed inside the package as
`gan_studio/resources`, where `importlib.resources.files("gan_studio") / "resources"` finds it.
pyproject.toml can either discover packages or map one to another folder, not both.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["gan_studio", "gan_studio.*"]), "gan_studio.resources"],
    package_dir={"gan_studio.resources": "resources"},
    package_data={"gan_studio": ["py.typed"], "gan_studio.resources": ["**/*"]},
)
