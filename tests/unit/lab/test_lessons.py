"""Lesson files: what is read, what is refused and how it is said."""

from __future__ import annotations

import copy
import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan_studio.core.errors import BadFile
from gan_studio.core.paths import resources_dir
from gan_studio.lab import lessons as module
from gan_studio.lab.lessons import (
    ACTIONS,
    CONTROLS,
    FASTEST,
    lesson_to_json,
    load_lessons,
    read_lesson,
)

LESSONS = load_lessons(resources_dir() / "lessons")
GOOD = {
    "schema": 1,
    "title": "A title",
    "summary": "A sentence.",
    "order": 3,
    "config": {"model": {"name": "small_gan", "latent_dim": 1}, "data": {"name": "points_1d"}},
    "start_step": 10,
    "speed": 20,
    "hidden": ["museum", "compare"],
    "pages": [
        {"text": "One."},
        {
            "text": "Two.",
            "do": "play",
            "button": "Play",
            "change": {"model": {"loss": "minimax"}},
            "until_step": 100,
            "ask": {
                "question": "What?",
                "options": ["This", "That"],
                "answer": 1,
                "reveal": "That.",
            },
        },
    ],
}


def replaced(path, value):
    """The good lesson with another value; None takes the field away."""
    table = copy.deepcopy(GOOD)
    holder = table
    for part in path[:-1]:
        holder = holder[part]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return table


def read(folder, content):
    path = folder / "lesson.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, "utf-8")
    return read_lesson(path)


# --- good ones -------------------------------------------------------------------------------


def test_every_field_is_read(tmp_path):
    lesson = read(tmp_path, GOOD)
    assert lesson.key == "lesson"
    assert (lesson.title, lesson.order, lesson.start_step, lesson.speed) == ("A title", 3, 10, 20)
    assert lesson.hidden == ("museum", "compare")
    page = lesson.pages[1]
    assert (page.do, page.button, page.until_step) == ("play", "Play", 100)
    assert page.ask.options == ("This", "That")
    assert lesson.run_config(0).model.options.loss.key == "non_saturating"
    assert lesson.run_config(1).model.options.loss.key == "minimax"


def test_what_may_be_left_out(tmp_path):
    table = {name: GOOD[name] for name in ("schema", "title", "summary", "config")}
    lesson = read(tmp_path, table | {"pages": [{"text": "One."}]})
    assert (lesson.start_step, lesson.speed, lesson.hidden) == (0, FASTEST, ())
    assert lesson.pages[0].ask is None
    assert lesson.pages[0].until_step is None


def test_a_file_from_windows_may_begin_with_a_mark(tmp_path):
    assert read(tmp_path, "\ufeff" + json.dumps(GOOD)).title == "A title"


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.key)
def test_round_trip(tmp_path, lesson):
    path = tmp_path / f"{lesson.key}.json"
    path.write_text(lesson_to_json(lesson), "utf-8")
    assert read_lesson(path) == lesson


texts = st.text(min_size=1, max_size=40).filter(str.strip)
asks = st.builds(
    module.Ask,
    question=texts,
    options=st.lists(texts, min_size=2, max_size=4, unique=True).map(tuple),
    answer=st.integers(0, 1),
    reveal=texts,
)
pages = st.builds(
    module.Page,
    text=texts,
    do=st.sampled_from(ACTIONS),
    button=texts,
    ask=st.none() | asks,
    until_step=st.none() | st.integers(1, 1000),
)
some_lessons = st.builds(
    module.Lesson,
    key=st.just("any"),
    title=texts,
    summary=texts,
    order=st.integers(1, 100),
    config=st.just(GOOD["config"]),
    start_step=st.integers(0, 1000),
    speed=st.just(FASTEST) | st.floats(0.1, 10_000),
    hidden=st.lists(st.sampled_from(CONTROLS), unique=True).map(tuple),
    pages=st.lists(pages, min_size=1, max_size=3).map(tuple),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lesson=some_lessons)
def test_any_lesson_comes_back(tmp_path, lesson):
    (tmp_path / "any.json").write_text(lesson_to_json(lesson), "utf-8")
    assert read_lesson(tmp_path / "any.json") == lesson


# --- bad ones --------------------------------------------------------------------------------

