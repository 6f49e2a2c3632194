"""Films, read back: the pictures, how many, how fast, and what they carry."""

from __future__ import annotations

import errno
import json
import os
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gan_studio.core.errors import BadFile, DiskProblem, MissingLibrary, UnknownKey
from gan_studio.exporters.films import mp4
from gan_studio.exporters.films.base import FILMS, FilmPlan, delays, film_for, read_note

NOTE = (
    '{"format": "gan-studio walk", "name": "Ünicode <&> “x” ]]>", "z": [' + "0.25, " * 300 + "1]}"
)
FORMATS = ["film.gif", "film.webp", "film.mp4", "film"]


def has_av():
    return not FILMS.get("mp4").target.missing()


def skip_without_av(name):
    if name.endswith(".mp4") and not has_av():
        pytest.skip("MP4 needs the library av")


def pictures(count, channels=1, side=9, colours=256):
    """A picture that moves; neighbours differ, and some are alike."""
    across, down = np.meshgrid(np.arange(side), np.arange(side))
    found = []
    for at in range(count):
        grey = (across * 20 + down * 7 + (at // 2) * 40) % colours
        found.append(np.stack([np.roll(grey, shift) for shift in range(channels)]))
    return np.array(found, np.uint8)


def write(path, frames, **plan):
    with film_for(path).target(path, FilmPlan(**plan)) as film:
        for frame in frames:
            film.add(frame)
    return path


def enlarged(frame, scale):
    return np.repeat(np.repeat(frame, scale, 1), scale, 2)


def read(path):
    """Frames uint8 ``[N, H, W, 3]`` and the seconds of the whole."""
    with Image.open(path) as image:
        frames, total = [], 0
        for frame in ImageSequence.Iterator(image):
            frame.load()  # a WebP knows its delay only then
            total += frame.info["duration"]
            frames.append(np.asarray(frame.convert("RGB")))
    return np.stack(frames), total / 1000


# Exact ones


@pytest.mark.parametrize("name", ["film.gif", "film.webp"])
@pytest.mark.parametrize("scale", [1, 3])
def test_grey_films_come_back_exactly(tmp_path, name, scale):
    sent = pictures(12)
    frames, seconds = read(write(tmp_path / name, sent, fps=20, scale=scale))
    assert seconds == pytest.approx(12 / 20)
    assert len(frames) == 12
    for got, frame in zip(frames, sent, strict=True):
        assert (got == np.moveaxis(enlarged(frame, scale), 0, -1)).all()


@pytest.mark.parametrize("name", ["film.gif", "film.webp"])
def test_films_of_few_colours_come_back_exactly(tmp_path, name):
    sent = pictures(5, channels=3)
    assert len(np.unique(sent[0].reshape(3, -1), axis=1)[0]) > 16
    frames, _seconds = read(write(tmp_path / name, sent, fps=10, scale=2))
    assert (frames == np.stack([np.moveaxis(enlarged(f, 2), 0, -1) for f in sent])).all()


def test_many_colours_are_exact_in_webp_and_near_in_gif(tmp_path):
    sent = np.random.default_rng(1).integers(0, 256, (3, 3, 32, 32)).astype(np.uint8)
    wanted = np.moveaxis(sent, 1, -1).astype(int)
    webp, _seconds = read(write(tmp_path / "a.webp", sent, fps=10))
    assert (webp == wanted).all()
    gif, _seconds = read(write(tmp_path / "a.gif", sent, fps=10))
    assert np.abs(gif - wanted).mean() < 25  # 256 colours for 1,024 random ones


def test_png_pictures_are_equal_and_numbered(tmp_path):
    sent = pictures(4, channels=3)
    folder = write(tmp_path / "film", sent, fps=10, scale=2, note=NOTE)
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["00000.png", "00001.png", "00002.png", "00003.png", "walk.json"]
    for at, frame in enumerate(sent):
        with Image.open(folder / f"{at:05d}.png") as image:
            assert (np.asarray(image) == np.moveaxis(enlarged(frame, 2), 0, -1)).all()
    (folder / "walk.json").unlink()
    assert read_note(folder) == NOTE


def test_smooth_films_blend(tmp_path):
    sent = np.zeros((2, 1, 4, 4), np.uint8)
    sent[:, :, :, 2:] = 255
    for name in ("a.gif", "a.webp"):
        frames, _seconds = read(write(tmp_path / name, sent, fps=10, scale=8, is_smooth=True))
        assert len(np.unique(frames)) > 4


# Rates


@pytest.mark.parametrize("fps", [1, 7, 12, 24, 25, 30, 50])
@pytest.mark.parametrize("ticks", [100, 1000])
def test_the_mean_rate_is_right(fps, ticks):
    found = list(islice(delays(fps, ticks), 10 * fps))
    assert sum(found) == 10 * ticks
    assert max(found) - min(found) <= 1


def test_thirty_frames_a_second_of_a_gif(tmp_path):
    frames, seconds = read(write(tmp_path / "a.gif", pictures(60), fps=30))
    assert (len(frames), seconds) == (60, 2.0)


def test_mp4_has_the_count_and_the_rate(tmp_path):
    skip_without_av(".mp4")
    import av

    path = write(tmp_path / "a.mp4", pictures(37, channels=3), fps=24, scale=3, note=NOTE)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert (stream.width, stream.height) == (28, 28)  # 27 is odd
        assert stream.average_rate == 24
        assert Fraction(stream.duration * stream.time_base) == Fraction(37, 24)
        assert stream.codec_context.pix_fmt == "yuv420p"
    assert len(frames) == 37
    assert read_note(path) == NOTE


def test_mp4_looks_alike(tmp_path):
    skip_without_av(".mp4")
    import av

    across = np.linspace(0, 255, 32).astype(np.uint8)
    sent = np.stack([np.tile(np.roll(across, at), (32, 1))[None] for at in range(9)])
    with av.open(str(write(tmp_path / "a.mp4", sent, fps=10, scale=4))) as container:
        got = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    wanted = np.stack([enlarged(frame, 4)[0] for frame in sent]).astype(float)
    assert np.abs(np.stack(got) - wanted).mean() < 6


# What they carry


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
@pytest.mark.parametrize("name", ["film.gif", "film"])
def test_others_may_look_at_it(tmp_path, name):
    path = write(tmp_path / name, pictures(2, side=16))
    plain = tmp_path / "plain"
    plain.mkdir() if path.is_dir() else plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("name", FORMATS)
def test_the_settings_come_back(tmp_path, name):
    skip_without_av(name)
    path = write(tmp_path / name, pictures(3, side=16), fps=10, note=NOTE)
    assert read_note(path) == NOTE


@pytest.mark.parametrize("name", FORMATS)
def test_long_settings_come_back_and_harm_nothing(tmp_path, name):
    """Pillow refuses to open a PNG whose packed text is longer than 1 MiB."""
    skip_without_av(name)
    note = json.dumps({"z": ["0.123456"] * 300_000})
    path = write(tmp_path / name, pictures(2, side=16), note=note)
    if path.is_dir():
        (path / "walk.json").unlink()
    assert read_note(path) == note


def test_a_json_file_is_its_own_note(tmp_path):
    (tmp_path / "walk.json").write_text(NOTE, "utf-8")
    assert read_note(tmp_path / "walk.json") == NOTE


@pytest.mark.parametrize("name", FORMATS)
def test_films_without_settings_are_told(tmp_path, name):
    skip_without_av(name)
    path = write(tmp_path / name, pictures(3, side=16), fps=10)
    with pytest.raises(BadFile, match="carries no settings"):
        read_note(path)


@pytest.mark.parametrize("name", ["film.gif", "film.webp", "film.mp4"])
def test_what_is_no_film_is_told(tmp_path, name):
    skip_without_av(name)
    (tmp_path / name).write_bytes(b"not a film")
    with pytest.raises(BadFile):
        read_note(tmp_path / name)
    with pytest.raises(BadFile, match="does not exist"):
        read_note(tmp_path / f"no-{name}")


def test_unknown_endings_are_told(tmp_path):
    with pytest.raises(UnknownKey, match=r"\.gif"):
        film_for(tmp_path / "film.avi")


def test_without_av_one_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    monkeypatch.setattr(mp4, "find_spec", lambda name: None)
    assert "pip install" in FILMS.get("mp4").target.missing()
    film = FILMS.get("mp4").target(tmp_path / "a.mp4", FilmPlan())
    with pytest.raises(MissingLibrary, match="pip install"):
        film.add(pictures(1)[0])
    assert list(tmp_path.iterdir()) == []


def test_the_packaged_program_does_not_send_anyone_to_pip(monkeypatch, tmp_path):
    from gan_studio.core.errors import NotPackaged
    from gan_studio.exporters.films import mp4
    from gan_studio.exporters.films.base import writable

    monkeypatch.setattr(mp4, "find_spec", lambda name: None)
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert "pip" not in FILMS.get("mp4").target.missing()
    with pytest.raises(NotPackaged, match="Choose another format"):
        writable(tmp_path / "walk.mp4")


# Nothing half-written


def left_over(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_an_error_leaves_nothing_and_keeps_what_was_there(tmp_path, name):
    skip_without_av(name)
    path = tmp_path / name
    if path.suffix:
        path.write_bytes(b"before")
    before = left_over(tmp_path)
    with pytest.raises(ValueError, match="in a film of"):
        write(path, [*pictures(2, side=16), *pictures(1, side=8)], note=NOTE)
    assert left_over(tmp_path) == before
    if path.suffix:
        assert path.read_bytes() == b"before"
        write(path, pictures(2, side=16))
        assert path.read_bytes() != b"before"


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, name, monkeypatch):
    skip_without_av(name)

    class Full:
        def __init__(self, file):
            self._file, self._left = file, 2

        def write(self, data):
            self._left -= 1
            if not self._left:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return self._file.write(data)

        def close(self):
            self._file.close()

        def __getattr__(self, name):
            return getattr(self._file, name)

    def fail(*given, **more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    really = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda handle, mode: Full(really(handle, mode)))
    if name == "film":
        monkeypatch.setattr(Image.Image, "save", fail)
    elif name.endswith(".mp4"):
        monkeypatch.setattr(mp4.Mp4Film, "_mux", fail)
    with pytest.raises(DiskProblem, match="full"):
        write(tmp_path / name, pictures(3, side=16), note=NOTE)
    assert left_over(tmp_path) == []


def test_a_folder_with_other_things_is_not_replaced(tmp_path):
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "diary.txt").write_text("mine")
    with pytest.raises(DiskProblem, match="something else"):
        write(tmp_path / "film", pictures(2))
    assert (tmp_path / "film" / "diary.txt").read_text() == "mine"


def test_unfit_frames_and_empty_films_are_refused(tmp_path):
    with pytest.raises(ValueError, match="without a frame"):
        write(tmp_path / "a.gif", [])
    with pytest.raises(ValueError, match="in a film of"):
        write(tmp_path / "a.gif", [pictures(1)[0], pictures(1, side=5)[0]])
    with pytest.raises(BadFile, match="too large"):
        write(tmp_path / "a.gif", pictures(1, side=64), scale=1000)
    assert left_over(tmp_path) == []
