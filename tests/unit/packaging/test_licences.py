"""The licences of what is shipped, collected from folders that are made up."""

import importlib
import os
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[3] / "packaging"
MIT = "MIT License\n\nPermission is hereby granted to whom it may concern."


@pytest.fixture(scope="module")
def licences():
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module("licences")
    finally:
        sys.path.remove(str(PACKAGING))


@pytest.fixture(scope="module")
def known(licences):
    return licences.Known.read(licences.HERE)


class Build:
    """A built program and the environment it was built in; `collect` gives the page."""

    def __init__(self, licences, folder):
        self.licences = licences
        self.site = folder / "site-packages"
        self.program = folder / "dist" / "GAN Studio"
        self.out = folder / "LICENCES.txt"
        self.put("gan_studio/resources/icons/app.svg")
        (self.program / "gan-studio").write_bytes(b"\x7fELF")

    def install(self, name, metadata="License-Expression: MIT", files=(), text=MIT, inside=""):
        """Add a distribution to the environment; it is not in the program by that."""
        info = self.site / inside / f"{name}-1.0.dist-info"
        (info / "licenses").mkdir(parents=True)
        head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n"
        (info / "METADATA").write_text(head, "utf-8")
        listed = [f"{info.name}/METADATA", *files]
        if text:
            (info / "licenses" / "LICENSE").write_bytes(text.encode())
            listed.append(f"{info.name}/licenses/LICENSE")
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in listed), "utf-8")

    def put(self, path, content=b"\x7fELF"):
        file = self.program / "_internal" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def collect(self, modules=(), **more):
        environment = self.licences.Environment((self.site,), "3.11.7")
        self.licences.collect(
            self.program, out=self.out, environment=environment, modules=modules, **more
        )
        return self.out.read_text("utf-8")

    def problems(self, modules=(), **more):
        with pytest.raises(self.licences.LicenceError) as raised:
            self.collect(modules, **more)
        assert not self.out.exists()
        return raised.value.problems


@pytest.fixture
def build(licences, tmp_path):
    return Build(licences, tmp_path)


def test_what_is_in_the_folder_is_told_with_its_text(build):
    build.install("fine", "License-Expression: MIT\nHome-page: https://fine.org", ["fine/core.so"])
    build.put("fine/core.so")
    page = build.collect()
    assert "fine 1.0\n    Licence: MIT\n    Home page: https://fine.org\n" in page
    assert "fine: licenses/LICENSE" in page
    assert MIT in page


@pytest.mark.parametrize(
    ("program", "file"), [("GAN Studio", "GAN Studio/LICENCES.txt"), ("GAN.app", "LICENCES.txt")]
)
def test_the_file_lies_where_nothing_is_sealed(licences, tmp_path, program, file):
    (tmp_path / program).mkdir()
    environment = licences.Environment((), "3.11.7")
    for _time in range(2):  # the second time it is in the folder itself
        written = licences.collect(tmp_path / program, environment=environment, modules=())
        assert written == tmp_path / file


def test_the_program_python_and_the_bootloader_are_always_told(build):
    page = build.collect()
    assert "\nGAN Studio\n    Licence: MIT" in page
    assert "\nPython 3.11.7\n    Licence: PSF-2.0" in page
    assert "GPL-2.0-or-later WITH Bootloader-exception" in page
    assert "unlimited permission to link or embed compiled bootloader" in page


def test_a_package_that_is_only_in_the_archive_counts(build):
    build.install("fine", files=["fine/__init__.py", "fine/core.py"])
    assert "fine 1.0" in build.collect(["fine.core"])


def test_a_package_that_is_not_shipped_is_not_told(build):
    build.install("tool", "License-Expression: GPL-3.0-only", ["tool/__init__.py"])
    assert "tool" not in build.collect()


