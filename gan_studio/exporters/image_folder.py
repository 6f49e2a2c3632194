"""A synthetic labelled data set: one folder per class, as torchvision's ImageFolder reads it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.core.schema import param
from gan_studio.exporters._drawing import BATCH, Plan, drawn, facts_of
from gan_studio.exporters._fields import count_field, psi_field, seed_field
from gan_studio.exporters._tables import Table, write_about
from gan_studio.exporters.base import (
    DATASET,
    EXPORTERS,
    Exported,
    Exporter,
    Source,
    Watch,
    new_folder,
)
from gan_studio.exporters.png import png_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gan_studio.diagnostics.classifier import Classifier
    from gan_studio.exporters._drawing import Drawn
    from gan_studio.inference.bundle import Bundle

TABLE = "dataset.csv"
COLUMNS = ("file", "class", "label", "seed", "index", "psi", "sureness")
TRAIN = "train"
TRIES = 20  # pictures drawn per picture wanted, at most
_NOT_IN_NAMES = re.compile(r"[^\w .()+&-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # on Windows


class NoClasses(StudioError):
    """A model of pictures that nobody has named."""

    message = N_("The data of this model has no classes, so its pictures cannot be labelled.")
    hint = N_("Take samples without labels, or train on data with one sub-folder per class.")


class OtherClasses(StudioError):
    """Data that is no longer what the model learned."""

    message = N_("{data} no longer has the classes and the size that this model learned.")
    hint = N_("Bring back the data of the run, or take samples without labels.")


class NothingSure(StudioError):
    """A model all of whose pictures are doubtful."""

    message = N_(
        "None of {drawn} pictures could be labelled with a sureness of {sureness} or more."
    )
    hint = N_("Lower the sureness, or train the model for longer.")


@dataclass(frozen=True)
class DatasetOptions:
    """How many pictures, and which of them are good enough."""

    count: int = count_field(1000)
    seed: int = seed_field()
    psi: float = psi_field()
    sureness: float = param(
        0.9,
        label=N_("Sureness"),
        help=N_(
            "How sure the classifier has to be of a picture's class. Doubtful pictures are left "
            "out and counted: high values leave clear pictures with right labels, but fewer odd "
            "ones; 0 keeps all. Models that take a class need no classifier."
        ),
        lo=0.0,
        hi=1.0,
        step=0.05,
    )
    is_balanced: bool = param(
        False,
        label=N_("Balanced"),
        help=N_(
            "As many pictures of every class. It draws until the rarest class is full, or up to "
            "20 times as many pictures as are wanted; off keeps the model's own shares."
        ),
    )


@EXPORTERS.register(
    "dataset",
    title=N_("Labelled data set (ImageFolder)"),
    help=N_(
        "Pictures in one folder per class, with a table of seeds, classes and how sure they are. "
        "Models that take no class are labelled by a classifier of their own data."
    ),
    options=DatasetOptions,
    order=40,
    group=DATASET,
)
class LabelledFolder(Exporter):
    """``train/<class>/000001.png`` ..., ``dataset.csv`` and ``about.json``."""

    def check(self, bundle: Bundle) -> None:
        """See `Exporter.check`; it needs classes."""
        super().check(bundle)
        if not bundle.spec.class_names:
            raise NoClasses()

    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """See `Exporter.write`.

        Raises:
            NothingSure: all pictures are doubtful.
            OtherClasses: the data has changed since.
        """
        options: DatasetOptions = self.options
        bundle = source.bundle
        self.check(bundle)
        with new_folder(out, has_many_files=True) as folder:
            labeller = _labeller(source, watch)
            shelf = Shelf(folder, bundle, options)
            with Table(folder / TABLE, COLUMNS) as table:
                _fill(shelf, table, bundle, labeller, watch)
            if not shelf.kept:
                raise NothingSure(drawn=shelf.drawn, sureness=options.sureness)
            facts = {**shelf.facts(), **labeller.facts()}
            settings = {"settings": asdict(options), "table": TABLE}
            write_about(folder, {**facts_of(bundle), **settings, **facts})
        return Exported(out, facts, tuple(shelf.notes()))


class Labeller:
    """Says what pictures show.

    Args:
        classifier: of the model's own data; None where the model is told the class.
        accuracy: its share of right answers on pictures that it has not seen.
    """

    def __init__(self, classifier: Classifier | None = None, accuracy: float | None = None) -> None:
        self.classifier, self.accuracy = classifier, accuracy

    def label(self, batch: Drawn) -> list[tuple[int, float | None]]:
        """The class of each picture, and how sure that is (None: it was asked for)."""
        if self.classifier is None:
            return [(place.label or 0, None) for place in batch.places]
        from gan_studio.training.sampling import to_pictures

        classes, sureness = self.classifier.classes(to_pictures(batch.pictures))
        return list(zip(classes.tolist(), sureness.tolist(), strict=True))

    def facts(self) -> dict[str, Any]:
        """Who labelled, in plain values."""
        if self.classifier is None:
            return {"labelled_by": "model"}
        return {"labelled_by": "classifier", "classifier_accuracy": self.accuracy}


def _labeller(source: Source, watch: Watch) -> Labeller:
    if source.bundle.can(Capability.CONDITIONAL):
        return Labeller()
    from gan_studio.diagnostics.classifier import accuracy
    from gan_studio.diagnostics.classifier_cache import known_classifier

    if source.prepare is None:
        raise NoClasses()
    prepared = source.prepare(watch)
    known, spec = source.bundle.spec, prepared.spec
    if (spec.shape, spec.class_names) != (known.shape, known.class_names):
        raise OtherClasses(data=prepared.title)
    net = known_classifier(
        prepared, source.cache, progress=lambda at, of: watch.tell(at, of, "learn")
    )
    seen_by_none = prepared.held_out if len(prepared.held_out) else prepared.train
    return Labeller(net, accuracy(net, seen_by_none))


class Shelf:
    """The class folders as they fill.

    Args:
        folder: what becomes the data set.
        bundle: the model.
        options: what is wanted.

    Attributes:
        counts: pictures kept, per class.
        doubtful: pictures left out because nobody is sure.
        surplus: pictures left out because their class was full.
        drawn: pictures looked at so far.
    """

    def __init__(self, folder: Path, bundle: Bundle, options: DatasetOptions) -> None:
        self.folder, self.options = folder, options
        self.names = bundle.spec.class_names
        self.folders = folder_names(self.names)
        self.quotas = self._quotas(len(self.names))
        self.counts = [0] * len(self.names)
        self.doubtful = self.surplus = self.drawn = 0

    def _quotas(self, classes: int) -> list[int]:
        count = self.options.count
        if not self.options.is_balanced:
            return [count] * classes
        return [count // classes + (at < count % classes) for at in range(classes)]

    @property
    def kept(self) -> int:
        """Pictures so far."""
        return sum(self.counts)

    @property
    def is_full(self) -> bool:
        """Whether there are as many as wanted."""
        return self.kept >= self.options.count

    def put(
        self, batch: Drawn, labels: Sequence[tuple[int, float | None]]
    ) -> list[tuple[Any, ...]]:
        """Keep what is wanted of a batch; the table's rows."""
        rows = []
        for at, (label, sureness) in enumerate(labels):
            if self.is_full:
                break
            self.drawn += 1
            if not self._wants(label, sureness):
                continue
            name = self._write(label, batch.pictures[at])
            shown = "" if sureness is None else f"{sureness:.4f}"
            index = batch.first + at
            rows.append(
                (name, self.names[label], label, self.options.seed, index, self.options.psi, shown)
            )
        return rows

    def _wants(self, label: int, sureness: float | None) -> bool:
        # A sureness that is no number is doubtful as well.
        if sureness is not None and not sureness >= self.options.sureness:
            self.doubtful += 1
            return False
        if self.counts[label] >= self.quotas[label]:
            self.surplus += 1
            return False
        return True

    def _write(self, label: int, picture: Any) -> str:
        self.counts[label] += 1
        name = f"{TRAIN}/{self.folders[label]}/{self.counts[label]:06d}.png"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)  # an empty class would be an error there
        path.write_bytes(png_bytes(picture))
        return name

    def facts(self) -> dict[str, Any]:
        """What came of it, in plain values."""
        return {
            "count": self.kept,
            "counts": dict(zip(self.names, self.counts, strict=True)),
            "folders": dict(zip(self.names, self.folders, strict=True)),
            "drawn": self.drawn,
            "doubtful": self.doubtful,
            "surplus": self.surplus,
        }

    def notes(self) -> list[str]:
        """What came of it, in sentences."""
        notes = []
        if self.doubtful:
            text = ngettext(
                "{n} doubtful picture was left out.",
                "{n} doubtful pictures were left out.",
                self.doubtful,
            )
            notes.append(text.format(n=self.doubtful))
        if self.kept < self.options.count:
            text = _("Only {kept} of {count} pictures came together.")
            notes.append(text.format(kept=self.kept, count=self.options.count))
        pairs = zip(self.names, self.counts, strict=True)
        missing = [name for name, count in pairs if not count]
        if missing:
            notes.append(_("Without a single picture: {names}.").format(names=", ".join(missing)))
        return notes


