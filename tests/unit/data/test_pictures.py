"""Single pictures of every odd kind: decoded rightly, or refused with a reason."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gan_studio.data.pictures import Framing, Unusable, decode, is_colourless, look, quiet_pillow
from tests.unit.data.making import picture

FRAMING = Framing(size=32, channels=3, fit="crop", background="white")
GREY = Framing(size=32, channels=1, fit="crop", background="white")


@pytest.fixture(autouse=True)
def pillow_is_quiet():
    with quiet_pillow():
        yield


def png_head(width: int, height: int, kind: int = 2, depth: int = 8) -> bytes:
    head = b"IHDR" + struct.pack(">2I5B", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def sixteen_bit_colour_png(pixels) -> bytes:
    """Pillow reads 16-bit RGB, but writes none."""
    height, width, _channels = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    chunks = b""
    for name, content in ((b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        body = name + content
        chunks += struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
    return png_head(width, height, depth=16) + chunks


def reason_for(path) -> str:
    with pytest.raises(Unusable) as caught:
        decode(path, FRAMING)
    return str(caught.value)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "YCbCr", "I;16"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_mode_becomes_bytes_of_one_shape(tmp_path, mode, channels):
    suffix = {"CMYK": "tif", "YCbCr": "jpg"}.get(mode, "png")
    path = tmp_path / f"picture.{suffix}"
    picture(50, 40, mode if mode != "I;16" else "I").convert(mode).save(path)
    pixels = decode(path, Framing(32, channels, "crop", "white")).pixels
    assert (pixels.shape, pixels.dtype) == ((channels, 32, 32), np.uint8)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "gif", "tif", "ppm", "tga"])
def test_every_usual_kind_of_file(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    original = picture(32, 32)
    original.save(path)
    pixels = decode(path, FRAMING).pixels.astype(float)
    assert np.abs(pixels - np.asarray(original).transpose(2, 0, 1)).mean() < 12


def test_cmyk_keeps_its_colours(tmp_path):
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (32, 32), (200, 30, 60)).convert("CMYK").save(path)
    assert np.allclose(decode(path, FRAMING).pixels.mean((1, 2)), (200, 30, 60), atol=4)


def test_sixteen_bits_of_grey_are_scaled_not_clipped(tmp_path):
    path = tmp_path / "picture.png"
    Image.fromarray(np.full((32, 32), 0x8000, dtype=np.uint16)).save(path)
    assert np.unique(decode(path, GREY).pixels).tolist() == [128]


def test_sixteen_bits_of_colour_are_scaled(tmp_path):
    path = tmp_path / "picture.png"
    colours = np.broadcast_to(np.array([0xFFFF, 0x8000, 0], dtype=np.uint16), (32, 32, 3))
    path.write_bytes(sixteen_bit_colour_png(colours))
    assert decode(path, FRAMING).pixels[:, 0, 0].tolist() == [255, 128, 0]


def test_floating_point_pictures(tmp_path):
    path = tmp_path / "picture.tif"
    Image.fromarray(np.full((32, 32), 0.5, dtype=np.float32)).save(path)
    assert np.unique(decode(path, GREY).pixels).tolist() == [128]
    Image.fromarray(np.full((32, 32), np.nan, dtype=np.float32)).save(path)
    assert reason_for(path) == "some of its values are not numbers"


@pytest.mark.parametrize(("background", "value"), [("white", 255), ("black", 0), ("grey", 128)])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_shows_the_background(tmp_path, background, value, mode):
    path = tmp_path / "picture.png"
    if mode == "P":
        clear = Image.new("P", (32, 32), 3)
        clear.putpalette([90] * 768)
        clear.save(path, transparency=bytes([255, 255, 255, 0]))
    else:
        Image.new(mode, (32, 32)).save(path)
    pixels = decode(path, Framing(32, 3, "crop", background)).pixels
    assert np.unique(pixels).tolist() == [value]


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_of_an_animation_the_first_frame_is_taken(tmp_path, suffix):
    path = tmp_path / f"moving.{suffix}"
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    decoded = decode(path, FRAMING)
    assert decoded.is_animated
    assert np.allclose(decoded.pixels[:, 9, 9], (255, 0, 0), atol=3)


def test_a_still_picture_is_not_called_animated(tmp_path):
    path = tmp_path / "still.gif"
    picture().save(path)
    assert not decode(path, FRAMING).is_animated


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_rotation_of_the_camera_is_undone(tmp_path, suffix, mode):
    path = tmp_path / f"turned.{suffix}"
    pixels = np.zeros((64, 64), dtype=np.uint8)
    pixels[:, :32] = 255  # white on the left ...
    exif = Image.Exif()
    exif[0x0112] = 6  # ... to be turned a quarter clockwise
    Image.fromarray(pixels).convert(mode).save(path, exif=exif)
    shown = decode(path, GREY).pixels[0]
    assert shown[:12].mean() > 240
    assert shown[20:].mean() < 15


def corner_marked() -> Image.Image:
    pixels = np.full((40, 80, 3), 100, dtype=np.uint8)
    pixels[:, :20] = 0
    return Image.fromarray(pixels)


def test_cropping_takes_the_middle_square(tmp_path):
    corner_marked().save(tmp_path / "wide.png")
    assert decode(tmp_path / "wide.png", FRAMING).pixels.min() > 90


def test_padding_adds_bars(tmp_path):
    corner_marked().save(tmp_path / "wide.png")
    pixels = decode(tmp_path / "wide.png", Framing(32, 3, "pad", "white")).pixels
    assert pixels[:, :8].min() == pixels[:, 24:].min() == 255
    assert pixels[:, 8:24, :6].max() < 30


def test_stretching_keeps_everything(tmp_path):
    corner_marked().save(tmp_path / "wide.png")
    pixels = decode(tmp_path / "wide.png", Framing(32, 3, "stretch", "white")).pixels
    assert pixels[:, :, :6].max() < 30
    assert pixels[:, :, 12:].min() > 90


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp", "bmp", "tif"])
def test_a_truncated_picture(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    picture(200, 200).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert reason_for(path) in (
        "the file ends too early",
        "the file is damaged",
        "it is not a picture that can be read, whatever its name says",
    )


def test_a_corrupt_picture(tmp_path):
    path = tmp_path / "picture.png"
    picture(200, 200).save(path)
    content = bytearray(path.read_bytes())
    content[100:400] = bytes(300)
    path.write_bytes(content)
    assert reason_for(path) == "the file is damaged"


@pytest.mark.parametrize("content", [b"", b"This is a shopping list.", b"\0" * 500])
def test_a_text_file_named_png(tmp_path, content):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    assert reason_for(path) == "it is not a picture that can be read, whatever its name says"


@pytest.mark.parametrize("size", [(1, 1), (7, 100), (100, 7)])
def test_a_tiny_picture(tmp_path, size):
    Image.new("RGB", size).save(tmp_path / "picture.png")
    assert reason_for(tmp_path / "picture.png") == "a side of it is shorter than 8 pixels"
    with pytest.raises(Unusable):
        look(tmp_path / "picture.png")


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 9_500), (9_000, 9_000)])
def test_a_huge_picture_is_refused_by_its_head_alone(tmp_path, size):
    # There are no pixels at all in these files: who decoded them would call them truncated.
    path = tmp_path / "picture.png"
    path.write_bytes(png_head(*size) + struct.pack(">I", 0) + b"IDAT" + b"\0" * 4)
    assert reason_for(path) == "it has more than 80 million pixels"
    assert Image.MAX_IMAGE_PIXELS == 89_478_485


def test_a_missing_file(tmp_path):
    assert reason_for(tmp_path / "picture.png") == "it is gone"


def test_a_look_tells_size_and_greyness(tmp_path):
    picture(50, 40, "L").save(tmp_path / "grey.png")
    picture(40, 50).save(tmp_path / "colour.png")
    grey, colour = look(tmp_path / "grey.png"), look(tmp_path / "colour.png")
    assert (grey.width, grey.height, grey.is_grey) == (50, 40, True)
    assert (colour.width, colour.height, colour.is_grey) == (40, 50, False)


def test_colourless_pictures_are_known(tmp_path):
    picture(40, 40, "L").convert("RGB").save(tmp_path / "grey.jpg")
    picture(40, 40).save(tmp_path / "colour.jpg")
    assert is_colourless(decode(tmp_path / "grey.jpg", FRAMING))
    assert not is_colourless(decode(tmp_path / "colour.jpg", FRAMING))