def test_the_archive_is_read_from_its_table_of_contents(build, tmp_path):
    build.install("fine", files=["fine/__init__.py"])
    source = (build.site / "fine" / "__init__.py").as_posix()
    table = tmp_path / "build" / "gan_studio" / "PYZ-00.toc"
    table.parent.mkdir(parents=True)
    table.write_text(
        repr(("PYZ-00.pyz", [("renamed", source, "PYMODULE"), ("space", "-", "PYMODULE")])), "utf-8"
    )
    assert "fine 1.0" in build.collect(None)


def test_without_a_table_of_contents_nothing_is_said_to_be_complete(build):
    assert "PYZ-00.toc" in build.problems(None)[0]


def test_modules_of_python_of_ours_and_of_the_bootloader_need_no_distribution(build):
    build.collect(["json.decoder", "_sysconfigdata__linux_", "gan_studio.core", "pyimod01_archive"])


def test_a_module_that_nobody_explains_is_named(build):
    assert build.problems(["stray.part"]) == [
        "No installed distribution explains the module stray.part."
    ]


def test_an_unknown_licence_names_the_package_and_says_what_to_add(build):
    build.install("odd", "License-Expression: LicenseRef-Odd", ["odd.py"])
    (problem,) = build.problems(["odd"])
    assert problem.startswith("odd 1.0: LicenseRef-Odd is not known")
    assert "add it to [policy] allowed in known.toml" in problem


def test_words_that_could_mean_several_licences_are_not_guessed(build):
    build.install("vague", "Classifier: License :: OSI Approved :: BSD License", ["vague.py"])
    (problem,) = build.problems(["vague"])
    assert "vague 1.0: 'BSD License' is no SPDX expression" in problem


def test_a_package_that_says_nothing_of_its_licence_is_named(build):
    build.install("mute", "Summary: nothing", ["mute.py"])
    (problem,) = build.problems(["mute"])
    assert problem.startswith("mute 1.0 says nothing of its licence")


def test_a_package_without_its_text_is_named(build):
    build.install("bare", files=["bare.py"], text="")
    (problem,) = build.problems(["bare"])
    assert problem.startswith("bare 1.0 comes without its licence text")


def test_a_classifier_and_the_old_field_are_read_too(build):
    build.install("old", "License: Apache 2.0", ["old.py"])
    build.install("older", "Classifier: License :: OSI Approved :: MIT License", ["older.py"])
    page = build.collect(["old", "older"])
    assert "old 1.0\n    Licence: Apache-2.0" in page
    assert "older 1.0\n    Licence: MIT" in page


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-only", "AGPL-3.0-or-later", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "MIT AND GPL-2.0"],
)
def test_a_forbidden_licence_stops_it(build, licence):
    build.install("bad", f"License-Expression: {licence}", ["bad/core.so"])
    build.put("bad/core.so")
    (problem,) = build.problems()
    assert problem.startswith("bad 1.0: ")
    assert "forbids handing it on" in problem


def test_everything_that_is_wrong_is_told_at_once(build):
    build.install("bad", "License-Expression: GPL-3.0-only", ["bad.py"])
    build.put("libstray.so.1")
    assert len(build.problems(["bad", "stray"])) == 3


def test_av_stops_it_whatever_it_says(build):
    build.install("av", "License-Expression: BSD-3-Clause", ["av/core.so"])
    build.put("av/core.so")
    (problem,) = build.problems()
    assert problem.startswith("av 1.0: its wheel holds x264")


def test_a_changed_statement_makes_what_was_known_of_it_void(build):
    build.install("mpmath", "License: GPL-3.0-only", ["mpmath/__init__.py"])
    (problem,) = build.problems(["mpmath"])
    assert "says 'GPL-3.0-only' where known.toml knows 'BSD'" in problem


def test_what_others_carry_inside_them_is_judged_by_itself(build):
    build.install("setuptools", files=["setuptools/__init__.py"])
    build.install("inner", "License: LGPLv3", ["inner.py"], inside="setuptools/_vendor")
    assert "inner" not in build.collect(["setuptools"])
    build.out.unlink()
    (problem,) = build.problems(["setuptools", "setuptools._vendor.inner"])
    assert problem.startswith("inner 1.0: ")


