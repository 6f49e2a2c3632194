"""From a family to its `Architecture`: a batch without numbers is sent through its nets.

Everything happens on torch's device "meta", where tensors have a shape and nothing else: no
memory, no arithmetic, no random numbers, however wide the nets are.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gan_studio.core.errors import BadConfig
from gan_studio.core.schema_io import check
from gan_studio.data.base import DATASETS
from gan_studio.data.batches import Batch
from gan_studio.inference.architecture import OTHER, Architecture, Net, role_of
from gan_studio.inference.bundle import spec_of_facts
from gan_studio.inference.layers import Call, layers_of, read_off
from gan_studio.models.base import FAMILIES, Family, StepContext, make_family
from gan_studio.models.draws import Draws
from gan_studio.models.passages import CODE, Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gan_studio.core.config import RunConfig
    from gan_studio.core.samples import LatentSpec, SampleSpec
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import DataContext

META = torch.device("meta")
COUNT = 2  # samples in the batch: what has batch norm may refuse one alone
WHOLE = (nn.MultiheadAttention,)  # layers that have layers inside

log = logging.getLogger("gan_studio.inference")


def architecture_of(model: Plug, spec: SampleSpec) -> Architecture:
    """What a family builds for data of `spec`.

    Raises:
        UnknownKey: there is no such family.
        ShapeMismatch: it cannot take this data.
    """
    return architecture(make_family(model.key, model.options, spec), FAMILIES.get(model.key).title)


def draft_architecture(
    config: RunConfig, facts: Mapping[str, Any], context: DataContext
) -> Architecture | None:
    """What training with `config` would build, or None where only preparing the data can tell.

    Args:
        config: the draft.
        facts: what a run on the same data says of it (see `spec_of_facts`), or empty.
        context: where data are looked for.

    Raises:
        BadConfig: an option of the model cannot be used.
        ShapeMismatch: the family cannot take this data.
        BadData: there is no such data.
    """
    problems = check(config.model.options, "model")
    if problems:
        raise BadConfig(*problems)
    spec = spec_of_facts(facts) if facts.get("sample_shape") else None
    if spec is None:
        source = DATASETS.get(config.data.key).target(config.data.options)
        spec = source.sample_spec(context)
    return None if spec is None else architecture_of(config.model, spec)


def architecture(family: Family, title: str) -> Architecture:
    """What a family builds. Nets that a batch without numbers cannot pass are read off."""
    with META:
        nets = family.make_nets()
    traces = {name: _Trace(name, net) for name, net in nets.items()}
    context = StepContext(nets, _batch(family.spec), _Shapes(), 0)
    passages = family.passages()
    has_encoder = any(passage.gives == CODE for passage in passages)
    found: list[Net] = []
    for passage in passages:
        role = role_of(passage.takes, passage.gives, has_encoder=has_encoder)
        found += _nets_of(passage, role, traces, context)
    found += [trace.read_off() for trace in traces.values() if not trace.is_taken]
    found = [_with_parts(net, family.code_parts) for net in found]
    latent = family.latent
    return Architecture(title, tuple(found), family.spec.shape, latent.dim if latent else 0)


def _nets_of(
    passage: Passage, role: str, traces: dict[str, _Trace], context: StepContext
) -> list[Net]:
    """The nets that a passage is the first to call, in the order of their calls."""
    order: list[_Trace] = []
    for trace in traces.values():
        if not trace.is_taken:
            trace.listen(order.append)
    try:
        with torch.no_grad():
            passage.send(context)
    except Exception as problem:  # a plug-in's forward may need numbers, or do anything
        log.info("a batch without numbers cannot pass from %s: %s", passage.takes, problem)
    finally:
        for trace in traces.values():
            trace.stop()
    return [
        trace.take(
            role,
            passage.takes if index == 0 else "",
            passage.gives if index == len(order) - 1 else "",
        )
        for index, trace in enumerate(order)
    ]


def _with_parts(net: Net, parts: tuple[str, ...]) -> Net:
    return replace(net, parts=parts) if net.gives == CODE else net


def _batch(spec: SampleSpec) -> Batch:
    labels = torch.zeros(COUNT, dtype=torch.int64, device=META) if spec.class_names else None
    extras = {}
    if spec.target_shape is not None:
        extras["target"] = torch.empty(COUNT, *spec.target_shape, device=META)
    if spec.attribute_names:
        extras["attributes"] = torch.empty(COUNT, len(spec.attribute_names), device=META)
    images = torch.empty(COUNT, *spec.shape, device=META)
    return Batch(images, labels, torch.arange(COUNT, device=META), extras)


class _Shapes(Draws):
    """Random numbers of which only the shape is known."""

    def __init__(self) -> None:
        self.device = META

    def latents(self, spec: LatentSpec, count: int) -> Tensor:
        return torch.empty(count, spec.dim, device=META)

    def classes(self, count: int, class_count: int) -> Tensor:
        return torch.zeros(count, dtype=torch.int64, device=META)

    def shares(self, count: int) -> Tensor:
        return torch.empty(count, device=META)

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        return torch.empty(shape, device=META)


@dataclass
class _Trace:
    """One net and what its first call told."""

    name: str
    net: nn.Module
    calls: list[Call] = field(default_factory=list)
    inputs: tuple[int, ...] = ()
    is_taken: bool = False
    is_whole: bool = False  # its first call has come to its end
    _hooks: list[Any] = field(default_factory=list)

    def listen(self, report: Callable[[_Trace], None]) -> None:
        """Note the calls from now on; `report` is told at the first one."""
        self.net.eval()
        self._hooks.append(self.net.register_forward_pre_hook(self._begin(report), prepend=True))
        for module in _leaves(self.net):
            self._hooks.append(module.register_forward_hook(self._note, with_kwargs=True))
        self._hooks.append(self.net.register_forward_hook(self._end))

    def stop(self) -> None:
        """Note nothing more."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def take(self, role: str, takes: str, gives: str) -> Net:
        """The net as its first call showed it."""
        if not self.is_whole:
            return self.read_off(role, takes, gives)
        self.is_taken = True
        before, layers = layers_of(self.calls, self._parameters)
        return Net(self.name, role, takes, gives, self.inputs, layers, self._parameters, before)

    def read_off(self, role: str = OTHER, takes: str = "", gives: str = "") -> Net:
        """The net as far as its weights tell."""
        self.is_taken = True
        inputs, layers = read_off(_leaves(self.net), self._parameters)
        return Net(self.name, role, takes, gives, inputs, layers, self._parameters, is_traced=False)

    @property
    def _parameters(self) -> int:
        return sum(weights.numel() for weights in self.net.parameters())

    def _begin(self, report: Callable[[_Trace], None]) -> Callable[..., None]:
        def begin(_net: nn.Module, given: Any) -> None:
            if not self.calls and not self.inputs:
                self.inputs = shape_of(given)
                report(self)

        return begin

    def _note(self, module: nn.Module, given: Any, named: Any, result: Any) -> None:
        if not self.is_whole:
            first, out = _first((given, named)), _first(result)
            is_same = out is not None and out is first
            self.calls.append(Call(module, shape_of((given, named)), shape_of(result), is_same))

    def _end(self, _net: nn.Module, _given: Any, _result: Any) -> None:
        self.is_whole = True


def _leaves(module: nn.Module) -> Iterable[nn.Module]:
    """The modules that have no others inside, in the order of their definition."""
    children = [item for name, item in module.named_children() if name != "parametrizations"]
    if not children or isinstance(module, WHOLE):
        yield module
        return
    for child in children:
        yield from _leaves(child)


def _first(value: Any) -> Tensor | None:
    """The first tensor in nested tuples, lists and tables."""
    if isinstance(value, Tensor):
        return value
    items: Iterable[Any] = ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, (tuple, list)):
        items = value
    return next((found for item in items if (found := _first(item)) is not None), None)


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of one sample of the first tensor in `value`: without the batch, at least 1."""
    found = _first(value)
    if found is None:
        return ()
    shape = tuple(int(extent) for extent in found.shape[1:])
    return shape if shape and all(shape) else (1,)
