"""Every colour and size of the window, and the one style sheet that is made from them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from gan_studio.core.paths import resources_dir

if TYPE_CHECKING:
    from pathlib import Path

PAGE_MARGIN = 18
GAP = 12
CARD_PAD = 14
RADIUS_CARD = 10
RADIUS_BUTTON = 8
RADIUS_FIELD = 6
RAIL_WIDTH = 84
INSPECTOR_WIDTH = 292
STATUS_HEIGHT = 32
DRAWER_BELOW = 1100  # narrower windows lay the inspector over the page
BODY, SMALL, TITLE = 13, 11, 20  # text heights in px at 100 %
THEMES = ("light", "dark", "system")


@dataclass(frozen=True)
class Tokens:
    """One theme. `real`, `generated` and `discriminator` mean the same on every page."""

    bg: str
    surface: str
    raised: str
    border: str
    soft: str
    text: str
    muted: str
    accent: str
    on_accent: str
    real: str
    generated: str
    discriminator: str
    warning: str
    warning_ground: str


LIGHT = Tokens(
    bg="#F6F7F9",
    surface="#FFFFFF",
    raised="#FFFFFF",
    border="#E2E5EA",
    soft="#EDF0F7",
    text="#1B1F24",
    muted="#5B6470",
    accent="#3B5BDB",
    on_accent="#FFFFFF",
    real="#0072B2",
    generated="#D55E00",
    discriminator="#009E73",
    warning="#B54708",
    warning_ground="#FFF4E5",
)
DARK = Tokens(
    bg="#14171C",
    surface="#1B1F26",
    raised="#222731",
    border="#2D333D",
    soft="#262C38",
    text="#E6E9EE",
    muted="#98A2B0",
    accent="#7C93FF",
    on_accent="#10131A",
    real="#56B4E9",
    generated="#FF8A3D",
    discriminator="#2BC79A",
    warning="#FFB86B",
    warning_ground="#33281B",
)

# Classes, in order of use: Okabe and Ito's colours, and more that differ from them in lightness.
# Names and places tell classes apart as well, since nobody tells ten colours apart surely.
CLASSES_LIGHT = (
    "#0072B2", "#D55E00", "#009E73", "#C2569A", "#B07A00",
    "#3AA0DB", "#7A4B1E", "#6A3FA0", "#555B66", "#A61C3C",
)  # fmt: skip
CLASSES_DARK = (
    "#56B4E9", "#FF8A3D", "#2BC79A", "#E58CC0", "#F0C340",
    "#8AD0FF", "#C79468", "#B08CF0", "#A8AFBC", "#FF6F88",
)  # fmt: skip


class ThemeNotifier(QObject):
    """Says when colours or sizes changed, for what paints itself."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "light"
        self.text_scale = 1.0
        self.current = LIGHT
        self.is_following_system = False

    def follow_system(self) -> None:
        """Take the system's colours from now on, and again whenever they change."""
        hints = QApplication.styleHints()
        if not self.is_following_system:
            self.is_following_system = True
            hints.colorSchemeChanged.connect(self._on_color_scheme_changed)

    def _on_color_scheme_changed(self) -> None:
        if self.name == "system":
            _restyle()


@lru_cache(maxsize=1)
def notifier() -> ThemeNotifier:
    """The object whose `changed` signal follows every change of theme or text size."""
    return ThemeNotifier()


def tokens() -> Tokens:
    """The colours in use."""
    return notifier().current


def class_colors(count: int) -> list[QColor]:
    """A colour for each of `count` classes; beyond ten they come again."""
    known = CLASSES_DARK if is_dark() else CLASSES_LIGHT
    return [QColor(known[index % len(known)]) for index in range(count)]


def is_dark() -> bool:
    """Whether the dark colours are in use."""
    return tokens() is DARK


def px(size: float) -> int:
    """A length that grows with the text, for what must hold words."""
    return round(size * notifier().text_scale)


def apply_theme(app: QApplication, name: str, text_scale: float | None = None) -> None:
    """Dress the application; `name` is one of `THEMES`, `text_scale` is 1.0 to 2.0."""
    known = notifier()
    known.name = name if name in THEMES else "system"
    if text_scale is not None:
        known.text_scale = min(2.0, max(1.0, text_scale))
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(name)
    # The title bar belongs to the system, which has to be told as well.
    app.styleHints().setColorScheme(scheme or Qt.ColorScheme.Unknown)
    known.follow_system()
    _restyle()


def restyle(name: str, text_scale: float) -> None:
    """`apply_theme` for the application that runs."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_theme(app, name, text_scale)


def _restyle() -> None:
    app, known = QApplication.instance(), notifier()
    if not isinstance(app, QApplication):
        return
    known.current = _tokens_of(known.name)
    app.setFont(_font(known.text_scale))
    app.setPalette(_palette(known.current))
    app.setStyleSheet(style_sheet(known.current, known.text_scale))
    known.changed.emit()


def _tokens_of(name: str) -> Tokens:
    if name == "system":
        is_dark_system = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if is_dark_system else LIGHT
    return DARK if name == "dark" else LIGHT


def _font(text_scale: float) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QFontDatabase.hasFamily("Inter"):
        font.setFamily("Inter")
    font.setPixelSize(round(BODY * text_scale))
    # Numbers that change must not make their neighbours dance.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _palette(colors: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in {
        role.Window: colors.bg,
        role.WindowText: colors.text,
        role.Base: colors.surface,
        role.AlternateBase: colors.bg,
        role.Text: colors.text,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.PlaceholderText: colors.muted,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Accent: colors.accent,
    }.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colors.muted))
    return palette


def style_sheet(colors: Tokens, text_scale: float = 1.0) -> str:
    """The style sheet of these colours, with text `text_scale` times its size."""
    source = (resources_dir() / "themes" / "studio.qss").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    words = {
        **asdict(colors),
        "icons": (resources_dir() / "icons").as_posix(),
        "tone": "dark" if colors is DARK else "light",
        "radius_card": f"{RADIUS_CARD}px",
        "radius_button": f"{RADIUS_BUTTON}px",
        "radius_field": f"{RADIUS_FIELD}px",
    }
    sheet = Template(source).substitute(words)
    return re.sub(
        r"(font-size|min-height|indicator-size):\s*(\d+)px",
        lambda found: f"{found[1]}: {round(int(found[2]) * text_scale)}px",
        sheet,
    )


def icon(name: str, color: str = "", size: int = 18) -> QIcon:
    """The line icon `name` in the colours of now; ask again after `notifier().changed`.

    It is drawn in the text colour (or `color`), in the accent colour while on, and paler while
    disabled.
    """
    colors = tokens()
    app = QApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
    drawn = QIcon()
    for ink, mode, state in (
        (color or colors.text, QIcon.Mode.Normal, QIcon.State.Off),
        (colors.accent, QIcon.Mode.Normal, QIcon.State.On),
        (colors.muted, QIcon.Mode.Disabled, QIcon.State.Off),
    ):
        drawn.addPixmap(icon_pixmap(name, size, ink, ratio), mode, state)
    return drawn


@lru_cache(maxsize=256)
def icon_pixmap(name: str, size: int, color: str, ratio: float = 1.0) -> QPixmap:
    """The line icon `name`, `size` logical pixels wide, in one colour."""
    from PySide6.QtSvg import QSvgRenderer

    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(_icon_source(name).replace("currentColor", color).encode())
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _icon_source(name: str) -> str:
    path: Path = resources_dir() / "icons" / f"{name}.svg"
    return path.read_text("utf-8")
