"""``gan-studio walk``: a film of the way from picture to picture."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._drawing import class_asked, psi_of, read_for
from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import count_of
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Place
    from gan_studio.inference.walk_file import WalkFile
    from gan_studio.inference.walks import Noise, Walk

SECONDS, SPEED = 6.0, 0.8
DESCRIPTION = N_(
    "Film a walk through the latent space of a model: from key frame to key frame, or a random\n"
    "walk that closes. The film carries its settings; --like makes the same one again, with\n"
    "whatever else is given changed."
)
EXAMPLES = N_("""\
examples:
  gan-studio walk runs/first --seeds 1,5,9 --out walk.gif
  gan-studio walk runs/first --latents places.json --way spline --even --out walk.webp
  gan-studio walk runs/first --noise --seconds 8 --fps 25 --scale 8 --out drift.mp4
  gan-studio walk runs/first --like walk.gif --out frames/      PNG pictures, and walk.json
MP4 needs the library av: pip install "gan-studio[video]".
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument(
        "--seeds", type=seeds_of, metavar="N,N,…", help=_("key frames from these seeds")
    )
    keys.add_argument(
        "--latents", type=Path, metavar="FILE", help=_("key frames of a latents file, or of a PNG")
    )
    keys.add_argument("--noise", action="store_true", help=_("a random walk without key frames"))
    keys.add_argument(
        "--like", type=Path, metavar="FILM", help=_("the settings of a film, or of a walk.json")
    )
    _add_motion(parser)
    add("--class", dest="class_name", metavar="K", help=_("one class only, by number or name"))
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add("--scale", type=count_of, metavar="N", help=_("how many times as large (4)"))
    words = _("blend pixels when enlarging; else each becomes a square")
    add("--smooth", action=argparse.BooleanOptionalAction, default=None, help=words)
    words = _("a .gif, .webp or .mp4 to write, or a new folder of PNG pictures (walk.gif)")
    add("--out", type=Path, default=Path("walk.gif"), metavar="FILE", help=words)
    add_json(parser)


def _add_motion(parser: argparse.ArgumentParser) -> None:
    from gan_studio.inference.walk_words import EASINGS, WAYS

    add, yes_or_no = parser.add_argument, argparse.BooleanOptionalAction
    words = _("how long the film is ({seconds:g})").format(seconds=SECONDS)
    add("--seconds", type=float, metavar="S", help=words)
    add("--fps", type=count_of, metavar="N", help=_("frames a second (30)"))
    words = _("straight, around the sphere, or a curve; by default what suits the model's prior")
    add("--way", choices=list(WAYS), help=words)
    words = _("how it leaves and reaches key frames (smooth; without a word also smooth)")
    add("--ease", choices=list(EASINGS), nargs="?", const="smooth", help=words)
    words = _("return to the first key frame and close (the default)")
    add("--loop", action=yes_or_no, default=None, help=words)
    words = _("one speed everywhere: longer ways take longer")
    add("--even", action=yes_or_no, default=None, help=words)
    add("--pause", type=float, metavar="S", help=_("seconds to stand still on each key frame (0)"))
    add("--psi", type=psi_of, metavar="P", help=_("truncation: below 1 more typical pictures (1)"))
    add("--seed", type=int, metavar="N", help=_("which random walk (1)"))
    words = _("of the random walk, in standard deviations per second ({speed:g})")
    add("--speed", type=float, metavar="V", help=words.format(speed=SPEED))


def seeds_of(word: str) -> list[int]:
    """Two or more whole numbers with commas between, for argparse."""
    words = word.split(",")
    if len(words) < 2 or not all(part.strip().isdecimal() for part in words):
        raise argparse.ArgumentTypeError(
            _("“{word}” is not two or more whole numbers with commas between").format(word=word)
        )
    return [int(part) for part in words]


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.exporters.films.base import film_for, read_note
    from gan_studio.exporters.walk_film import export_walk

    note = None if args.like is None else read_note(args.like)
    bundle = load(args, note)
    walk = walk_of(args, bundle, note)
    filmed = export_walk(bundle, walk, args.out, _progress(args))
    facts = {
        "out": str(filmed.path),
        "format": film_for(args.out).key,
        "frames": filmed.frames,
        "seconds": round(filmed.seconds, 3),
        "fps": walk.fps,
        "step": bundle.step,
    }
    if args.json:
        print_json(facts)
    else:
        words = _("{frames} frames, {seconds:.1f} s at {fps} a second, of step {step}: {out}")
        print(words.format(**facts))
    return 0


def load(args: argparse.Namespace, note: str | None) -> Bundle:
    """The model, at the step of the film that is to be made again where it is of the same run.

    Raises:
        BadConfig: the run learned points.
    """
    from gan_studio.inference.bundle import load_bundle

    step = args.step
    if step is None and note is not None:
        step = _step_of(note, args.run_dir)
    bundle = load_bundle(args.run_dir, step)
    if not bundle.spec.is_image:
        raise BadConfig(f"{args.run_dir}: this run learned points, which make no pictures")
    return bundle


