"""Questions: requests for information with a deadline, an owner and an answer rate (B7).

======================  ========================================================
kind                    who may write it, about what
======================  ========================================================
questions.question/1    anybody, to the parties of its label
questions.reply/1       a party that was asked, about the question
questions.close/1       the asker, about its question: no answer is needed any more
======================  ========================================================

An answer after its time is late, and counted as late; silence is counted as silence.
"""

from __future__ import annotations

from toguna.core.domain import Domain, Kind, Projection
from toguna.domains.questions import boards, folds, rules, tables
from toguna.domains.questions.bodies import Close, Question, Reply

__all__ = ["DOMAIN", "Close", "Question", "Reply"]

_QUESTION, _REPLY, _CLOSE = (f"questions.{noun}/1" for noun in ("question", "reply", "close"))

DOMAIN = Domain(
    name="questions",
    kinds=(
        Kind(
            _QUESTION,
            Question,
            "Demande de renseignement",
            "Request for information",
            check=rules.check_question,
        ),
        Kind(_REPLY, Reply, "Réponse", "Reply", check=rules.check_reply),
        Kind(_CLOSE, Close, "Demande close", "Question closed", check=rules.check_close),
    ),
    projections=(
        Projection(tables.QUESTIONS, (_QUESTION, _CLOSE), folds.fold_question, newest="at"),
        Projection(tables.REPLIES, (_REPLY,), folds.fold_reply, newest="at"),
        Projection(tables.CLOSES, (_CLOSE,), folds.fold_close, newest="at"),
    ),
    boards=boards.BOARDS,
    waits=boards.waits,
)
"""The declaration; everything else follows from it."""
