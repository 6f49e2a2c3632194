"""Directions of latent space: found by the model itself, by labels, or by marks of a person.

`direction` says what one is, `pca`, `sefa`, `classes`, `properties` and `marks` find them, `store`
keeps them with the run.
"""

from __future__ import annotations

from gan_studio.inference.directions.boundary import orthogonalised
from gan_studio.inference.directions.classes import class_direction
from gan_studio.inference.directions.direction import (
    KINDS,
    Direction,
    difference_direction,
)
from gan_studio.inference.directions.errors import BadDirections, NothingLeft, TooFewMarks
from gan_studio.inference.directions.finding import FOUND, find_directions
from gan_studio.inference.directions.marks import (
    LEAST_MARKS,
    candidates,
    marked_direction,
    next_candidates,
)
from gan_studio.inference.directions.properties import PROPERTIES, Property, property_direction
from gan_studio.inference.directions.store import (
    directions_from_text,
    directions_to_text,
    export_directions,
    import_directions,
    load_directions,
    save_directions,
)

__all__ = [
    "FOUND",
    "KINDS",
    "LEAST_MARKS",
    "PROPERTIES",
    "BadDirections",
    "Direction",
    "NothingLeft",
    "Property",
    "TooFewMarks",
    "candidates",
    "class_direction",
    "difference_direction",
    "directions_from_text",
    "directions_to_text",
    "export_directions",
    "find_directions",
    "import_directions",
    "load_directions",
    "marked_direction",
    "next_candidates",
    "orthogonalised",
    "property_direction",
    "save_directions",
]
