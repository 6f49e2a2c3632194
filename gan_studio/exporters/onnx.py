"""The generator as ONNX, which runs without torch: in onnxruntime, in browsers, on phones."""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import MissingLibrary
from gan_studio.core.i18n import N_
from gan_studio.exporters._model_file import ModelFile, NoChoice, Reader
from gan_studio.exporters.base import EXPORTERS, MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._model_file import Floats
    from gan_studio.exporters._programs import Drawing
    from gan_studio.inference.bundle import Bundle

OPSET = 17  # of 2022: what runs models today knows it
SLOW_COUNT = 4  # pictures compared by the reference, which takes seconds for each large one


@EXPORTERS.register(
    "onnx",
    title=N_("ONNX"),
    help=N_(
        "The generator as a file that runs without GAN Studio and without torch, in many "
        "languages and in browsers. It is read again and compared with the model before it "
        "counts as done; a small Python script that draws with it lies beside it."
    ),
    options=NoChoice,
    paper="https://onnx.ai",
    order=1,
    group=MODEL,
)
class Onnx(ModelFile):
    """``generator.onnx`` and ``sample_onnx.py``; see `ModelFile` for inputs and output.

    What else is to be known stands in the file's metadata, under "gan_studio" as JSON.

    It is written by torch's older exporter, because the newer one needs the sources of its own
    functions at run time, which a frozen application does not have.
    """

    title, file, script = "ONNX", "generator.onnx", "sample_onnx.py"
    template = "sample_onnx.py"

    def model_bytes(self, bundle: Bundle, drawing: Drawing) -> bytes:
        """See `ModelFile.model_bytes`."""
        from gan_studio.exporters._programs import facts_text, naming_what_fails

        onnx = _load_onnx()
        model = onnx.load_from_string(_exported(bundle, drawing))
        model.producer_name, model.doc_string = "GAN Studio", bundle.title
        onnx.helper.set_model_props(model, {"gan_studio": facts_text(bundle)})
        with naming_what_fails(self.title):
            onnx.checker.check_model(model, full_check=True)
        data: bytes = model.SerializeToString()
        return data

    def reader(self, path: Path) -> Reader:
        """Whatever reads ONNX here.

        onnxruntime where it is installed, since that is what runs most models; else the reference
        by which the makers of ONNX define it.
        """
        if importlib.util.find_spec("onnxruntime") is not None:
            return Reader("onnxruntime", _run_by(_runtime_session(path)))
        from onnx.reference import ReferenceEvaluator

        return Reader("onnx", _run_by(ReferenceEvaluator(str(path))), SLOW_COUNT)


def _exported(bundle: Bundle, drawing: Drawing) -> bytes:
    import torch

    from gan_studio.exporters import _programs as programs

    latents, labels = programs.check_inputs(bundle, 2)
    named: dict[str, Any] = {programs.Z: latents}
    if labels is not None:
        named[programs.LABEL] = labels
    buffer = io.BytesIO()
    with programs.naming_what_fails(Onnx.title), programs.quietly():
        torch.onnx.export(
            drawing,
            tuple(named.values()),
            buffer,  # type: ignore[arg-type]
            dynamo=False,
            input_names=list(named),
            output_names=[programs.PICTURES],
            dynamic_axes={name: {0: programs.AXIS} for name in (*named, programs.PICTURES)},
            opset_version=OPSET,
        )
    return buffer.getvalue()


def _run_by(session: Any) -> Any:
    from gan_studio.exporters._programs import LABEL, PICTURES, Z

    def run(latents: Floats, labels: Any) -> Floats:
        inputs = {Z: latents} if labels is None else {Z: latents, LABEL: labels}
        pictures: Floats = session.run([PICTURES], inputs)[0]
        return pictures

    return run


def _runtime_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # cores belong to training
    options.log_severity_level = 3
    # From memory: the file must be free to be moved on every system.
    return onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def _load_onnx() -> Any:
    try:
        import onnx
        import onnx.checker
        import onnx.helper
    except ImportError as error:
        raise MissingLibrary(what="ONNX", library="onnx", reason=str(error)) from error
    return onnx
