"""A skeleton over a finished evaluation: when it holds, whatever happens after a given stage.

What happens after that stage is unknown wherever an event could change it; dates still pass.  Quantifiers run over the
values that ever stand in a row of a leaf, and over one *fresh* individual that stands for all that nobody has named yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from weakref import ref

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import compare
from tenure.logic.definitions import (
    Definition,
    EventAtom,
    Program,
    Reached,
    Rel,
    Stage,
    Value,
    relations_of,
    with_events,
)
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.tables import Edge, Key, Table
from tenure.logic.terms import value_of
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Cause
from tenure.time import Calendar, Duration, Instant, Span, SpanSet
from tenure.timeline import temporal as t
from tenure.timeline.line import FIRST_STAGE, Line
from tenure.timeline.skeleton import (
    And,
    Implies,
    Leaf,
    Node,
    Not,
    Or,
    Some,
    Temporal,
    Test,
    free_in_order,
    leaves,
)
from tenure.timeline.temporal import Signal

Env = dict[str, Any]
#: A key of a leaf in which some columns are fixed.
Part = tuple[Any, ...]


class _Fresh:
    """The individual that stands for all that have no name yet."""

    def __repr__(self) -> str:
        return "someone new"


FRESH = _Fresh()


class Facts:
    """What all judgements over one evaluation share: the rows of leaves, and the stages at which positions change."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.calendar: Calendar = line.vocabulary.calendar
        self._bodies = {d.name: d for d in line.meaning.program.definitions}
        self._changes: dict[Stage, Cause | None] | None = None
        self._signals: dict[tuple[int, Key], Signal] = {}
        self._indexes: dict[tuple[int, tuple[int, ...]], dict[Part, list[Key]]] = {}

    @property
    def _eventless(self) -> frozenset[str]:
        return _eventless_of(self.line.meaning.program)

    def table(self, leaf: Leaf) -> Table:
        """The relation of a leaf."""
        return self.line.trace.tables[f"query:{leaf.number}"]

    def known_to(self, leaf: Leaf, known: Stage) -> Stage | None:
        """The last stage at which the leaf is known when events are up to ``known``; None: it is known for ever.

        Dates are known as far as the evaluation went, or for ever where the last of them is past.
        """
        name, end = f"query:{leaf.number}", self.line.trace.to
        if name not in self._eventless:
            return known
        atoms = (o.atom for formula in bodies(self._bodies[name]).values() for o in occurrences(formula))
        return None if all(isinstance(a, Reached) and a.at <= end for a in atoms) else with_events(end)

    def edges(self, node: Node) -> Iterator[Edge]:
        """Every edge of the leaves of ``node``."""
        tables = (self.table(leaf) for leaf, _ in leaves(node))
        return (edge for table in tables for edges in table.edges.values() for edge in edges)

    @property
    def changes(self) -> dict[Stage, Cause | None]:
        """The stages at which some position changes, in order, each with a cause."""
        if self._changes is None:
            found = {
                with_events(after.start): after.cause
                for position in self.line.sources
                for before, after in pairwise(self.line.segments(position))
                if after.start is not None and after.truth != before.truth
            }
            self._changes = dict(sorted(found.items()))
        return self._changes

    def signal(self, leaf: Leaf, key: Key) -> Signal:
        """When the row ``key`` holds; a row with an unknown column may be the one that is asked for."""
        if (leaf.number, key) not in self._signals:
            table = self.table(leaf)
            found = signal_of(table.edges.get(key, []))
            if table.has_unknown or UNKNOWN_VALUE in key:
                alike = (
                    signal_of(table.edges[k]).possible for k in table.edges if k != key and _may_equal(k, key)
                )
                found |= t.join(Signal(t.EMPTY, possible) for possible in alike)
            self._signals[leaf.number, key] = found
        return self._signals[leaf.number, key]

    def keys(self, leaf: Leaf, positions: tuple[int, ...], part: Part) -> Iterable[Key]:
        """The rows of a leaf whose columns ``positions`` are ``part``, or may be."""
        table = self.table(leaf)
        if table.has_unknown or UNKNOWN_VALUE in part:
            return (k for k in table.edges if _may_equal(tuple(k[p] for p in positions), part))
        index = self._indexes.get((leaf.number, positions))
        if index is None:
            index = self._indexes[leaf.number, positions] = {}
            for key in table.edges:
                index.setdefault(tuple(key[p] for p in positions), []).append(key)
        return index.get(part, ())


