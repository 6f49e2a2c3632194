"""Typed errors: what is wrong, where, and what to do next, in one sentence each.

An error holds a message template and a hint template (both marked for translation) and the values
that fill them, so that the edge can render the same sentence in any language.
"""

from __future__ import annotations

from typing import Any, ClassVar

from gan_studio.core.i18n import N_, _


class StudioError(Exception):
    """Base of every error that a person is meant to read.

    Attributes:
        message: template of the sentence that says what is wrong and where.
        hint: template of the sentence that says what to do.
        values: what fills both templates.
    """

    message: ClassVar[str] = N_("Something went wrong: {reason}")
    hint: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """What is wrong and what to do, in the installed language."""
        parts = (_(self.message), _(self.hint))
        return " ".join(part.format(**self.values) for part in parts if part)


class BadConfig(StudioError):
    """A field of a configuration cannot be used."""

    message = N_("{problems}")

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__(problems="; ".join(problems) + ".")


class UnknownKey(StudioError):
    """A name that no registry entry has."""

    message = N_("There is no {kind} called “{key}”.")
    hint = N_("{suggestion}")


class Unavailable(StudioError):
    """A registry entry whose module could not be loaded."""

    message = N_("The {kind} “{key}” cannot be used: {reason}.")
    hint = N_("Mend or remove the file that defines it.")


class BadFile(StudioError):
    """A file that cannot be read as what it should be."""

    message = N_("{path}: {reason}.")
    hint = N_("Replace or remove the file.")


class BadRow(StudioError):
    """A row of a text file that cannot be read, named by its number (from 1)."""

    message = N_("{path}, row {row}: it {problem}.")
    hint = N_("Mend or remove the row: each has one number, or each has two.")


class BadData(StudioError):
    """A data set that cannot be trained on."""

    message = N_("{path}: {reason}.")
    hint = N_("{advice}")

    def __init__(self, path: object, reason: str, advice: str) -> None:
        super().__init__(path=path, reason=reason, advice=advice)


class ShapeMismatch(StudioError):
    """A family that cannot take the shape of the data."""

    message = N_("The family “{family}” cannot take pictures of {shape}: {reason}.")
    hint = N_("{advice}")


class BadCheckpoint(StudioError):
    """A checkpoint that is damaged, incomplete or of another kind."""

    message = N_("{path} is not a usable checkpoint: {reason}.")
    hint = N_("Choose another checkpoint of the run, or train again.")


class BadRun(StudioError):
    """A folder that is not a run, or one that this version cannot read."""

    message = N_("{path}: {reason}.")
    hint = N_("{advice}")

    def __init__(self, path: object, reason: str, advice: str) -> None:
        super().__init__(path=path, reason=reason, advice=advice)


class BadLatents(StudioError):
    """A text or file of latents that does not fit the model."""

    message = N_("{source}: {reason}.")
    hint = N_("Use latents that were copied or saved from a model with as many latent numbers.")


class BadWalk(StudioError):
    """Settings of a walk that cannot be made, or a file that holds none."""

    message = N_("{source}: {reason}.")
    hint = N_("{advice}")


RUN_GONE = N_("It was moved or deleted; what is shown lasts until the program ends.")


class DiskProblem(StudioError):
    """A folder that cannot be written: full, read-only or gone."""

    message = N_("{path} cannot be written: {reason}.")
    hint = N_("{advice}")

    def __init__(self, path: object, reason: str, advice: str = "") -> None:
        advice = advice or N_(
            "Free some space or choose another folder; what was saved before is still there."
        )
        super().__init__(path=path, reason=reason, advice=_(advice))


class AlreadyThere(StudioError):
    """A file or folder that would have to be overwritten."""

    message = N_("{path} exists already.")
    hint = N_("Choose another name, or move it away first.")


class DownloadFailed(StudioError):
    """A data set that could not be fetched or did not match its checksum."""

    message = N_("{name} could not be downloaded: {reason}.")
    hint = N_("Check the connection and try again, or open a folder that holds its files.")


class Diverged(StudioError):
    """A loss or a weight that became infinite or not a number."""

    message = N_("Training diverged at step {step}: {what} is no longer a number.")
    hint = N_(
        "The run was rolled back to step {good_step}; lower the learning rate or raise a "
        "penalty's strength, then resume."
    )


class OutOfMemory(StudioError):
    """The device has too little memory for this run."""

    message = N_("{device} ran out of memory at step {step}.")
    hint = N_("Choose a smaller batch size or a smaller network.")


class DeviceUnavailable(StudioError):
    """A device that this machine or this build of torch does not have."""

    message = N_("train.device: “{device}” is not available on this machine.")
    hint = N_("Choose “auto” or “cpu”.")


class BadCodes(StudioError):
    """Latents that are not numbers, so that nothing is near anything."""

    message = N_("{broken} of {total} codes are not finite numbers.")
    hint = N_("Its encoder has broken: choose an earlier checkpoint of the run.")


class NoNumbers(StudioError):
    """A model whose z or pictures are NaN."""

    message = N_("{model} gives values that are not numbers (NaN).")
    hint = N_("Its training has diverged; choose an earlier checkpoint.")


class MissingLibrary(StudioError):
    """Something that needs a library which is not installed."""

    message = N_("{what} needs the library {library}, which could not be loaded ({reason}).")
    hint = N_("Install it with `pip install {library}`.")


class NotPackaged(StudioError):
    """Something that the packaged program leaves out."""

    message = N_("{what} is not in the packaged program: {library} may not be handed on with it.")
    hint = N_("Choose another format, or start GAN Studio from its source.")


class Cancelled(StudioError):
    """A person cancelled the work."""

    message = N_("Cancelled.")


class Unsupported(StudioError):
    """Something that this model cannot do."""

    message = N_("{what} needs a model that {need}, and “{family}” does not.")
    hint = N_("Choose or train a model of another family; `gan-studio families` lists them.")
