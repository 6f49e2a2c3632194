"""What the Map waits for: a whole data set encoded in a task beside the living window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.gui.bench import Bench
    from gan_studio.inference.bundle import Bundle

PRESETS = ("autoencoder_2", "autoencoder_32", "conv_autoencoder_32", "vae_20")
ROUNDS = 3


def measure_encoding(bench: Bench, _seconds: float) -> dict[str, Any]:
    """Seconds for the training set, the best of three, and the latest beat in any of them."""
    from gan_studio.gui.bench import Heartbeat

    found = {}
    for preset in PRESETS:
        bundle, prepared = _model(bench, preset)
        times, heart = [], Heartbeat()
        late: list[float] = []
        for _round in range(ROUNDS):
            heart.start()
            times.append(_encode(bench, bundle, prepared))
            heart.stop()
            late += heart.late_ms
        found[preset] = {
            "seconds": min(times),
            "max_ms": max(late),
            "pictures": len(prepared.train),
        }
    return found


def _encode(bench: Bench, bundle: Bundle, prepared: Prepared) -> float:
    """In a task, as pages do it; the seconds from asking to having."""
    from gan_studio.inference.codes import encode_split
    from gan_studio.training.device import use_threads

    def job(progress: Any, is_cancelled: Any) -> Any:
        use_threads(1)
        return encode_split(
            bundle,
            prepared.train,
            progress=lambda *done: progress(*done, ""),
            is_cancelled=is_cancelled,
        )

    done: list[Any] = []
    began = time.perf_counter()
    Task(job, bench.window).on_done(done.append).on_progress(_ignore).start()
    bench.wait_for(lambda: bool(done), 120, every=0.005)
    return time.perf_counter() - began


def _ignore(*_progress: Any) -> None:
    """Take progress, so that it is delivered to the main thread as to a page."""


def _model(bench: Bench, preset_key: str) -> tuple[Bundle, Prepared]:
    """An untrained model of a preset, which encodes in the same time as a trained one."""
    import torch

    from gan_studio.core.config import RunConfig
    from gan_studio.core.paths import resources_dir
    from gan_studio.core.presets import find_preset, load_presets
    from gan_studio.core.schema import Plug, to_plain
    from gan_studio.core.schema_io import from_plain
    from gan_studio.data.base import DATASETS, DataContext, choose_source
    from gan_studio.inference.bundle import make_bundle
    from gan_studio.models.base import make_family
    from gan_studio.training.setup import build_nets

    preset = find_preset(load_presets(resources_dir() / "presets"), preset_key)
    config = from_plain(RunConfig, preset.apply(to_plain(RunConfig())))
    digits = Plug("digits", DATASETS.get("digits").options())
    data = digits if bench.data is None else Plug(*choose_source(bench.data))
    source = DATASETS.get(data.key).target(data.options)
    prepared = source.prepare(DataContext(bench.session.folders.cache))
    family = make_family(config.model.key, config.model.options, prepared.spec)
    nets = build_nets(family, torch.device("cpu"))
    weights = {
        f"{name}.{key}": value
        for name in family.picture_nets
        for key, value in nets[name].state_dict().items()
    }
    info = {"sample_shape": prepared.spec.shape, "class_names": prepared.spec.class_names}
    return make_bundle(config, info, weights, 0), prepared
