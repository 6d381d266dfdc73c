"""One history of one contract as a stock property sees it, with other evaluations to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from tenure.history import Event, History
from tenure.logic.definitions import Stage
from tenure.logic.trace import Trace
from tenure.time import Instant
from tenure.timeline import Contract, Timeline
from tenure.timeline.line import Line
from tenure.timeline.verdict import EdgeCause


@frozen
class Seen:
    """Whether the property had anything to say here, and what breaks it: in words, since when, by what.

    ``why`` it has nothing to say here, where that is not always the same.
    """

    applied: bool = True
    fault: str | None = None
    since: Instant | None = None
    cause: EdgeCause | None = None
    why: str | None = None


#: Nothing here is what the property is about.
SILENT = Seen(applied=False)
FINE = Seen()


@frozen(slots=False)
class Case:
    """A contract and a history under a choice of readings, looked at up to ``to``; ``pick`` chooses where to look."""

    contract: Contract
    history: History
    to: Instant
    pick: Callable[[int], int]
    readings: Mapping[str, str] = field(factory=dict)

    @cached_property
    def timeline(self) -> Timeline:
        """The history under the contract."""
        return self.contract.evaluate(self.history, readings=self.readings, to=self.to)

    def looking(self, pick: Callable[[int], int]) -> Case:
        """The same, looked at where ``pick`` says."""
        other = evolve(self, pick=pick)
        if "timeline" in self.__dict__:
            other.__dict__["timeline"] = self.timeline
        return other

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that count."""
        return self.timeline.line.events

    def trace(self, events: Iterable[Event], to: Instant | None = None) -> Trace:
        """What becomes of other events under the same contract and readings."""
        line = self.timeline.line
        return Line(
            self.contract.vocabulary, line.meaning, tuple(events), self.to if to is None else to
        ).trace


def difference(one: Trace, other: Trace, *, last: Stage | None = None) -> tuple[str, Stage] | None:
    """The first row that is not alike in two evaluations up to stage ``last``: its relation, and the stage of its edge."""
    found: list[tuple[Stage, str]] = []
    for name, table in one.tables.items():
        theirs = other.tables[name]
        for key in {**table.edges, **theirs.edges}:
            mine = [(e.stage, e.truth) for e in table.edges.get(key, ()) if last is None or e.stage <= last]
            rest = [(e.stage, e.truth) for e in theirs.edges.get(key, ()) if last is None or e.stage <= last]
            if mine != rest:
                stage = next((a[0] for a, b in zip(mine, rest, strict=False) if a != b), 0)
                longer = max(mine, rest, key=len)
                found.append((stage or longer[min(len(mine), len(rest))][0], f"{_named(name)}{_row(key)}"))
    return None if not found else (min(found)[1], min(found)[0])


def _named(relation: str) -> str:
    """A relation of the kernel as a reader may know it."""
    return relation.partition("#")[0].partition(":")[2] or relation


def _row(key: tuple[object, ...]) -> str:
    return f"({', '.join(str(value) for value in key)})" if key else ""


def compared(case: Case, other: Trace, what: str, *, last: Stage | None = None) -> Seen:
    """Fine where two evaluations agree, else what differs and since when."""
    found = difference(case.timeline.line.trace, other, last=last)
    if found is None:
        return FINE
    relation, stage = found
    at = case.timeline.text(stage // 2)
    return Seen(fault=f"{what}: {relation} differs from {at} on", since=stage // 2)
