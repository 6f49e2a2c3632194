"""Places on the way from one widget to another."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData

from gan_studio.core.errors import BadLatents
from gan_studio.gui.widgets.place_mime import PLACES_MIME, from_mime, has_places, to_mime
from gan_studio.inference.places import Place, Places

pytestmark = pytest.mark.gui


def some(count=3, dim=4):
    z = np.random.default_rng(3).standard_normal((count, dim)).astype(np.float32)
    return [Place(row, label=at, psi=0.7, name=f"no. {at}") for at, row in enumerate(z)]


def test_the_same_bits_arrive():
    sent = some()
    got = from_mime(to_mime(sent), 4, classes=3)
    assert [item.z.tobytes() for item in got.items] == [item.z.tobytes() for item in sent]
    assert [(item.label, item.psi, item.name) for item in got.items] == [
        (item.label, item.psi, item.name) for item in sent
    ]


def test_a_whole_file_keeps_its_facts_and_is_text_for_others():
    mime = to_mime(Places(tuple(some()), batch=9, facts={"family": "gan"}))
    assert mime.hasText()
    got = from_mime(mime, 4, classes=3)
    assert (got.batch, got.facts["family"]) == (9, "gan")


def test_what_carries_no_places_gives_none():
    mime = QMimeData()
    mime.setText("1 2 3 4")
    assert not has_places(mime)
    assert from_mime(mime, 4) is None


def test_places_of_another_model_are_refused():
    with pytest.raises(BadLatents, match="What was dropped"):
        from_mime(to_mime(some()), 5, classes=3)
    mime = QMimeData()
    mime.setData(PLACES_MIME, b"\xff\xfe not json")
    with pytest.raises(BadLatents):
        from_mime(mime, 4)
