"""The archives, made from a stand-in of a few files; the real ones are the build's to try."""

import gzip
import hashlib
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="made and unpacked on Linux")


@pytest.fixture
def icons(tmp_path):
    """Stand-ins, so that nothing is drawn."""
    folder = tmp_path / "icons"
    folder.mkdir()
    for size in (16, 256):
        (folder / f"gan-studio-{size}.png").write_bytes(b"png")
    return folder


@pytest.fixture
def unzipped(script, program, icons):
    """What the folder of the archive for Linux holds."""
    entries = script("formats.tree").entries_of(program)
    return script("formats.linux").folder_to_unzip(entries, icons, "1.2.3")


def tar_of(data):
    return tarfile.open(fileobj=io.BytesIO(data))


def test_a_tar_is_the_same_whenever_and_by_whomever_it_is_made(script, program, unzipped):
    first = script("formats.tars").tar_bytes(unzipped)
    for path in program.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    (program / "_internal" / "text.txt").chmod(0o600)
    assert script("formats.tars").tar_bytes(unzipped) == first


@linux_only
def test_a_tar_keeps_links_and_rights_and_belongs_to_root(script, unzipped):
    with tar_of(script("formats.tars").tar_bytes(unzipped)) as tar:
        members = {member.name.removeprefix("GAN Studio/"): member for member in tar}
    assert members["GAN Studio"].issym()
    assert members["GAN Studio"].linkname == "gan-studio"
    assert [members[name].mode for name in ("gan-studio", "install.sh", "uninstall.sh")] == (
        [0o755] * 3
    )
    assert members["_internal/text.txt"].mode == 0o644
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}
    assert {"READ ME FIRST.txt", "share/icons/hicolor/256x256/apps/gan-studio.png"} <= set(members)


