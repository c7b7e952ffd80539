"""What the kinds of questions say: one struct a kind, every field with its unit and bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.fields import LineOfText, MomentUs, Text, Why

Office = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z][a-z0-9_-]*$")]
Priority = Literal["flash", "urgent", "routine"]


class Question(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A request for information. Whom it asks stands in the label, what it is about in refs."""

    due_us: MomentUs
    """By when an answer is needed, microseconds since the epoch."""
    for_office: Office = "duty"
    """For whom it waits at each party that is asked."""
    priority: Priority = "routine"
    """How much haste: a flash goes ahead of everything on the line."""
    text: Text
    """The question itself, in the author's language."""
    text_en: Text | None = None
    """The same in English, where somebody wrote it."""
    title: LineOfText
    """One line for lists."""
    title_en: LineOfText | None = None
    """The same in English."""


class Reply(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a party that was asked answers. Released records on which it rests stand in refs."""

    cannot_answer: bool = False
    """It does not know, or may not say: also a final word, with its reason."""
    final: bool = True
    """Whether this is its answer; no: a first part of it, the clock goes on."""
    text: Text | None = None
    """The answer."""
    why: Why | None = None
    """Why it cannot answer."""


class Close(Struct, frozen=True, kw_only=True):
    """The asker needs no answer any more; who has not answered owes none."""

    why: Why
    """In words, which the parties asked will read."""
