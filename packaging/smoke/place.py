"""Where the program is tried: a machine without Python and network, as near as can be had here.

As root on Linux it runs as a user of its own, without network devices, with the program's folder
read-only, and either inside another system (a chroot that debootstrap made) or with this system's
Pythons, source tree and build hidden by empty mounts. Other systems get clean variables alone.
"""

from __future__ import annotations

import glob
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FIRST_USER, USERS = 61184, 4000  # numbers that no account has
MARK = "GAN_STUDIO_SMOKE_MARK"
IS_LINUX = sys.platform.startswith("linux")
PYTHONS = (
    "/usr/lib/python*",
    "/usr/local/lib/python*",
    "/usr/bin/python*",
    "/usr/local/bin/python*",
    "~/.pyenv",
    "/opt/hostedtoolcache",
)
X_SOCKETS = "/tmp/.X11-unix"
CHROOT, NAMESPACE, USER_NAMESPACE, VARIABLES = "chroot", "namespace", "user namespace", "variables"
WORDS = {
    CHROOT: "in a chroot, as a user of its own, no network, program read-only",
    NAMESPACE: "Python and sources hidden, as a user of its own, no network, program read-only",
    USER_NAMESPACE: "Python and sources hidden, no network, program read-only",
    VARIABLES: "clean environment variables only",
}


@dataclass(frozen=True)
class Done:
    """How a command ended; a code of None: it was killed because it took too long."""

    code: int | None
    out: str
    err: str
    seconds: float


def choose_isolation(wants_none, chroot):
    """The strictest that is possible here."""
    if wants_none or not IS_LINUX or shutil.which("unshare") is None:
        return VARIABLES
    if os.geteuid() == 0:
        if not works("unshare", "--net", "--mount", "true"):
            return VARIABLES
        return CHROOT if chroot else NAMESPACE
    user = ("unshare", "--user", "--map-root-user", "--net", "--mount", "true")
    return USER_NAMESPACE if works(*user) else VARIABLES


