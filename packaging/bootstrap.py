#!/usr/bin/env python3
"""Sets GAN Studio up on a machine that has Python and nothing else, then starts or tests it.

    python3 packaging/bootstrap.py run [arguments of gan-studio]
    python3 packaging/bootstrap.py test [arguments of pytest]
    python3 packaging/bootstrap.py setup
    python3 packaging/bootstrap.py lint
    python3 packaging/bootstrap.py build [--cuda]       makes the packaged program, in dist/

Each does all of the set-up that is still missing and none that is not: once it is done, nothing
here touches the network. Standard library only, and written so that a Python too old for GAN Studio
gets as far as being told so.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "gan-studio.stamp"
LOG = ROOT / "build" / "bootstrap.log"
REQUIREMENTS = ROOT / "packaging" / "requirements.txt"
PROGRAM_REQUIREMENTS = ROOT / "packaging" / "requirements-program.txt"
BUILD_REQUIREMENTS = ROOT / "packaging" / "requirements-build.txt"
DECIDES_THE_SETUP = (
    ROOT / "pyproject.toml",
    ROOT / "setup.py",
    PROGRAM_REQUIREMENTS,
    REQUIREMENTS,
)
DECIDES_THE_BUILD = (PROGRAM_REQUIREMENTS, BUILD_REQUIREMENTS)
# Where torch keeps builds that PyPI has not: without CUDA for Linux, with it for Windows.
TORCH_INDEXES = "https://download.pytorch.org/whl/"
# Stands in the stamp while pip works. Killed halfway, pip leaves packages that look installed.
UNFINISHED = "unfinished"

OLDEST, NEWEST = (3, 11), (3, 13)

# What Qt loads from the system: the name that is loaded, and the Debian package that has it.
SYSTEM_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
# Since Debian 13 and Ubuntu 24.04.
RENAMED_PACKAGES = {"libglib2.0-0": "libglib2.0-0t64"}

WITHOUT_QT = ROOT / "tests" / "without_qt"
WITHOUT_QT_TESTS = ("tests/unit", "tests/contract", "tests/e2e")
# The second job asks one thing, whether the product works without Qt, so what is long, or would
# give the same answer as in the first job, is left out.
WITHOUT_QT_LEFT_OUT = ("tests/unit/packaging", "tests/unit/jobs/test_process_run.py")
WITHOUT_QT_MARKS = "not (gui or slow or frozen or bench or data or gpu or dist)"


class SetupError(Exception):
    """Set-up cannot go on; the text says in a sentence why and what to do."""


# --- what is missing ------------------------------------------------------------------------------


def will_do(version: tuple[int, int]) -> bool:
    return OLDEST <= version <= NEWEST


def version_sentence(version: tuple[int, int], found: list[str]) -> str:
    """Why a Python of this version will not do; `found` names interpreters that would."""
    versions = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
    problem = f"GAN Studio needs Python {versions}, and this is Python {version[0]}.{version[1]}."
    if found:
        return f"{problem} Start it with {found[0]} instead of python3."
    return f"{problem} Install one of them and start this with it."


def suitable_interpreters() -> list[str]:
    """Names of interpreters on the PATH that would do, the newest first."""
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    names = [f"python{NEWEST[0]}.{minor}" for minor in minors]
    return [name for name in names if shutil.which(name) and starts(name)]


def starts(interpreter: str) -> bool:
    """Whether it is more than a name: version managers put one there for each they could have."""
    return subprocess.run([interpreter, "-V"], capture_output=True, check=False).returncode == 0


def missing_libraries() -> list[str]:
    """Which of `SYSTEM_LIBRARIES` the loader does not find; they matter to Qt on Linux only."""
    if sys.platform != "linux":
        return []
    return [library for library in SYSTEM_LIBRARIES if not can_load(library)]


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def debian_packages(libraries: list[str], known: set[str]) -> list[str]:
    """The Debian packages of `libraries`, under the new name where that is `known`."""
    packages = [SYSTEM_LIBRARIES[library] for library in libraries]
    renamed = {old: new for old, new in RENAMED_PACKAGES.items() if new in known}
    return [renamed.get(package, package) for package in packages]


def libraries_sentence(libraries: list[str], manager: str) -> str:
    """Which libraries the window lacks and how to get them with `manager` ("" if unknown)."""
    if manager == "apt-get":
        how = "sudo apt-get install " + " ".join(debian_packages(libraries, set()))
    elif manager in ("dnf", "zypper"):
        # RPM packages announce the libraries in them by this name.
        wanted = " ".join(f"'{library}()(64bit)'" for library in libraries)
        how = f"sudo {manager} install {wanted}"
    else:
        how = "use your system's package manager"
    return f"The window needs system libraries that are missing: {', '.join(libraries)}. " + (
        f"To install them: {how}"
    )


def package_manager() -> str:
    return next((name for name in ("apt-get", "dnf", "zypper") if shutil.which(name)), "")


def stamp_key(contents: list[bytes], root: Path, version: tuple[int, int]) -> str:
    """What a finished set-up depends on: the files that decide it, the folder, the Python."""
    digest = hashlib.sha256(f"{root}\n{version}".encode())
    for content in contents:
        # Lengths, so that text moved from one file to the next is a change.
        digest.update(f"\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def current_key(files: tuple[Path, ...] = DECIDES_THE_SETUP) -> str:
    contents = [path.read_bytes() if path.exists() else b"" for path in files]
    return stamp_key(contents, ROOT, sys.version_info[:2])


def read_stamp() -> str:
    return STAMP.read_text("utf-8") if STAMP.exists() else ""


def venv_program(
    name: str, *, on_windows: bool = os.name == "nt", environment: Path | None = None
) -> Path:
    """Where the virtual environment keeps the program `name`."""
    folder = environment or VENV
    return folder / "Scripts" / f"{name}.exe" if on_windows else folder / "bin" / name


# --- doing something about it ---------------------------------------------------------------------


def set_up() -> None:
    """Bring the machine to where GAN Studio starts; instant where it is there already."""
    version = sys.version_info[:2]
    if not will_do(version):
        raise SetupError(version_sentence(version, suitable_interpreters()))
    provide_system_libraries()
    key = current_key()
    if read_stamp() == key and venv_program("python").exists():
        return
    say("Setting GAN Studio up in .venv: once, some minutes on a slow line.")
    provide_environment()
    install_packages()
    STAMP.write_text(key, "utf-8")
    say("Set-up is complete.")


def provide_system_libraries() -> None:
    """Install what Qt lacks where that is allowed, and say how to elsewhere.

    It stops nothing: training and the command line work without these libraries.
    """
    missing = missing_libraries()
    if missing and package_manager() == "apt-get" and is_root():
        try:
            run_logged("list of system packages", ["apt-get", "update"])
            apt_install("libraries for the window", debian_packages(missing, known_packages()))
        except SetupError as error:
            say(str(error))
        missing = missing_libraries()
    if missing:
        say(libraries_sentence(missing, package_manager()))


def known_packages() -> set[str]:
    """Which of the new package names this distribution has."""
    asked = {
        name: subprocess.run(["apt-cache", "show", name], capture_output=True, check=False)
        for name in RENAMED_PACKAGES.values()
    }
    return {name for name, done in asked.items() if done.returncode == 0 and done.stdout}


def apt_install(what: str, packages: list[str]) -> None:
    run_logged(
        what,
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
        DEBIAN_FRONTEND="noninteractive",
    )


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def provide_environment() -> None:
    """Leave a virtual environment that works in .venv, making it anew if it does not."""
    if VENV.exists() and (read_stamp() == UNFINISHED or not is_environment_sound()):
        say("  .venv is unfinished or damaged; making it anew")
        shutil.rmtree(VENV)
    if not VENV.exists():
        provide_venv_module()
        VENV.mkdir()
        STAMP.write_text(UNFINISHED, "utf-8")
        run_logged("virtual environment", [outer_python(), "-m", "venv", str(VENV)])


def is_environment_sound() -> bool:
    """Whether the environment's own Python starts, is one that will do, and has pip."""
    code = "import sys, pip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(venv_program("python")), "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    if done.returncode != 0:
        return False
    major, minor = map(int, done.stdout.split())
    return will_do((major, minor))


