"""Pictures for tests: real ones, and files that only look like one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

PLACE = b"EXERCISE-SECRET-PLACE"
SIZE = (64, 40)


def scene(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right: so that turning it shows."""
    image = Image.new(mode, SIZE)
    colours = {"RGB": ((200, 20, 20), (20, 20, 200)), "L": (40, 220)}
    left, right = colours.get(mode, ((200, 20, 20, 255), (20, 20, 200, 128)))
    image.paste(left, (0, 0, SIZE[0] // 2, SIZE[1]))
    image.paste(right, (SIZE[0] // 2, 0, *SIZE))
    return image


def encoded(kind: str = "JPEG", mode: str = "RGB", **more) -> bytes:
    out = io.BytesIO()
    scene(mode).save(out, kind, **more)
    return out.getvalue()


def camera_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: where, when, with what, and how it was held."""
    exif = Image.Exif()
    exif[0x0110] = "Phone 7 " + PLACE.decode()
    exif[0x0112] = orientation
    exif[0x8825] = {
        1: "N",
        2: (IFDRational(16), IFDRational(17), IFDRational(1234, 100)),
        3: "W",
        4: (IFDRational(0), IFDRational(2), IFDRational(99, 100)),
    }
    return exif


def with_everything(kind: str) -> bytes:
    """A picture with all that can stand beside pixels."""
    more = {"exif": camera_exif(), "icc_profile": b"\0" * 40 + PLACE}
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        text = PngInfo()
        text.add_text("Comment", PLACE.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        more = {**more, "pnginfo": text}
    else:
        more = {**more, "xmp": xmp}
    if kind == "JPEG":
        more["comment"] = PLACE
    return encoded(kind, **more) + PLACE  # and something hung behind it


def page_behind(picture: bytes) -> bytes:
    return picture + b"<html><script>alert(1)</script></html>"


def archive_behind(picture: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return picture + out.getvalue()


def page_inside(picture: bytes) -> bytes:
    """A JPEG whose first comment is a page: JPEG to one reader, HTML to another."""
    words = b"<script>alert(1)</script>"
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words + picture[2:]


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG file of an enormous picture, all black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    row = b"\0" * (min(width, 8_000) // 8 + 2)
    lines = b"".join(packer.compress(row) for _ in range(min(height, 2_000))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
