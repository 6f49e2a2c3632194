"""Sizes counted by hand, and nets that a batch without numbers cannot pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadConfig, ShapeMismatch
from gan_studio.core.samples import LatentSpec, SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.data.base import DATASETS, DataContext
from gan_studio.inference.architecture_words import (
    describe,
    kind_words,
    layer_words,
    net_sentence,
    squeeze_words,
)
from gan_studio.inference.tracing import architecture, architecture_of, draft_architecture
from gan_studio.models.base import Family
from gan_studio.models.passages import CODE, COPY, Passage

SPEC = SampleSpec((1, 28, 28), tuple("0123456789"))


def draft(*words):
    return assign(RunConfig(), [*words])


def built(family, *words, spec=SPEC):
    return architecture_of(draft(f"model={family}", *words).model, spec)


def net_of(found, name):
    return next(net for net in found.nets if net.name == name)


def test_the_autoencoder_of_the_lecture():
    found = built("autoencoder")
    encoder, decoder = found.nets
    assert encoder.sizes == (784, 512, 256, 2)
    assert decoder.sizes == (2, 256, 512, 784)
    assert [layer.parameters for layer in encoder.layers] == [401_920, 131_328, 514]
    assert encoder.parameters == 784 * 512 + 512 + 512 * 256 + 256 + 256 * 2 + 2 == 533_762
    assert decoder.parameters == 2 * 256 + 256 + 256 * 512 + 512 + 512 * 784 + 784 == 534_544
    assert found.chains == ((encoder, decoder),)
    assert (encoder.takes, encoder.gives, decoder.takes, decoder.gives) == ("x", "z", "z", "x̂")
    assert squeeze_words(found) == "784 numbers are squeezed into 2: 392 to 1."
    assert describe(found) == (
        "Encoder: 784, 512, 256, 2; 533,762 parameters. "
        "Decoder: 2, 256, 512, 784; 534,544 parameters. "
        "Together 1,068,306 parameters. 784 numbers are squeezed into 2: 392 to 1."
    )


def test_the_gan_of_the_lecture():
    found = built("gan")
    generator, judge = found.nets
    assert generator.sizes == (100, 256, 512, 1024, 784)
    assert generator.parameters == 25_856 + 131_584 + 525_312 + 803_600 == 1_486_352
    assert judge.sizes == (784, 1024, 512, 256, 1)
    assert judge.parameters == 803_840 + 524_800 + 131_328 + 257 == 1_460_225
    assert found.chains == ((generator, judge),)
    assert found.squeeze is None
    assert [layer.then for layer in generator.layers] == [*[("leaky ReLU",)] * 3, ("tanh",)]


def test_dcgan():
    generator, judge = built("dcgan").nets
    assert [layer.shape for layer in generator.layers] == [(128, 7, 7), (64, 14, 14), (1, 28, 28)]
    assert generator.layers[0].parameters == 100 * 6272 + 2 * 128  # no bias; batch norm has two
    assert generator.layers[1].parameters == 128 * 64 * 16 + 2 * 64
    assert generator.layers[2].parameters == 64 * 16 + 1
    assert kind_words(generator.layers[1]) == (
        "transposed convolution 4 × 4, stride 2, batch norm, ReLU"
    )
    assert judge.sizes == (784, 64 * 196, 128 * 49, 1)
    assert layer_words(judge.layers[2], "128 × 7 × 7") == (
        "128 × 7 × 7 → 1: dense; 6,273 parameters"
    )


def test_a_vae_has_two_numbers_for_each_of_z():
    found = built("vae")
    encoder, decoder = found.nets
    assert encoder.layers[-1].size == 40
    assert encoder.parts == ("μ", "log σ²")
    assert decoder.input_size == 20
    assert net_sentence(encoder).startswith("Encoder: 784, 400, 40 (μ, log σ²);")


def test_the_discriminator_of_an_aae_looks_at_z():
    found = built("aae")
    encoder, decoder, judge = found.nets
    assert judge.takes == "z"
    assert judge.sizes == (8, 512, 512, 1)
    assert found.chains == ((encoder, decoder), (judge,))


def test_hidden_pixels_come_before_the_first_layer():
    found = built("autoencoder", "model.input_dropout=0.2")
    assert found.nets[0].before == ("dropout",)
    assert [layer.then for layer in found.nets[0].layers] == [("ReLU",), ("ReLU",), ()]


def test_ratios_in_words():
    assert "3.1 to 1" in squeeze_words(built("sparse_autoencoder"))
    assert "nothing is squeezed" in squeeze_words(built("autoencoder", "model.latent_dim=1000"))
    assert squeeze_words(built("gan")) == ""


def test_the_widest_nets_cost_nothing():
    found = built("autoencoder", "model.width=8192", "model.depth=8")
    assert found.nets[0].sizes[1] == 8192


# --- plug-ins


class Plain(Family):
    """One net of a plug-in, given by the test."""

    def __init__(self, make, spec=SPEC, dim=4):
        self.make, self.dim = make, dim
        super().__init__(None, spec)

    @property
    def latent(self):
        return LatentSpec(self.dim)

    def build(self):
        return self.make()

    def phases(self):
        return ()

    def compute(self, phase, context):
        raise NotImplementedError

    def generate(self, nets, latents, labels=None):
        return nets["generator"](latents)


class NeedsNumbers(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 10)
        self.act = nn.ReLU()
        self.last = nn.ConvTranspose2d(10, 1, 28)

    def forward(self, z):
        hidden = self.act(self.first(z))
        if hidden.sum().item() > 0:
            hidden = hidden + 1
        return self.last(hidden[:, :, None, None])


def test_a_net_that_needs_numbers_is_read_off_its_weights():
    net = architecture(Plain(lambda: {"generator": NeedsNumbers()}), "Plain").nets[0]
    assert not net.is_traced
    assert net.role == "generator"
    assert net.inputs == (4,)
    assert [(layer.kind, layer.shape) for layer in net.layers] == [
        ("dense", (10,)),
        ("transposed convolution", (1,)),
    ]
    assert net.layers[0].then == ("ReLU",)
    assert net.parameters == 50 + 10 * 28 * 28 + 1 == sum(item.parameters for item in net.layers)
    assert "read off the weights" in net_sentence(net)


class Tied(nn.Module):
    """Weights of its own, one layer called twice, and an output in a tuple."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(7))
        self.inner = nn.Linear(4, 4)
        self.out = nn.Linear(4, 784)

    def forward(self, z, *, power=1):
        return self.out(self.inner(self.inner(z))), power