def signal_of(edges: list[Edge]) -> Signal:
    """The edges of one row as a signal; what holds at the first stage has held for ever."""
    return Signal(*(_plane([(e.stage, e.truth >= level) for e in edges]) for level in (TRUE, UNKNOWN)))


def _plane(edges: list[tuple[Stage, bool]]) -> SpanSet:
    ends = (*(stage for stage, _ in edges[1:]), None)
    return SpanSet.from_spans(
        Span(None if start <= FIRST_STAGE + 1 else start, end)
        for (start, holds), end in zip(edges, ends, strict=False)
        if holds
    )


def _may_equal(one: Key, other: Key) -> bool:
    return all(a == b or a is UNKNOWN_VALUE or b is UNKNOWN_VALUE for a, b in zip(one, other, strict=True))


_known: dict[int, tuple[ref[Program], frozenset[str]]] = {}


def _eventless_of(program: Program) -> frozenset[str]:
    """Worked out once a program, which is known by its identity for as long as it lives."""
    known = _known.get(id(program))
    if known is not None and known[0]() is program:
        return known[1]
    name, found = id(program), eventless(program)
    _known[name] = (ref(program, lambda _: _known.pop(name, None)), found)
    return found


def eventless(program: Program) -> frozenset[str]:
    """The relations that no event can change: those of dates and constants alone."""
    definitions = {name: d for d in program.definitions for name, _ in relations_of(d)}
    moved: set[str] = set()
    grown = True
    while grown:
        found = {name for name, d in definitions.items() if name not in moved and _is_moved(d, moved)}
        moved |= found
        grown = bool(found)
    return frozenset(definitions) - moved


def _is_moved(definition: Definition, moved: set[str]) -> bool:
    atoms = (o.atom for formula in bodies(definition).values() for o in occurrences(formula))
    return any(isinstance(a, EventAtom) or (isinstance(a, Rel | Value) and a.name in moved) for a in atoms)


