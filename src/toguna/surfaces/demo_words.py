"""What the demonstration says: French first, English its equal."""

from __future__ import annotations

import os
from typing import Any, Final

import click

from toguna.surfaces.scenario import Item

SENTENCES: Final = {
    "begin": (
        "Trois dossiers vides dans {folder} ; trois membres y font leur nœud.",
        "Three empty folders in {folder}; three members make their nodes there.",
    ),
    "founded": (
        "{count} sur {count} : la même charte partout, après {seconds} s. Processus : {pids}.",
        "{count} of {count}: the same charter everywhere, after {seconds} s. Processes: {pids}.",
    ),
    "recording": (
        "Chacun écrit ses comptes rendus chez lui et n'en laisse sortir que ce qu'il veut :",
        "Each writes its reports at home, and lets out only what it wants to:",
    ),
    "kept": (
        "  {address} reste chez lui : {title}",
        "  {address} stays at home: {title}",
    ),
    "released": (
        "  {address} pour {to}{limits} : {title}",
        "  {address} for {to}{limits}: {title}",
    ),
    "arrived": (
        "Les {count} comptes rendus sont chez tous leurs lecteurs ({seconds} s).",
        "All {count} reports are with all of their readers ({seconds} s).",
    ),
    "silence": (
        "Et personne ne voit rien d'autre, pas même un nombre.",
        "And nobody sees anything else, not even a count.",
    ),
    "corrected": (
        "Rectifié par {party} : {address}, {title}. Motif : {why}",
        "Corrected by {party}: {address}, {title}. Reason: {why}",
    ),
    "passed_on": (
        "{by} transmet {address} à {to}, comme {party} l'a permis : les mêmes octets, la preuve.",
        "{by} passes {address} on to {to}, as {party} allowed: the same bytes, and their proof.",
    ),
    "forbidden": (
        "{by} veut transmettre {address} à {onto} : refusé ({why}) ; le propriétaire est saisi.",
        "{by} would pass {address} on to {onto}: refused ({why}); its owner has been asked.",
    ),
    "recalled": (
        "Rappelé par {party} : {address}, effacé en {seconds} s, accusés de {receipts}. {why}",
        "Recalled by {party}: {address}, erased in {seconds} s, receipts of {receipts}. {why}",
    ),
    "loaded": (
        "{party} : {count} événements ({country}) chargés en {took} ; ils restent chez lui.",
        "{party}: {count} events ({country}) loaded in {took}; they stay at home.",
    ),
    "look": (
        "À ouvrir dans un navigateur (adresse, personne, mot de passe de cette démonstration) :",
        "Open in a browser (address, person, password of this demonstration):",
    ),
    "commands": (
        "Pour regarder, dans un autre terminal :\n"
        "  {toguna} list {folder}/bf sharing.report\n"
        "  {toguna} receipts {folder}/ml\n"
        "  {toguna} doctor {folder}/ne",
        "To look around, in another terminal:\n"
        "  {toguna} list {folder}/bf sharing.report\n"
        "  {toguna} receipts {folder}/ml\n"
        "  {toguna} doctor {folder}/ne",
    ),
    "interrupt": (
        "Ctrl-C arrête les trois nœuds et efface leurs dossiers.",
        "Ctrl-C ends the three nodes and removes their folders.",
    ),
    "kept_folder": (
        "Ctrl-C arrête les trois nœuds ; les dossiers restent dans {folder}.",
        "Ctrl-C ends the three nodes; the folders stay in {folder}.",
    ),
    "proved": (
        "Vérifié : chaque empreinte et chaque signature des trois nœuds tient.",
        "Verified: every hash and signature of the three nodes holds.",
    ),
    "ended": ("Les trois nœuds sont arrêtés.", "The three nodes have ended."),
}
"""Every sentence, in French and in English."""


class Voice:
    """Says things in one language, or in both: ``fr``, ``en``, or what LANG says."""

    def __init__(self, lang: str | None) -> None:
        spoken = lang or os.environ.get("LANG", "")[:2]
        self._places = {"fr": (0,), "en": (1,)}.get(spoken, (0, 1))

    def say(self, name: str, **given: Any) -> None:
        """One sentence of :data:`SENTENCES`."""
        for place in self._places:
            click.echo(SENTENCES[name][place].format(**given))

    def item(self, name: str, item: Item, **given: Any) -> None:
        """A sentence about one item of the story, its title in the language that is spoken."""
        title_en = item.body.title_en or item.body.title
        for place in self._places:
            facts = {
                "party": item.party,
                "to": ", ".join(item.label.to),
                "title": title_en if place else item.body.title,
                "limits": _limits(item, french=place == 0),
            }
            click.echo(SENTENCES[name][place].format(**(facts | given)))


def _limits(item: Item, *, french: bool) -> str:
    """What the label asks for, in a few words."""
    label, parts = item.label, []
    if label.precision_m:
        kilometres = label.precision_m // 1_000
        parts.append(f"à {kilometres} km près" if french else f"to {kilometres} km")
    if label.source_shield:
        parts.append("sans la source" if french else "without its source")
    if label.onward:
        onward = ", ".join(label.onward)
        parts.append(f"transmissible à {onward}" if french else f"may go on to {onward}")
    if label.keep_days:
        parts.append(f"{label.keep_days} jours" if french else f"for {label.keep_days} days")
    return f" ({', '.join(parts)})" if parts else ""