BAD = [
    (("schema",), None, "schema: is missing"),
    (("schema",), 2, "newer GAN Studio"),
    (("schema",), 0, "schema: has to be from 1"),
    (("schema",), "1", "schema: has to be a whole number"),
    (("title",), None, "title: is missing"),
    (("title",), "", "title: has to be a text"),
    (("title",), "x" * 81, "title: is longer than 80"),
    (("titel",), "x", "titel: there is no such field, did you mean title"),
    (("summary",), ["x"], "summary: has to be a text"),
    (("order",), 0, "order: has to be from 1"),
    (("order",), True, "order: has to be a whole number"),
    (("order",), 1.5, "order: has to be a whole number"),
    (("start_step",), -1, "start_step: has to be from 0"),
    (("start_step",), 20_000, "start_step: lies beyond"),
    (("speed",), "fast", "speed: has to be a number"),
    (("speed",), 0, "speed: has to be from"),
    (("hidden",), "museum", "hidden: has to be a list"),
    (("hidden",), ["musem"], "hidden: “musem” is unknown, did you mean museum"),
    (("hidden",), [["museum"]], "hidden: "),
    (("hidden",), ["data", "data"], "hidden: holds the same name twice"),
    (("pages",), [], "pages: has to be a list of 1"),
    (("pages",), ["x"], "page 1: has to be a table"),
    (("pages", 0, "text"), None, "page 1: text: is missing"),
    (("pages", 0, "text"), "word " * 61, "page 1: text: has 61 words, 60 at most"),
    (("pages", 0, "button"), "x", "page 1: button: says nothing without"),
    (("pages", 0, "until"), 3, "page 1: until: there is no such field"),
    (("pages", 1, "do"), "stepd", "page 2: do: “stepd” is unknown, did you mean step"),
    (("pages", 1, "do"), 5, "page 2: do: "),
    (("pages", 1, "button"), None, "page 2: button: is missing"),
    (("pages", 1, "until_step"), 0, "page 2: until_step: has to be from 1"),
    (("pages", 1, "change"), [], "page 2: change: has to be a table"),
    (("pages", 1, "change"), {"model": {"los": "hinge"}}, "page 2: change.model.los"),
    (("pages", 1, "change"), {"model": 3}, "page 2: change."),
    (("pages", 1, "ask"), "x", "page 2: ask: has to be a table"),
    (("pages", 1, "ask", "options"), ["This"], "page 2: ask.options: has to be a list of 2 to 4"),
    (("pages", 1, "ask", "options"), ["a", "a"], "page 2: ask.options: holds the same text"),
    (("pages", 1, "ask", "answer"), 2, "page 2: ask.answer: has to be from 0 to 1"),
    (("pages", 1, "ask", "reveal"), " ", "page 2: ask.reveal: has to be a text"),
    (("pages", 1, "ask", "qestion"), "x", "did you mean question"),
    (("config",), None, "config: is missing"),
    (("config", "model"), None, "config.model: is missing"),
    (("config", "model", "name"), "small_gam", "small_gan"),
    (("config", "model", "name"), "autoencoder", "no game of two players"),
    (("config", "model", "latent_dim"), 0, "config.model.latent_dim: 0 is below 1"),
    (("config", "model", "loss"), 5, "config."),
    (("config", "model", "penalties"), {"r1": 3}, "config."),
    (("config", "model", "penalties"), {"r1": {"gamma": 10**400}}, "config."),
    (("config", "data", "name"), "digits", "holds no points"),
    (("config", "trian"), {}, "did you mean train"),
]


@pytest.mark.parametrize(("path", "value", "said"), BAD)
def test_what_is_wrong_is_named(tmp_path, path, value, said):
    with pytest.raises(BadFile) as caught:
        read(tmp_path, replaced(path, value))
    message = str(caught.value)
    assert said in message
    assert "lesson.json" in message
    reason = caught.value.values["reason"]
    assert "\n" not in reason
    assert not reason.endswith((".", "?"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[1, 2]", "holds no fields"),
        ("[" * 100_000, "is not JSON"),
        ('{"schema": 1, "schema": 1}', "schema: is there twice"),
        ('{"schema": NaN}', "NaN"),
        ('{"schema": ' + "9" * 5000 + "}", "is not JSON"),
        (" " * 1_000_001, "larger than 1 MB"),
    ],
    ids=["empty", "torn", "list", "deep", "twice", "nan", "long number", "large"],
)
def test_what_is_no_lesson(tmp_path, content, said):
    with pytest.raises(BadFile, match=said):
        read(tmp_path, content)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(BadFile):
        read_lesson(tmp_path / "nowhere.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadFile, match="UTF-8"):
        load_lessons(tmp_path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = [path for path, _value, _said in BAD]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=anything.filter(lambda value: value is not None))
def test_whatever_stands_there_is_read_or_refused(tmp_path, place, value):
    text = json.dumps(replaced(place, value)).replace("Infinity", "1e999")
    lesson, problem = None, None
    try:
        lesson = read(tmp_path, text)
    except BadFile as error:
        problem = error
    if lesson is None:
        assert str(tmp_path) in str(problem)  # whatever is wrong, the file is named
    else:
        assert lesson.pages
        assert lesson.run_config() is not None


# --- the lessons that come with the program --------------------------------------------------


def test_there_are_six_in_their_order():
    assert [lesson.order for lesson in LESSONS.values()] == [1, 2, 3, 4, 5, 6]
    assert all(4 <= len(lesson.pages) <= 7 for lesson in LESSONS.values())


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.key)
def test_each_lets_the_pupil_predict_and_do(lesson):
    assert any(page.ask for page in lesson.pages)
    assert any(page.do == "play" for page in lesson.pages)
    stops = [page.until_step for page in lesson.pages if page.until_step is not None]
    assert stops == sorted(set(stops))
    assert all(page.until_step for page in lesson.pages if page.do == "play")
    assert all(stop > lesson.start_step for stop in stops)
    assert lesson.run_config().train.threads == 1, "nothing may be measured before the first step"


def test_fields_of_the_docstring_are_those_of_the_classes():
    names = [
        field.name
        for kind in (module.Lesson, module.Page, module.Ask)
        for field in dataclasses.fields(kind)
    ]
    missing = [name for name in names if f'"{name}"' not in module.__doc__]
    assert missing == ["key"]
