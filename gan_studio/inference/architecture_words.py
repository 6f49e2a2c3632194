"""An architecture in words, for tables, tooltips and those who cannot see a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.inference.architecture import DECODER, DISCRIMINATOR, ENCODER, GENERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.architecture import Architecture, Layer, Net

TITLES = {
    ENCODER: N_("Encoder"),
    DECODER: N_("Decoder"),
    GENERATOR: N_("Generator"),
    DISCRIMINATOR: N_("Discriminator"),
}


def net_title(net: Net) -> str:
    """``Encoder``; a net of another name than its role keeps its own."""
    if net.name == net.role and net.role in TITLES:
        return _(TITLES[net.role])
    return net.name.replace("_", " ").capitalize()


def count_words(parameters: int) -> str:
    """``533,762 parameters``."""
    words = ngettext("{count} parameter", "{count} parameters", parameters)
    return words.format(count=f"{parameters:,}")


def extents(shape: Sequence[int]) -> str:
    """``7 × 7``."""
    return " × ".join(str(extent) for extent in shape)


def kind_words(layer: Layer) -> str:
    """``convolution 4 × 4, stride 2, batch norm, ReLU``."""
    kind = f"{_(layer.kind)} {extents(layer.kernel)}" if layer.kernel else _(layer.kind)
    words = [kind]
    if any(step != 1 for step in layer.stride):
        steps = layer.stride if len(set(layer.stride)) > 1 else layer.stride[:1]
        words.append(_("stride {steps}").format(steps=extents(steps)))
    return ", ".join([*words, *(_(word) for word in layer.then)])


def shape_words(shape: Sequence[int]) -> str:
    """``512``, ``64 × 14 × 14``, or a question mark where nobody knows."""
    return extents(shape) if shape else "?"


def layer_words(layer: Layer, before: str) -> str:
    """``784 → 512: dense, ReLU; 401,920 parameters``, after an output described as `before`."""
    way = f"{before} → {shape_words(layer.shape)}"
    return f"{way}: {kind_words(layer)}; {count_words(layer.parameters)}"


def squeeze_words(architecture: Architecture) -> str:
    """How narrow the bottleneck is, in a sentence; "" without one."""
    if architecture.squeeze is None:
        return ""
    sample, code = architecture.squeeze
    if code >= sample:
        return _("z has {code} numbers for {sample} of the sample: nothing is squeezed.").format(
            code=f"{code:,}", sample=f"{sample:,}"
        )
    ratio = sample / code
    return _("{sample} numbers are squeezed into {code}: {ratio} to 1.").format(
        sample=f"{sample:,}",
        code=f"{code:,}",
        ratio=f"{ratio:,.0f}" if ratio >= 10 or ratio == round(ratio) else f"{ratio:.1f}",
    )


def net_sentence(net: Net) -> str:
    """``Encoder: 784, 512, 256, 2; 533,762 parameters``."""
    sizes = ", ".join(f"{size:,}" for size in net.sizes)
    sizes += f" ({', '.join(net.parts)})" if net.parts else ""
    words = f"{net_title(net)}: {sizes}; {count_words(net.parameters)}"
    return words if net.is_traced else f"{words} ({untraced_words()})"


def untraced_words() -> str:
    """What is to be said of sizes that no pass has shown."""
    return _("sizes read off the weights; maps without height and width")


def describe(architecture: Architecture) -> str:
    """The whole drawing in sentences."""
    parts = [f"{net_sentence(net)}." for net in architecture.nets]
    parts.append(_("Together {count}.").format(count=count_words(architecture.parameters)))
    parts.append(squeeze_words(architecture))
    return " ".join(part for part in parts if part)


def table(architecture: Architecture) -> list[tuple[str, str, str, str]]:
    """Rows of net, output, parameters and kind: one per input, layer and net's total."""
    rows: list[tuple[str, str, str, str]] = []
    for net in architecture.nets:
        first = ", ".join([net.takes or _("input"), *(_(word) for word in net.before)])
        rows.append((net_title(net), shape_words(net.inputs), "", first))
        for index, layer in enumerate(net.layers, 1):
            parts = f" ({', '.join(net.parts)})" if net.parts and index == len(net.layers) else ""
            shape, count = shape_words(layer.shape), f"{layer.parameters:,}"
            rows.append(("", shape, count, kind_words(layer) + parts))
        note = "" if net.is_traced else f" ({untraced_words()})"
        rows.append(("", net.gives, f"{net.parameters:,}", _("together") + note))
    return rows
