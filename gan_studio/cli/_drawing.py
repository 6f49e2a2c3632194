"""``sample --latents``: what the window showed, made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import BadConfig

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Places

INSTEAD = {"count": "--count", "seed": "--seed", "psi": "--psi"}  # what a latents file says itself


def refuse_both(args: argparse.Namespace) -> None:
    """Say which words a latents file leaves no room for.

    Raises:
        BadConfig: one of them was given.
    """
    given = [flag for name, flag in INSTEAD.items() if getattr(args, name) is not None]
    if args.latents is not None and given:
        raise BadConfig(f"{given[0]}: the file of --latents says that already")


def read_for(bundle: Bundle, path: Path) -> Places:
    """The places of a latents file, or of a PNG that holds its latents, for this model.

    Raises:
        BadLatents: it is damaged, of another size, or holds numbers that are not finite.
        Unsupported: the family has no latent space.
    """
    from gan_studio.inference.again import class_count
    from gan_studio.inference.places import read_places

    dim, path = len(bundle.latent_range()[0]), path.expanduser()
    if path.suffix.lower() == ".png":
        from gan_studio.exporters.png import places_of_png

        return places_of_png(path, dim, class_count(bundle))
    return read_places(path, dim, class_count(bundle))


def save_each(pictures: Any, folder: Path) -> None:
    """One PNG per picture, ``001.png`` and so on.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    from gan_studio.jobs.sinks import save_grid

    width = max(3, len(str(len(pictures))))
    for number, picture in enumerate(pictures, 1):
        save_grid(picture[None], folder / f"{number:0{width}d}.png")
