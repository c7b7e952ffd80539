"""The one tree of errors. Each says what happened, where, and what to do.

Five kinds, and a surface maps each to one exit code and one HTTP status:

========================  ====  ====  ==========================================
error                     exit  HTTP  meaning
========================  ====  ====  ==========================================
:class:`Refused`             1   403  a rule says no, and the rule is named
:class:`Unverified`          1   422  a proof, signature or digest does not hold
:class:`Unknown`             2   404  there is no such thing *for this actor*
:class:`BadInput`            2   400  what was handed in cannot be understood
:class:`Conflict`            3   409  somebody else was first
:class:`EngineFailure`       3   503  storage or network did not do its part
========================  ====  ====  ==========================================

Messages never hold secrets: no key material, passphrase, body or token.
"""

from __future__ import annotations

from typing import ClassVar


class TogunaError(Exception):
    """Base of all errors that a user may see. ``remedy`` says what to do next."""

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500
    name: ClassVar[str] = "error"

    def __init__(self, what: str, *, remedy: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" -- {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{advice}"


class Refused(TogunaError):
    """A rule says no: a label, an office, the charter, or the misuse rules."""

    exit_code, http_status, name = 1, 403, "refused"


class NeverKept(Refused):
    """Somebody wants to keep what this house keeps no place for (:mod:`toguna.core.never_kept`).

    It is told to them as what it is, a refusal, and stands in the home journal.
    """


class Unverified(TogunaError):
    """A signature, hash, proof or count does not hold; nothing of it was kept."""

    exit_code, http_status, name = 1, 422, "unverified"


class Unknown(TogunaError):
    """No such thing for this actor. What one may not see is unknown as well."""

    exit_code, http_status, name = 2, 404, "unknown"


class BadInput(TogunaError):
    """What was handed in is not well-formed; ``where`` names the place."""

    exit_code, http_status, name = 2, 400, "bad_input"


class Conflict(TogunaError):
    """Somebody else was first: a moved head, a locked folder, a taken name."""

    exit_code, http_status, name = 3, 409, "conflict"


class EngineFailure(TogunaError):
    """Storage or network failed. What was acknowledged before is still there."""

    exit_code, http_status, name = 3, 503, "engine_failure"