def _fill(shelf: Shelf, table: Table, bundle: Bundle, labeller: Labeller, watch: Watch) -> None:
    """Draw until there are as many as wanted, or until that is hopeless."""
    options = shelf.options
    most = max(options.count * TRIES, 10 * BATCH)
    if labeller.classifier is None:
        most = options.count  # classes come in turn: balanced anyhow, and never doubtful
    silent = Watch(is_cancelled=watch.is_cancelled)
    for batch in drawn(bundle, Plan(most, options.seed, options.psi), silent):
        watch.tell(shelf.kept, options.count, "draw")
        table.add(shelf.put(batch, labeller.label(batch)))
        if shelf.is_full:
            break
    watch.tell(shelf.kept, options.count, "draw")


def folder_names(class_names: Sequence[str]) -> list[str]:
    """A folder for each class, legal on every system and sorted like the classes.

    Readers number classes by the order of their folders, so names get numbers before them where
    they would be sorted otherwise.
    """
    plain = [_NOT_IN_NAMES.sub("-", name).strip(" .-")[:80] for name in class_names]
    is_sorted = plain == sorted(plain)
    is_legal = all(name and not _RESERVED.fullmatch(name) for name in plain)
    if is_sorted and is_legal and len({name.casefold() for name in plain}) == len(plain):
        return plain
    digits = len(str(len(plain) - 1))
    return [f"{at:0{digits}d}-{name}".rstrip("-") for at, name in enumerate(plain)]
