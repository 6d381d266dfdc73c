"""One contract evaluated over one history under one choice of readings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from tenure.history import Event
from tenure.logic.definitions import Definition, Term
from tenure.logic.hindsight import evaluate_with_hindsight
from tenure.logic.snapshot import Snapshot
from tenure.logic.solver import Env, unify
from tenure.logic.tables import Edge, Key
from tenure.logic.trace import Trace
from tenure.norms import Meaning, Position, Support, Vocabulary
from tenure.time import MIN_INSTANT, Instant
from tenure.timeline.segments import Segment, merge

if TYPE_CHECKING:
    from tenure.logic.basis import Basis
    from tenure.timeline.steps import Step

FIRST_STAGE = 2 * MIN_INSTANT
#: Holder, act and object: what positions that contradict one another have in common.
Case = tuple[str, str, tuple[object, ...]]


def case_of(position: Position) -> Case:
    """The case that ``position`` is about."""
    return position.holder, position.act, position.object


@frozen
class Source:
    """A row of a support's relation: one way in which a position is given."""

    support: Support
    key: Key


class Line:
    """The trace of one evaluation, read as positions."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        meaning: Meaning,
        events: tuple[Event, ...],
        to: Instant,
        trace: Trace | None = None,
    ) -> None:
        if trace is None:
            program, trace = evaluate_with_hindsight(meaning.program, events, vocabulary.calendar, to)
            meaning = meaning if program is meaning.program else evolve(meaning, program=program)
        self.vocabulary = vocabulary
        self.meaning = meaning
        self.events = events
        self.trace: Trace = trace
        self._sources: dict[Position, list[Source]] | None = None
        self._by_case: dict[Case, list[Position]] | None = None
        self._segments: dict[Position, list[Segment]] = {}
        #: The steps of positions, kept by :mod:`tenure.timeline.steps`.
        self.steps: dict[Position, tuple[Step, ...]] = {}
        self._snapshots: dict[int, Snapshot] = {}
        self._basis: Basis | None = None
        self._by_act: dict[str, list[Support]] = {}
        for support in meaning.supports:
            self._by_act.setdefault(support.act, []).append(support)

    @property
    def choice(self) -> Mapping[str, str]:
        """The value of each reading."""
        return self.meaning.choice

    @property
    def sources(self) -> Mapping[Position, list[Source]]:
        """Every position that some support ever gave, or may have given."""
        if self._sources is None:
            found: dict[Position, list[Source]] = {}
            for support in self.meaning.supports:
                for key in self.trace.tables[support.force].edges:
                    found.setdefault(support.position(key), []).append(Source(support, key))
            self._sources = found
        return self._sources

    @property
    def by_case(self) -> Mapping[Case, list[Position]]:
        """The positions by holder, act and object: those that may contradict one another."""
        if self._by_case is None:
            found: dict[Case, list[Position]] = {}
            for position in self.sources:
                found.setdefault(case_of(position), []).append(position)
            self._by_case = found
        return self._by_case

    @cached_property
    def heads(self) -> Mapping[str, tuple[Term, ...]]:
        """The columns of each definition's relation."""
        return {definition.name: definition.head for definition in self.meaning.program.definitions}

    @cached_property
    def suspensions(self) -> Mapping[str, list[Definition]]:
        """The relations that say for which things a clause is suspended, by the clause."""
        found: dict[str, list[Definition]] = {}
        for definition in self.meaning.program.definitions:
            state, _, rest = definition.name.partition(":")
            if state == "suspended":
                found.setdefault(rest.rpartition("#")[0], []).append(definition)
        return found

    def is_declared(self, position: Position) -> bool:
        """Whether only the declaration of an act (``act E by P``) gives the position."""
        sources = self.sources.get(position, ())
        return bool(sources) and all(source.support.norm is None for source in sources)

    def supports(self, act: str) -> list[Support]:
        """The supports of an act, whether or not they ever gave anything."""
        return self._by_act.get(act, [])

    def edges(self, source: Source) -> list[Edge]:
        """The edges of one row."""
        return self.trace.tables[source.support.force].edges.get(source.key, [])

    def recent(self, edges: list[Edge]) -> list[Edge]:
        """Those of ``edges`` that are looked at: here, all."""
        return edges

    def segments(self, position: Position) -> list[Segment]:
        """The truth of ``position`` over time, its supports merged."""
        if position not in self._segments:
            rows = [self.edges(source) for source in self.sources.get(position, [])]
            self._segments[position] = merge(rows, FIRST_STAGE)
        return self._segments[position]

    def state_segments(self, name: str, key: Key) -> list[Segment]:
        """The truth of a row of any relation over time."""
        return merge([self.trace.tables[name].edges.get(key, [])], FIRST_STAGE)

    @property
    def basis(self) -> Basis:
        """What its rows rest on; what no reading bears on is light to rest on."""
        if self._basis is None:
            from tenure.logic.basis import Basis

            heavy = {name for name, readings in self.meaning.read_by.items() if readings}
            self._basis = Basis(self.meaning.program, self.trace, self.events, heavy)
        return self._basis

    def snapshot(self, stage: int) -> Snapshot:
        """The whole evaluation at ``stage``."""
        if stage not in self._snapshots:
            if len(self._snapshots) > 64:
                self._snapshots.clear()
            tick = stage // 2
            here = tuple(e for e in self.events if e.at == tick) if stage % 2 else ()
            self._snapshots[stage] = Snapshot(self.trace, stage, here)
        return self._snapshots[stage]

    @staticmethod
    def match(support: Support, position: Position) -> Env | None:
        """The variables of ``support`` for which it would give ``position``, or None where it never does."""
        if support.relation != position.relation or len(support.object) != len(position.object):
            return None
        sides = [(support.holder, position.holder)]
        if position.counterparty is not None:
            sides.append((support.counterparty, position.counterparty))
        pairs = [*sides, *zip(support.object, position.object, strict=True)]
        found = unify(tuple(t for t, _ in pairs), tuple(v for _, v in pairs), {})
        return None if found is None else found[0]
