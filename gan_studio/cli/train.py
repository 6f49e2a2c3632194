"""``gan-studio train``: a new run."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._catalogue import options_of, shown_default, shown_range
from gan_studio.cli._output import add_json, add_set
from gan_studio.core.config import TrainConfig
from gan_studio.core.errors import BadConfig, BadFile
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import find_preset, load_presets
from gan_studio.core.schema import merge

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from gan_studio.core.config import RunConfig
    from gan_studio.jobs.training_job import RunRequest

DESCRIPTION = N_(
    "Train a model. Later words win: preset, then --config, then --family and --data, then the\n"
    "other flags, then --set. The run's folder holds all that is needed to go on or to repeat it."
)
_EXAMPLES = N_("""\
examples:
  gan-studio train --family gan --data digits --steps 2000
  gan-studio train --preset NAME --out runs/first           (gan-studio presets)
  gan-studio train --family dcgan --data ~/Pictures/leaves --set train.batch_size=128
  gan-studio train --family gan --set model.loss=minimax --set model.penalties=r1,r2
  gan-studio train --config runs/first/run.toml --seed 2 --out runs/second
  torchrun --nproc-per-node 2 -m gan_studio train --family dcgan --data mnist

Ctrl+C stops at a checkpoint, and `gan-studio resume RUN` goes on from there.

fields of --set (those of a model and of the data: gan-studio families NAME,
gan-studio datasets NAME):
""")
# Without torch only the options of the training itself can be listed, which is what is needed.
EXAMPLES = _EXAMPLES + "".join(
    f"  {path} = {shown_default(spec)}{shown_range(spec)}\n"
    for path, spec in options_of(TrainConfig, "train")
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("--family", metavar="NAME", help=_("what to train (gan-studio families); gan by default"))
    add(
        "--data",
        metavar="NAME|PATH",
        help=_("what to train on: a name (gan-studio datasets), or a folder; digits by default"),
    )
    add("--steps", type=int, metavar="N", help=_("how many steps to train"))
    add("--out", type=Path, metavar="DIR", help=_("the run's folder; a dated one by default"))
    add("--preset", metavar="NAME", help=_("settings known to work (gan-studio presets)"))
    add("--config", type=Path, metavar="FILE", help=_("a TOML file such as a run's run.toml"))
    add_set(parser, _("set any field, such as train.batch_size=128; may be repeated"))
    add("--seed", type=int, metavar="N", help=_("where random numbers start"))
    add("--device", choices=("auto", "cpu", "cuda", "mps"), help=_("where to compute"))
    add("--dry-run", action="store_true", help=_("print the resolved settings as TOML and end"))
    add_json(parser, _("print every event as one line of JSON"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    config = build_config(args)
    if args.dry_run:
        import tomli_w

        from gan_studio.core.schema import to_plain

        print(tomli_w.dumps(to_plain(config)), end="")
        return 0
    from gan_studio.cli._training import train_here

    if (note := _note(args, config)) and not args.json:
        print(note)
    return train_here(make_request(config, args.out), as_json=args.json)


def _note(args: argparse.Namespace, config: RunConfig) -> str:
    """What a person may not have meant: no preset, or one without the data it was made for."""
    if args.config is not None:
        return ""
    presets = load_presets(resources_dir() / "presets")
    if args.preset is None:
        keys = [key for key, preset in presets.items() if preset.family == config.model.key]
        words = _("These are the family's own settings. Known to work well: --preset {keys}.")
        return words.format(keys=_(" or ").join(keys)) if keys and not args.words else ""
    preset = presets[args.preset]
    if args.data is None and "data" not in preset.values:
        words = _("Without --data it learns from “{data}”. The preset was measured on {expects}")
        return words.format(data=config.data.key, expects=_(preset.expects))
    return ""


def make_request(config: RunConfig, out: Path | None) -> RunRequest:
    """A request for a new run in `out`, or in a dated folder of the user's."""
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.training_job import RunRequest

    return RunRequest(config, Folders.of_user(), None if out is None else out.expanduser())


def build_config(args: argparse.Namespace) -> RunConfig:
    """The configuration that the words ask for.

    Raises:
        BadConfig: a field that there is not, or a value that does not fit.
        UnknownKey: a family, data set or preset that there is not.
        BadData: the path of the data cannot be used.
        BadFile: the TOML file cannot be read.
    """
    from gan_studio.core.config import RunConfig
    from gan_studio.core.schema_io import assign, from_plain

    plain: dict[str, Any] = {}
    if args.preset is not None:
        preset = find_preset(load_presets(resources_dir() / "presets"), args.preset)
        if args.family not in (None, preset.family):
            raise BadConfig(
                f"--family: the preset “{args.preset}” is for {preset.family}, not {args.family}"
            )
        plain = preset.apply(plain)
    if args.config is not None:
        plain = merge(plain, read_toml(args.config))
    plain = merge(plain, flag_tables(args))
    return assign(from_plain(RunConfig, plain), args.words)


def flag_tables(args: argparse.Namespace) -> dict[str, Any]:
    """The flags as tables like those of a ``run.toml``."""
    tables: dict[str, Any] = {}
    if args.family is not None:
        from gan_studio.models.base import FAMILIES

        tables["model"] = {"name": FAMILIES.get(args.family).key}
    if args.data is not None:
        tables["data"] = data_table(args.data)
    named = {"steps": args.steps, "seed": args.seed, "device": args.device}
    if train := {name: value for name, value in named.items() if value is not None}:
        tables["train"] = train
    return tables


def data_table(word: str) -> dict[str, Any]:
    """The data that a name or a path means; a name wins.

    Raises:
        UnknownKey: neither is there, and it does not look like a path.
        BadData: no kind of data recognises the path.
    """
    from gan_studio.core.schema import to_plain
    from gan_studio.data.base import DATASETS, choose_source

    path = Path(word).expanduser().resolve()
    looks_like_path = any(sign in word for sign in ("/", "\\", "~", "."))
    if word in DATASETS or not (looks_like_path or path.exists()):
        return {"name": DATASETS.get(word).key}
    key, options = choose_source(path)
    return {"name": key, **to_plain(options)}


def read_toml(path: Path) -> Mapping[str, Any]:
    """The tables of a config or preset file.

    Raises:
        BadFile: it is missing or not TOML.
    """
    try:
        tables = tomllib.loads(path.expanduser().read_text("utf-8"))
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise BadFile(path=path, reason=f"is not TOML ({error})") from error
    for about in ("schema", "preset"):  # what a run or a preset says about itself
        tables.pop(about, None)
    return tables
