"""What a run says, for people: on a terminal a line that moves, in a log one every few seconds."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gan_studio.core.events import (
    Event,
    Failed,
    Finished,
    Notice,
    ParameterChanged,
    RunStarted,
    RunState,
    ScalarsReady,
    StateChanged,
)
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.core.paths import own_command, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BAR_WIDTH = 10
TTY_INTERVAL_S = 0.1
LOG_INTERVAL_S = 5.0
RATE_WINDOW_S = 10.0  # time left follows the speed of the last seconds, not of the first
PROGRESS_NAMES = {
    "download": N_("Downloading"),
    "scan": N_("Looking through the pictures"),
    "decode": N_("Reading the pictures"),
}


class Console:
    """A sink that writes to a terminal or a log.

    Args:
        out: where progress goes.
        err: where errors go.
        is_terminal: whether `out` can move back to the start of a line; None asks it.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        is_terminal: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._is_terminal = self._out.isatty() if is_terminal is None else is_terminal
        self._clock = clock
        # A terminal shows the first number at once; in a log it would only be a line more.
        self._shown_at = float("-inf") if self._is_terminal else clock()
        self._line_length = 0  # of the moving line, 0 while there is none
        self._total_steps = 0
        self._first_step = 0
        self._is_paused = False
        self._run_dir = ""
        self._speed: deque[tuple[float, int]] = deque()

    def handle(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, ScalarsReady):
            self._show_progress(event)
        elif isinstance(event, RunStarted):
            self._show_start(event)
        elif isinstance(event, StateChanged):
            self._show_state(event)
        elif isinstance(event, Notice):
            self.say(_(event.message).format(**event.values))
        elif isinstance(event, ParameterChanged):
            self.say(f"{event.name}: {event.previous:g} → {event.value:g}")
        elif isinstance(event, Finished):
            self._show_end(event)
        elif isinstance(event, Failed):
            self.complain(failure_sentence(event))

    def close(self) -> None:
        """End the moving line."""
        self._end_line()

    def progress(self, done: int, total: int, what: str) -> None:
        """Show how far the preparation of data is; `total` is 0 while unknown."""
        if not self._is_due():
            return
        text = _(PROGRESS_NAMES.get(what, what))
        amount = f"{done / total:4.0%}" if total else f"{done:,}"
        self._move(f"{text} {bar(done, total)} {amount}" if total else f"{text} {amount}")

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._end_line()
        print(text, file=self._out, flush=True)

    def complain(self, sentence: str) -> None:
        """Write an error."""
        self._end_line()
        print(f"gan-studio: {sentence}", file=self._err, flush=True)

    # --- one method per kind of event ----------------------------------------------------------

    def _show_state(self, event: StateChanged) -> None:
        words = {
            RunState.PREPARING: _("Preparing the data ..."),
            RunState.PAUSED: _("Paused at step {step}.").format(step=f"{event.step:,}"),
            RunState.TRAINING: _("Going on.") if self._is_paused else "",
            RunState.STOPPING: _("Saving a checkpoint ..."),
        }
        self._is_paused = event.state is RunState.PAUSED
        if text := words.get(event.state):
            self.say(text)

    def _show_start(self, event: RunStarted) -> None:
        info = event.info
        self._total_steps = int(info.get("total_steps", 0))
        self._first_step = event.step
        self._run_dir = str(info.get("run_dir", ""))
        self._speed.clear()
        sizes = ", ".join(f"{net} {count:,}" for net, count in info.get("parameters", {}).items())
        text = (
            _("Going on with {family} on {data}: steps {first} to {last} on {device}.")
            if event.step
            else _("Training {family} on {data}: steps {first} to {last} on {device}.")
        )
        text = text.format(
            family=event.config.get("model", {}).get("name", "?"),
            data=info.get("data_title", "?"),
            first=f"{event.step:,}",
            last=f"{self._total_steps:,}",
            device=_device_words(info),
        )
        self.say(text)
        self.say(_("Parameters: {sizes}. Run: {path}").format(sizes=sizes, path=self._run_dir))

    def _show_progress(self, event: ScalarsReady) -> None:
        self._speed.append((event.time, event.step))
        while len(self._speed) > 2 and event.time - self._speed[0][0] > RATE_WINDOW_S:
            self._speed.popleft()
        if not self._is_due():
            return
        parts = [
            f"{bar(event.step, self._total_steps)} {event.step / max(1, self._total_steps):4.0%}",
            f"{event.step:,}/{self._total_steps:,}",
        ]
        if left := self._time_left(event):
            parts.append(_("{time} left").format(time=left))
        parts += loss_words(event.values)
        parts.append(_("{rate} images/s").format(rate=f"{event.images_per_second:,.0f}"))
        parts += judgement_words(event.values)
        self._move(*parts)

    def _time_left(self, event: ScalarsReady) -> str:
        (first_time, first_step), (last_time, last_step) = self._speed[0], self._speed[-1]
        if last_step <= first_step:
            return ""
        seconds_per_step = (last_time - first_time) / (last_step - first_step)
        return duration((self._total_steps - event.step) * seconds_per_step)

    def _show_end(self, event: Finished) -> None:
        if event.reason == "done" and event.step <= self._first_step:
            text = _("Nothing was left to do: the run is finished at step {step}.")
        elif event.reason == "done":
            text = _("Done: step {step} after {time}.")
        else:
            text = _("Stopped at step {step} after {time}; the checkpoint is saved.")
        time_words = duration(float(event.totals.get("seconds", event.time)))
        self.say(text.format(step=f"{event.step:,}", time=time_words))
        if not self._run_dir:
            return
        self.say(_("Run:      {path}").format(path=self._run_dir))
        if newest := newest_picture(Path(self._run_dir)):
            self.say(_("Pictures: {path}").format(path=newest))
        if event.reason != "done":
            command = f"{own_command()} resume {quoted(self._run_dir)}"
            self.say(_("Go on:    {command}").format(command=command))

    # --- lines -----------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        interval_s = TTY_INTERVAL_S if self._is_terminal else LOG_INTERVAL_S
        now = self._clock()
        if now - self._shown_at < interval_s:
            return False
        self._shown_at = now
        return True

    def _move(self, *parts: str) -> None:
        """Write a line that the next one replaces; in a log it stays.

        Parts at the end that a narrow terminal has no room for are left out.
        """
        if not self._is_terminal:
            print("  ".join(parts), file=self._out, flush=True)
            return
        width = shutil.get_terminal_size().columns - 1
        while len(parts) > 1 and len("  ".join(parts)) > width:
            parts = parts[:-1]
        text = "  ".join(parts)[:width]
        self._out.write(f"\r{text:<{self._line_length}}")
        self._out.flush()
        self._line_length = len(text)

    def _end_line(self) -> None:
        if self._line_length:
            self._out.write("\n")
            self._out.flush()
            self._line_length = 0