class Judgement:
    """Evaluates skeletons with nothing known of events after ``known`` (None: nothing happens any more).

    ``awake`` gathers the implications whose condition may be true at a stage from ``origin`` on.
    """

    def __init__(self, facts: Facts, origin: Stage, known: Stage | None) -> None:
        self.facts = facts
        self.known = known
        self.awake: set[Implies] = set()
        self.origin = origin
        self._asked = SpanSet.of(origin, None)
        self._found: dict[tuple[Node, Part], Signal] = {}

    def at_origin(self, node: Node, env: Env) -> bool | None:
        """Whether ``node`` holds at the origin; None where that is unknown."""
        signal = self.signal(node, env)
        return True if self.origin in signal.certain else None if self.origin in signal.possible else False

    def signal(self, node: Node, env: Env) -> Signal:
        """When ``node`` holds for the values ``env`` of its free variables."""
        name = (node, tuple([env[v] for v in free_in_order(node)]))
        if name not in self._found:
            self._found[name] = self._signal(node, env)
        return self._found[name]

    def _signal(self, node: Node, env: Env) -> Signal:
        match node:
            case Leaf(_, variables):
                return self._leaf(node, tuple(env[v] for v in variables))
            case Test():
                return self._test(node, env)
            case And(parts):
                return ~t.join(~self.signal(p, env) for p in parts)
            case Or(parts):
                return t.join(self.signal(p, env) for p in parts)
            case Not(of):
                return ~self.signal(of, env)
            case Implies(condition, consequence):
                held = self.signal(condition, env)
                if held.possible & self._asked:
                    self.awake.add(node)
                return ~held | self.signal(consequence, env)
            case Some(variables, of):
                return t.join(self.signal(of, chosen) for chosen in self.candidates(variables, of, env))
            case Temporal():
                return self._temporal(node, [self.signal(p, env) for p in node.parts])

    def _leaf(self, leaf: Leaf, key: Key) -> Signal:
        found = self.facts.signal(leaf, key)
        last = None if self.known is None else self.facts.known_to(leaf, self.known)
        return found if last is None else found.open_after(last)

    @staticmethod
    def _test(node: Test, env: Env) -> Signal:
        if any(env[v] is FRESH for v in free_in_order(node)):
            return t.UNSURE
        truth = compare(node.compare.op, value_of(node.compare.left, env), value_of(node.compare.right, env))
        return {TRUE: t.ALWAYS, FALSE: t.NEVER, UNKNOWN: t.UNSURE}[truth]

    # ------------------------------------------------------------ values of variables

    def candidates(self, order: tuple[str, ...], of: Node, env: Env) -> list[Env]:
        """The values to try: those of every row of a leaf, alone and together with rows of others, else fresh ones."""
        wanted = frozenset(order)
        outside = {v: value for v, value in env.items() if v not in wanted}
        envs: dict[Part, Env] = {(FRESH,) * len(order): outside}
        for leaf, hidden in leaves(of):
            for some in list(envs.values()):
                for more in self._extended(leaf, wanted - hidden, some):
                    envs.setdefault(tuple(more.get(v, FRESH) for v in order), more)
        return [{**outside, **dict(zip(order, values, strict=True))} for values in envs]

    def _extended(self, leaf: Leaf, wanted: frozenset[str], env: Env) -> Iterator[Env]:
        open_ = [i for i, v in enumerate(leaf.variables) if v in wanted and v not in env]
        if not open_:
            return
        fixed = tuple(i for i, v in enumerate(leaf.variables) if v in env and env[v] is not FRESH)
        part = tuple(env[leaf.variables[i]] for i in fixed)
        for key in self.facts.keys(leaf, fixed, part):
            yield {**env, **{leaf.variables[i]: key[i] for i in open_}}

    # ------------------------------------------------------------ operators

    def _temporal(self, node: Temporal, parts: list[Signal]) -> Signal:
        first = parts[0]
        match node.word:
            case "always":
                return first.through(t.always)
            case "eventually":
                return self._bounded(first, node.length)
            case "holds until":
                return Signal(
                    t.holds_until(first.certain, parts[1].certain),
                    t.holds_until(first.possible, parts[1].possible),
                )
            case "next change":
                return self._next_change(first)
            case _:
                return self._past(node, parts)

    def _past(self, node: Temporal, parts: list[Signal]) -> Signal:
        first = parts[0]
        match node.word:
            case "once":
                return self._recent(first, node.length)
            case "historically":
                return ~self._recent(~first, node.length)
            case "since":
                return Signal(
                    t.since(first.certain, parts[1].certain), t.since(first.possible, parts[1].possible)
                )
            case "held for":
                length = node.length
                assert length is not None
                return first.through(
                    lambda s: t.held_for(s, lambda tick: self.facts.calendar.add(tick, length))
                )
            case "entering":
                return first.through(t.entering)
            case "begins":
                return first & ~first.through(t.one_earlier)
            case _:
                return first.through(t.one_earlier) & ~first

    def _bounded(self, signal: Signal, length: Duration | None) -> Signal:
        if length is None:
            return signal.through(t.eventually)
        return signal.through(lambda s: t.eventually_within(s, lambda tick: self._limit(tick, length)))

    def _recent(self, signal: Signal, length: Duration | None) -> Signal:
        if length is None:
            return signal.through(t.once)
        return signal.through(lambda s: t.once_within(s, lambda tick: self._limit(tick, length)))

    def _limit(self, tick: Instant, length: Duration) -> Instant:
        return self.facts.calendar.limit_within(tick, length)

    def _next_change(self, signal: Signal) -> Signal:
        changes = list(self.facts.changes)
        if self.known is None:
            return signal.through(lambda s: t.at_next(s, changes))
        seen = [c for c in changes if c <= self.known]
        found = signal.through(lambda s: t.at_next(s, seen))
        return Signal(found.certain, found.possible | SpanSet.of(seen[-1] if seen else None, None))