def works(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Started:
    """A process that is under way."""

    def __init__(self, process, out, err):
        self.process, self._out, self._err = process, out, err
        self._began = time.monotonic()

    @property
    def is_running(self):
        return self.process.poll() is None

    def wait(self, timeout_s):
        """Wait for the end; what takes longer is killed."""
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        seconds = time.monotonic() - self._began
        texts = [path.read_text("utf-8", errors="replace") for path in (self._out, self._err)]
        return Done(code, *texts, seconds)


class Place:
    """Starts the program's two executables.

    Args:
        program: what is tried.
        work: an empty folder; HOME and all that is written lie in it.
        isolation: one of the four.
        chroot: the other system's root, for `CHROOT`.
        hidden: folders that the program must not find, besides the usual Pythons.
    """

    def __init__(self, program, work, isolation, chroot=None, hidden=()):
        self.program, self.work, self.isolation, self.chroot = program, work, isolation, chroot
        self.mark = secrets.token_hex(8)
        self.user = FIRST_USER + secrets.randbelow(USERS)  # so that its files are known by it
        self.home, self.out, self.temporary = work / "home", work / "out", work / "tmp"
        self._no_programs, self._runtime = work / "empty", work / "runtime"
        self._said, self._started = work / "said", 0
        self._seen = work / "program" / program.folder.name  # where the program is mounted
        self._hidden = [] if not self.is_mounted else self._to_hide(hidden)
        self._prepare()

    @property
    def is_mounted(self):
        """Whether the program is seen at another path than its own, and is read-only there."""
        return self.isolation != VARIABLES

    @property
    def has_own_user(self):
        return self.isolation in (CHROOT, NAMESPACE)

    def _prepare(self):
        folders = [
            self.home,
            self.out,
            self.temporary,
            self._no_programs,
            self._runtime,
            self._said,
        ]
        for folder in folders if not self.is_mounted else [*folders, self._seen]:
            folder.mkdir(parents=True, exist_ok=True)
        self._runtime.chmod(0o700)
        if self.isolation == CHROOT and not (self.chroot / "etc" / "hosts").exists():
            # Processes that train together look for localhost; debootstrap leaves this to others.
            (self.chroot / "etc" / "hosts").write_text("127.0.0.1 localhost\n", "utf-8")
        if self.has_own_user:
            self.work.chmod(0o755)
            for folder in (self.home, self.out, self.temporary, self._runtime):
                os.chown(folder, self.user, self.user)

    def _to_hide(self, hidden):
        """What is there of the Pythons and of `hidden`, the outermost only."""
        found = [
            Path(name) for pattern in PYTHONS for name in glob.glob(os.path.expanduser(pattern))
        ]
        found += [Path(path).resolve() for path in hidden if Path(path).exists()]
        kept = []
        for path in sorted(set(found), key=lambda path: len(path.parts)):
            is_inside = any(one in path.parents for one in kept)
            if not is_inside and path not in self.work.parents and path != self.work:
                kept.append(path)
        return kept

    # -- what the program sees

    def environment(self, more):
        """All variables that the program gets; none of this process is left but Windows' own."""
        plain = {
            "HOME": str(self.home),
            "PATH": str(self._no_programs),
            "LANG": "C.UTF-8",
            "USER": "student",
            "LOGNAME": "student",
            "TMPDIR": str(self.temporary),
            MARK: self.mark,
        }
        if IS_LINUX:
            plain["XDG_RUNTIME_DIR"] = str(self._runtime)
        if os.name == "nt":
            names = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "NUMBER_OF_PROCESSORS")
            plain |= {name: os.environ[name] for name in names if name in os.environ}
            # Windows tells programs of a person's folders by other ways than variables.
            plain |= dict.fromkeys(("TEMP", "TMP"), str(self.temporary))
            plain |= {"GAN_STUDIO_HOME": str(self.home), "USERPROFILE": str(self.home)}
        return {**plain, **more}

    def command(self, words, is_window, has_loopback):
        """The whole command that starts one of the executables with `words`."""
        start = self.program.window if is_window else self.program.console
        if not self.is_mounted:
            return [*start, *words]
        if self.program.is_packaged:
            start = [str(self._seen / Path(start[0]).relative_to(self.program.folder))]
        user = [] if self.has_own_user else ["--user", "--map-root-user"]
        inner = [*self._as_user(), *start, *words]
        script = "\n".join([*self._mounts(has_loopback), f"exec {shlex.join(inner)}"])
        return [tool("unshare"), *user, "--net", "--mount", tool("sh"), "-c", script]

    def _as_user(self):
        if self.isolation == CHROOT:
            return [tool("chroot"), f"--userspec={self.user}:{self.user}", str(self.chroot)]
        if self.isolation == NAMESPACE:
            return [
                tool("setpriv"),
                f"--reuid={self.user}",
                f"--regid={self.user}",
                "--clear-groups",
            ]
        return []

    def _mounts(self, has_loopback):
        """Lines of shell that make the place, in mounts that nobody else sees."""
        mount, seen = tool("mount"), shlex.quote(str(self._seen))
        lines = ["set -e"]
        if has_loopback:
            lines.append(f"{tool('ip')} link set lo up")
        lines.append(f"{mount} --bind {shlex.quote(str(self.program.folder))} {seen}")
        lines.append(f"{mount} -o remount,bind,ro {seen}")
        if self.isolation == CHROOT:
            return [*lines, *self._mounts_of_chroot(mount)]
        for path in self._hidden if self.program.is_packaged else ():
            if path.is_dir():
                lines.append(f"{mount} -t tmpfs -o ro,size=4k none {shlex.quote(str(path))}")
            else:
                lines.append(f"{mount} --bind /dev/null {shlex.quote(str(path))}")
        lines.append(f"cd {shlex.quote(str(self.home))}")
        return lines

    def _mounts_of_chroot(self, mount):
        root = shlex.quote(str(self.chroot))
        work, sockets = shlex.quote(str(self.work)), shlex.quote(X_SOCKETS)
        lines = [
            f"{mount} --bind /proc {root}/proc",
            f"{mount} --rbind /dev {root}/dev",
            f"{mount} -t tmpfs -o mode=1777 none {root}/tmp",
            f"{tool('mkdir')} -p {root}{work} {root}{sockets}",
            f"{mount} --rbind {work} {root}{work}",
        ]
        if Path(X_SOCKETS).is_dir():
            lines.append(f"{mount} --bind {sockets} {root}{sockets}")
        return lines

    # -- starting it

    def start(self, *words, is_window=False, has_loopback=False, **variables):
        """Start the program; what it says goes into files, so that no child can hold us up."""
        self._started += 1
        files = [self._said / f"{self._started:03d}-{name}.txt" for name in ("out", "err")]
        with files[0].open("wb") as out, files[1].open("wb") as err:
            process = subprocess.Popen(
                self.command([str(word) for word in words], is_window, has_loopback),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self.environment(variables),
                cwd=self.home if self.program.is_packaged else self.program.folder,
            )
        return Started(process, *files)

    def run(self, *words, timeout_s=300.0, **more):
        """Start it and wait for its end."""
        return self.start(*words, **more).wait(timeout_s)

    # -- what it leaves behind

    def left_running(self):
        """Process numbers and names of what this place started and what has not ended."""
        if not IS_LINUX:
            return running_by_name()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                variables = (path / "environ").read_bytes()
                name = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if f"{MARK}={self.mark}".encode() in variables:
                found.append((int(path.name), name[:120]))
        return found

    def strays(self):
        """Files outside HOME and the output folder that were left behind."""
        found = [path for path in self.temporary.rglob("*") if not path.is_dir()]
        if self.has_own_user:
            places = ["/dev/shm", "/var/tmp", "/tmp"]
            if self.isolation == CHROOT:
                places = ["/dev/shm", str(self.chroot)]
            for place in places:
                found += self._own_files(place)
        return sorted(map(str, found))

    def _own_files(self, place):
        words = [
            place,
            "-xdev",
            "-path",
            str(self.work),
            "-prune",
            "-o",
            "-uid",
            str(self.user),
            "-print",
        ]
        done = subprocess.run(["find", *words], capture_output=True, text=True, check=False)
        return done.stdout.splitlines()


def running_by_name():
    """What runs under the names of the two executables, on systems that show no variables."""
    windows, others = ["tasklist", "/fo", "csv", "/nh"], ["ps", "-axo", "pid=,comm="]
    command = windows if os.name == "nt" else others
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    return [(0, line) for line in lines if "gan-studio" in line or "GAN Studio" in line]


def tool(name):
    """The absolute path of a program of this system, which the clean PATH does not reach."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin")
    return path or name
