"""What Toguna keeps no place for, by name: the misuse rules as one list that all checks share.

People as targets or suspects, bodies and telephones as identifiers, weapons and fire control,
risk scores, "hostile" as a mark. :class:`~toguna.core.catalogue.Catalogue` refuses a domain
that declares such a field, column or value, whoever brings it; whoever authors a record with
such a field is refused by name; a test walks every name in the source.

What is *not* here: free text. No list of words makes a text harmless; who writes a report
answers for it, and the preview shows every byte before it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import inspect

NEVER_A_FIELD: Final = tuple(
    "weapon weapons warhead munition munitions fire_control kill_chain strike_list target_list "
    "target_package watchlist watch_list no_fly_list person_of_interest suspect suspects "
    "biometric biometrics faceprint face_template iris_scan dna_profile imei imsi msisdn "
    "phone_number sim_card risk_score threat_score hostile hostiles".split()
)
"""Whole words of a name in snake or camel case, for which nothing in the source has a place."""

NEVER_OF_A_PERSON: Final = tuple(
    "first_name last_name family_name given_name surname full_name date_of_birth birth_date "
    "place_of_birth passport passport_number national_id identity_card nationality ethnicity "
    "ethnic_group religion home_address wanted wanted_persons persons detainee detainees "
    "informant".split()
)
"""Words by which a record would describe a person: no kind of record may have them."""

_IN_RECORDS: Final = (*NEVER_A_FIELD, *NEVER_OF_A_PERSON)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# A first look at bytes: cheap, and nothing that it lets through has such a name.
_ANY: Final = re.compile(
    "|".join(sorted({w.replace("_", "[_ -]?") for w in _IN_RECORDS})).encode(), re.IGNORECASE
)


def forbidden_in(name: str, words: tuple[str, ...] = NEVER_A_FIELD) -> str | None:
    """The first of ``words`` that stands in a name as whole words; None when none does."""
    snake = _CAMEL.sub("_", name).replace("-", "_").replace(" ", "_").lower()
    return next((word for word in words if f"_{word}_" in f"_{snake}_"), None)


def never_of_a_record(name: str) -> str | None:
    """The word for which no record has a place in this name; None when it has none."""
    return forbidden_in(name, _IN_RECORDS)


def declared_in(body: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    """Names and values of a struct, and of all that it holds, that no record may have: each
    with the word that forbids it.
    """
    yield from _walk(inspect.type_info(body), body.__name__, set())


def _walk(node: Any, path: str, seen: set[type]) -> Iterator[tuple[str, str]]:
    if isinstance(node, inspect.StructType):
        if node.cls in seen:
            return
        seen.add(node.cls)
        for field in node.fields:
            inner = f"{path}.{field.encode_name}"
            for name in {field.name, field.encode_name}:
                if word := never_of_a_record(name):
                    yield inner, word
            yield from _walk(field.type, inner, seen)
    elif isinstance(node, inspect.LiteralType | inspect.EnumType):
        values = node.values if isinstance(node, inspect.LiteralType) else list(node.cls)
        for value in values:
            text = str(getattr(value, "value", value))
            if word := never_of_a_record(text):
                yield f"{path} = {text[:40]!r}", word
    elif isinstance(node, inspect.Type):
        for name in node.__struct_fields__:
            value = getattr(node, name)
            for inner_node in value if isinstance(value, tuple | list) else (value,):
                if isinstance(inner_node, inspect.Type):
                    yield from _walk(inner_node, path, seen)


def sent_in(data: bytes, loose: Any) -> str | None:
    """The first key at any depth of a JSON value that no record may have; ``data`` is the
    value as it was sent.
    """
    if _ANY.search(data) is None:
        return None
    rest = [loose]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            for key in value:
                if word := never_of_a_record(str(key)):
                    return word
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return None
