"""The page of the desk: the files that the build made of ``web/``, as anybody may load them.

The page holds no data; all of that comes over the API, from whoever signed in. Only files
that were there when the node started are served, out of a dictionary: no path that somebody
asks for ever reaches the file system. Names below ``assets/`` carry a digest of their content
and may be kept for good; all others are asked for again each time (RFC 9110 13.1.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from toguna.errors import Unknown
from toguna.surfaces.endpoints import Answer, Asked, Endpoint

BUILT: Final = Path(__file__).parent / "web" / "dist"
"""Where the build lays the page (``make web``, or the build of the package)."""

START: Final = "/desk/"
INDEX: Final = "index.html"
WORKER: Final = "worker.js"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
HTML: Final = "text/html; charset=utf-8"
UNCHANGED: Final = 304
_OF_THE_BUILD: Final = frozenset({"manifest.json", "sizes.json"})
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": HTML,
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_NOT_USED: Final = (
    "accelerometer", "camera", "display-capture", "gyroscope", "hid", "magnetometer",
    "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip

HEADERS: Final[Mapping[str, str]] = {
    # Nothing from elsewhere, nothing inline; blob: are the map's workers and the pictures that
    # somebody is about to attach.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join((*(f"{name}=()" for name in _NOT_USED), "geolocation=(self)")),
    "referrer-policy": "no-referrer",
}
"""What the browser is told to hold every file of the page to."""

_NO_PAGE: Final = """<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Toguna</title>
<h1>Le bureau n'est pas construit</h1>
<p>Ce nœud répond, mais sa page n'a pas été faite. Dans le dossier des sources :
<code>make web</code>, puis redémarrez le nœud.</p>
<div lang="en"><h1>The desk is not built</h1>
<p>This node answers, but its page was not made. In the folder of the sources:
<code>make web</code>, then start the node again.</p></div>
</html>
""".encode()


class Built(NamedTuple):
    """A file of the page: where it lies, by encoding, and how it may be kept."""

    type: str
    cache: str
    etag: str
    places: Mapping[str, Path]


@cache
def files_in(folder: Path) -> Mapping[str, Built]:
    """The files of the page in this folder by their names below it; none when there is none."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        type_ = _TYPES.get(path.suffix)
        if type_ is None or name in _OF_THE_BUILD or not path.is_file():
            continue
        found[name] = Built(
            type_,
            FOR_GOOD if name.startswith("assets/") else ASK_AGAIN,
            sha256(path.read_bytes()).hexdigest()[:32],
            {"": path}
            | {
                encoding: smaller
                for encoding, end in _ENCODINGS
                if (smaller := path.with_name(path.name + end)).is_file()
            },
        )
    return found


def encoding_of(accepted: str, there: Mapping[str, object]) -> str:
    """The encoding to send out of those that are there, by ``Accept-Encoding``; "" is none."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for encoding, _ in _ENCODINGS:
        if encoding in there and weights.get(encoding, weights.get("*", False)):
            return encoding
    return ""


def endpoints(folder: Path = BUILT) -> tuple[Endpoint, ...]:
    """The endpoints that serve the page in this folder."""
    files = files_in(folder)

    def give(asked: Asked, name: str, **more: str) -> Answer:
        built = files.get(name)
        if built is None:
            raise Unknown("there is nothing here for you")
        return _answer(asked, built, more)

    async def start(asked: Asked) -> Answer:
        if INDEX not in files:
            return Answer(_NO_PAGE, HTML, 503, more=HEADERS)
        return give(asked, INDEX)

    async def worker(asked: Asked) -> Answer:
        return give(asked, WORKER, **{"service-worker-allowed": START})

    async def file(asked: Asked) -> Answer:
        return give(asked, asked.params["file"])

    return (
        Endpoint("GET", START.rstrip("/"), _go_there, "public", "Leads to the desk.", HTML),
        Endpoint("GET", START, start, "public", "The desk, for people.", HTML),
        Endpoint(
            "GET", START + WORKER, worker, "public",
            "The service worker of the desk.", _TYPES[".js"],
        ),
        Endpoint(
            "GET", START + "{file:path}", file, "public", "A file of the desk's page.", "*/*"
        ),
    )  # fmt: skip


async def _go_there(_asked: Asked) -> Answer:
    return Answer(b"", HTML, 308, "public, max-age=3600", {"location": START})


def _answer(asked: Asked, built: Built, more: Mapping[str, str]) -> Answer:
    headers = asked.house.headers(asked.scope)
    encoding = encoding_of(headers.get("accept-encoding", ""), built.places)
    etag = f'"{built.etag}-{encoding or "plain"}"'
    told = {**HEADERS, **more, "etag": etag, "vary": "accept-encoding"}
    known = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
    if etag in known:
        return Answer(b"", built.type, UNCHANGED, built.cache, told)
    if encoding:
        told["content-encoding"] = encoding
    try:
        content = built.places[encoding].read_bytes()
    except FileNotFoundError:  # the page was built anew under a running node
        raise Unknown("there is nothing here for you") from None
    return Answer(content, built.type, 200, built.cache, told)
