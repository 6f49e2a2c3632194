"""What the three systems are told of the program says the same everywhere, and names real files."""

import plistlib
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from configparser import RawConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGING = ROOT / "packaging"
WORKFLOWS = ROOT / ".github" / "workflows"
# Ending, and what a system calls such a file.
KINDS = {
    "ganlesson": "application/x-gan-studio-lesson+json",
    "ganrun": "application/x-gan-studio-run+json",
}
APP_ID = "io.github.gan_studio.GanStudio"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
SCRIPTS = sorted([*(PACKAGING / "linux").glob("*.sh"), *(PACKAGING / "macos").glob("*.sh")])


@pytest.fixture(scope="module")
def desktop():
    parser = RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read(PACKAGING / "linux" / "gan-studio.desktop", "utf-8")
    return parser


@pytest.fixture(scope="module")
def installer():
    return (PACKAGING / "windows" / "installer.iss").read_text("utf-8")


# --- Linux ----------------------------------------------------------------------------------------


def test_the_kinds_of_files_have_their_endings():
    root = ET.parse(PACKAGING / "linux" / "gan-studio-mime.xml").getroot()
    found = {
        kind.find(f"{MIME}glob").get("pattern").removeprefix("*."): kind.get("type")
        for kind in root
    }
    assert found == KINDS


def test_a_run_s_file_is_known_by_its_first_word():
    root = ET.parse(PACKAGING / "linux" / "gan-studio-mime.xml").getroot()
    (match,) = root.iter(f"{MIME}match")
    first, last = map(int, match.get("offset").split(":"))
    for text in ('{"gan_studio_run": 1, "name": "a"}', '{\n  "gan_studio_run": 1\n}'):
        assert first <= text.index(match.get("value")) <= last


def test_the_menu_entry_opens_every_kind(desktop):
    entry = desktop["Desktop Entry"]
    assert set(entry["MimeType"].strip(";").split(";")) == set(KINDS.values())
    assert entry["Exec"] == f'"{entry["TryExec"]}" %F'
    assert entry["TryExec"] == "/opt/gan-studio/GAN Studio"