def test_the_time_of_everything_can_be_given(script, unzipped, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    with tar_of(script("formats.tars").tar_bytes(unzipped)) as tar:
        assert {member.mtime for member in tar} == {1234567890}


def test_the_number_of_cores_does_not_change_a_zstd_file(script, tmp_path, monkeypatch):
    pytest.importorskip("zstandard", reason="in the environment of the build only")
    data = b"".join(bytes([number % 251]) * 1000 for number in range(3000))
    made = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        with script("formats.tars").zstd_file(tmp_path / "file.zst", 3) as file:
            file.write(data)
        made.append((tmp_path / "file.zst").read_bytes())
    assert made[0] == made[1] == made[2]


@linux_only
def test_a_link_out_of_the_folder_is_refused(script, program):
    (program / "_internal" / "link").symlink_to("../../elsewhere")
    with pytest.raises(ValueError, match="leads out of the folder"):
        script("formats.tree").entries_of(program)


@linux_only
def test_a_zip_keeps_links_and_rights(script, program, tmp_path):
    entries = script("archives").in_top_folder(program)
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        script("formats.zips").write_zip(path, entries)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
        assert archive.read("GAN Studio/GAN Studio") == b"gan-studio"
        assert archive.read("GAN Studio/_internal/text.txt") == b"text"
    assert modes["GAN Studio/GAN Studio"] == 0o120777
    assert modes["GAN Studio/gan-studio"] == 0o100755
    assert modes["GAN Studio/_internal/"] == 0o040755


@pytest.fixture
def deb(script, program, icons, tmp_path):
    """A package of the stand-in, compressed with what comes with Python."""
    linux, path = script("formats.linux"), tmp_path / "program.deb"
    package = linux.debian_package(program, "1.2.3", "cpu")
    files = linux.debian_files(script("formats.tree").entries_of(program), icons, package)
    compress = script("formats.tars").xz_file
    script("formats.deb").write_deb(path, package, files, compress, "xz")
    return path


def members_of(path):
    """The members of an ar archive by name."""
    data, members, place = path.read_bytes(), {}, 8
    assert data.startswith(b"!<arch>\n")
    while place < len(data):
        head = data[place : place + 60]
        name, size = head[:16].decode().strip(), int(head[48:58])
        assert head.endswith(b"`\n")
        members[name] = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return members


def fields_of(deb):
    with tar_of(gzip.decompress(members_of(deb)["control.tar.gz"])) as tar:
        text = tar.extractfile("./control").read().decode()
    lines = [line for line in text.splitlines() if not line.startswith(" ")]
    return dict(line.split(": ", 1) for line in lines)


def test_a_deb_says_what_it_is_and_what_it_needs(deb):
    fields = fields_of(deb)
    assert list(members_of(deb)) == ["debian-binary", "control.tar.gz", "data.tar.xz"]
    assert (fields["Package"], fields["Version"]) == ("gan-studio", "1.2.3")
    depends = fields["Depends"].split(", ")
    assert depends[0] == "libc6 (>= 2.31)"
    assert {"libgl1", "libegl1"} <= set(depends)
    assert fields["Conflicts"] == "gan-studio-cuda"


def test_a_deb_installs_the_program_its_menu_entry_and_its_sums(deb):
    members = members_of(deb)
    with tar_of(lzma.decompress(members["data.tar.xz"])) as tar:
        files = {member.name.removeprefix("./"): member for member in tar}
        text = tar.extractfile("./opt/gan-studio/_internal/text.txt").read()
    with tar_of(gzip.decompress(members["control.tar.gz"])) as tar:
        sums = tar.extractfile("./md5sums").read().decode()
    assert files["usr/bin/gan-studio"].linkname == "/opt/gan-studio/gan-studio"
    assert {
        "usr/share/applications/gan-studio.desktop",
        "usr/share/mime/packages/gan-studio.xml",
        "usr/share/icons/hicolor/scalable/apps/gan-studio.svg",
        "usr/share/doc/gan-studio/copyright",
    } <= set(files)
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    assert f"{digest}  opt/gan-studio/_internal/text.txt\n" in sums


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="Debian's tool reads it")
def test_debian_reads_a_deb(deb):
    shown = subprocess.run(["dpkg-deb", "--info", deb], capture_output=True, text=True, check=True)
    assert "Description: see, train, understand" in shown.stdout
    subprocess.run(["dpkg-deb", "--contents", deb], capture_output=True, check=True)


@pytest.mark.parametrize(
    ("version", "debian"), [("0.1.0", "0.1.0"), ("1.0rc2", "1.0~rc2"), ("1.0.dev3", "1.0~dev3")]
)
def test_versions_are_ordered_as_debian_orders_them(script, version, debian):
    assert script("formats.deb").debian_version(version) == debian


# --- one file -------------------------------------------------------------------------------------


@pytest.fixture
def single(script, unzipped, tmp_path):
    """The file that unpacks itself, in a folder whose name has a space."""
    if shutil.which("xz") is None:
        pytest.skip("made with xz")
    path = tmp_path / "my downloads" / "GAN-Studio.run"
    path.parent.mkdir()
    script("formats.single_file").write_single_file(path, unzipped, "1.2.3")
    return path


@pytest.fixture
def start(tmp_path, single):
    """Starts the file as a person whose home is empty."""

    def run(*arguments, path=single, **environment):
        home = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "LC_ALL": "C"}
        words = ["sh", path, *arguments]
        return subprocess.run(
            words, env=home | environment, capture_output=True, text=True, timeout=100, check=False
        )

    return run


def apps(tmp_path):
    return sorted(kept(tmp_path).parent.glob("*"))


def kept(tmp_path):
    """What an installed file leaves in place of itself."""
    return tmp_path / "home/.local/share/GAN Studio/app/gan-studio"


@linux_only
def test_one_file_unpacks_itself_once_and_starts(start, single, tmp_path):
    done = start("train", "a b")
    launcher, started, arguments = done.stdout.strip().split("|")
    (app,) = apps(tmp_path)
    assert (launcher, started, arguments) == (str(single), f"{app}/gan-studio", "train a b")
    assert "first start" in done.stderr
    assert start("again").stderr == ""


