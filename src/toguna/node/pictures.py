"""Pictures made clean: decoded by their content, and written anew from the pixels alone.

What a camera writes beside the picture (EXIF with its position and serial number, XMP, comments,
previews, colour profiles, further frames) and whatever somebody hung behind it cannot come
along, because nothing of the file is copied: only pixels are. A name or a content type says
nothing here; what does not decode as JPEG, PNG or WebP is refused, and so is a picture larger
than its bounds, before a pixel of it is unpacked.
"""

from __future__ import annotations

import io
import warnings
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from toguna.errors import BadInput

MOST_BYTES: Final = 8 << 20
MOST_PIXELS: Final = 40_000_000
QUALITY: Final = 88
TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

# A phone's JPEG with further pictures inside decodes as MPO; its first frame is the photograph.
_KNOWN: Final = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_SAYS_NOTHING: Final = frozenset(
    """jfif jfif_version jfif_unit jfif_density dpi adobe adobe_transform progressive progression
    gamma srgb chromaticity transparency interlace aspect loop background timestamp duration
    default_image""".split()
)
"""What Pillow notes of how a picture is coded. All else that it notes is about the picture."""
_REMEDY: Final = "send a JPEG, PNG or WebP picture"


class Picture(NamedTuple):
    """A clean picture. ``stripped``: something about it was in the file and is not any more."""

    data: bytes
    type: str
    width: int
    height: int
    stripped: bool


def clean(data: bytes) -> Picture:
    """The picture in ``data``, turned upright and without anything but its pixels.

    :raises BadInput: empty, too large, no picture of a kind that is taken, or damaged.
    """
    if not data:
        raise BadInput("the file is empty", where="file", remedy=_REMEDY)
    if len(data) > MOST_BYTES:
        raise BadInput(f"the file has more than {MOST_BYTES >> 20} MB", where="file")
    with warnings.catch_warnings():
        # A picture so large that Pillow warns of it is refused by our own, lower bound.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=tuple(TYPES)) as found:
                _check(found)
                return _rewritten(found)
        except BadInput:
            raise
        except Image.DecompressionBombError:
            raise _too_many_pixels() from None
        except Exception:  # each decoder fails in ways of its own on bytes that are no picture
            raise BadInput(
                "the file is no picture, or is damaged", where="file", remedy=_REMEDY
            ) from None


def _check(found: Image.Image) -> None:
    if found.format not in _KNOWN:
        raise BadInput("the file is of no kind that is taken", where="file", remedy=_REMEDY)
    if found.width * found.height > MOST_PIXELS:
        raise _too_many_pixels()
    if found.format != "MPO" and getattr(found, "n_frames", 1) > 1:
        raise BadInput("the picture moves", where="file", remedy="send a still one")


def _too_many_pixels() -> BadInput:
    return BadInput(
        f"the picture has more than {MOST_PIXELS:,} pixels", where="file", remedy="make it smaller"
    )


def _rewritten(found: Image.Image) -> Picture:
    kind = _KNOWN[found.format or ""]
    found.load()
    stripped = bool(found.getexif()) or not _SAYS_NOTHING.issuperset(found.info)
    pixels = _plain(ImageOps.exif_transpose(found), kind)
    # The encoders write some of what they find here, such as a JPEG's comment.
    pixels.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        pixels.save(out, kind, quality=QUALITY, optimize=True)
    elif kind == "PNG":
        pixels.save(out, kind, optimize=False)
    else:
        pixels.save(out, kind, quality=QUALITY, exact=False)
    if out.tell() > MOST_BYTES:
        raise BadInput(
            f"the picture has more than {MOST_BYTES >> 20} MB", where="file",
            remedy="make it smaller, or send it as JPEG",
        )  # fmt: skip
    return Picture(out.getvalue(), TYPES[kind], pixels.width, pixels.height, stripped)


def _plain(pixels: Image.Image, kind: str) -> Image.Image:
    """The pixels in a mode that says all by itself: no palette, ink or 16-bit samples."""
    if pixels.mode.startswith("I;16") or pixels.mode == "I":
        return pixels.point(lambda value: value * (1 / 256)).convert("L")
    seen_through = kind != "JPEG" and pixels.has_transparency_data
    if seen_through:
        return pixels.convert("RGBA")
    return pixels.convert("L" if pixels.mode in ("1", "L") else "RGB")