def _step_of(note: str, run_dir: Path) -> int | None:
    import json

    try:
        model = json.loads(note)["model"]
        is_same = model["run"] == run_dir.resolve().name
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # what is wrong with it is said when the walk is read
    return model.get("step") if is_same and isinstance(model.get("step"), int) else None


def walk_of(args: argparse.Namespace, bundle: Bundle, note: str | None) -> Walk:
    """The settings that the words ask for.

    Raises:
        BadConfig: words that do not go together.
        BadWalk, BadLatents: the film or file does not fit the model.
    """
    if note is not None:
        found = _like(args, bundle, note).walk
    elif args.noise:
        found = _usual(bundle, noise=_noise(args, bundle))
    else:
        found = _usual(bundle, keys=_keys(args, bundle))
    found = replace(found, **_changes(args))
    if note is not None and found.noise is not None:
        found = replace(found, noise=_changed_noise(args, found.noise))
    return found if args.seconds is None and note is not None else _timed(args, found)


def _usual(bundle: Bundle, **more: Any) -> Walk:
    from gan_studio.inference.walk_words import usual_way
    from gan_studio.inference.walks import Walk

    prior = bundle.latent.prior if bundle.latent is not None else "normal"
    return Walk(way=usual_way(prior), **more)


def _like(args: argparse.Namespace, bundle: Bundle, note: str) -> WalkFile:
    from gan_studio.inference.again import class_count
    from gan_studio.inference.walk_file import walk_from_text
    from gan_studio.inference.walks import range_of

    if args.class_name is not None or args.psi is not None:
        raise BadConfig("--class and --psi: the key frames of --like have their own")
    return walk_from_text(note, range_of(bundle).dim, str(args.like), class_count(bundle))


def _keys(args: argparse.Namespace, bundle: Bundle) -> tuple[Place, ...]:
    from gan_studio.inference.latents import latents_from_seed
    from gan_studio.inference.places import Place

    label = _label(args, bundle)
    if args.latents is not None:
        found = read_for(bundle, args.latents).items
    else:
        drawn = [latents_from_seed(bundle, seed, 1)[0].numpy() for seed in args.seeds]
        found = tuple(Place(z, label, seed=s) for z, s in zip(drawn, args.seeds, strict=True))
    if args.class_name is not None:
        found = tuple(replace(place, label=label) for place in found)
    if args.psi is not None:
        found = tuple(replace(place, psi=args.psi) for place in found)
    return tuple(replace(p, label=label) if p.label is None else p for p in found)


def _label(args: argparse.Namespace, bundle: Bundle) -> int | None:
    """The class asked for, the first one where the model takes a class, else None."""
    from gan_studio.inference.again import class_count

    asked = class_asked(bundle, args.class_name)
    return 0 if asked is None and class_count(bundle) else asked


def _noise(args: argparse.Namespace, bundle: Bundle) -> Noise:
    from gan_studio.inference.walks import Noise

    return _changed_noise(args, Noise(1, SPEED, SECONDS, _label(args, bundle)))


def _changed_noise(args: argparse.Namespace, noise: Noise) -> Noise:
    asked = {name: getattr(args, name) for name in ("seed", "speed", "psi")}
    return replace(noise, **{name: value for name, value in asked.items() if value is not None})


def _changes(args: argparse.Namespace) -> dict[str, Any]:
    """What was asked for, by the names of a walk's settings."""
    asked = {
        "way": args.way,
        "easing": args.ease,
        "is_loop": args.loop,
        "is_even": args.even,
        "pause": args.pause,
        "fps": args.fps,
        "scale": args.scale,
        "is_smooth": args.smooth,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _timed(args: argparse.Namespace, walk: Walk) -> Walk:
    """The walk, as long as was asked for: the seconds are shared out over the segments."""
    seconds = SECONDS if args.seconds is None else args.seconds
    if walk.noise is not None:
        return replace(walk, noise=replace(walk.noise, seconds=seconds))
    moving = seconds - len(walk.keys) * walk.pause
    if not moving > 0:
        raise BadConfig(f"--seconds: {seconds:g} s leave no time between the pauses")
    share = moving / max(1, walk.segments)
    return replace(walk, seconds=(share,) * len(walk.keys))


def _progress(args: argparse.Namespace) -> Any:
    """A line on the terminal that counts frames; nothing where nobody looks."""
    is_seen = sys.stderr.isatty() and not args.json

    def report(done: int, total: int, what: str) -> None:
        if is_seen and (done % 10 == 0 or done == total):
            end = "\n" if done == total else "\r"
            words = _("frame {done} of {total}").format(done=done, total=total)
            print(words, end=end, file=sys.stderr, flush=True)

    return report
