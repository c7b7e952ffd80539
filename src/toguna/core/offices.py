"""Offices of the alliance: terms out of the charters, with handovers applied.

The holder alone passes an office on, and only while it holds it, so an act by somebody who
is out of office changes nothing. A later version that sets an office's terms anew begins
again with those.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from toguna.core.acts import Handover
from toguna.core.charter import Charter, OfficeTerm


def fold_terms(
    chain: Sequence[tuple[str, Charter]], handovers: Sequence[Handover]
) -> list[OfficeTerm]:
    """Every term of every office. ``handovers`` are signed by a desk key of the giver.

    They apply in the order given (by the moment at which the office passes), each under the
    version that it was written for.
    """
    terms: list[OfficeTerm] = []
    before: tuple[OfficeTerm, ...] = ()
    for hash_, charter in chain:
        kept = {t for t in before if charter.party(t.party) is not None}
        changed = {t.office for t in kept ^ set(charter.offices)}
        terms = [t for t in terms if t.office not in changed]
        terms += [t for t in charter.offices if t.office in changed]
        before = charter.offices
        for act in handovers:
            if act.charter == hash_ and charter.party(act.to_party) is not None:
                terms = _hand_over(terms, act)
    return sorted(terms, key=lambda t: (t.office, t.from_us, t.party))


def term_at(terms: Sequence[OfficeTerm], office: str, at_us: int) -> OfficeTerm | None:
    """The term that covers a moment: of several, the one that began last."""
    covering = [
        t
        for t in terms
        if t.office == office and t.from_us <= at_us and (t.until_us is None or at_us < t.until_us)
    ]
    return max(covering, key=lambda t: t.from_us, default=None)


def _hand_over(terms: list[OfficeTerm], act: Handover) -> list[OfficeTerm]:
    held = term_at(terms, act.office, act.from_us)
    if held is None or held.party != act.from_party or held.from_us == act.from_us:
        return terms
    return [
        *(t for t in terms if t is not held),
        msgspec.structs.replace(held, until_us=act.from_us),
        OfficeTerm(
            from_us=act.from_us, office=act.office, party=act.to_party, until_us=act.until_us
        ),
    ]
