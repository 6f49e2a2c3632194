"""Lets a person steer the search for z: settings, progress, Cancel, more starts, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from gan_studio.core.i18n import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages.reconstruct.found import Course
    from gan_studio.gui.pages.reconstruct.inspector import ReconstructInspector
    from gan_studio.gui.pages.reconstruct.inversions import Inversions
    from gan_studio.gui.pages.reconstruct.view import ComparisonView


class SearchDesk(QObject):
    """Between the inspector, the view and the searches."""

    def __init__(
        self, controls: ReconstructInspector, view: ComparisonView, inversions: Inversions
    ) -> None:
        super().__init__(inversions)
        self._controls, self._rows = controls, controls.search
        self._view, self._inversions = view, inversions
        self._searches = inversions.searches
        self._rows.changed.connect(self._on_changed)
        self._rows.again.connect(inversions.again)
        view.strip.cancel.clicked.connect(self._searches.cancel)
        inversions.changed.connect(self._update)

    def _on_changed(self) -> None:
        self._searches.set_settings(self._rows.settings)

    def _update(self) -> None:
        inversions, rows = self._inversions, self._rows
        progress = self._searches.progress
        courses = inversions.courses()
        rows.show_all(inversions.has_searched)
        rows.plot.setVisible(bool(courses))
        rows.plot.show_courses(courses)
        rows.say(describe(courses) if inversions.has_searched else "")
        rows.name_button(is_first=inversions.is_waiting)
        rows.button.setEnabled(progress is None)
        self._view.show_search(progress)
        self._controls.order.setEnabled(inversions.has_encoder or not inversions.has_searched)


def describe(courses: Sequence[Course]) -> str:
    """How far the starts of a model lie apart, a line per model."""
    lines = []
    for course in courses:
        words = ngettext(
            "{n} start: {middle:.4f}", "{n} starts: half below {middle:.4f}, worst {worst:.4f}",
            len(course.starts),
        )  # fmt: skip
        words = words.format(
            n=f"{len(course.starts):,}",
            middle=float(np.median(course.starts)),
            worst=float(course.starts[-1]),
        )
        lines.append(f"{course.title}\n{words}" if len(courses) > 1 else words)
    return "\n".join(lines)
