"""Lessons: the state of the lab and what to say about it, one small JSON file each.

Version 1 of the format. Fields without a default must be there, others are refused::

    {
      "schema": 1,
      "title": "D learns first",           up to 80 characters
      "summary": "One sentence for the list of lessons.",
      "order": 2,                          place in the list, from 1; default 1000
      "config": {"model": {...}, "data": {...}, "train": {...}},   as in a run's run.toml
      "start_step": 0,                     trained up to this step before the first page; default 0
      "speed": 20,                         steps per second, or "fastest"; default "fastest"
      "hidden": ["museum", "compare"],     names of `CONTROLS` that are not shown; default none
      "pages": [
        {
          "text": "Markdown, up to 60 words.",
          "do": "step_d",                  what the button does (`ACTIONS`); default no button
          "button": "Let D learn once",    the button's words, with "do" only
          "change": {"model": {"loss": "minimax"}},   laid on top of the settings when the page is
                                           first reached; the game goes on wherever that is possible
          "until_step": 300,               playing pauses there, and the page is done
          "ask": {                         predict, then reveal
            "question": "Where will the curve go?",
            "options": ["Up", "Down"],     2 to 4
            "answer": 1,                   which of them, from 0
            "reveal": "One or two sentences, shown after a choice."
          }
        }
      ]
    }

Data of the kind "points" names a file beside the lesson, by a path from there.

Texts of the lessons that come with the program are translated where they are shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import BadConfig, BadFile
from gan_studio.core.i18n import _
from gan_studio.lab._fields import FieldError, Fields
from gan_studio.lab._settings import Tables, changed, game_config

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gan_studio.core.config import RunConfig

SCHEMA = 1
CONTROLS = (
    "data",
    "nets",
    "noise",
    "loss",
    "penalties",
    "optimiser",
    "speed",
    "museum",
    "compare",
    "curves",
    "time",
)
"""Groups of controls of the lab that a lesson can hide."""
ACTIONS = ("play", "pause", "step_d", "step_g", "step", "walk", "reset")
"""What the button of a page can do."""
FASTEST = float("inf")
MOST_BYTES = 1_000_000
MOST_WORDS = 60
_MOST_PAGES = 100
_LAST_ORDER = 1000
_MOST_STEPS = 1_000_000
_SPEEDS = (0.1, 10_000.0)


@dataclass(frozen=True)
class Ask:
    """A question that is answered before the page shows what happens.

    Attributes:
        question: what is asked.
        options: 2 to 4 answers.
        answer: which of them is right, from 0.
        reveal: one or two sentences, shown after a choice.
    """

    question: str
    options: tuple[str, ...]
    answer: int
    reveal: str


@dataclass(frozen=True)
class Page:
    """One page of a lesson.

    Attributes:
        text: Markdown, at most 60 words.
        do: what the page's button does, one of `ACTIONS`; empty without a button.
        button: the button's words.
        change: plain tables that are laid on top of the settings when the page is first reached.
        ask: a question, or None.
        until_step: where playing pauses, from 1; None where it goes on.
    """

    text: str
    do: str = ""
    button: str = ""
    change: Tables = field(default_factory=dict)
    ask: Ask | None = None
    until_step: int | None = None


@dataclass(frozen=True)
class Lesson:
    """The state that the lab begins in, and the pages that lead through it.

    Attributes:
        key: the file's stem.
        title: a few words.
        summary: one sentence.
        order: place in the list, from 1.
        config: plain tables as in a run's ``run.toml`` (``model``, ``data``, ``train``).
        start_step: how far the game is trained before the first page, from 0.
        speed: steps per second, or `FASTEST`.
        hidden: which of `CONTROLS` are not shown.
        pages: one or more.
    """

    key: str
    title: str
    summary: str
    order: int
    config: Tables
    start_step: int
    speed: float
    hidden: tuple[str, ...]
    pages: tuple[Page, ...]

    def run_config(self, page: int = 0) -> RunConfig:
        """The settings on a page (from 0), with the changes of all pages up to it."""
        config = game_config(self.config)
        for earlier in self.pages[: page + 1]:
            config = changed(config, earlier.change)
        return config


def load_lessons(folder: Path) -> dict[str, Lesson]:
    """All lessons of a folder by key, in their order.

    Raises:
        BadFile: see `read_lesson`.
    """
    lessons = [read_lesson(path) for path in sorted(folder.glob("*.json"))]
    lessons.sort(key=lambda lesson: (lesson.order, lesson.title))
    return {lesson.key: lesson for lesson in lessons}


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file.

    Raises:
        BadFile: it cannot be read, is larger than 1 MB, is no lesson, or is one of a later version
            of the format; its reason names the first field that is wrong.
    """
    try:
        table = _parse(_content(path))
        return _lesson(path.stem, Fields(_with_own_points(table, path.parent)))
    except FieldError as error:
        raise BadFile(path=path, reason=str(error)) from error


