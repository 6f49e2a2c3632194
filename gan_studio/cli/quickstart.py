"""The quick start without a window, for machines that have no display."""

from __future__ import annotations

from gan_studio.core.i18n import _
from gan_studio.core.paths import own_command, resources_dir
from gan_studio.core.presets import Preset, load_presets

# Without any preset: long enough to see digits, short enough to wait for.
SHORT_RUN = {
    "model": {"name": "gan"},
    "data": {"name": "digits"},
    "train": {"steps": 3000, "sample_every": 250},
}


def run_quickstart(reason: str = "") -> int:
    """Train the first quick start into the user's runs folder; the exit code.

    Args:
        reason: why there is no window, in one line.
    """
    from gan_studio.cli.app import report

    if reason:
        print(reason, flush=True)
    try:
        return _train()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return report(error, wants_json=False)


def _train() -> int:
    from gan_studio.cli._training import train_here
    from gan_studio.cli.train import make_request
    from gan_studio.core.config import RunConfig
    from gan_studio.core.schema_io import from_plain

    preset = first_quick_start()
    config = from_plain(RunConfig, SHORT_RUN if preset is None else preset.values)
    code = train_here(make_request(config, None), as_json=False)
    if code == 0:
        print(_("More:     {command}").format(command=f"{own_command()} --help"))
    return code


def first_quick_start() -> Preset | None:
    """The preset of the first card on the window's first page, or None."""
    presets = load_presets(resources_dir() / "presets").values()
    return next((preset for preset in presets if preset.quick_start == 1), None)