def test_the_menu_entry_is_the_one_that_the_window_names(desktop):
    """The system joins a window to its entry, and so to its icon, by the name of the entry."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "gan_studio/gui").glob("*.py"))
    assert re.search(r'setDesktopFileName\("([^"]+)"\)', code)[1] == "gan-studio"
    assert desktop["Desktop Entry"]["Icon"] == "gan-studio"


def test_every_action_of_the_menu_entry_is_there(desktop):
    actions = desktop["Desktop Entry"]["Actions"].strip(";").split(";")
    sections = [f"Desktop Action {name}" for name in actions]
    assert desktop.sections() == ["Desktop Entry", *sections]


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="the desktop's own tool")
def test_the_desktop_takes_the_menu_entry():
    entry = PACKAGING / "linux" / "gan-studio.desktop"
    done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no sh")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shell_scripts_can_be_read(script):
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="not installed")
def test_shell_scripts_have_no_known_traps():
    found = subprocess.run(
        ["shellcheck", "--shell=sh", *SCRIPTS], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


# --- Windows --------------------------------------------------------------------------------------


def sections_of(text):
    """The lines of each section, without comments and directives."""
    sections, lines = {}, []
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            lines = sections.setdefault(match[1], [])
        elif line and not line.startswith((";", "#")):
            lines.append(line)
    return sections


def test_the_installer_needs_no_administrator(installer):
    setup = dict(line.split("=", 1) for line in sections_of(installer)["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{localappdata}")
    assert setup["AppVersion"] == "{#Version}"
    roots = {line.split(";")[0] for line in sections_of(installer)["Registry"]}
    assert roots == {"Root: HKCU"}


def test_the_installer_s_files_are_there(installer):
    setup = dict(line.split("=", 1) for line in sections_of(installer)["Setup"])
    licence = PACKAGING / "windows" / setup["LicenseFile"].replace("\\", "/")
    assert licence.resolve().is_file()
    assert sections_of(installer)["Files"][0].startswith('Source: "{#Program}\\*"')


def test_the_installer_is_given_all_that_it_asks_for(script, installer):
    archives = script("archives")
    out = Path("out/GAN-Studio-1.2.3-windows-x86_64-setup.exe")
    command = archives.installer_command("ISCC", Path("dist"), out, "1.2.3")
    given = {word[2:].split("=")[0] for word in command if word.startswith("/D")}
    assert given == set(re.findall(r"^#ifndef (\w+)", installer, re.MULTILINE))
    assert "/FGAN-Studio-1.2.3-windows-x86_64-setup" in command
    assert Path(command[-1]).is_file()


@pytest.mark.parametrize(("ending", "mime"), KINDS.items())
def test_the_installer_joins_each_ending_to_the_program(installer, ending, mime):
    lines = [line for line in sections_of(installer)["Registry"] if f"Classes\\.{ending}" in line]
    assert any(mime in line for line in lines)
    assert all("uninsdeletevalue" in line for line in lines)


def test_the_installer_uses_only_names_that_it_defines(installer):
    defined = set(re.findall(r"^ *#define (\w+)", installer, re.MULTILINE))
    used = set(re.findall(r"\{#(\w+)\}", installer))
    assert used - defined == {"Version"}
    custom = re.findall(
        r"^english\.(\w+)=", "\n".join(sections_of(installer)["CustomMessages"]), re.M
    )
    assert set(re.findall(r"CustomMessage\('(\w+)'\)", installer)) == set(custom)


def test_the_installer_deletes_nothing_of_the_person(installer):
    assert "UninstallDelete" not in sections_of(installer)
    (line,) = sections_of(installer)["InstallDelete"]
    assert line.endswith('Name: "{app}\\_internal"')


# --- macOS ----------------------------------------------------------------------------------------


def test_macos_is_told_of_every_kind(script):
    entries = plistlib.loads(plistlib.dumps(script("macos.info_plist").entries("1.2.3")))
    types = {kind["UTTypeIdentifier"]: kind for kind in entries["UTExportedTypeDeclarations"]}
    tags = [kind["UTTypeTagSpecification"] for kind in types.values()]
    found = {tag["public.filename-extension"][0]: tag["public.mime-type"][0] for tag in tags}
    assert found == KINDS
    opened = [kind["LSItemContentTypes"] for kind in entries["CFBundleDocumentTypes"]]
    assert [name for names in opened for name in names] == list(types)
    assert entries["CFBundleShortVersionString"] == "1.2.3"
    assert entries["CFBundleIdentifier"] == APP_ID


# --- icons ----------------------------------------------------------------------------------------


def test_an_ico_says_where_its_pictures_are(script):
    data = script("icons").ico({256: b"large", 16: b"tiny"})
    assert struct.unpack_from("<HHH", data) == (0, 1, 2)
    for place, (size, png) in enumerate([(16, b"tiny"), (0, b"large")]):
        entry = struct.unpack_from("<BBBBHHII", data, 6 + 16 * place)
        assert entry[:2] == (size, size)
        assert data[entry[7] : entry[7] + entry[6]] == png


def test_an_icns_is_as_long_as_it_says(script):
    data = script("icons").icns({b"ic07": b"one", b"ic08": b"three"})
    assert struct.unpack_from(">4sI", data) == (b"icns", len(data))
    assert struct.unpack_from(">4sI", data, 8) == (b"ic07", 11)


@pytest.mark.gui
def test_icons_are_drawn_in_every_size(script, tmp_path):
    from PIL import Image

    icons = script("icons")
    icons.make(icons.DRAWING, tmp_path)
    for size in icons.LINUX_SIZES:
        with Image.open(tmp_path / f"gan-studio-{size}.png") as picture:
            assert picture.size == (size, size)
            assert picture.getpixel((0, 0))[3] == 0
            assert picture.getpixel((size // 2, size - max(3, size // 8)))[3] == 255
    with Image.open(tmp_path / "gan-studio.ico") as picture:
        assert {size for size, _ in picture.info["sizes"]} == set(icons.WINDOWS_SIZES)
    with Image.open(tmp_path / "gan-studio.icns") as picture:
        assert picture.size == (1024, 1024)


# --- the workflows --------------------------------------------------------------------------------


def test_workflows_run_the_commands_that_developers_run():
    run = re.compile(r"run: (python .+)")
    found = {path.stem: run.findall(path.read_text("utf-8")) for path in WORKFLOWS.glob("*.yml")}
    assert found == {
        "package": ["python packaging/bootstrap.py build"],
        "test": ["python packaging/bootstrap.py test"],
    }


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_workflows_use_pinned_actions_few_rights_and_an_end(path):
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", action) for action in used)
    assert "\npermissions:\n  contents: read\n" in text
    assert text.count("timeout-minutes:") == text.count("runs-on:")
    assert "\nconcurrency:\n" in text
