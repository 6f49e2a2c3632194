"""The command line's entry: which sub-command, and how errors become exit codes."""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import os
import sys
import textwrap
from typing import TYPE_CHECKING, Any, NoReturn

import gan_studio
from gan_studio.core.errors import Cancelled, StudioError
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FAILED, BAD_WORDS, INTERRUPTED = 0, 1, 2, 130
BAD_WORD_ERRORS = ("BadConfig", "UnknownKey")

# Only the module of the command that was asked for is imported, so that help is instant.
COMMANDS = {
    "train": N_("train a model from scratch"),
    "sweep": N_("train one model with several sizes of z and compare them"),
    "resume": N_("go on with a run from its newest checkpoint"),
    "sample": N_("draw pictures with a trained model"),
    "walk": N_("film a walk through the latent space of a model"),
    "reconstruct": N_("squeeze pictures through a model and compare the copies"),
    "nearest": N_("find the training pictures nearest to generated ones"),
    "directions": N_("find ways through a model's latent space that mean something"),
    "export": N_("take a model away: ONNX, TorchScript, samples, a labelled data set"),
    "inspect": N_("show what is in a run's folder"),
    "running": N_("list the runs that train in the background, or stop one"),
    "families": N_("list the kinds of model, or the options of one"),
    "datasets": N_("list the kinds of data, or the options of one"),
    "presets": N_("list settings that are known to work"),
    "lab": N_("open the lab: see D and G move on a line or a plane"),
    "report": N_("print what to send along when something does not work"),
    "bench": N_("measure the speed of this machine and this program"),
}
HIDDEN_COMMANDS = ("torchrun", "worker", "inventory")

# What opens the window is seen to before this is asked; it is only explained here.
USAGE = """gan-studio [--safe-mode] [--new-window] [PATH ...]
       gan-studio COMMAND ...
       gan-studio [-h] [--version]"""
WINDOW = N_(
    "Without a command the window opens, or the one that is open comes to the front. PATH is what "
    "it opens: a lesson, a run or one of its checkpoints, a picture that GAN Studio has saved, or "
    "a folder of pictures."
)
WINDOW_OPTIONS = {
    "--safe-mode": N_("standard settings, no plugins, no GPU, one thread; nothing of it is kept"),
    "--new-window": N_("open a window of its own even where there is one"),
}

DESCRIPTION = N_("See, train and use generative models.")
EXAMPLES = N_("""\
examples:
  gan-studio                                           open the window
  gan-studio runs/leaves                               open a run in it
  gan-studio train --family gan --data digits --steps 2000
  gan-studio train --family dcgan --data ~/Pictures/leaves --out runs/leaves
  gan-studio sample RUN --count 64 --seed 7 --out grid.png
  gan-studio inspect RUN

Every command has a help of its own: gan-studio COMMAND --help
RUN is the folder that a training has written. Exit codes: 0 done, 1 failed,
2 not understood, 130 interrupted (a checkpoint was saved).
""")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of texts, and options and what they mean on one line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=34)

    def add_argument(self, action: argparse.Action) -> None:
        """Argparse forgets that sub-commands are indented, and breaks the line of the longest."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += self._indent_increment


class Parser(argparse.ArgumentParser):
    """A parser that guesses no flags and whose errors are one sentence."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=HelpFormatter, **more)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, and where the right ones are listed."""
        message += self._meant(message)
        end = "" if message.endswith("?") else "."
        self.exit(BAD_WORDS, f"{self.prog}: {message}{end} " + _("See --help.") + "\n")

    def _meant(self, message: str) -> str:
        """The flag that was probably meant, for flags that there are not."""
        flags = _flags_of(self)
        for word in message.partition("unrecognized arguments: ")[2].split():
            close = difflib.get_close_matches(word.partition("=")[0], flags, n=1)
            if word.startswith("-") and close and close[0] != word:
                return ", " + _("did you mean {flag}?").format(flag=close[0])
        return ""


