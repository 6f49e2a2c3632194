"""The same promises on a GPU, where there is one."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.events import Finished
from gan_studio.core.schema import Plug
from gan_studio.core.schema_io import assign
from gan_studio.models.base import FAMILIES, make_family
from gan_studio.training.checkpoint import CheckpointStore
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.trainer import Trainer

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here"),
]


def trainer_of(key, prepared, steps, precision, words=(), **more):
    config = dataclasses.replace(RunConfig(), model=Plug(key, FAMILIES.get(key).options()))
    base = ["train.batch_size=8", f"train.steps={steps}", f"train.precision={precision}"]
    config = assign(config, [*base, *words, "train.checkpoint_every=4", "train.device=cuda"])
    family = make_family(key, config.model.options, prepared.spec)
    return Trainer(config, family, prepared, torch.device("cuda"), **more)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("key", [entry.key for entry in FAMILIES])
def test_trains_samples_and_resumes(key, precision, pictures, tmp_path):
    store = CheckpointStore(tmp_path, keep=10)
    first = trainer_of(key, pictures(), 8, precision, store=store)
    assert isinstance(list(first.run(RunControl(), wants_nothing))[-1], Finished)
    resumed = trainer_of(key, pictures(), 8, precision, resume=store.load(4))
    assert isinstance(list(resumed.run(RunControl(), wants_nothing))[-1], Finished)
    optimiser = resumed.state.optimiser_tensors()
    assert {value.device.type for name, value in optimiser.items() if "exp_avg" in name} == {"cuda"}
    if key not in (
        "dcgan",
        "conv_autoencoder",
    ):  # cuDNN's weight gradients of convolutions add up in any order
        assert weights_hash(first.state.weights()) == weights_hash(resumed.state.weights())


@pytest.mark.parametrize("words", [["optimiser=sgd", "momentum=0.8"], ["optimiser=rmsprop"]])
def test_other_optimisers_resume(words, pictures, tmp_path):
    words = [f"model.game.{word}" for word in words]
    store = CheckpointStore(tmp_path, keep=10)
    first = trainer_of("small_gan", pictures(), 8, "fp32", words, store=store)
    assert isinstance(list(first.run(RunControl(), wants_nothing))[-1], Finished)
    resumed = trainer_of("small_gan", pictures(), 8, "fp32", words, resume=store.load(4))
    assert isinstance(list(resumed.run(RunControl(), wants_nothing))[-1], Finished)
    assert weights_hash(first.state.weights()) == weights_hash(resumed.state.weights())
