"""Colours that can be read, and a style sheet that Qt understands."""

import dataclasses
import re

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton

from gan_studio.core.paths import resources_dir
from gan_studio.gui import theme
from gan_studio.gui.pages import PAGES


def luminance(color: str) -> float:
    parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_four_and_a_half(colors):
    grounds = ("bg", "surface", "raised", "soft")
    pairs = [(text, ground) for text in ("text", "muted", "accent") for ground in grounds]
    pairs += [("on_accent", "accent"), ("warning", "surface"), ("warning", "warning_ground")]
    pairs += [("text", "warning_ground"), ("warning", "soft")]
    for text, ground in pairs:
        found = contrast(getattr(colors, text), getattr(colors, ground))
        assert found >= 4.5, f"{text} on {ground}: {found:.2f}"


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_what_is_drawn_has_a_contrast_of_three(colors):
    for line in ("real", "generated", "discriminator", "accent"):
        assert contrast(getattr(colors, line), colors.surface) >= 3, line


def test_the_style_sheet_has_no_colour_of_its_own():
    source = (resources_dir() / "themes" / "studio.qss").read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", source)


def test_text_grows_in_the_style_sheet():
    assert "font-size: 40px" in theme.style_sheet(theme.LIGHT, 2.0)
    assert "font-size: 20px" in theme.style_sheet(theme.LIGHT, 1.0)


@pytest.mark.parametrize("name", ["light", "dark", "system", "unheard of"])
def test_applying_a_theme_tells_whoever_paints(qtbot, qapp, name):
    with qtbot.waitSignal(theme.notifier().changed, timeout=1000):
        theme.apply_theme(qapp, name, 1.0)
    label, button = QLabel("text"), QPushButton("press")
    for widget in (label, button):
        qtbot.addWidget(widget)
        widget.grab()
    assert theme.tokens() in (theme.LIGHT, theme.DARK)
    theme.apply_theme(qapp, "light", 1.0)


def test_every_page_has_its_icon_and_every_icon_paints(qapp):
    names = {page.icon for page in PAGES}
    files = {path.stem for path in (resources_dir() / "icons").glob("*.svg")}
    assert names <= files
    for name in files:
        pixmap = theme.icon_pixmap(name, 20, theme.LIGHT.text)
        image = pixmap.toImage()
        is_drawn = any(image.pixelColor(x, y).alpha() for x in range(20) for y in range(20))
        assert is_drawn, name


def test_tokens_are_those_of_the_design():
    assert dataclasses.asdict(theme.LIGHT)["accent"] == "#3B5BDB"
    assert dataclasses.asdict(theme.DARK)["bg"] == "#14171C"