def outer_python() -> str:
    """The Python outside all virtual environments, for .venv may be about to be made anew."""
    return getattr(sys, "_base_executable", None) or sys.executable


def provide_venv_module() -> None:
    """Debian keeps the parts that make virtual environments in a package of their own."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    has_apt = package_manager() == "apt-get"
    if has_apt and is_root():
        run_logged("list of system packages", ["apt-get", "update"])
        apt_install(package, [package])
        return
    how = f"sudo apt-get install {package}" if has_apt else "install its modules venv and ensurepip"
    raise SetupError(f"This Python cannot make virtual environments. To change that: {how}")


def install_packages() -> None:
    STAMP.write_text(UNFINISHED, "utf-8")
    pip = [str(venv_program("python")), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    try:
        run_logged("dependencies", [*pip, "install", "-r", str(REQUIREMENTS)])
        # All that it needs has just been installed, so this asks the network for nothing.
        editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        run_logged("GAN Studio", [*pip, "install", *editable])
    except SetupError:
        # pip stopped by itself and tidied up, so what it got so far is of use next time.
        STAMP.unlink()
        raise


def provide_build_environment(kind: str) -> Path:
    """The environment that the packaged program is collected from; its Python.

    It has what is packaged and nothing else: what developers have installed must not get in.
    """
    folder = ROOT / "build" / f"environment-{kind}"
    python, stamp = venv_program("python", environment=folder), folder / STAMP.name
    key = current_key(DECIDES_THE_BUILD)
    if stamp.exists() and stamp.read_text("utf-8") == key and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    provide_venv_module()
    run_logged("environment of the build", [outer_python(), "-m", "venv", str(folder)])
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    if index := torch_index(kind, sys.platform):
        # A line that is cut is no reason to stop: what comes is looked at before it is packaged.
        torch = ["--retries", "1", "--extra-index-url", index, *torch_requirements()]
        run_logged("torch", [*pip, *torch])
    run_logged("dependencies", [*pip, "-r", str(BUILD_REQUIREMENTS)])
    stamp.write_text(key, "utf-8")
    return python


def torch_index(kind: str, platform: str) -> str:
    """Where to look for torch besides PyPI, or nothing where PyPI has what is wanted."""
    if kind == "cpu":
        return TORCH_INDEXES + "cpu" if platform == "linux" else ""
    return TORCH_INDEXES + "cu130" if platform == "win32" else ""


def torch_requirements() -> list[str]:
    lines = PROGRAM_REQUIREMENTS.read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith(("torch>", "torchvision>"))]


# --- running and telling --------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, flush=True)


def say_unended(text: str) -> None:
    print(text, end="", flush=True)


def run_logged(what: str, command: list[str], **environment: str) -> None:
    """Run a step of the set-up with one line on the screen and everything else in the log."""
    say_unended(f"  {what} ...")
    LOG.parent.mkdir(exist_ok=True)
    start = time.monotonic()
    with LOG.open("a+", encoding="utf-8", errors="replace") as log:
        log.write(f"$ {shlex.join(command)}\n")
        log.flush()
        own_words = log.tell()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
        code = wait_for(process, what)
        log.seek(own_words)
        if code != 0:
            say(" failed")
            raise SetupError(failure_sentence(what, log.read()))
    say(f" {time.monotonic() - start:.0f} s")


def wait_for(process: subprocess.Popen[bytes], what: str) -> int:
    """Wait, on a terminal with a clock that shows that something still happens."""
    start = time.monotonic()
    try:
        while True:
            try:
                return process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    say_unended(f"\r  {what} ... {time.monotonic() - start:.0f} s \r  {what} ...")
    except BaseException:
        process.kill()
        process.wait()
        raise


def failure_sentence(what: str, log: str) -> str:
    """Which step failed, the tool's own word for it, and where the rest of its words are."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "e:"))]
    told = (errors or lines or ["nothing"])[-1]
    return (
        f"Set-up stopped at: {what}. It said: {told}\n"
        f"Everything it said is in {LOG}. Once that is mended, start this again."
    )


