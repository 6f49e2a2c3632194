"""The generator as a program of torch.export, the successor of TorchScript."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.exporters._model_file import FACTS, ModelFile, NoChoice, Reader
from gan_studio.exporters.base import EXPORTERS, MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._programs import Drawing
    from gan_studio.inference.bundle import Bundle


@EXPORTERS.register(
    "pt2",
    title=N_("torch.export (.pt2)"),
    help=N_(
        "The generator as a graph for torch and its compilers: the successor of TorchScript. It is "
        "loaded again and compared with the model before it counts as done."
    ),
    options=NoChoice,
    paper="https://docs.pytorch.org/docs/stable/export.html",
    order=3,
    group=MODEL,
)
class ExportedProgram(ModelFile):
    """``generator.pt2`` and ``sample_pt2.py``; see `ModelFile` for inputs and output."""

    title, file, script = "torch.export", "generator.pt2", "sample_pt2.py"

    def model_bytes(self, bundle: Bundle, drawing: Drawing) -> bytes:
        """See `ModelFile.model_bytes`."""
        import torch

        from gan_studio.exporters import _programs as programs

        inputs = [item for item in programs.check_inputs(bundle, 2) if item is not None]
        batch = torch.export.Dim(programs.AXIS)
        shapes = tuple({0: batch} for _input in inputs)
        facts = {FACTS: programs.facts_text(bundle)}
        buffer = io.BytesIO()
        with programs.naming_what_fails(self.title), programs.quietly():
            program = torch.export.export(drawing, tuple(inputs), dynamic_shapes=shapes)
            torch.export.save(program, buffer, extra_files=facts)
        return buffer.getvalue()

    def reader(self, path: Path) -> Reader:
        """Torch, as another program would load it."""
        import torch

        from gan_studio.exporters import _programs as programs

        with programs.quietly():
            loaded = torch.export.load(io.BytesIO(path.read_bytes())).module()
        return Reader("torch.export", programs.run_by_torch(loaded))
