"""What the Train page says of a run in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.core.events import Finished
    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.session import Session


def chips(session: Session, config: RunConfig | None) -> list[str]:
    """What this page is about: family, data, seed, and the device where it is known."""
    if config is None:
        return []
    engine, run, device = session.engine, session.run, config.train.device
    data = _(engine.title_of("dataset", config.data.key))
    if run is not None and run.info and run.config is config:
        device = str(run.info.get("device", device))
        data = str(run.info.get("data_title") or data)
    seed = _("seed {seed}").format(seed=config.train.seed)
    family = _(engine.title_of("family", config.model.key))
    return [family, data, seed, "" if device == "auto" else _short(device)]


def finished(event: Finished, run: RunView) -> tuple[str, str]:
    """Title and text for a run that ended by itself or was stopped."""
    if event.reason == "done":
        title, text = _("Done."), _("{steps:,} steps in {time}.")
    else:
        title = _("Stopped and saved.")
        text = _("{steps:,} steps in {time}. Resume goes on to step {total:,}.")
    time = _duration(event.totals.get("seconds", event.time))
    steps = event.step - run.first_step  # of this session, as the time is
    return title, text.format(steps=steps, time=time, total=run.total_steps)


def _short(device: str) -> str:
    return device if len(device) <= 18 else f"{device[:17]}…"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