@pytest.mark.parametrize(
    ("expression", "is_fine"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR (MIT AND BSD-3-Clause)", True),
        ("(MIT OR GPL-3.0-only) AND GPL-2.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("GPL-3.0-or-later WITH Classpath-exception-2.0", False),
        ("LGPL-2.1-or-later", False),
        ("MIT BSD-3-Clause", False),
        ("(MIT", False),
        ("MIT AND", False),
        ("", False),
    ],
)
def test_an_expression_is_judged_as_a_whole(licences, known, expression, is_fine):
    assert (licences.objection(expression, known, is_replaceable=False) == "") == is_fine


def test_the_lgpl_is_fine_where_users_can_replace_it(licences, known):
    assert licences.objection("LGPL-2.1-or-later", known, is_replaceable=True) == ""


@pytest.mark.parametrize("name", ["libstray.so.1.2", "stray.dll", "libstray.dylib", "stray"])
def test_a_library_that_nobody_explains_is_named(build, name):
    build.put(name)
    (problem,) = build.problems()
    assert f"explains the library {name}:" in problem


def test_a_file_that_nobody_explains_is_named(build):
    build.put("fonts/stray.ttf", b"\0\1\0\0")
    (problem,) = build.problems()
    assert "explains the file fonts/stray.ttf:" in problem


def test_a_library_beside_the_executables_needs_an_explanation_too(build):
    (build.program / "stray.dll").write_bytes(b"MZ")
    assert len(build.problems()) == 1


def test_libraries_of_the_system_are_known_by_their_names(build):
    build.put("libxcb-cursor.so.0")
    build.put("python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so")
    build.put("libpython3.11.so.1.0")
    page = build.collect()
    assert "XCB utilities\n    Licence: X11" in page
    assert "Files: libxcb-cursor.so.0\n" in page


def test_compiled_modules_of_python_lie_at_the_top_on_windows(build):
    build.put("_ssl.pyd", b"MZ")
    build.put("select.cp311-win_amd64.pyd", b"MZ")
    build.put("python311.dll", b"MZ")
    build.collect()


def test_a_library_of_the_system_under_the_gpl_stops_it(build):
    build.put("libreadline.so.8")
    (problem,) = build.problems()
    assert problem.startswith("GNU Readline (libreadline.so.8): GPL-3.0-or-later forbids")


def test_a_library_that_a_package_carries_is_told_by_itself_too(build):
    path = "fine.libs/libgomp-e985bcbb.so.1.0.0"
    build.install("fine", files=[path])
    build.put(path)
    page = build.collect()
    assert "fine 1.0" in page
    assert "GPL-3.0-or-later WITH GCC-exception-3.1" in page


def test_a_copy_of_a_packages_library_at_the_top_is_known(build):
    build.install("fine", files=["fine/libfine.so.1"])
    build.put("libfine.so.1")
    assert "fine 1.0" in build.collect()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_within_the_folder_is_no_library_of_its_own(build):
    build.install("fine", files=["fine/libfine.so"])
    build.put("fine/libfine.so")
    (build.program / "_internal" / "libother.so").symlink_to("fine/libfine.so")
    build.collect()


def test_what_is_built_into_a_library_is_found_in_its_bytes(build):
    path = "torch/lib/libtorch_cpu.so"
    build.install("torch", "License-Expression: BSD-3-Clause", [path])
    build.put(path, b"\x7fELF nothing")
    assert "Intel oneAPI" not in build.collect()
    build.put(path, b"\x7fELF Math Kernel Library")
    assert "LicenseRef-Intel-Simplified" in build.collect()


def test_nvidias_files_are_let_in_for_cuda_alone(build):
    path = "nvidia/cu13/lib/libcudart.so.13"
    build.install(
        "nvidia-cuda-runtime", "License-Expression: LicenseRef-NVIDIA-Proprietary", [path]
    )
    build.put(path)
    assert all("but for a CUDA build" in problem for problem in build.problems())
    page = build.collect(has_cuda=True)
    assert "nvidia-cuda-runtime 1.0\n    Licence: LicenseRef-NVIDIA-Proprietary" in page
    assert "Not free software" in page


@pytest.mark.parametrize("name", ["libcudnn.so.9", "libcudart-faf08d9a.so.13", "libnvtools.so.1"])
def test_only_those_of_nvidias_list_are_let_in(build, name):
    path = f"nvidia/cu13/lib/{name}"
    build.install("nvidia-other", "License: NVIDIA Proprietary Software", [path])
    build.put(path)
    for problem in build.problems(has_cuda=True):
        assert f"{path} is not among the files that NVIDIA's licence lists" in problem


def test_code_of_nvidia_is_not_on_its_list(build):
    name = "License-Expression: LicenseRef-NVIDIA-SOFTWARE-LICENSE"
    build.install("cuda-bindings", name, ["cuda/__init__.py", "cuda/driver.py"])
    build.collect(["cuda"], has_cuda=True)
    build.out.unlink()
    (problem,) = build.problems(["cuda", "cuda.driver"], has_cuda=True)
    assert "cuda/driver.py is not among the files" in problem


def test_identical_texts_stand_there_once(build):
    build.install("one", files=["one.py"], text="The same words.\n\nTwice.\n")
    build.install("two", files=["two.py"], text="The same words.  \r\n\r\nTwice.")
    page = build.collect(["one", "two"])
    assert page.count("The same words.\n\nTwice.") == 1
    assert "one: licenses/LICENSE\ntwo: licenses/LICENSE\n" in page


def test_the_same_program_gives_the_same_page(licences, tmp_path):
    pages = []
    for order in (["alpha", "beta", "Gamma"], ["Gamma", "beta", "alpha"]):
        build = Build(licences, tmp_path / order[0])
        for name in order:
            build.install(name, files=[f"{name}/core.so"], text=f"Words of {name}.")
            build.put(f"{name}/core.so")
        pages.append(build.collect())
    assert pages[0] == pages[1]
    assert pages[0].index("alpha 1.0") < pages[0].index("beta 1.0") < pages[0].index("Gamma 1.0")
    assert str(tmp_path) not in pages[0]


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("_internal/PIL/_imaging.so", "PIL/_imaging.so"),
        ("Contents/Frameworks/PIL/_imaging.so", "PIL/_imaging.so"),
        ("GAN Studio.app/Contents/Resources/PIL/a.txt", "PIL/a.txt"),
        ("gan-studio", "./gan-studio"),
    ],
)
def test_every_layout_of_the_folder_is_read(licences, path, inside):
    assert licences.inside_contents(path) == inside


