"""Lines between two processes: in order, in files of bounded size, whoever is killed when."""

from __future__ import annotations

import json

import pytest

from gan_studio.jobs.spool import SpoolReader, SpoolWriter, segment, segments


@pytest.fixture
def reader(tmp_path):
    reader = SpoolReader(tmp_path, "words", removes=True)
    yield reader
    reader.close()


@pytest.fixture
def writer(tmp_path):
    writer = SpoolWriter(tmp_path, "words", segment_bytes=100)
    yield writer
    writer.close()


def lines(*numbers):
    return [json.dumps({"number": number, "filler": "x" * 30}) for number in numbers]


def heard(reader):
    return [plain["number"] for plain in reader.read()]


def test_what_was_said_is_heard_once_and_in_order(tmp_path, writer, reader):
    assert heard(reader) == []
    writer.write(lines(1))
    assert heard(reader) == [1]
    for number in range(2, 30):
        writer.write(lines(number))
    assert heard(reader) == list(range(2, 30))
    assert heard(reader) == []
    assert len(segments(tmp_path, "words")) == 1, "what was read is removed"


def test_torn_and_foreign_lines_are_left_out(tmp_path, writer, reader):
    path = segment(tmp_path, "words", 1)
    path.write_bytes(b'Downloading ...\n[1, 2]\n\xff\xfe\n{"number": 1}\n{"number": 2')
    assert heard(reader) == [1]
    with path.open("ab") as file:
        file.write(b"}\n")
    assert heard(reader) == [2]


def test_a_line_that_a_killed_writer_has_torn_harms_no_other(tmp_path, reader):
    segment(tmp_path, "words", 1).write_bytes(b'{"number": 1}\n{"numb')
    segment(tmp_path, "words", 2).write_bytes(b'{"number": 3}\n')
    assert heard(reader) == [1, 3]


def test_a_writer_goes_on_where_another_stopped(tmp_path, writer, reader):
    writer.write(lines(1, 2, 3))
    other = SpoolWriter(tmp_path, "words")
    other.write(lines(4))
    other.close()
    assert heard(reader) == [1, 2, 3, 4]


def test_nobody_reads_and_the_disk_does_not_fill(tmp_path, writer):
    slow = SpoolReader(tmp_path, "words")
    writer.write(lines(0))
    assert heard(slow) == [0]
    for number in range(1, 1000):
        writer.write(lines(number))
        writer.keep(3)
    assert len(segments(tmp_path, "words")) == 3
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 500
    found = heard(slow)
    assert found[-1] == 999
    assert found == sorted(set(found))
    slow.close()


def test_a_disk_that_takes_half_a_line(tmp_path, writer, reader, monkeypatch):
    writer.write(lines(1))

    class Full:
        def __init__(self, file):
            self.file, self.tell, self.close = file, file.tell, file.close

        def write(self, data):
            if len(data) < 20:
                raise OSError(28, "No space left on device")
            return self.file.write(data[:20])

    full = Full(writer._file)
    writer._file = full
    with pytest.raises(OSError, match="No space"):
        writer.write(lines(2))
    writer._file = full.file
    writer.write(lines(3))
    assert heard(reader) == [1, 3]