def _flags_of(parser: argparse.ArgumentParser) -> list[str]:
    """All flags, those of the commands as well."""
    flags: list[str] = []
    for action in parser._actions:
        flags += action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                flags += _flags_of(command)
    return flags


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised.

    Args:
        argv: the words after the program's name; None takes those of this process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    wants_json = "--json" in words
    try:
        code = _run(words)
        sys.stdout.flush()  # here, where a reader that has left can be handled
        return code
    except KeyboardInterrupt:
        print(_("Interrupted."), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left (`| head`); the interpreter must not complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        return report(error, wants_json)


def _run(words: Sequence[str]) -> int:
    try:
        args = parse(words)
    except SystemExit as error:  # how argparse ends after --help, --version and bad words
        return error.code if isinstance(error.code, int) else FAILED
    code: int = args.run(args)
    return code


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The words as a namespace whose `run` is the command's function.

    Raises:
        SystemExit: help was asked for, or the words are not understood.
    """
    parser = Parser(
        prog="gan-studio",
        usage=USAGE,
        description=_(DESCRIPTION),
        epilog=_(EXAMPLES),
    )
    version = f"gan-studio {gan_studio.__version__}"
    parser.add_argument("--version", action="version", version=version, help=_("print the version"))
    _explain_window(parser)
    commands = parser.add_subparsers(
        title=_("commands"),
        prog="gan-studio",
        dest="command",
        metavar="COMMAND",
        required=True,
        parser_class=Parser,
    )
    chosen = next((word for word in words if not word.startswith("-")), "")
    if not chosen and (unknown := [word for word in words if word not in _flags_of(parser)]):
        parser.error("unrecognized arguments: " + " ".join(unknown))
    if chosen and chosen not in (*COMMANDS, *HIDDEN_COMMANDS):
        parser.error(unknown_command(chosen))
    for name, summary in COMMANDS.items():
        _add_command(commands, name, summary, chosen)
    for name in HIDDEN_COMMANDS:
        _add_command(commands, name, None, chosen)
    args = parser.parse_args(words)
    for flag in WINDOW_OPTIONS:
        if getattr(args, flag.strip("-").replace("-", "_")):
            parser.error(_("{flag} is for the window, not for commands").format(flag=flag))
    return args


def _explain_window(parser: Parser) -> None:
    group = parser.add_argument_group(_("the window"), textwrap.fill(_(WINDOW), 76))
    for flag, words in WINDOW_OPTIONS.items():
        group.add_argument(flag, action="store_true", help=_(words))


def _add_command(
    commands: argparse._SubParsersAction[Parser], name: str, summary: str | None, chosen: str
) -> None:
    """Announce a command; only the one that was chosen is imported and says what it takes.

    Raises:
        StudioError: its module is not there.
    """
    about = {} if summary is None else {"help": _(summary)}  # without help it stays hidden
    module = _import_command(name) if name == chosen else None
    parser: Parser = commands.add_parser(
        name,
        description=_(getattr(module, "DESCRIPTION", summary or "")),
        epilog=_(getattr(module, "EXAMPLES", "")),
        **about,  # type: ignore[arg-type]
    )
    if module is not None:
        module.add_arguments(parser)
        parser.set_defaults(run=module.run)


def _import_command(name: str) -> Any:
    module = f"gan_studio.cli.{name}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        reason = _("this installation has no command “{name}”").format(name=name)
        raise StudioError(reason=reason) from error


def unknown_command(word: str) -> str:
    """What to say about a command that there is not."""
    close = difflib.get_close_matches(word, COMMANDS, n=1)
    if close:
        hint = _("did you mean {command}?").format(command=close[0])
        return _("there is no command “{word}”: {hint}").format(word=word, hint=hint)
    return _("there is no command, file or folder “{word}”; the commands are {commands}").format(
        word=word, commands=", ".join(COMMANDS)
    )


def report(error: Exception, wants_json: bool) -> int:
    """Say in one sentence what went wrong; the exit code for it.

    With ``GAN_STUDIO_DEBUG=1`` the traceback is printed first.
    """
    if os.environ.get("GAN_STUDIO_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    name, sentence = type(error).__name__, sentence_of(error)
    if wants_json:
        print(json.dumps({"error": name, "message": sentence}))
    print(f"gan-studio: {sentence}", file=sys.stderr)
    if isinstance(error, Cancelled):
        return INTERRUPTED
    return BAD_WORDS if name in BAD_WORD_ERRORS else FAILED


def sentence_of(error: Exception) -> str:
    """An error as a sentence that a person can act on."""
    if isinstance(error, StudioError):
        return error.sentence()
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    hint = _("Set GAN_STUDIO_DEBUG=1 to see where.")
    return f"{type(error).__name__}: {error}. {hint}"