class Twofold(Plain):
    def generate(self, nets, latents, labels=None):
        return nets["painting"](nets["mapping"](latents)[0][:, :4])[0]


def test_shared_weights_count_once_and_own_ones_are_not_lost():
    family = Twofold(lambda: {"mapping": Tied(), "painting": Tied(), "unused": nn.Linear(3, 2)})
    found = architecture(family, "Twofold")
    mapping, painting, unused = found.nets
    assert [layer.kind for layer in mapping.layers] == ["dense", "dense", "dense", "other weights"]
    assert [layer.parameters for layer in mapping.layers] == [20, 0, 4 * 784 + 784, 7]
    assert (mapping.takes, mapping.gives, painting.takes, painting.gives) == ("z", "", "", "x̂")
    assert mapping.parameters == 20 + 3920 + 7
    assert not unused.is_traced
    assert unused.sizes == (3, 2)
    assert found.chains == ((mapping, painting), (unused,))
    assert found.parameters == 2 * mapping.parameters + 8


class OddLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(4)
        self.up = nn.Sequential(
            nn.Linear(4, 49), nn.Unflatten(1, (1, 7, 7)), nn.Upsample(scale_factor=4)
        )
        self.own = OwnActivation()

    def forward(self, z):
        return self.own(self.up(self.norm(z)))


class OwnActivation(nn.Module):
    def forward(self, x):
        return x * 2


def test_what_is_no_usual_layer_has_a_name():
    net = architecture(Plain(lambda: {"generator": OddLayers()}), "Odd").nets[0]
    kinds = [(layer.kind, layer.shape, layer.parameters) for layer in net.layers]
    assert kinds == [
        ("batch norm", (4,), 8),
        ("dense", (1, 7, 7), 245),
        ("upsampling", (1, 28, 28), 0),
    ]
    assert net.layers[-1].then == ("OwnActivation",)


def test_a_passage_that_fails_leaves_the_others_alone():
    class Broken(Plain):
        def passages(self):
            def fail(_context):
                raise RuntimeError("no")

            return (Passage("x", CODE, fail), Passage(CODE, COPY, self._draw))

    found = architecture(Broken(lambda: {"generator": nn.Linear(4, 784)}), "Broken")
    assert found.nets[0].is_traced
    assert found.nets[0].sizes == (4, 784)


# --- drafts


@pytest.fixture
def context(tmp_path):
    return DataContext(tmp_path)


def test_a_draft_is_drawn_without_its_data(context):
    found = draft_architecture(draft("model=autoencoder", "data=mnist"), {}, context)
    assert found.nets[0].sizes == (784, 512, 256, 2)
    assert not list(Path(context.cache_dir).iterdir())


def test_a_folder_that_nobody_has_looked_at_is_not_guessed(context, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    config = draft("model=autoencoder", "data=folder", f"data.path={pictures}")
    assert draft_architecture(config, {}, context) is None
    facts = {"sample_shape": (3, 32, 32)}
    assert draft_architecture(config, facts, context).nets[0].sizes[0] == 3072


def test_a_folder_that_was_decoded_is_known(context, tmp_path):
    for index in range(8):
        folder = tmp_path / "pictures" / f"class {index % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(index).integers(0, 255, (32, 32, 3), dtype="uint8")
        Image.fromarray(pixels).save(folder / f"{index}.png")
    words = (f"data.path={tmp_path / 'pictures'}", "data.size=32", "data.channels=colour")
    config = draft("model=autoencoder", "data=folder", *words)
    source = DATASETS.get("folder").target(config.data.options)
    assert source.sample_spec(context) is None
    prepared = source.prepare(context)
    assert source.sample_spec(context) == prepared.spec
    assert draft_architecture(config, {}, context).nets[0].sizes[0] == 3 * 32 * 32


def test_what_a_draft_cannot_be_is_said(context):
    with pytest.raises(ShapeMismatch):
        draft_architecture(draft("model=dcgan", "data=points_2d"), {}, context)
    config = draft("model=autoencoder")
    model = replace(config.model, options=replace(config.model.options, latent_dim=0))
    with pytest.raises(BadConfig, match=r"model\.latent_dim"):
        draft_architecture(replace(config, model=model), {}, context)


@pytest.mark.parametrize("key", ["digits", "points_1d", "points_2d"])
def test_the_shape_is_known_before_the_data(key, context):
    entry = DATASETS.get(key)
    source = entry.target(entry.options())
    assert source.sample_spec(context) == source.prepare(context).spec
