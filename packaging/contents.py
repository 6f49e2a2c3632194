"""What is in the packaged program, and what is left out of it.

Whatever is left out here was tried without: the smoke test is the judge.
"""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

Row = tuple[str, str, str]  # PyInstaller's: place in the folder, file or link's target, kind

IDENTIFIER = "io.github.gan_studio.GanStudio"

# Modules that something imports where it finds them, and that nothing here needs.
EXCLUDED = [
    # An extra whose wheel holds GPL encoders, and what only tests and builders use.
    "av", "onnxruntime", "pytest", "setuptools", "zstandard",
    # Python's modules for libraries that are under the GPL.
    "_gdbm", "readline",
    # What the owner of the machine that builds lets every Python begin with.
    "sitecustomize", "usercustomize",
    # Alternatives to what is used.
    "IPython", "matplotlib", "pandas", "tensorboard", "tkinter",
    "PIL.ImageTk", "PIL._avif", "PIL._tkinter_finder",
    # Parts of Qt that nothing asks for.
    "PySide6.QtDBus", "PySide6.QtNetwork",
]  # fmt: skip

# Extension modules that other extension modules import, which PyInstaller cannot see.
IMPORTED_BY_EXTENSIONS = ("openTSNE._matrix_mul", "openTSNE._matrix_mul.matrix_mul")

# Files by their place in the folder.
DROPPED = (
    # Tests, compilers and headers that come with torch.
    "torch/test/*", "torch/bin/*", "torch/include/*", "torch/share/*",
    "torch/lib/*.a", "torch/lib/*.lib", "torch/lib/*_test.*", "torch/lib/libaoti_custom_ops.*",
    "torch/lib/libbackend_with_compiler.*",
    "*.h", "*.hpp", "*.cuh", "*.cmake", "*.pyi", "*.pyx", "*.pxd",
    # Operators for object detection, and readers of pictures: the program does without both.
    "torchvision/_C.*", "torchvision/image.*",
    # Ways of Qt to other screens than those of a desktop, and what it would ask the network with.
    "PySide6/Qt/plugins/platforms/libqeglfs*", "PySide6/Qt/plugins/platforms/libqlinuxfb*",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay*", "PySide6/Qt/plugins/platforms/libqvnc*",
    "PySide6/*plugins/egldeviceintegrations/*", "PySide6/*plugins/generic/*",
    "PySide6/*plugins/networkinformation/*", "PySide6/*plugins/tls/*",
    # GTK would have to be there in just the version of the machine that builds.
    "PySide6/*plugins/platformthemes/libqgtk3*",
    "PySide6/*plugins/imageformats/*pdf*", "PySide6/*plugins/imageformats/*tiff*",
    "PySide6/*translations/*",
    # Those of the system are newer, and its graphics drivers insist on that.
    "libstdc++.so.6", "libgcc_s.so.1",
    # Lists of what was installed on the machine that builds, with hashes that hold its folders.
    "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    # Stories for tests, and models to compare with.
    "onnx/backend/test/data/*", "sklearn/datasets/images/*", "sklearn/datasets/descr/*",
    "sklearn/datasets/data/*", "sklearn/*/tests/*", "scipy/*/tests/*", "numpy/*/tests/*",
)  # fmt: skip
KEPT = (
    "torch/bin/torch_shm_manager*",  # torch does not load without it
    "sklearn/datasets/data/digits*",  # the digits that come with the program
)

# Torch reads the text of these modules again; of all others the compiled form is enough.
READ_AS_TEXT = (
    "torch/_jit_internal.py", "torch/functional.py", "torch/jit/*", "torch/nn/*",
    "torch/*config*.py",
)  # fmt: skip

SHARED = re.compile(r"\.(so|dylib|dll|pyd)(\.|$)", re.IGNORECASE)


def hidden_imports() -> list[str]:
    """What imports do not tell: every module of ours, those of the registries among them, and more.

    Raises:
        SystemExit: a registry knows of a module that is not in the package.
    """
    root = Path(__file__).resolve().parent.parent
    files = [path.relative_to(root).with_suffix("") for path in root.glob("gan_studio/**/*.py")]
    own = sorted(".".join(path.parts).removesuffix(".__init__") for path in files)
    if missing := sorted(set(registered()) - set(own)):
        _cannot(", ".join(missing))
    return [*own, *IMPORTED_BY_EXTENSIONS]


def _cannot(name: str) -> None:
    raise SystemExit(f"{name} cannot be found, so it would be missing from the packaged program.")


def registered() -> list[str]:
    """The modules that the registries discover: families, losses, data sets, exporters ..."""
    from gan_studio.core.registry import REGISTRY_HOMES, Registry

    return [name for kind in REGISTRY_HOMES for name in Registry.of_kind(kind).module_names()]


def is_kept(name: str) -> bool:
    """Whether the file with this place in the folder is shipped."""
    place = PurePosixPath(name.replace("\\", "/")).as_posix()
    if any(fnmatchcase(place, pattern) for pattern in KEPT):
        return True
    if place.startswith("torch/") and place.endswith(".py"):
        return any(fnmatchcase(place, pattern) for pattern in READ_AS_TEXT)
    return not any(fnmatchcase(place, pattern) for pattern in DROPPED)


def kept(table: list[Row]) -> list[Row]:
    """The part of PyInstaller's table that is shipped."""
    return [row for row in table if is_kept(row[0])]


def without_loose_links(table: list[Row], kept_rows: list[Row]) -> list[Row]:
    """The table without links to files that are not shipped."""
    places = {row[0] for row in kept_rows}
    return [row for row in table if row[2] != "SYMLINK" or row[1] in places]


def without_orphans(table: list[Row]) -> list[Row]:
    """The table without libraries that were collected only for what is not shipped.

    An extension module or a plugin stands for itself; a library has to be asked for by one that
    stays. Only on Linux, where one plugin that is dropped brings half of a desktop along.
    """
    if sys.platform != "linux":
        return table
    asked: set[str] = set()
    waiting = [row for row in table if row[2] != "SYMLINK" and not _is_library(row[0])]
    libraries: dict[str, list[Row]] = {}
    for row in table:
        if _is_library(row[0]):
            libraries.setdefault(PurePosixPath(row[0]).name, []).append(row)
    while waiting:
        for name in _imports_of(waiting.pop()[1]):
            if name in libraries and name not in asked:
                asked.add(name)
                waiting += [row for row in libraries[name] if row[2] != "SYMLINK"]
    return [row for row in table if not _is_library(row[0]) or _name(row) in asked]


def _name(row: Row) -> str:
    return PurePosixPath(row[0]).name


def _is_library(name: str) -> bool:
    """Whether this is a shared library that is there for others: beside them, or in `*.libs`."""
    place = PurePosixPath(name)
    if not SHARED.search(place.name) or place.name.startswith("libpython"):
        return False
    folder = place.parent.as_posix()
    return folder == "." or folder.endswith(".libs") or folder == "PySide6/Qt/lib"


def _imports_of(file: str) -> list[str]:
    from PyInstaller.depend.bindepend import get_imports

    if not SHARED.search(Path(file).name):
        return []
    return [Path(name).name for name, _found in get_imports(file)]


def icon(root: Path) -> str | None:
    """The icon of the executables in the form that this system wants, made by the build."""
    ending = {"win32": "ico", "darwin": "icns"}.get(sys.platform)
    path = root / "build" / "icons" / f"gan-studio.{ending}"
    return str(path) if ending and path.is_file() else None


def version(root: Path) -> str:
    """The version that the package says it is."""
    text = (root / "gan_studio" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"', text, re.MULTILINE)
    assert found is not None
    return found[1]
