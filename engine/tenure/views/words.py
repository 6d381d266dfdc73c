"""Positions, instants and causes in the words of a reader."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Protocol

from tenure.history import Event
from tenure.norms import Position, Relation, Vocabulary
from tenure.time import Instant
from tenure.timeline import EdgeCause, Verdict
from tenure.timeline.objects import object_text

#: How a relation reads between its holder and the act.
VERBS: Final[dict[Relation, str]] = {
    "liberty": "may",
    "no_claim": "has no claim against",
    "duty": "must",
    "claim": "has a claim to",
    "duty_not": "must not",
    "claim_not": "has a claim against",
    "power": "can",
    "liability": "is liable to",
    "disability": "cannot",
    "immunity": "is immune from",
}
#: Whether the counterparty is named as the one `to` whom, or `against` whom, or `by` whom.
_TOWARDS: Final[dict[Relation, str]] = {
    "duty": "to",
    "no_claim": "by",
    "claim": "by",
    "claim_not": "by",
    "liability": "by",
    "immunity": "by",
}
_MIDNIGHT = "T00:00:00"


class Telling(Protocol):
    """What words are taken from: a timeline or a session."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The contract's names."""

    def text(self, instant: Instant) -> str:
        """An instant in the contract's zone."""

    def event(self, event: str) -> Event | None:
        """The event of that id."""


def side_text(verdict: Verdict) -> str:
    """``Licensee may``: the holder and the relation."""
    return f"{verdict.holder or 'anyone'} {VERBS[verdict.relation]}"


def towards_text(verdict: Verdict) -> str:
    """``against Licensor``, or nothing where the clause names nobody."""
    return (
        f"{_TOWARDS.get(verdict.relation, 'against')} {verdict.counterparty}" if verdict.counterparty else ""
    )


def thing_text(timeline: Telling, position: Position) -> str:
    """The object of a position; for a duty with the event that it springs from."""
    named = object_text(timeline.vocabulary, position) or ""
    return f"{named} [{position.instance}]".strip() if position.instance else named


def sentence(timeline: Telling, verdict: Verdict) -> str:
    """``Licensee may use press against Licensor``."""
    parts = (
        side_text(verdict),
        verdict.position.act,
        thing_text(timeline, verdict.position),
        towards_text(verdict),
    )
    return " ".join(part for part in parts if part)


def moment_text(timeline: Telling, instant: Instant | None, *, open: str = "open") -> str:
    """A local day where the instant is the first of one, else day and time; ``open`` where there is none."""
    if instant is None:
        return open
    text = timeline.text(instant)
    if text[10:19] == _MIDNIGHT and "." not in text:
        return text[:10]
    clock = text[11:].split("+")[0].split("-")[0].removesuffix("Z").removesuffix(":00")
    return f"{text[:10]} {clock}"


def through_text(timeline: Telling, limit: Instant) -> str:
    """What a limit lets count whole: ``through 2032``, ``through 2032-05``, ``through 2032-05-14``; else ``before …``."""
    text = moment_text(timeline, limit)
    if len(text) != len("2032-05-14") or text < "0001-01-02":
        return f"before {text}"
    last = date.fromisoformat(text) - timedelta(days=1)
    if text.endswith("-01-01"):
        return f"through {last.year:04}"
    return f"through {last.isoformat()[:7] if text.endswith('-01') else last.isoformat()}"


def cause_text(timeline: Telling, cause: EdgeCause | None, *, ends: bool = False) -> str:
    """``E2 verified``; ``through 2032, C19`` for a limit that ``ends`` a span, ``a date, C13`` for one that begins it."""
    if cause is None:
        return ""
    if cause.event is not None:
        event = timeline.event(cause.event)
        return f"{cause.event} {event.type}" if event else cause.event
    if cause.limit is None:
        return cause.clause or ""
    said = through_text(timeline, cause.limit) if ends else f"date {moment_text(timeline, cause.limit)}"
    return f"{said}, {cause.clause}" if cause.clause else said


def edge_text(
    timeline: Telling, instant: Instant | None, cause: EdgeCause | None, *, ends: bool = False
) -> str:
    """``2033-01-01 (through 2032, C19)``."""
    if instant is None:
        return "open" if ends else ""
    why = cause_text(timeline, cause, ends=ends)
    return f"{moment_text(timeline, instant)} ({why})" if why else moment_text(timeline, instant)
