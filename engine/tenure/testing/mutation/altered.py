"""Contracts that remember what they evaluated, and changed versions of them that evaluate anew only what the change can reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from tenure.history import Event
from tenure.language import syntax as s
from tenure.logic.again import reevaluate
from tenure.logic.definitions import Program
from tenure.logic.trace import Trace
from tenure.norms import Meaning
from tenure.norms.lowering import Lowering
from tenure.time import Instant
from tenure.timeline import Contract
from tenure.timeline.line import Line

#: A test, a choice of readings, and how many queries are asked: what one test evaluates once.
_Key = tuple[Any, tuple[tuple[str, str], ...], int]


@frozen
class _Evaluated:
    program: Program
    events: tuple[Event, ...]
    trace: Trace


class Recorded(Contract):
    """A contract that keeps every evaluation; ``test`` says for which test the next ones are."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract.document, path=contract.path)
        self.test: object = None
        self.kept: dict[_Key, _Evaluated] = {}

    def evaluated(self, meaning: Meaning, events: tuple[Event, ...], to: Instant) -> Line:
        """Evaluate, and keep it."""
        line = super().evaluated(meaning, events, to)
        self.kept[_key(self.test, meaning)] = _Evaluated(meaning.program, events, line.trace)
        return line


class Altered(Contract):
    """A changed version of ``original``."""

    def __init__(self, document: s.Document, original: Recorded) -> None:
        super().__init__(document, path=original.path)
        self.original = original
        self.test: object = None
        self._lowered: dict[object, tuple[Lowering, Meaning]] = {}
        self._asked: dict[object, Meaning] = {}

    def meaning(
        self, readings: Mapping[str, str] | None = None, queries: tuple[s.Formula, ...] = ()
    ) -> Meaning:
        """The meaning under a choice of readings, lowered once for all that is asked under it."""
        choice = {**self.vocabulary.default_choice(), **self._checked(readings or {})}
        key = tuple(sorted(choice.items()))
        if key not in self._lowered:
            lowering = Lowering(self.vocabulary, choice)
            self._lowered[key] = lowering, lowering.run()
        lowering, plain = self._lowered[key]
        if not queries:
            return plain
        if (key, queries) not in self._asked:
            self._asked[key, queries] = lowering.asking(plain, queries)
        return self._asked[key, queries]

    def evaluated(self, meaning: Meaning, events: tuple[Event, ...], to: Instant) -> Line:
        """Evaluate what differs from the original, where that was evaluated for the same test."""
        known = self.original.kept.get(_key(self.test, meaning))
        if known is None or known.trace.to != to or known.events != events:
            return super().evaluated(meaning, events, to)
        calendar = self.vocabulary.calendar
        trace = reevaluate(meaning.program, known.trace, events, calendar, (), known.program)
        return Line(self.vocabulary, meaning, events, to, trace)


def _key(test: object, meaning: Meaning) -> _Key:
    queries = sum(d.name.startswith("query:") for d in meaning.program.definitions)
    return (test, tuple(sorted(meaning.choice.items())), queries)
