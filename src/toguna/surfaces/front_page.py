"""The one page that a node shows to anybody: that it is here, and how to check its log.

It tells nothing that the public checkpoint does not tell. No script, no outside request, no
cookie; the style is allowed by its hash alone.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from string import Template

from toguna.core.note import Checkpoint, Note
from toguna.core.time import format_time
from toguna.node.node import Node

_STYLE = """
:root{color-scheme:light dark;--ink:#22201c;--paper:#f7f3ea;--line:#d8cfbc;--mark:#9a4a14}
@media(prefers-color-scheme:dark){:root{--ink:#ece5d6;--paper:#191714;--line:#3a352c;--mark:#e2a063}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.05rem/1.55 Georgia,"Noto Serif",serif}
main{max-width:42rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.7rem;margin:0 0 .25rem}
p.sub{margin:0 0 1.5rem;color:var(--mark)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1.25rem;margin:1.5rem 0;
padding:1rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
code{font:.9em/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
a{color:var(--mark)}nav{margin-top:2rem}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "vary": "accept-language",
}

_PAGE = Template("""<!doctype html>
<html lang="$lang"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Toguna · $party</title><style>$style</style>
<main><h1>$title</h1><p class="sub">$subtitle</p><p>$lead</p>
<dl>$facts</dl>
<p>$check<br><code>toguna verify $url</code></p>
<nav><a href="/desk/">$enter</a> · <a href="/spine/checkpoint">$checkpoint</a> ·
<a href="/healthz">$health</a> ·
<a href="/?lang=$other" hreflang="$other" lang="$other">$other_name</a></nav>
</main></html>
""")

_WORDS = {
    "fr": {
        "title": "La maison de parole est ouverte",
        "subtitle": "Nœud Toguna de la partie $party",
        "lead": "Ce nœud appartient à la partie $party seule. Il garde ses propres données et ne "
        "livre que ce qu'elle a choisi de livrer, à qui elle l'a choisi. Ce qui suit est public.",
        "check": "Chacun peut vérifier ce journal, sans rien en apprendre :",
        "checkpoint": "Tête signée du journal",
        "health": "État",
        "enter": "Entrer",
        "other": "en",
        "other_name": "English",
        "alliance": "Alliance",
        "entries": "Entrées scellées",
        "sealed": "Dernier sceau",
        "witnessed": "Témoins",
        "none": "aucun encore",
        "no_charter": "aucune charte en vigueur",
    },
    "en": {
        "title": "The house of words is open",
        "subtitle": "Toguna node of the party $party",
        "lead": "This node belongs to the party $party alone. It keeps its own data and gives out "
        "only what that party chose to release, to whom it chose. What follows is public.",
        "check": "Anybody can check this log, and learns nothing from it:",
        "checkpoint": "Signed head of the log",
        "health": "Health",
        "enter": "Sign in",
        "other": "fr",
        "other_name": "Français",
        "alliance": "Alliance",
        "entries": "Sealed entries",
        "sealed": "Last seal",
        "witnessed": "Witnesses",
        "none": "none yet",
        "no_charter": "no charter in force",
    },
}


def language(asked: str, accepted: str) -> str:
    """The language of a page: ``asked`` (?lang=) first, else the browser's, else French."""
    if asked in _WORDS:
        return asked
    for part in accepted.lower().split(","):
        code = part.split(";")[0].strip()[:2]
        if code in _WORDS:
            return code
    return "fr"


def front_page(node: Node, lang: str, url: str) -> bytes:
    """The page as HTML. ``url`` is where the reader reached us."""
    words = _WORDS[lang]
    standing, signed = node.standing, node.spine.note
    checkpoint = Checkpoint.parse(Note.parse(signed).text) if signed else None
    facts = [
        (words["alliance"], standing.id or words["no_charter"]),
        (words["entries"], f"{checkpoint.size:,}".replace(",", " ") if checkpoint else "0"),
        (words["sealed"], _last_seal(node) or words["none"]),
        (words["witnessed"], _witnesses(node) or words["none"]),
    ]
    party = escape(node.party)
    shown = {key: Template(text).substitute(party=party) for key, text in words.items()}
    return _PAGE.substitute(
        shown,
        lang=lang,
        party=party,
        style=_STYLE,
        url=escape(url),
        facts="".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts),
    ).encode()


def _last_seal(node: Node) -> str:
    at = node.last_seal_us()
    return format_time(at) if at else ""


def _witnesses(node: Node) -> str:
    return ", ".join(sorted(node.witnesses()))