def child_environment(**more: str) -> dict[str, str]:
    """The environment for GAN Studio and its tests."""
    # Read when torch is loaded. Spinning threads were measured 7 to 57 times slower than passive
    # ones beside any other busy process.
    return {"OMP_WAIT_POLICY": "passive", **os.environ, **more}


def start_program(arguments: list[str]) -> int:
    """Become GAN Studio, so that its signals and its exit code are its own."""
    python = str(venv_program("python"))
    command = [python, "-m", "gan_studio", *arguments]
    if os.name != "nt":
        os.execve(python, command, child_environment())
    # Windows would give the terminal back while the new process still runs.
    process = subprocess.Popen(command, env=child_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # it was sent to both; the program ends in its own way


def lint_steps() -> dict[str, list[str]]:
    python = str(venv_program("python"))
    # Not the program lint-imports: a moved or copied .venv breaks programs, and never modules.
    imports = "from importlinter.cli import lint_imports_command as check; check()"
    return {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "import contracts": [python, "-c", imports],
        "mypy": [python, "-m", "mypy"],
    }


def pytest_step(arguments: list[str]) -> list[str]:
    return [str(venv_program("python")), "-m", "pytest", "-q", *arguments]


def without_qt_step() -> list[str]:
    folders = [folder for folder in WITHOUT_QT_TESTS if (ROOT / folder).is_dir()]
    left_out = [f"--ignore={path}" for path in WITHOUT_QT_LEFT_OUT]
    return pytest_step(["-p", "no:pytest-qt", "-m", WITHOUT_QT_MARKS, *left_out, *folders])


def without_qt_environment() -> dict[str, str]:
    """Hides Qt from the tests and from every process that they start."""
    path = [str(WITHOUT_QT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return child_environment(PYTHONPATH=os.pathsep.join(path))


def run_steps(steps: dict[str, list[str]], environments: dict[str, dict[str, str]]) -> int:
    """Run the steps until one fails, then tell how each went; the exit code of the last one run."""
    code, results = 0, {}
    for name, command in steps.items():
        if code:
            results[name] = "not run"
            continue
        say(f"== {name}")
        start = time.monotonic()
        environment = environments.get(name, child_environment(QT_QPA_PLATFORM="offscreen"))
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        results[name] = f"{'failed' if code else 'ok'}, {time.monotonic() - start:.0f} s"
    say("== summary")
    for name, result in results.items():
        say(f"{name}: {result}")
    return code


def test(arguments: list[str]) -> int:
    """Every check and every test, or, given arguments, pytest with them alone."""
    if arguments:
        return run_steps({"pytest": pytest_step(arguments)}, {})
    steps = {**lint_steps(), "pytest": pytest_step([]), "pytest without Qt": without_qt_step()}
    return run_steps(steps, {"pytest without Qt": without_qt_environment()})


def build(arguments: list[str]) -> int:
    """Make the packaged program; see packaging/freeze.py."""
    version = sys.version_info[:2]
    if not will_do(version):
        raise SetupError(version_sentence(version, suitable_interpreters()))
    provide_system_libraries()
    python = provide_build_environment("cuda" if "--cuda" in arguments else "cpu")
    command = [str(python), str(ROOT / "packaging" / "freeze.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    """Carry out one command; see the top of this file."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = ("run", "test", "setup", "lint", "build")
    if command not in commands or (command in ("setup", "lint") and rest):
        say((__doc__ or "").strip())
        return 0 if command in ("-h", "--help", "help") else 2
    try:
        if command == "build":
            return build(rest)
        set_up()
        if command == "run":
            return start_program(rest)
        if command == "test":
            return test(rest)
        return run_steps(lint_steps(), {}) if command == "lint" else 0
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        say(f"This cannot go on: {reason}. Once that is mended, start it again.")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Start this again to go on.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