def bar(done: int, total: int) -> str:
    """``[########            ]``."""
    filled = min(BAR_WIDTH, BAR_WIDTH * done // total) if total else 0
    return f"[{'#' * filled}{' ' * (BAR_WIDTH - filled)}]"


def loss_words(values: Mapping[str, float]) -> list[str]:
    """``loss D 0.62``, ``loss G 0.89``: each phase's loss, the two players by their letters."""
    letters = {"discriminator": "D", "generator": "G"}
    names = [name.removeprefix("loss/") for name in values if name.startswith("loss/")]
    return [f"loss {letters.get(name, name)} {values[f'loss/{name}']:.4g}" for name in names]


def judgement_words(values: Mapping[str, float]) -> list[str]:
    """What D thinks of real pictures and of drawn ones."""
    labels = {"d/real": "D(x)", "d/fake": "D(G(z))"}
    return [f"{label} {values[name]:.2f}" for name, label in labels.items() if name in values]


def duration(seconds: float) -> str:
    """``0:07``, ``12:30`` or ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def failure_sentence(event: Failed) -> str:
    """What went wrong and what to do, in the installed language."""
    parts = (_(event.message), _(event.hint))
    return " ".join(part.format(**event.values) for part in parts if part).strip()


def newest_picture(run_dir: Path) -> Path | None:
    """The newest sample grid of a run, or None."""
    return max(run_dir.glob("samples/*.png"), default=None)


def _device_words(info: Mapping[str, object]) -> str:
    device = str(info.get("device", "?"))
    if info.get("device_type") == "cpu":
        count = int(str(info.get("threads", 1)))
        text = ngettext("{device} ({n} thread)", "{device} ({n} threads)", count)
        return text.format(device=device, n=count)
    return device
