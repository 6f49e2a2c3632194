"""What the drawing of a model says is what its nets are, for every family by itself."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import default_plug, spec_of
from gan_studio.data.batches import Batch
from gan_studio.inference.architecture import DISCRIMINATOR, ENCODER, OTHER
from gan_studio.inference.architecture_words import describe, table
from gan_studio.inference.tracing import architecture_of
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws

CLASSES = ("top", "middle", "bottom")
SPECS = {
    "grey 28": SampleSpec((1, 28, 28), CLASSES),
    "colour 32": SampleSpec((3, 32, 32), CLASSES),
    "plane": SampleSpec((2,)),
}
WEIGHTY = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)

every_family = pytest.mark.parametrize("key", [entry.key for entry in FAMILIES])
every_spec = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def both(key, spec, options=None):
    """The architecture, and a family with real nets."""
    plug = default_plug("family", key)
    if options is not None:
        plug = dataclasses.replace(plug, options=options)
    try:
        family = make_family(key, plug.options, spec)
    except ShapeMismatch:
        pytest.skip("the family does not take this data")
    return architecture_of(plug, spec), family


def send_real(family, nets):
    """What a real batch shows: per net the shapes of its first call and of its weighty layers."""
    seen = {}

    def note_net(name):
        def note(_net, given, result):
            seen.setdefault(name, []).append((tuple(given[0].shape[1:]), tuple(result.shape[1:])))

        return note

    def note_layer(name):
        def note(_module, _given, result):
            seen.setdefault(f"{name} layers", []).append(result[0].numel())

        return note

    for name, net in nets.items():
        net.eval().register_forward_hook(note_net(name))
        for module in net.modules():
            if isinstance(module, WEIGHTY):
                module.register_forward_hook(note_layer(name))
    labels = torch.tensor([0, 1]) if family.spec.class_names else None
    batch = Batch(torch.zeros(2, *family.spec.shape), labels, torch.arange(2))
    for passage in family.passages():
        with torch.no_grad():
            passage.send(StepContext(nets, batch, Draws(0), 0))
    return seen


def check(architecture, family):
    nets = family.make_nets()
    seen = send_real(family, nets)
    assert {net.name for net in architecture.nets} == set(nets)
    for net in architecture.nets:
        assert net.is_traced, net.name
        assert net.role != OTHER
        assert net.parameters == sum(item.numel() for item in nets[net.name].parameters())
        assert sum(layer.parameters for layer in net.layers) == net.parameters
        inputs, outputs = seen[net.name][0]
        assert net.inputs == inputs
        assert net.layers[-1].size == torch.Size(outputs).numel()
        sizes = [layer.size for layer in net.layers]
        assert sizes == seen[f"{net.name} layers"][: len(sizes)]
    assert architecture.sample_shape == family.spec.shape
    assert architecture.latent_dim == family.latent.dim


@every_spec
@every_family
def test_sizes_and_weights_are_those_of_the_nets(key, spec):
    check(*both(key, spec))


@every_family
def test_convolutional_kinds_as_well(key):
    options = FAMILIES.get(key).options()
    group = next((item for item in spec_of(type(options)) if item.name == "nets"), None)
    if group is None:
        pytest.skip("it has one kind of nets")
    nets = dataclasses.replace(options.nets, kind="conv", activation="tanh")
    check(*both(key, SPECS["colour 32"], dataclasses.replace(options, nets=nets)))


@every_family
def test_spectral_norm_changes_no_size(key):
    options = FAMILIES.get(key).options()
    if Capability.ADVERSARIAL not in FAMILIES.get(key).capabilities:
        pytest.skip("it has no discriminator")
    game = dataclasses.replace(options.game, spectral_norm=True)
    found, family = both(key, SPECS["grey 28"], dataclasses.replace(options, game=game))
    check(found, family)
    judge = next(net for net in found.nets if net.role == DISCRIMINATOR)
    assert all("spectral norm" in layer.then for layer in judge.layers)
    assert {layer.kind for layer in judge.layers} <= {"dense", "convolution"}


@every_family
def test_capabilities_are_seen_in_the_nets(key):
    found, _family = both(key, SPECS["grey 28"])
    roles, capabilities = {net.role for net in found.nets}, FAMILIES.get(key).capabilities
    assert (ENCODER in roles) == (Capability.ENCODES in capabilities)
    assert (DISCRIMINATOR in roles) == (Capability.ADVERSARIAL in capabilities)
    assert (found.squeeze is not None) == (Capability.ENCODES in capabilities)


@every_family
def test_it_can_be_told_in_words(key):
    found, _family = both(key, SPECS["grey 28"])
    words = describe(found)
    assert f"{found.parameters:,} parameters" in words
    for net in found.nets:
        assert f"{net.parameters:,} parameters" in words
    assert len(table(found)) == sum(len(net.layers) + 2 for net in found.nets)


@every_family
def test_making_a_drawing_draws_no_random_numbers(key):
    before = torch.get_rng_state()
    both(key, SPECS["grey 28"])
    assert torch.equal(before, torch.get_rng_state())