@linux_only
def test_one_file_clears_away_its_earlier_version_and_starts_that_were_killed(start, tmp_path):
    earlier = tmp_path / "home/.local/share/GAN Studio/app/1.0.0-aaaaaaaa"
    earlier.mkdir(parents=True)
    killed, running = (earlier.with_name(f".unpacking.{name}") for name in "ab")
    killed.mkdir()
    running.mkdir()
    os.utime(killed, (1, 1))
    start()
    assert [path.name[:6] for path in apps(tmp_path)] == [".unpac", "1.2.3-"]
    assert running.is_dir()


@linux_only
@pytest.mark.parametrize("place", ["1.0.0-aaaaaaaa", "."])
def test_one_file_deletes_no_folder_that_somebody_keeps_runs_in(start, tmp_path, place):
    earlier = kept(tmp_path).parent / place
    run = earlier / "GAN Studio data/runs/mine/run.toml"
    run.parent.mkdir(parents=True)
    run.touch()
    start()
    assert len(apps(tmp_path)) == 2
    done = start("--uninstall")
    assert (done.returncode, run.is_file()) == (1, True)
    assert "Runs are kept in it" in done.stderr


@linux_only
def test_a_command_from_elsewhere_stays(start, tmp_path):
    command = tmp_path / "home/.local/bin/gan-studio"
    command.parent.mkdir(parents=True)
    command.write_text("from pip")
    done = start("--install")
    assert (done.returncode, command.read_text()) == (0, "from pip")
    assert "already" in done.stderr
    assert start("--uninstall").returncode == 0
    assert command.read_text() == "from pip"


@linux_only
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_one_file_that_is_damaged_says_so_and_leaves_nothing(start, single, tmp_path, damage):
    data = bytearray(single.read_bytes())
    if damage == "cut":
        data = data[:-10]
    else:
        data[-10] ^= 1
    single.write_bytes(data)
    done = start()
    assert done.returncode == 1
    assert "Download it again" in done.stderr
    assert apps(tmp_path) == []


@linux_only
def test_one_file_that_is_in_the_menu_is_not_needed_any_more(start, single, tmp_path):
    home, starter = tmp_path / "home", kept(tmp_path)
    said = start("--install").stdout
    assert f'"{starter}" --uninstall' in said
    assert f"can be deleted: {single}" in said
    single.unlink()
    entry = home / ".local/share/applications/gan-studio.desktop"
    assert f'Exec="{starter}" %F' in entry.read_text("utf-8")
    assert f"TryExec={starter}\n" in entry.read_text("utf-8")
    command = home / ".local/bin/gan-studio"
    assert command.resolve() == starter
    assert start("train", path=command).stdout.endswith("|train\n")
    assert start("--extract", "there", path=command).returncode == 1
    runs = home / ".local/share/GAN Studio/runs/mine"
    runs.mkdir(parents=True)
    done = start("--uninstall", path=command)
    assert done.returncode == 0, done.stderr
    assert f"  {runs.parent}\n" in done.stdout
    assert ".config" not in done.stdout  # settings were never kept
    assert [path for path in home.rglob("*") if "gan-studio" in path.name] == []
    assert runs.is_dir()
    assert not starter.parent.exists()


@linux_only
def test_one_file_leaves_nothing_where_nothing_was_made(start, tmp_path):
    start("--install")
    start("--uninstall")
    assert not (tmp_path / "home/.local/share/GAN Studio").exists()


@linux_only
def test_a_newer_file_is_what_the_menu_starts(script, unzipped, start, single, tmp_path):
    start("--install")
    newer = single.with_name("newer.run")
    script("formats.single_file").write_single_file(newer, unzipped, "1.3.0")
    start(path=newer)
    assert [path.name[:6] for path in apps(tmp_path)] == ["1.3.0-", "gan-st"]
    assert "1.3.0-" in start(path=kept(tmp_path)).stdout
    assert start("--uninstall").returncode == 0  # by the older file, which unpacks nothing for it
    assert apps(tmp_path) == []


