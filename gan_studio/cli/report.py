"""``gan-studio report``: what to send along when something does not work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.cli._output import add_json, print_json
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

    from gan_studio.jobs.report.builder import Material

DESCRIPTION = N_(
    "Print a report for whoever helps when something does not work: versions, the device, the\n"
    "last lines of the window's log, how the window last ended, and the last events of a run.\n"
    "Folders and names of files, of the user and of the computer are left out. Nothing is sent."
)
EXAMPLES = N_("""\
examples:
  gan-studio report
  gan-studio report runs/first --out report.txt
  gan-studio report runs/first --paths
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, nargs="?", metavar="RUN", help=_("the folder of the run it is about"))
    add("--paths", action="store_true", help=_("leave folders and names in"))
    add("--out", type=Path, metavar="FILE", help=_("text file to write, in place of printing"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.jobs.report.builder import report_text, save_report

    text = report_text(_material(args.run_dir), with_paths=args.paths)
    if args.out is not None:
        save_report(args.out, text)
    if args.json:
        print_json({"report": text, "file": None if args.out is None else str(args.out)})
    elif args.out is None:
        print(text, end="")
    else:
        print(_("The report is in {path}.").format(path=args.out))
    return 0


def _material(run_dir: Path | None) -> Material:
    from datetime import datetime

    from gan_studio.core.errors import BadRun
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.open_mark import last_end, unexpected_end
    from gan_studio.jobs.report.builder import LOG_LINES, Material
    from gan_studio.jobs.report.log_tail import log_file_tail
    from gan_studio.jobs.report.run_story import is_about, read_story, run_of

    if run_dir is not None and not run_dir.is_dir():
        raise BadRun(run_dir, "there is no such folder", "Choose a run's folder.")
    folders = Folders.of_user()
    # Where no window can start, nobody has asked yet how the last one ended.
    unexpected_end(folders.settings)
    end = last_end(folders.settings)
    if end is not None and run_dir is not None and not is_about(end, run_dir):
        end = None  # another story
    return Material(
        folders,
        datetime.now(),
        log=log_file_tail(folders.settings, LOG_LINES),
        run=run_of(end) if run_dir is None else read_story(run_dir.resolve()),
        last_end=end,
        asks_torch=True,
    )
