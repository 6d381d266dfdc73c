"""Answers: the status of a position at an instant, and the spans in which it has one status."""

from __future__ import annotations

from typing import Any, Literal, get_args

from attrs import field, frozen

from tenure.norms import Position, Relation
from tenure.time import Instant, format_instant

Status = Literal["held", "not_held", "unknown", "disputed"]
Basis = Literal["recorded", "projected"]
#: How the time past the horizon is looked at: nothing more happens; whatever others do; whatever may happen.
View = Literal["projected", "guaranteed", "possible"]
VIEWS: tuple[View, ...] = get_args(View)


def _text(instant: Instant | None, zone: str) -> str:
    return "open" if instant is None else format_instant(instant, zone)


@frozen(repr=False)
class EdgeCause:
    """What brings an edge about: an event of the history, or a limit of a clause; one of the two is set."""

    event: str | None = None
    limit: Instant | None = None
    clause: str | None = None

    def __repr__(self) -> str:
        return self.event or (f"limit of {self.clause}" if self.clause else "limit")


@frozen(repr=False)
class Verdict:
    """Who holds what at ``at``: the answer, since when, until when, by which clauses, and why not if not.

    ``since`` and ``until`` bound the span of this status; None is open.  ``cause`` began the span.
    """

    at: Instant
    position: Position
    status: Status
    since: Instant | None
    until: Instant | None
    cause: EdgeCause | None
    until_cause: EdgeCause | None
    clauses: tuple[str, ...]
    reason: str | None
    basis: Basis
    state: str | None = None
    because: tuple[str, ...] = ()
    seen_as: Relation | None = None
    readings: tuple[tuple[str, str], ...] = ()
    zone: str = field(default="UTC", eq=False)

    @property
    def holder(self) -> str | None:
        """Who holds the position under the relation that was asked for."""
        return self.position.holder if self.as_stored else self.position.counterparty

    @property
    def counterparty(self) -> str | None:
        """The other side, under the relation that was asked for."""
        return self.position.counterparty if self.as_stored else self.position.holder

    @property
    def relation(self) -> Relation:
        """The relation that was asked for."""
        return self.seen_as or self.position.relation

    @property
    def as_stored(self) -> bool:
        """Whether the relation that was asked for is the one under which the position is stored."""
        return self.seen_as is None or self.seen_as == self.position.relation

    def __bool__(self) -> bool:
        return self.status == "held"

    def __repr__(self) -> str:
        p = self.position
        what = f"{self.holder} {self.relation} {p.act} {', '.join(str(v) for v in p.object if v is not None)}".rstrip()
        why = f" ({self.reason})" if self.reason else ""
        by = f" by {', '.join(self.clauses)}" if self.clauses else ""
        span = f"{_text(self.since, self.zone)} … {_text(self.until, self.zone)}"
        return f"{what}: {self.status}{by}{why}, {span}"


@frozen(repr=False)
class StatusSpan:
    """A half-open range ``[start, end)`` of one status, with what begins and what ends it; None is open."""

    start: Instant | None
    end: Instant | None
    status: Status
    start_cause: EdgeCause | None
    end_cause: EdgeCause | None
    clauses: tuple[str, ...] = ()
    zone: str = field(default="UTC", eq=False)

    def __repr__(self) -> str:
        return f"{self.status} {_text(self.start, self.zone)} … {_text(self.end, self.zone)}"


@frozen(repr=False)
class Change:
    """A position that changes its status at ``at``."""

    at: Instant
    position: Position
    before: Status
    after: Status
    cause: EdgeCause | None
    zone: str = field(default="UTC", eq=False)

    def __repr__(self) -> str:
        p = self.position
        what = (
            f"{p.holder} {p.relation} {p.act} {', '.join(str(v) for v in p.object if v is not None)}".rstrip()
        )
        return f"{_text(self.at, self.zone)}: {what}: {self.before} → {self.after} ({self.cause})"


@frozen(repr=False)
class Breach:
    """A duty that was not performed in time, or an act against a prohibition or without the liberty it takes."""

    at: Instant
    clause: str | None
    party: str
    act: str
    object: tuple[Any, ...]
    event: str | None
    basis: Basis = "recorded"
    zone: str = field(default="UTC", eq=False)

    def __repr__(self) -> str:
        what = f"{self.act} {', '.join(str(v) for v in self.object if v is not None)}".rstrip()
        by = f" by {self.event}" if self.event else ""
        return f"{_text(self.at, self.zone)}: {self.party} breached {self.clause or 'no clause'}: {what}{by} ({self.basis})"