@linux_only
def test_one_file_with_a_portable_folder_stays_what_the_menu_starts(start, single, tmp_path):
    (single.parent / "GAN Studio data").mkdir()
    assert f'Keep this file where it is, beside "GAN Studio data": {single}' in (
        start("--install").stdout
    )
    entry = tmp_path / "home/.local/share/applications/gan-studio.desktop"
    assert f'Exec="{single}" %F' in entry.read_text("utf-8")
    assert not kept(tmp_path).exists()
    assert start("--uninstall").returncode == 0
    assert not entry.exists()
    assert not (tmp_path / "home/.local/bin/gan-studio").is_symlink()


@linux_only
def test_one_file_tells_its_own_options_and_then_the_program_s(start, tmp_path):
    said = start("--help").stdout
    assert all(word in said for word in ("--install", "--uninstall", "--extract"))
    assert apps(tmp_path) == []
    start()
    assert start("--help").stdout.endswith("|--help\n")


@pytest.fixture
def running(start, tmp_path):
    """A process of the unpacked program, started with the word that is given; it ends with it."""
    started = []

    def begin(word):
        start("--install")
        shell = apps(tmp_path)[0] / "_internal/sh"
        shutil.copy("/bin/sh", shell)
        (tmp_path / word).write_text("echo ready; read line || true\n")
        pipe = subprocess.PIPE
        process = subprocess.Popen([shell, word], stdin=pipe, stdout=pipe, cwd=tmp_path)
        started.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield begin
    for process in started:
        process.communicate()


@linux_only
def test_a_training_without_a_window_is_not_taken_away(running, start, tmp_path):
    running("worker")
    done = start("--uninstall", path=kept(tmp_path))
    assert done.returncode == 1
    assert f'sh "{kept(tmp_path)}" running --stop RUN' in done.stderr
    assert kept(tmp_path).is_file()


@linux_only
@pytest.mark.parametrize(("word", "says"), [("worker", "just ending"), ("train", "Close it")])
def test_what_is_about_to_end_is_waited_for(running, tmp_path, word, says):
    process = running(word)
    (apps(tmp_path)[0] / "gan-studio").write_text("#!/bin/sh\necho '{\"running\": []}'\n")
    home = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "LC_ALL": "C"}
    with subprocess.Popen(
        ["sh", kept(tmp_path), "--uninstall"], env=home, stderr=subprocess.PIPE, text=True
    ) as removal:
        assert says in removal.stderr.readline()
        process.communicate()
    assert removal.returncode == 0
    assert apps(tmp_path) == []


@linux_only
@pytest.mark.parametrize("tool", ["zenity", "kdialog", "notify-send", "xmessage"])
def test_the_first_start_is_seen_where_there_is_no_terminal(start, tmp_path, tool):
    tools, heard = tmp_path / "tools", tmp_path / "heard"
    tools.mkdir()
    os.mkfifo(tmp_path / "fifo")
    needed = ("chmod", "cut", "dirname", "find", "mkdir", "mktemp", "mv", "readlink", "rm")
    for name in (*needed, "sed", "sh", "sha256sum", "tail", "tar", "wc"):
        (tools / name).symlink_to(shutil.which(name))
    programs = {  # it is unpacked once the message has been seen
        tool: f'for last; do :; done; echo "$last" >"{tmp_path}/fifo"',
        "xz": f'read line <"{tmp_path}/fifo"; echo "$line" >"{heard}"; {shutil.which("xz")} "$@"',
    }
    for name, text in programs.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    assert start(PATH=str(tools), DISPLAY=":0").returncode == 0
    assert "first start" in heard.read_text()


