#!/usr/bin/env python3
"""Starts the packaged program where there is no Python, and judges what it does.

    python3 packaging/smoke_test.py "dist/GAN Studio"
    python3 packaging/smoke_test.py dist/gan-studio-0.1.0.tar.zst --pictures build/smoke
    sudo python3 packaging/smoke_test.py ARCHIVE --chroot /var/chroots/bookworm

Takes a program's folder, a .zip, .tar.zst or .deb. As root on Linux the program runs as a user of
its own, without network and with its folder read-only, in a chroot where one is given; elsewhere in
a clean environment. Every step is carried out even after a failure. Exit codes: 0 all well, 1 not.
Standard library only.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from smoke import place as places
from smoke import program as programs
from smoke.command_line import CommandLine
from smoke.report import Report
from smoke.window import WindowSteps, measure

ROOT = Path(__file__).resolve().parent.parent


def main(words=None):
    """Try the program out; the exit code."""
    args = parse(words)
    work = Path(tempfile.mkdtemp(prefix="gan-studio-smoke-"))
    report = Report()
    try:
        if program := find(args, work, report):
            try_out(program, args, work, report)
    finally:
        if args.keep:
            print(f"kept: {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    report.summarise()
    return report.exit_code


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("program", type=Path, nargs="?", help="the program's folder, or an archive of it")
    add("--pictures", type=Path, metavar="DIR", help="keep pictures of the window here")
    add("--source", type=Path, default=ROOT, metavar="ROOT", help="the source tree it was made of")
    add("--chroot", type=Path, metavar="DIR", help="try it in this system (debootstrap; as root)")
    add("--no-isolation", action="store_true", help="clean environment variables only")
    add("--keep", action="store_true", help="keep the folder that all is written in")
    add("--tolerance", type=float, default=1.0, metavar="X", help="times 2 s for closing (1)")
    add("--only", default="", metavar="WORDS", help="only steps with one of these, comma between")
    add("--measure", action="store_true", help="also time the first paint, warm and cold")
    add("--command", metavar="WORDS", help="try this command in place of both executables")
    args = parser.parse_args(words)
    if (args.program is None) == (args.command is None):
        parser.error("say which program: its folder or archive, or --command")
    args.source = args.source.resolve()
    return args


def find(args, work, report):
    """Unpack where need be; the program, None where there is none."""
    found = []

    def unpack():
        if args.command is not None:
            found.append(programs.Program.of_command(shlex.split(args.command), args.source))
            return [], ["a command in place of the packaged program"]
        folder = args.program.resolve()
        if not folder.is_dir():
            folder = work / "unpacked"
            folder.mkdir()
            programs.unpack(args.program.resolve(), folder)
        found.append(programs.Program.of_folder(folder))
        problems = programs.judge_layout(found[0])
        return problems, [f"in “{found[0].folder.name}”"]

    report.step("unpacked and complete", unpack)
    return found[0] if found else None


def try_out(program, args, work, report):
    """All steps with the program."""
    isolation = places.choose_isolation(args.no_isolation, args.chroot)
    print(f"isolation: {places.WORDS[isolation]}")
    hidden = [args.source, Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable)]
    hidden = [path for path in hidden if path not in (Path("/"), Path("/usr"), Path("/usr/local"))]
    place = places.Place(program, work, isolation, args.chroot, hidden)
    before = programs.listing(program.folder) if program.is_packaged else {}
    window = WindowSteps(place, args.pictures or work / "pictures", args.tolerance)
    steps = {**CommandLine(place, args.source).steps(), **window.steps()}
    wanted = [word.strip() for word in args.only.split(",")]
    for name, step in steps.items():
        if any(word in name for word in wanted):
            report.step(name, step)
    if program.is_packaged:
        report.step(
            "its folder is as it was",
            lambda: programs.judge_listing(before, programs.listing(program.folder)),
        )
    report.step("nothing left running", lambda: left_running(place))
    report.step("nothing written elsewhere", lambda: left_files(place))
    if args.measure:
        plain = places.Place(program, work / "measured", places.VARIABLES)
        report.step("measured", measure, plain, program.folder)


def left_running(place):
    """What is still running is told of, and not ended: it may be somebody else's."""
    return [f"still running: {number} {name}" for number, name in place.left_running()]


def left_files(place):
    return [f"left behind: {path}" for path in place.strays()[:10]]


if __name__ == "__main__":
    sys.exit(main())
