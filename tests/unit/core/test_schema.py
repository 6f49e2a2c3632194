"""One schema: plain tables, words, problems that name their field."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_studio.core.config import RunConfig, TrainConfig
from gan_studio.core.errors import BadConfig
from gan_studio.core.schema import merge, param, spec_of, to_plain
from gan_studio.core.schema_io import assign, check, from_plain, replace_path


def problems_of(plain):
    with pytest.raises(BadConfig) as caught:
        from_plain(RunConfig, plain)
    return caught.value.problems


def test_round_trip_through_plain_tables():
    config = assign(RunConfig(), ["model.penalties=r1,r2", "model.penalties.r2.gamma=0.5"])
    assert from_plain(RunConfig, to_plain(config)) == config


def test_out_of_range_names_the_field():
    assert problems_of({"train": {"batch_size": 0}}) == ("train.batch_size: 0 is below 1",)


def test_unknown_field_names_the_close_one():
    (problem,) = problems_of({"train": {"batchsize": 3}})
    assert problem == "train.batchsize: there is no such field, did you mean batch_size?"


def test_every_problem_is_listed():
    problems = problems_of({"train": {"steps": "many", "seed": -1, "oops": 1}, "data": "nothing"})
    assert any("train.steps: 'many' is not a whole number" in item for item in problems)
    assert any("train.oops" in item for item in problems)
    assert any(item.startswith("data: There is no dataset called") for item in problems)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_must_be_finite(bad):
    (problem,) = problems_of({"train": {"ema_half_life": bad}})
    assert problem.startswith("train.ema_half_life")


def test_words_choose_entries_and_their_options():
    config = assign(RunConfig(), ["model=dcgan", "model.channels=32", "data=digits"])
    assert (config.model.key, config.model.options.channels) == ("dcgan", 32)
    config = assign(config, ["model.penalties=r1", "model.penalties.r1.gamma=3e-1"])
    assert [item.key for item in config.model.options.penalties] == ["r1"]
    assert config.model.options.penalties[0].options.gamma == 0.3
    assert assign(config, ["model.penalties=none"]).model.options.penalties == ()


@pytest.mark.parametrize("word", ["train.steps", "train.stepz=3", "model.penalties.r9.gamma=1"])
def test_bad_words(word):
    with pytest.raises(BadConfig):
        assign(RunConfig(), [word])


def test_replace_path_goes_through_plugs():
    config = RunConfig()
    changed = replace_path(config, "model.latent_dim", 7)
    assert changed.model.options.latent_dim == 7
    assert config.model.options.latent_dim == 100


def test_merge_replaces_the_table_of_another_entry():
    base = {"model": {"name": "gan", "latent_dim": 3}, "train": {"steps": 1, "seed": 2}}
    over = {"model": {"name": "dcgan"}, "train": {"steps": 9}}
    assert merge(base, over) == {"model": {"name": "dcgan"}, "train": {"steps": 9, "seed": 2}}


@given(
    st.fixed_dictionaries(
        {
            "steps": st.integers(1, 10**8),
            "batch_size": st.integers(1, 8192),
            "ema_half_life": st.floats(0, 1000),
            "schedule": st.sampled_from(["constant", "linear", "cosine"]),
        }
    )
)
def test_whatever_is_in_range_is_read_as_it_is(plain):
    config = from_plain(TrainConfig, plain)
    assert {name: getattr(config, name) for name in plain} == plain
    assert check(config) == []


def test_fields_must_say_what_they_are():
    @dataclass(frozen=True)
    class Plain:
        size: int = 3

    with pytest.raises(TypeError, match="size must be made by param"):
        spec_of(Plain)


def test_booleans_are_not_numbers():
    @dataclass(frozen=True)
    class Both:
        flag: bool = param(False, label="flag", help="")
        count: int = param(1, label="count", help="", lo=0)

    assert from_plain(Both, {"flag": "yes", "count": "1e3"}) == Both(True, 1000)
    with pytest.raises(BadConfig, match="count: True is not a whole number"):
        from_plain(Both, {"count": True})
    with pytest.raises(BadConfig, match="flag: 'perhaps' is not yes or no"):
        from_plain(Both, {"flag": "perhaps"})