@linux_only
def test_one_file_only_unpacks_where_it_is_told_to(start, tmp_path):
    target = tmp_path / "some where"
    assert start("--extract", str(target)).returncode == 0
    assert (target / "gan-studio").is_file()
    assert (target / "_internal/text.txt").read_bytes() == b"text"
    assert start("--extract", str(target)).returncode == 1
    assert apps(tmp_path) == []


@linux_only
def test_an_unpacked_folder_enters_the_menu_where_it_is(start, tmp_path):
    folder, home = tmp_path / "R&D | mine", tmp_path / "home"
    start("--extract", str(folder))
    assert start(path=folder / "install.sh").returncode == 0
    entry = home / ".local/share/applications/gan-studio.desktop"
    assert f'Exec="{folder}/GAN Studio" %F' in entry.read_text("utf-8")
    assert f'Exec="{folder}/GAN Studio" --safe-mode' in entry.read_text("utf-8")
    command = home / ".local/bin/gan-studio"
    assert subprocess.run([command], capture_output=True, check=True).stdout
    assert start(path=folder / "uninstall.sh").returncode == 0
    assert not entry.exists()
    assert not command.is_symlink()


@linux_only
def test_a_folder_that_a_menu_entry_cannot_name_is_refused(start, tmp_path):
    start("--extract", str(tmp_path / "100%"))
    done = start(path=tmp_path / "100%/install.sh")
    assert done.returncode == 1
    assert "Rename it" in done.stderr


# --- all of them ----------------------------------------------------------------------------------


@linux_only
def test_sums_name_every_archive(script, tmp_path):
    files = [tmp_path / "b.zip", tmp_path / "a.zip"]
    for file in files:
        file.write_bytes(b"archive")
    script("archives").write_sums(tmp_path, files)
    digest = hashlib.sha256(b"archive").hexdigest()
    assert (tmp_path / "SHA256SUMS").read_text() == f"{digest}  a.zip\n{digest}  b.zip\n"


def test_the_system_is_seen_by_the_folder(script, program, tmp_path):
    system_of = script("archives").system_of
    windows = tmp_path / "windows"
    windows.mkdir()
    (windows / "GAN Studio.exe").touch()
    found = [system_of(folder) for folder in (program, windows, tmp_path / "GAN Studio.app")]
    assert found == ["linux", "windows", "macos"]


def test_licences_beside_an_app_are_packed_beside_it(script, tmp_path, monkeypatch):
    app = tmp_path / "GAN Studio.app"
    (app / "Contents").mkdir(parents=True)
    (tmp_path / "LICENCES.txt").write_text("MIT", "utf-8")
    archives = script("archives")
    monkeypatch.setattr(archives.shutil, "which", lambda name: None)
    (archive,) = archives.make(app, tmp_path / "out", version="1.2.3")
    with zipfile.ZipFile(archive) as packed:
        assert {"GAN Studio.app/Contents/", "LICENCES.txt"} <= set(packed.namelist())


@pytest.mark.parametrize(("answers", "asked"), [([0], ["--verify"]), ([1, 0, 0], None)])
def test_an_app_is_sealed_only_where_its_seal_is_broken(script, monkeypatch, answers, asked):
    commands = []

    def run(command, check):
        commands.append(command[1])
        return subprocess.CompletedProcess(command, answers[len(commands) - 1])

    archives = script("archives")
    monkeypatch.setattr(archives.subprocess, "run", run)
    archives.sign(archives.Path("GAN Studio.app"))
    assert commands == (asked or ["--verify", "--force", "--verify"])


def test_a_cuda_build_has_a_name_of_its_own(script):
    name_of = script("archives").name_of
    assert name_of("1.2.3", "linux", "cpu").startswith("GAN-Studio-1.2.3-linux-")
    assert name_of("1.2.3", "linux", "cuda") == f"{name_of('1.2.3', 'linux', 'cpu')}-cuda"


def test_the_version_is_the_package_s_own(script):
    import gan_studio

    assert script("archives").program_version() == gan_studio.__version__