def test_numbers_in_a_row_are_told_as_a_range(licences):
    assert licences.ranges([1, 2, 3, 5, 7, 8]) == "1-3, 5, 7-8"


def test_by_hand_it_tells_what_is_wrong_and_fails(build, licences, capsys):
    code = licences.main([str(build.program), "--out", str(build.out)])
    assert code == 1
    assert "PYZ-00.toc" in capsys.readouterr().err


def test_every_text_that_is_named_is_there_and_every_text_is_named(known):
    entries = [*(part.texts for part in known.parts)]
    entries += [entry.get("texts", ()) for entry in known.distributions.values()]
    named = {name for texts in entries for name in texts}
    assert named == {path.name for path in (known.folder / "texts").iterdir()}


def test_every_known_part_has_a_text_or_says_where_it_is(licences, known):
    for part in known.parts:
        if licences.objection(part.licence, known, is_replaceable=True) == "":
            assert part.texts or "text" in part.note or "terms" in part.note, part.name


def test_every_known_distribution_is_one_of_those_that_are_installed_with_it(known):
    requirements = "\n".join(path.read_text("utf-8") for path in PACKAGING.glob("requirement*.txt"))
    pinned = {line.partition("=")[0].partition(">")[0].lower() for line in requirements.split("\n")}
    for name in set(known.distributions) - {"gan-studio", "python", "pyinstaller"}:
        assert {name, name.replace("-", "_")} & pinned, name
