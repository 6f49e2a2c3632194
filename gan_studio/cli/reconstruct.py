"""``gan-studio reconstruct``: originals, copies and errors of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import check_png, count_of
from gan_studio.cli._searching import search_facts, search_z
from gan_studio.core.errors import BadData, BadFile, ShapeMismatch
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.inference.search import Search

if TYPE_CHECKING:
    import argparse

    from torch import Tensor

    from gan_studio.data.base import Prepared, Split
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.reconstruct import Reconstruction

HELD_OUT = "held-out"
SAME = 0
COLUMNS = 16
# The colours of the whole program: what is missing is blue like the data, what was added is
# vermilion like everything generated.
MISSING, ADDED = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
DESCRIPTION = N_(
    "Send pictures through a model and save originals, copies and errors, one row each. In the\n"
    "error map blue is too dark, vermilion too bright, white right. A GAN has no encoder: there\n"
    "the z that draws each picture best is searched for (inversion), from several starts."
)
EXAMPLES = N_("""\
examples:
  gan-studio reconstruct runs/ae --out recon.png             pictures that it never saw
  gan-studio reconstruct runs/ae --data ~/digits --count 16 --out recon.png
  gan-studio reconstruct runs/ae --count 1000 --json         MSE, PSNR and SSIM of each picture
  gan-studio reconstruct runs/ae --pca                       beside as many principal components
  gan-studio reconstruct runs/gan --starts 12 --json         the z that were found, too
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    add(
        "--data",
        default=HELD_OUT,
        metavar="PATH",
        help=_("a folder or one picture; by default those that the run kept away from training"),
    )
    add("--count", type=count_of, default=16, metavar="N", help=_("how many pictures (16)"))
    add(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help=_("which pictures are drawn, and where a search starts (1)"),
    )
    usual = Search()
    words = _("searches per picture, where there is no encoder ({n})").format(n=usual.starts)
    add("--starts", type=count_of, default=usual.starts, metavar="N", help=words)
    words = _("gradient steps of each search ({n})").format(n=usual.steps)
    add("--steps", type=count_of, default=usual.steps, metavar="N", help=words)
    add("--out", type=Path, default=Path("recon.png"), metavar="FILE", help=_("PNG to write"))
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add(
        "--pca",
        type=count_of,
        nargs="?",
        const=SAME,
        metavar="N",
        help=_("add principal components of N numbers, as many as the model keeps by default"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    check_png(args.out)
    from gan_studio.inference.bundle import load_bundle
    from gan_studio.jobs.sinks import save_grid

    bundle = load_bundle(args.run_dir, args.step)
    check_copies(bundle)
    images, source = choose_images(bundle, args)
    own, search = copy(bundle, images, Search(args.starts, args.steps, seed=args.seed))
    found = [own]
    facts = {"out": str(args.out), "step": bundle.step, "source": source, **measures(own)}
    if search is not None:
        facts["inversion"] = search
    if args.pca is not None:
        count, rival = principal(bundle, args.pca, images)
        found.append(rival)
        facts["pca"] = {"count": count, **measures(rival)}
    save_grid(picture_rows(*found), args.out, min(COLUMNS, len(images)))
    if args.json:
        print_json(facts)
    else:
        print_facts(facts, len(images))
    return 0


def print_facts(facts: dict[str, Any], count: int) -> None:
    """The numbers for people."""
    head = ngettext("{n} picture ({source}):", "{n} pictures ({source}):", count)
    text = _("MSE {mse:.4f}  PSNR {psnr:.1f} dB  SSIM {ssim:.3f}")
    print(head.format(n=count, source=facts["source"]), text.format(**facts["mean"]))
    if "inversion" in facts:
        print_search(facts["inversion"])
    rows = _("Rows: original, copy, error. Picture: {path}")
    if "pca" in facts:
        values = facts["pca"]
        print(_("PCA of {n}:").format(n=values["count"]), text.format(**values["mean"]))
        rows = _("Rows: original, copy, error, PCA's copy, its error. Picture: {path}")
    print(rows.format(path=facts["out"]))


def check_copies(bundle: Bundle) -> None:
    """Refuse models that can neither encode pictures nor be searched.

    Raises:
        Unsupported: this one.
    """
    from gan_studio.core.capabilities import Capability, needs_search
    from gan_studio.core.errors import Unsupported

    able = {item for item in Capability if bundle.can(item)}
    can_draw = needs_search(able) and bundle.spec.is_image
    if Capability.ENCODES not in able and not can_draw:
        need = "encodes or draws pictures"
        raise Unsupported(what="Reconstruction", need=need, family=bundle.family_key)


def copy(
    bundle: Bundle, images: Tensor, search: Search
) -> tuple[Reconstruction, dict[str, Any] | None]:
    """Copies by the encoder, or by a search and then what it says of itself."""
    from gan_studio.core.capabilities import Capability
    from gan_studio.inference.reconstruct import compare, reconstruct

    if bundle.can(Capability.ENCODES):
        return reconstruct(bundle, images), None
    found = search_z(bundle, images, search)
    return compare(images, bundle.generate(found.latents).cpu()), search_facts(found, search)


def print_search(search: dict[str, Any]) -> None:
    """That the copies were searched for, and how far the starts lie apart."""
    ends = [(min(errors), max(errors)) for errors in search["mse_of_starts"]]
    words = ngettext(
        "Found by search (inversion): {n} start of {steps} steps each.",
        "Found by search (inversion): {n} starts of {steps} steps each.",
        search["starts"],
    )
    print(words.format(n=search["starts"], steps=search["steps"]))
    for number, (low, high) in enumerate(ends, 1):
        words = _("  picture {n}: best {low:.4f}, worst start {high:.4f}")
        print(words.format(n=number, low=low, high=high))


def principal(bundle: Bundle, count: int, images: Tensor) -> tuple[int, Reconstruction]:
    """What `count` principal components of the run's training pictures make of others.

    `SAME` is as many as the model keeps. There are never more than numbers in a picture.
    """
    from gan_studio.inference.held_out import some
    from gan_studio.inference.principal import find_components
    from gan_studio.inference.principal_model import PrincipalModel
    from gan_studio.inference.reconstruct import compare

    if count == SAME:
        count = bundle.latent.dim if bundle.latent is not None else 1
    components = find_components(some(prepare(bundle, HELD_OUT).train), count)
    model = PrincipalModel(components, len(components.directions))
    return model.count, compare(images, model.generate(model.encode(images)))


def measures(found: Reconstruction) -> dict[str, Any]:
    """MSE, PSNR and SSIM, per picture and in the mean."""
    values = {"mse": found.mse, "psnr": found.psnr, "ssim": found.ssim}
    means = {name: float(numbers.mean()) for name, numbers in values.items()}
    return {"mean": means, "pictures": {name: item.tolist() for name, item in values.items()}}


def choose_images(bundle: Bundle, args: argparse.Namespace) -> tuple[Tensor, str]:
    """Pictures ``[N, C, H, W]`` in [-1, 1], drawn by the seed, and where they come from."""
    import numpy as np

    from gan_studio.training.sampling import to_pictures

    path = Path(args.data).expanduser()
    if args.data != HELD_OUT and path.is_file():
        return to_pictures(one_picture(path, bundle)[None]), path.name
    prepared = prepare(bundle, args.data)
    if prepared.spec.shape != bundle.spec.shape:
        raise ShapeMismatch(
            family=bundle.family_key,
            shape=prepared.spec.describe(),
            reason=f"this run was trained on {bundle.spec.describe()}",
            advice="Choose pictures like those of the run.",
        )
    split, source = choose_split(prepared, bundle)
    count = min(args.count, len(split))
    rows = np.sort(np.random.default_rng(args.seed).choice(len(split), count, replace=False))
    return to_pictures(split.samples[rows]), source


def one_picture(path: Path, bundle: Bundle) -> Any:
    """A picture file as uint8 ``[C, H, W]``, brought to the shape of the run's pictures.

    Raises:
        BadFile: it is not a picture that can be used.
        BadData: the run's pictures are not square.
    """
    from gan_studio.data.pictures import Framing, Unusable, decode, quiet_pillow

    channels, height, width = bundle.spec.shape
    if height != width:
        raise BadData(path, "this run's pictures are not square", "Give a folder like its data.")
    own: Any = bundle.config.data.options
    fit, background = getattr(own, "fit", "crop"), getattr(own, "background", "white")
    try:
        with quiet_pillow():
            return decode(path, Framing(height, channels, fit, background)).pixels
    except Unusable as error:
        raise BadFile(path=path, reason=str(error)) from error


def choose_split(prepared: Prepared, bundle: Bundle) -> tuple[Split, str]:
    """What the run never saw where there is any: all of other data, else what was held out."""
    import numpy as np

    from gan_studio.data.base import Split
    from gan_studio.training.run_folder import RunFolder

    assert bundle.run_dir is not None
    is_known = RunFolder(bundle.run_dir).manifest().get("fingerprint") == prepared.fingerprint
    if is_known and len(prepared.held_out):
        return prepared.held_out, _("held-out")
    if is_known:
        return prepared.train, _("trained on; none were held out")
    everything = np.concatenate([prepared.train.samples, prepared.held_out.samples])
    return Split(everything), prepared.title


def prepare(bundle: Bundle, word: str) -> Prepared:
    """The run's own data, or that of a path brought to the shape of the run's.

    Raises:
        BadData: the path cannot be used.
    """
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import DATASETS, DataContext, choose_source
    from gan_studio.jobs.folders import Folders

    chosen: Plug = bundle.config.data
    if word != HELD_OUT:
        key, options = choose_source(Path(word).expanduser().resolve())
        chosen = Plug(key, like_trained(key, options, bundle))
    source = DATASETS.get(chosen.key).target(chosen.options)
    prepared: Prepared = source.prepare(DataContext(Folders.of_user().cache))
    if not len(prepared.train) and not len(prepared.held_out):
        raise BadData(word, "there are no pictures in it", "Choose another folder.")
    return prepared


def like_trained(key: str, options: Any, bundle: Bundle) -> Any:
    """`options` of a path with the transforms of the run, so that the shapes agree."""
    import dataclasses

    own: Any = bundle.config.data.options
    names = {item.name for item in dataclasses.fields(options)}
    if key == bundle.config.data.key and "path" in names:
        return dataclasses.replace(own, path=options.path)
    channels, height, _width = bundle.spec.shape
    wanted = {"size": height, "channels": "grey" if channels == 1 else "colour"}
    return dataclasses.replace(options, **{k: v for k, v in wanted.items() if k in names})


def picture_rows(*found: Reconstruction) -> Any:
    """uint8 ``[R * N', 3, H, W]``: in blocks of `COLUMNS`, a row each of originals, copies, errors.

    Each further reconstruction adds a row of copies and one of errors. The last block is filled up
    with white.
    """
    import numpy as np
    import torch

    parts = [_colour(found[0].originals)]
    for one in found:
        parts += [_colour(one.copies), error_map(one.errors)]
    rows = torch.stack(parts)  # [R, N, 3, H, W]
    columns = min(COLUMNS, rows.shape[1])
    missing = -rows.shape[1] % columns
    if missing:
        rows = torch.cat([rows, torch.ones(len(rows), missing, *rows.shape[2:])], 1)
    blocks = rows.reshape(len(rows), -1, columns, *rows.shape[2:]).transpose(0, 1).flatten(0, 2)
    return np.asarray((blocks * 255).round().to(torch.uint8))


def _colour(images: Tensor) -> Tensor:
    return images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images


def error_map(errors: Tensor) -> Tensor:
    """Signed errors ``[N, C, H, W]`` in [-1, 1] to colours ``[N, 3, H, W]`` in [0, 1]."""
    import torch

    signed = errors.mean(1, keepdim=True)
    missing, added = (torch.tensor(colour).div(255).view(1, 3, 1, 1) for colour in (MISSING, ADDED))
    strength = signed.abs()
    return 1 - strength * (1 - torch.where(signed < 0, missing, added))
