"""A picture comes out as its pixels alone, whatever stood beside them; all else is refused."""

from __future__ import annotations

import io
from itertools import product

import pytest
from PIL import Image

from tests.unit.pictures_house import (
    PLACE,
    SIZE,
    archive_behind,
    camera_exif,
    encoded,
    page_behind,
    page_inside,
    png_that_claims,
    scene,
    with_everything,
)
from toguna.errors import BadInput
from toguna.node import pictures

KINDS = ("JPEG", "PNG", "WEBP")


def opened(picture: pictures.Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    return image


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_beside_the_pixels_is_gone(kind):
    data = with_everything(kind)
    assert data.count(PLACE) >= 3
    found = pictures.clean(data)
    assert PLACE not in found.data
    assert found.stripped
    image = opened(found)
    assert not image.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment", "Comment"} & set(image.info)
    assert (found.type, found.width, found.height) == (f"image/{kind.lower()}", *SIZE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_picture_stays_as_it_looks(kind):
    found = pictures.clean(encoded(kind))
    assert not found.stripped
    image = opened(found).convert("RGB")
    for place in ((5, 5), (SIZE[0] - 5, 5)):
        wanted = scene().getpixel(place)
        assert all(abs(a - b) < 12 for a, b in zip(image.getpixel(place), wanted, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_held_sideways_is_turned_upright(kind):
    found = pictures.clean(encoded(kind, exif=camera_exif(orientation=6)))
    assert (found.width, found.height) == (SIZE[1], SIZE[0])
    red, _, blue = opened(found).convert("RGB").getpixel((SIZE[1] // 2, 5))
    assert red > blue  # what was left is on top


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [*product(KINDS, (page_behind, archive_behind)), ("JPEG", page_inside)],
)
def test_a_file_that_is_two_things_at_once_comes_out_as_a_picture_alone(kind, spoil):
    found = pictures.clean(spoil(encoded(kind)))
    assert b"script" not in found.data
    assert b"PK\x03\x04" not in found.data
    assert opened(found).size == SIZE


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("WEBP", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "L")]
)
def test_other_kinds_of_pixels_keep_their_look(kind, mode):
    source = scene().convert("P") if mode == "P" else scene(mode)
    out = io.BytesIO()
    source.save(out, kind)
    image = opened(pictures.clean(out.getvalue()))
    assert image.has_transparency_data == (mode == "RGBA")


def test_printing_inks_and_deep_greys_are_brought_to_what_a_browser_shows():
    inks, deep = io.BytesIO(), io.BytesIO()
    scene().convert("CMYK").save(inks, "JPEG")
    assert opened(pictures.clean(inks.getvalue())).mode == "RGB"
    grey = Image.new("I;16", (4, 4), 0x8000)
    grey.save(deep, "PNG")
    assert abs(opened(pictures.clean(deep.getvalue())).getpixel((1, 1)) - 128) <= 1


def test_the_first_frame_of_a_phone_s_double_picture_is_the_picture():
    out = io.BytesIO()
    scene().save(out, "MPO", save_all=True, append_images=[Image.new("RGB", SIZE)])
    found = pictures.clean(out.getvalue())
    assert found.type == "image/jpeg"
    assert found.stripped
    assert len(found.data) < len(out.getvalue())


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    scene().save(out, kind, save_all=True, append_images=[Image.new("RGB", SIZE)])
    return out.getvalue()


GIF = io.BytesIO()
scene().save(GIF, "GIF")
TIFF = io.BytesIO()
scene().save(TIFF, "TIFF")

REFUSED = {
    "nothing": b"",
    "text": b"just words",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<html><script>alert(1)</script></html>",
    "PDF": b"%PDF-1.7\n1 0 obj",
    "GIF": GIF.getvalue(),
    "TIFF": TIFF.getvalue(),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "the head of a JPEG alone": encoded("JPEG")[:20],
    "a JPEG cut in the middle": encoded("JPEG", quality=95)[:-200],
    "a PNG cut in the middle": encoded("PNG")[:-40],
    "a WebP cut in the middle": encoded("WEBP")[:-40],
    "a moving PNG": moving("PNG"),
    "a moving WebP": moving("WEBP"),
    "a page that begins like a JPEG": b"\xff\xd8\xff\xe0<script>alert(1)</script>",
    "a bomb of 10,000 megapixels": png_that_claims(100_000, 100_000),
    "a bomb of 64 megapixels": png_that_claims(8_000, 8_000),
    "a picture beyond all integers": png_that_claims(0x7FFFFFFF, 0x7FFFFFFF),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_with_a_remedy(name):
    with pytest.raises(BadInput) as refused:
        pictures.clean(REFUSED[name])
    assert refused.value.where == "file"
    assert refused.value.remedy
    assert "alert" not in str(refused.value)


def test_too_many_bytes_are_refused_before_they_are_read():
    with pytest.raises(BadInput, match="8 MB"):
        pictures.clean(encoded() + b"\0" * pictures.MOST_BYTES)


def test_the_same_picture_gives_the_same_bytes():
    data = with_everything("JPEG")
    assert pictures.clean(data) == pictures.clean(data)
