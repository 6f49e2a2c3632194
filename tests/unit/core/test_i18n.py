"""Words in the number that they need."""

from gan_studio.core.i18n import ngettext
from gan_studio.core.samples import SampleSpec


def test_one_and_many():
    words = [ngettext("{n} file", "{n} files", count).format(n=count) for count in (0, 1, 2)]
    assert words == ["0 files", "1 file", "2 files"]


def test_shapes():
    assert SampleSpec((1,)).describe() == "1 number"
    assert SampleSpec((2,)).describe() == "2 numbers"
