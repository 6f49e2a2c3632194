"""The window tries itself out: ``GAN_STUDIO_SMOKE=FOLDER`` makes it show its pages and train.

So what was packaged is tried on each system in the same way, with nobody at the mouse. It judges
nothing: it writes what happened to ``events.jsonl``, a JSON object a line, and pictures as PPM,
which whoever started it can read without any library.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Slot
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from gan_studio.gui.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtGui import QPixmap

    from gan_studio.gui.main_window import MainWindow

INTERVAL_MS = 50
PATIENCE_S = 120.0  # for any one thing; what takes longer is told of and left
SETTLE_S = 0.6  # for a page to fetch what it shows
STEPS = 20
MOST_TEXTS = 40
LETTERS = "AgW"

Step = tuple[str, "Callable[[], bool]", float]  # what is waited for, until when, at most so long


class Smoke(QObject):
    """Goes through the window once, beginning when it has been painted, and closes it."""

    def __init__(self, window: MainWindow, folder: Path, age_s: Callable[[], float]) -> None:
        super().__init__(window)
        os.environ.pop("GAN_STUDIO_SMOKE", None)  # child processes are not to do the same
        self._window, self._session = window, window.session
        self._folder, self._age_s = folder, age_s
        self._is_painted = False
        self._ended: list[Any] = []
        self._compiled: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        window.first_painted.connect(self._on_first_painted)
        window.session.run_ended.connect(self._on_run_ended)
        self._script = self._steps()
        self._waited_for: Step | None = None
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start(INTERVAL_MS)

    # -- what is done

    def _steps(self) -> Iterator[Step]:
        yield "painted", lambda: self._is_painted, PATIENCE_S
        self._picture("start")
        self._say("fonts", **font_facts(self._window))
        yield "engine", lambda: self._session.is_engine_ready, PATIENCE_S
        self._say("engine", age_ms=round(self._age_s() * 1000))
        self._watch_compile()
        for entry in PAGES:
            yield from self._open(entry.key)
        yield from self._train("window")
        yield from self._train_in_a_process()
        yield from self._open("explore", "explore_trained")
        self._say("compiled", calls=self._compiled)
        self._say("closing", at=time.time(), pages=[entry.key for entry in PAGES])
        self._window.close()

    def _open(self, key: str, name: str = "") -> Iterator[Step]:
        self._window.show_page(key)
        yield from self._settle()
        banner = self._window.page.banner
        self._say(
            "page",
            key=key,
            is_shown=type(self._window.page).key == key,
            banner=banner.kind and f"{banner.kind}: {banner.accessibleName()}",
        )
        self._picture(name or f"page_{key}")

    def _train(self, where: str) -> Iterator[Step]:
        """The first quick start, by a click, until it has drawn pictures."""
        self._ended.clear()
        self._window.show_page("home")
        yield from self._settle()
        self._window.page.main_action()
        yield f"quick start ({where})", self._has_trained, PATIENCE_S
        yield from self._settle()
        self._picture(f"training_{where}")
        yield from self._stop(where)

    def _stop(self, where: str) -> Iterator[Step]:
        self._session.stop()
        yield f"end of the run ({where})", lambda: not self._session.is_running, PATIENCE_S
        run, event = self._session.run, self._ended[-1] if self._ended else None
        self._say(
            "trained",
            where=where,
            steps=0 if run is None else run.step,
            has_pictures=run is not None and run.last_samples is not None,
            ended=type(event).__name__,
            words=getattr(event, "reason", "") or getattr(event, "details", ""),
        )

    def _train_in_a_process(self) -> Iterator[Step]:
        """The same in a child process, by the window's own switch."""
        self._session.settings.set(trains_apart=True)
        yield from self._train("process")

    def _settle(self) -> Iterator[Step]:
        end = time.monotonic() + SETTLE_S
        yield "a page", lambda: time.monotonic() >= end, PATIENCE_S

    def _has_trained(self) -> bool:
        run = self._session.run
        if self._ended:
            return True
        return run is not None and run.step >= STEPS and run.last_samples is not None

    def _watch_compile(self) -> None:
        """Note calls of torch.compile: packaged, it would start this very program again."""
        torch = sys.modules.get("torch")
        if torch is not None:
            vars(torch)["compile"] = lambda *words, **more: self._compiled.append(str(words)[:200])

    # -- what is told

    def _say(self, what: str, **facts: Any) -> None:
        with (self._folder / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"what": what, **facts}) + "\n")

    def _picture(self, name: str) -> None:
        """What the window paints, and what is on the screen where it can be asked."""
        picture = self._window.grab()
        self._save(name, picture)
        ratio = picture.devicePixelRatio()
        self._say("picture", name=name, ratio=ratio, texts=texts_of(self._window))
        if QGuiApplication.platformName() == "xcb":
            self._save(f"screen_{name}", self._window.screen().grabWindow(0))
            self._say("picture", name=f"screen_{name}", ratio=ratio, texts=[])

    def _save(self, name: str, picture: QPixmap) -> None:
        image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
        image.save(str(self._folder / f"{name}.ppm"))

    @Slot()
    def _on_first_painted(self) -> None:
        self._is_painted = True
        app = QApplication.instance()
        self._say(
            "painted",
            age_ms=round(self._age_s() * 1000),
            platform=QGuiApplication.platformName(),
            styled=isinstance(app, QApplication) and bool(app.styleSheet()),
        )

    @Slot(object)
    def _on_run_ended(self, event: Any) -> None:
        self._ended.append(event)

    # -- going on

    @Slot()
    def _on_timeout(self) -> None:
        if self._waited_for is not None:
            what, is_so, patience_s = self._waited_for
            if not is_so() and time.monotonic() < self._deadline:
                return
            if not is_so():
                self._say("late", waited_for=what, seconds=patience_s)
        self._waited_for = next(self._script, None)
        if self._waited_for is None:
            self._timer.stop()
            return
        self._deadline = time.monotonic() + self._waited_for[2]


def font_facts(window: QWidget) -> dict[str, Any]:
    """Whether there are fonts, and whether they draw letters: without them all look alike."""
    drawn = {bytes(letter_image(window, letter).constBits()) for letter in LETTERS}
    blank = bytes(letter_image(window, " ").constBits())
    return {
        "families": len(QFontDatabase.families()),
        "family": QFontInfo(window.font()).family(),
        "letters_differ": len(drawn | {blank}) == len(LETTERS) + 1,
    }


def letter_image(window: QWidget, letter: str) -> QImage:
    """A letter in the window's font, black on white."""
    image = QImage(48, 48, QImage.Format.Format_RGB888)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setFont(window.font())
    painter.drawText(QRect(0, 0, 48, 48), 0, letter)
    painter.end()
    return image


def texts_of(window: QWidget) -> list[dict[str, Any]]:
    """Texts in full view, each with the rectangle that it must be painted in."""
    found = []
    widgets: list[Any] = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    for widget in widgets:
        text = widget.text()
        rect = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        is_whole = widget.visibleRegion().boundingRect() == widget.rect()
        if text.strip() and not text.startswith("<") and widget.isVisible() and is_whole:
            found.append({"text": text, "rect": [rect.x(), rect.y(), rect.width(), rect.height()]})
    return found[:MOST_TEXTS]
