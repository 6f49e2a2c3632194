"""Where games are seen: one scene, or two beside each other, with a legend and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.line_scene import LineScene
from gan_studio.gui.pages.lab.plane_scene import PlaneScene
from gan_studio.gui.pages.lab.stage_menu import StageMenu
from gan_studio.gui.pages.lab.take_away import TakeAwayMenu
from gan_studio.gui.pages.lab.words import LIT, SENTENCES
from gan_studio.gui.widgets.card import Card
from gan_studio.jobs.lab.frame import Stage

if TYPE_CHECKING:
    from gan_studio.gui.pages.lab.scene import Scene
    from gan_studio.jobs.lab.frame import LabFrame
    from gan_studio.lab.frames import GameFrame

PICTURE_SCALE = 2  # of what is saved: sharp on a slide


class Pane(QWidget):
    """One game: the line or the plane, whichever its data wants.

    Signals:
        painted: a picture has reached the screen.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.line, self.plane = LineScene(), PlaneScene()
        self._stack = QStackedWidget()
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self._stack, 1)
        for scene in (self.line, self.plane):
            self._stack.addWidget(scene)
            scene.painted.connect(self.painted)

    @property
    def scene(self) -> Scene:
        """The one that is shown."""
        return self.line if self._stack.currentWidget() is self.line else self.plane

    def show_game(self, game: GameFrame) -> None:
        """Paint this from now on."""
        if game.line is not None:
            self._stack.setCurrentWidget(self.line)
            self.line.show_frame(game.line, is_probability=game.has_probability)
        else:
            self._stack.setCurrentWidget(self.plane)
            self.plane.show_frame(game.plane)

    def light(self, stage: Stage | None) -> None:
        """Let what this stage of slow motion is about stand out."""
        for scene in (self.line, self.plane):
            scene.light(LIT.get(stage, ()) if stage is not None else ())
            if stage in (Stage.JUDGE, Stage.D_LEARNS):
                scene.remember(True)
            elif stage in (None, Stage.NOISE):
                scene.remember(False)


class StageCard(Card):
    """The large card of the Lab.

    Signals:
        painted: the newest picture has reached the screen.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__(_("D judges, G follows"))
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setProperty("role", "muted")
        self.header.addWidget(self._legend)
        self.take_away = TakeAwayMenu(self)
        self.panes = [Pane(), Pane()]
        self.menu = StageMenu(self.take_away, [pane.plane for pane in self.panes], self)
        self.header.addWidget(self.menu.button())
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for pane in self.panes:
            row.addWidget(pane, 1)
        self.panes[1].hide()
        self.panes[0].painted.connect(self.painted)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "hint")
        self.sentence.hide()
        self.body.addLayout(row, 1)
        self.body.addWidget(self.sentence)
        self._stage: Stage | None = None
        self._is_plane = False
        self._is_saying = False
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def take(self, frame: LabFrame, names: tuple[str, str]) -> None:
        """Show a picture of the lab.

        Args:
            frame: the picture.
            names: what the two games are called where there are two.
        """
        self.hide_hint()
        self.menu.take(frame)
        if self._is_plane != (frame.games[0].plane is not None):
            self._is_plane = not self._is_plane
            self._on_theme_changed()
        is_double = len(frame.games) > 1
        self.panes[1].setVisible(is_double)
        if frame.stage != self._stage:
            self._stage = frame.stage
            for pane in self.panes:
                pane.light(frame.stage)
        if not self._is_saying:
            self.sentence.setVisible(frame.stage is not None)
        if frame.stage is not None:
            self.sentence.setText(_(SENTENCES[frame.stage]))
        for pane, game, name in zip(self.panes, frame.games, names, strict=False):
            pane.show_game(game)
            pane.words.setVisible(is_double)
            pane.words.setText(name)

    def say(self, text: str) -> None:
        """A sentence below the picture; "" takes it away."""
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))
        self._is_saying = bool(text)

    def whole_picture(self) -> QImage:
        """The card with its title and legend, at twice the size of the screen."""
        image = QImage(self.size() * PICTURE_SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(PICTURE_SCALE)
        image.fill(QColor(theme.tokens().surface))
        self.render(image)
        return image

    def picture(self) -> QImage:
        """The stage as it looks, without its head."""
        area = self.panes[0].geometry()
        if self.panes[1].isVisible():
            area = area.united(self.panes[1].geometry())
        return self.grab(area).toImage()

    def scenes(self) -> list[Scene]:
        """All scenes, shown or not."""
        return [scene for pane in self.panes for scene in (pane.line, pane.plane)]

    def _on_theme_changed(self) -> None:
        colors = theme.tokens()
        marks = [("●", colors.real, _("real")), ("◆", colors.generated, _("generated"))]
        if self._is_plane:
            marks.append(("━", colors.discriminator, _("D = 50 %")))
        else:
            marks.append(("━", colors.discriminator, _("D(x)")))
            marks.append(("┅", colors.muted, _("best D")))
        self._legend.setText(
            "&nbsp;&nbsp; ".join(
                f'<span style="color:{color}">{mark}</span> {words}' for mark, color, words in marks
            )
        )
