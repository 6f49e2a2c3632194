"""The generator as TorchScript, which runs with torch alone, in Python or C++."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import N_
from gan_studio.exporters._model_file import FACTS, ModelFile, NoChoice, Reader
from gan_studio.exporters.base import EXPORTERS, MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._programs import Drawing
    from gan_studio.inference.bundle import Bundle


@EXPORTERS.register(
    "torchscript",
    title=N_("TorchScript"),
    help=N_(
        "The generator as a file that runs with torch alone, in Python or C++. It is loaded again "
        "and compared with the model before it counts as done. Torch still reads this format but "
        "develops it no further: for new programs take ONNX or torch.export."
    ),
    options=NoChoice,
    paper="https://docs.pytorch.org/docs/stable/jit.html",
    order=2,
    group=MODEL,
)
class TorchScript(ModelFile):
    """``generator.pt`` and ``sample_torchscript.py``; see `ModelFile` for inputs and output."""

    title, file, script = "TorchScript", "generator.pt", "sample_torchscript.py"

    def model_bytes(self, bundle: Bundle, drawing: Drawing) -> bytes:
        """See `ModelFile.model_bytes`."""
        import torch

        from gan_studio.exporters import _programs as programs

        inputs = [item for item in programs.check_inputs(bundle, 2) if item is not None]
        facts = {FACTS: programs.facts_text(bundle)}
        buffer = io.BytesIO()
        with programs.naming_what_fails(self.title), programs.quietly(), torch.no_grad():
            trace: Any = torch.jit.trace
            traced = trace(drawing, tuple(inputs), check_trace=False)
            torch.jit.save(traced, buffer, _extra_files=facts)
        return buffer.getvalue()

    def reader(self, path: Path) -> Reader:
        """Torch, as another program would load it."""
        import torch

        from gan_studio.exporters import _programs as programs

        with programs.quietly():
            load: Any = torch.jit.load
            loaded = load(io.BytesIO(path.read_bytes()), map_location="cpu")
        return Reader("torch.jit", programs.run_by_torch(loaded))