def lesson_to_json(lesson: Lesson) -> str:
    """The lesson as the text of a file: what `read_lesson` gave, but for the key."""
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "title": lesson.title,
        "summary": lesson.summary,
        "order": lesson.order,
        "config": lesson.config,
        "start_step": lesson.start_step,
        "speed": "fastest" if lesson.speed == FASTEST else lesson.speed,
        "hidden": list(lesson.hidden),
        "pages": [_page_table(page) for page in lesson.pages],
    }
    return json.dumps(table, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _page_table(page: Page) -> dict[str, Any]:
    table: dict[str, Any] = {"text": page.text}
    if page.do:
        table |= {"do": page.do, "button": page.button}
    if page.change:
        table["change"] = page.change
    if page.until_step is not None:
        table["until_step"] = page.until_step
    if page.ask is not None:
        ask = page.ask
        table["ask"] = {
            "question": ask.question,
            "options": list(ask.options),
            "answer": ask.answer,
            "reveal": ask.reveal,
        }
    return table


# --- reading ---------------------------------------------------------------------------------


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise FieldError(_("is larger than 1 MB, which no lesson is"))
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FieldError(_("is no text in UTF-8")) from error
    except OSError as error:
        raise FieldError(error.strerror or str(error)) from error


def _parse(text: str) -> Mapping[str, Any]:
    try:
        table = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FieldError(_("is not JSON ({error})").format(error=error)) from error
    if not isinstance(table, dict):
        raise FieldError(_("is no lesson: it holds no fields"))
    return table


def _with_own_points(table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """Points of one's own lie beside the lesson: their path is meant from there."""
    config = table.get("config")
    data = config.get("data") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(data, dict):
        return table
    path = data.get("path")
    if data.get("name") != "points" or not isinstance(path, str) or not path:
        return table
    data = {**data, "path": str(folder / path)}  # an absolute path stays what it is
    return {**table, "config": {**config, "data": data}}


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, value in pairs:
        if name in table:
            raise FieldError(_("{field}: is there twice").format(field=name))
        table[name] = value
    return table


def _refuse(word: str) -> Any:
    raise FieldError(_("{word} is no number that a lesson can hold").format(word=word))


def _lesson(key: str, fields: Fields) -> Lesson:
    version = fields.whole("schema", 1, 2**31)
    if version > SCHEMA:
        raise FieldError(
            _(
                "is a lesson for a newer GAN Studio (format {version}, this one reads up to "
                "{known}): update the program to open it"
            ).format(version=version, known=SCHEMA)
        )
    fields.only("schema", *(name for name in Lesson.__dataclass_fields__ if name != "key"))
    pages = [_page(item) for item in fields.tables("pages", 1, _MOST_PAGES)]
    lesson = Lesson(
        key=key,
        title=fields.text("title", longest=80),
        summary=fields.text("summary", longest=300),
        order=fields.whole("order", 1, _LAST_ORDER, default=_LAST_ORDER),
        config=fields.table("config"),
        start_step=fields.whole("start_step", 0, _MOST_STEPS, default=0),
        speed=_speed(fields),
        hidden=tuple(fields.words("hidden", CONTROLS)),
        pages=tuple(pages),
    )
    _check_settings(lesson)
    return lesson


def _speed(fields: Fields) -> float:
    if fields.get("speed", "fastest") == "fastest":
        return FASTEST
    return fields.number("speed", *_SPEEDS)


def _page(fields: Fields) -> Page:
    fields.only(*Page.__dataclass_fields__)
    text = fields.text("text", longest=1000)
    words = len(text.split())
    if words > MOST_WORDS:
        raise fields.wrong(
            "text", _("has {words} words, {most} at most").format(words=words, most=MOST_WORDS)
        )
    do = fields.choice("do", ACTIONS) if "do" in fields else ""
    if not do and "button" in fields:
        raise fields.wrong("button", _("says nothing without “do”"))
    return Page(
        text=text,
        do=do,
        button=fields.text("button", longest=40) if do else "",
        change=fields.table("change") if "change" in fields else {},
        ask=_ask(fields.inner("ask")) if "ask" in fields else None,
        until_step=fields.whole("until_step", 1, _MOST_STEPS) if "until_step" in fields else None,
    )


def _ask(fields: Fields) -> Ask:
    fields.only(*Ask.__dataclass_fields__)
    options = fields.texts("options", 2, 4, longest=120)
    return Ask(
        question=fields.text("question", longest=300),
        options=tuple(options),
        answer=fields.whole("answer", 0, len(options) - 1),
        reveal=fields.text("reveal", longest=600),
    )


def _check_settings(lesson: Lesson) -> None:
    where = "config"
    try:
        config = game_config(lesson.config)
        for number, page in enumerate(lesson.pages, start=1):
            where = _("page {number}: change").format(number=number)
            config = changed(config, page.change)
    except BadConfig as error:
        problem = error.problems[0].rstrip(".?")
        raise FieldError(f"{where}.{problem}") from error
    if lesson.start_step > config.train.steps:
        raise FieldError(_("start_step: lies beyond config.train.steps"))
