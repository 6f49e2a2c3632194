"""What all formats share in which a generator runs elsewhere: write, read again, compare, a script.

The parts that need torch are in `_programs` and loaded when a model is written, so that formats can
be listed at once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from gan_studio.core.i18n import N_, _
from gan_studio.exporters.base import Exported, Exporter, Source, Watch, new_folder

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._programs import Drawing
    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
Run = Callable[[Floats, Any], Floats]
"""``run(latents, classes)``: float32 ``[N, dim]`` and int64 ``[N]`` or None to ``[N, C, H, W]``."""
FACTS = "gan_studio.json"  # what torch's files call what they say of the model
COMPARED = N_("Read again by {by}; {count} pictures differ from the model's by {d:.1g} at most.")


@dataclass(frozen=True)
class NoChoice:
    """There is nothing to choose."""


@dataclass(frozen=True)
class Reader:
    """Something that knows nothing of the model and draws by the file alone.

    Attributes:
        name: of the library.
        run: draws.
        count: how many pictures it can compare in a few seconds.
    """

    name: str
    run: Run
    count: int = 64


class ModelFile(Exporter):
    """A folder with the model's file and a script that draws with it.

    Inputs are ``z``, float32 ``[N, dim]`` after truncation, and, where the model takes one,
    ``label``, int64 ``[N]``; the output is ``pictures``, float32 ``[N, C, H, W]`` in [-1, 1].
    """

    title: ClassVar[str]
    file: ClassVar[str]
    script: ClassVar[str]
    template: ClassVar[str] = "sample_torch.py"  # of the script, in resources/exports

    @abstractmethod
    def model_bytes(self, bundle: Bundle, drawing: Drawing) -> bytes:
        """The file's content."""

    @abstractmethod
    def reader(self, path: Path) -> Reader:
        """What reads the file."""

    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """See `Exporter.write`.

        Raises:
            MissingLibrary: a library that writes the format is not installed.
            NotTraceable: the format has no words for a layer.
            CheckFailed: the file draws something else.
            NoNumbers: the model draws NaN.
        """
        from gan_studio.exporters._programs import add_script, compare, drawing_of

        bundle = source.bundle
        self.check(bundle)
        with new_folder(out) as folder:
            watch.tell(0, 0, "trace")
            drawing = drawing_of(bundle)
            (folder / self.file).write_bytes(self.model_bytes(bundle, drawing))
            reader = self.reader(folder / self.file)
            difference = compare(bundle, drawing, reader, self.title, watch)
            add_script(folder, self.template, self.file, self.script)
        facts = {"max_difference": difference, "compared": reader.count, "read_by": reader.name}
        note = _(COMPARED).format(by=reader.name, count=reader.count, d=difference)
        return Exported(out, {**facts, "files": [self.file, self.script]}, (note,))
