"""Answers: the status of a position at an instant, and the spans in which it has one status."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from tenure.norms import Position, Relation
from tenure.time import Instant

Status = Literal["held", "not_held", "unknown", "disputed"]
Basis = Literal["recorded", "projected"]


@frozen
class EdgeCause:
    """What brings an edge about: an event of the history, or a limit of a clause; one of the two is set."""

    event: str | None = None
    limit: Instant | None = None
    clause: str | None = None


@frozen
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
        return self.position.counterparty if self.as_stored else self.position.holder

    @property
    def relation(self) -> Relation:
        return self.seen_as or self.position.relation

    @property
    def as_stored(self) -> bool:
        """Whether the relation that was asked for is the one under which the position is stored."""
        return self.seen_as is None or self.seen_as == self.position.relation

    def __bool__(self) -> bool:
        return self.status == "held"


@frozen
class StatusSpan:
    """A half-open range ``[start, end)`` of one status, with what begins and what ends it; None is open."""

    start: Instant | None
    end: Instant | None
    status: Status
    start_cause: EdgeCause | None
    end_cause: EdgeCause | None
    clauses: tuple[str, ...] = ()


@frozen
class Change:
    """A position that changes its status at ``at``."""

    at: Instant
    position: Position
    before: Status
    after: Status
    cause: EdgeCause | None


@frozen
class Breach:
    """A duty that was not performed in time, or an act against a prohibition or without the liberty it takes."""

    at: Instant
    clause: str | None
    party: str
    act: str
    object: tuple[Any, ...]
    event: str | None
