"""Pictures that belong to reports: brought by our own people, and given to nobody else.

What is answered is what :mod:`toguna.node.pictures` wrote, under a type of our own choosing and
a name made of the digest. Nothing that the sender called it comes back, in no header.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from toguna.node import pictures
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json

ANY: Final = "application/octet-stream"
POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"

# One picture at a time in this process: unpacked, one may take some 300 MB.
_unpacking: Final = ThreadPoolExecutor(1, thread_name_prefix="toguna-pictures")


class FileShown(msgspec.Struct):
    """A kept picture. ``exif_removed``: its file held something about it, which is gone."""

    digest: str
    type: str
    bytes: int
    width: int
    height: int
    exif_removed: bool


async def bring(asked: Asked) -> Answer:
    """Clean a picture and keep it."""
    data = await asked.body()
    loop = asyncio.get_running_loop()
    picture = await loop.run_in_executor(_unpacking, pictures.clean, data)
    node, by = asked.node, asked.caller.person
    kept = await asked.house.writer.run(lambda: node.files.keep(picture, by))
    return answer_json(FileShown(*kept, exif_removed=picture.stripped))


async def show(asked: Asked) -> Answer:
    """A kept picture, for a place where it can do nothing but be looked at."""
    kept, data = asked.node.files.show(asked.params["digest"])
    name = f"{kept.digest[:16]}.{pictures.ENDINGS[kept.type]}"
    return Answer(
        data,
        kept.type,
        more={
            "content-disposition": f'inline; filename="{name}"',
            "content-security-policy": POLICY,
            "cross-origin-resource-policy": "same-origin",
        },
    )


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        "/api/files",
        bring,
        "person",
        "Bring a picture: JPEG, PNG or WebP. What stands in it beside the pixels is removed.",
        FileShown,
        takes=ANY,
        most=pictures.MOST_BYTES,
    ),
    Endpoint("GET", "/api/files/{digest}", show, "person", "A picture that is kept here.", ANY),
)
