"""What the rows of some relations rest on in one evaluation: the definitions and acts that could not be otherwise.

Another program with the same definitions there has the same rows, whatever else differs.  A conjunction that is never
true because one part never is rests on that part alone: what is no chip does not depend on the clauses about chips.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from typing import Any

from attrs import frozen

from tenure.history import Event
from tenure.history.values import UNKNOWN
from tenure.logic.arithmetic import compare
from tenure.logic.definitions import (
    And,
    Calc,
    Compare,
    Const,
    Dates,
    DayCount,
    Definition,
    Duty,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Inertial,
    Measure,
    Not,
    Or,
    Program,
    Rel,
    SinceThen,
    Term,
    Value,
    Var,
    relations_of,
)
from tenure.logic.formulas import bodies
from tenure.logic.tables import Key
from tenure.logic.terms import Env
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE


class Wildcard(Enum):
    """The value of a column that may be anything."""

    ANY = "any"


ANY = Wildcard.ANY


@frozen
class Rows:
    """The rows of ``relation`` that agree with ``pattern``."""

    relation: str
    pattern: Key


@frozen
class Done:
    """Whether the event ``id`` took effect."""

    id: str


Node = Rows | Done
#: Whether a formula is never true, and the nodes on which its truth rests.
Found = tuple[bool, frozenset[Node]]
_NOTHING: frozenset[Node] = frozenset()


class Basis:
    """Looks through one evaluation; ``heavy`` are the definitions on which it is better not to rest."""

    def __init__(
        self, program: Program, trace: Trace, events: Iterable[Event], heavy: Collection[str] = ()
    ) -> None:
        self.program = program
        self.trace = trace
        self.heavy = heavy
        self._owner: dict[str, Definition] = {n: d for d in program.definitions for n, _ in relations_of(d)}
        self._events: dict[str, Event] = {}
        self._by_type: dict[str, list[Event]] = {}
        self._ticks: dict[int, int] = {}
        for event in events:
            self._events[event.id] = event
            self._by_type.setdefault(event.type, []).append(event)
            self._ticks[event.at] = self._ticks.get(event.at, 0) + 1
        self._known: dict[Node, frozenset[Node]] = {}

    def below(self, node: Node) -> frozenset[Node]:
        """What ``node`` rests on, beside its own definition."""
        if node not in self._known:
            self._known[node] = self._below(node)
        return self._known[node]

    def rows(self, node: Node) -> object:
        """What ``node`` is over time: equal in two evaluations in which its rows change alike."""
        if isinstance(node, Done):
            return self.trace.effective.get(node.id)
        edges = self.trace.tables[node.relation].edges
        if ANY not in node.pattern and UNKNOWN not in node.pattern:
            kept = {node.pattern: edges.get(node.pattern)}
        else:
            kept = {key: several for key, several in edges.items() if _agrees(key, node.pattern)}
        return {key: [(e.stage, e.truth) for e in several] for key, several in kept.items() if several}

    def names(self, node: Node) -> Iterable[str]:
        """The definitions that ``node`` is a matter of; an act is ``act:TYPE``."""
        if isinstance(node, Done):
            return (f"act:{self._events[node.id].type}",)
        definition = self._owner.get(node.relation)
        if isinstance(definition, Dates):
            # They begin with the first date that anything in the contract names.
            return (*(d.name for d in self.program.definitions), *(f"act:{e}" for e in self.program.acts))
        return () if definition is None else (definition.name,)

    def _below(self, node: Node) -> frozenset[Node]:
        if isinstance(node, Done):
            return self._below_act(self._events[node.id])
        definition = self._owner.get(node.relation)
        env = None if definition is None else _bound(definition, node.pattern)
        if definition is None or env is None:
            return _NOTHING
        formulas = bodies(definition)
        opening = [formulas.pop(role) for role in _OPENING.get(type(definition), ()) if role in formulas]
        if opening:
            never, below = self._rests(Or(tuple(opening)), env)
            if never:
                return below
            return below.union(*(self._rests(f, env)[1] for f in formulas.values()))
        return _NOTHING.union(*(self._rests(f, env)[1] for f in formulas.values()))

    def _below_act(self, event: Event) -> frozenset[Node]:
        """What the powers and conditions of an act rest on; beside other events of its tick, on all rows of theirs."""
        found: set[Node] = set()
        for rule in self.program.acts[event.type]:
            data = {name: value for name, value in event.data if value is not UNKNOWN}
            alone = self._ticks[event.at] == 1
            env = {t.name: data[n] for n, t in rule.attempt.args if isinstance(t, Var) and n in data}
            for formula in (rule.power, rule.condition):
                found |= self._rests(formula, env if alone else {})[1]
        return frozenset(found)

    # ------------------------------------------------------------ formulas

    def _rests(self, formula: Formula, env: Env) -> Found:
        match formula:
            case And(parts):
                return self._conjunction(parts, env)
            case Or(parts):
                found = [self._rests(part, env) for part in parts]
                return all(never for never, _ in found), _NOTHING.union(*(below for _, below in found))
            case Not(of):
                return False, self._rests(of, env)[1]
            case Earlier(of):
                return self._rests(of, env)
            case Exists(variables, of):
                return self._rests(of, {n: v for n, v in env.items() if n not in variables})
            case _:
                return self._atom(formula, env)

    def _atom(self, formula: Formula, env: Env) -> Found:
        match formula:
            case Rel(name, args):
                pattern = tuple(_value(term, env) for term in args)
                return not self._has(name, pattern), frozenset((Rows(name, pattern),))
            case Value(name, group, _):
                pattern = (*(_value(term, env) for term in group), ANY)
                return False, frozenset((Rows(name, pattern),))
            case EventAtom():
                return self._event(formula, env)
            case Compare(op, left, right):
                sides = _value(left, env), _value(right, env)
                known = ANY not in sides and op in ("=", "!=")
                return known and compare(op, *sides) == FALSE, _NOTHING
            case Fixed(truth):
                return truth == FALSE, _NOTHING
            case _:
                return False, _NOTHING

    def _conjunction(self, parts: tuple[Formula, ...], env: Env) -> Found:
        """What is never true because one part is not rests on that part; the lightest of several."""
        env = {**env, **dict(_equalities(parts, env))}
        found = [self._rests(part, env) for part in parts]
        reasons = [below for never, below in found if never]
        if reasons:
            return True, min(reasons, key=self._weight)
        return False, _NOTHING.union(*(below for _, below in found))

    def _weight(self, below: frozenset[Node]) -> tuple[int, int]:
        names = [name for node in below for name in self.names(node)]
        return sum(name in self.heavy for name in names), len(names)

    def _event(self, atom: EventAtom, env: Env) -> Found:
        wanted = [(name, _value(term, env)) for name, term in atom.args]
        actors = [_value(term, env) for term in atom.by]
        id = ANY if atom.id is None else _value(atom.id, env)
        like = [e for e in self._by_type.get(atom.type, ()) if _is_like(e, wanted, actors, id)]
        if atom.attempted or atom.type not in self.program.acts:
            return not like, _NOTHING
        judged = frozenset(Done(event.id) for event in like)
        return all(self.trace.effective.get(e.id, TRUE) == FALSE for e in like), judged

    def _has(self, relation: str, pattern: Key) -> bool:
        """Whether a row that agrees with ``pattern`` was ever anything but false."""
        table = self.trace.tables[relation]
        if table.has_zero:
            return True
        if not table.has_unknown and ANY not in pattern and UNKNOWN not in pattern:
            return bool(table.edges.get(pattern))
        return any(edges and _agrees(key, pattern) for key, edges in table.edges.items())


#: What begins a row of each kind of definition: where it never does, the rest does not matter.
_OPENING: dict[type[Any], tuple[str, ...]] = {
    Inertial: ("begin",),
    SinceThen: ("start",),
    Duty: ("trigger", "contested"),
}


def _agrees(key: Key, pattern: Key) -> bool:
    return all(p is ANY or p is UNKNOWN or k is UNKNOWN or k == p for k, p in zip(key, pattern, strict=True))


def _value(term: Term, env: Env) -> Any:
    match term:
        case Var(name):
            return env.get(name, ANY)
        case Const(value):
            return value
        case Calc():
            return ANY


def _bound(definition: Definition, pattern: Key) -> Env | None:
    """The variables of a definition for the rows that agree with ``pattern``; None where its head cannot."""
    if isinstance(definition, Duty):
        return {}
    group = isinstance(definition, Measure | DayCount)
    terms = definition.head[:-1] if group else definition.head
    env: Env = {}
    for term, value in zip(terms, pattern, strict=False):
        if value is ANY or value is UNKNOWN:
            continue
        if isinstance(term, Var):
            if env.setdefault(term.name, value) != value:
                return None
        elif isinstance(term, Const) and term.value is not UNKNOWN and term.value != value:
            return None
    return env


def _equalities(parts: tuple[Formula, ...], env: Env) -> Iterator[tuple[str, Any]]:
    """The variables that a conjunction gives a known value."""
    for part in parts:
        if isinstance(part, Compare) and part.op == "=":
            for here, there in ((part.left, part.right), (part.right, part.left)):
                value = _value(there, env)
                if isinstance(here, Var) and here.name not in env and value not in (ANY, UNKNOWN):
                    yield here.name, value


def _is_like(event: Event, wanted: list[tuple[str, Any]], actors: list[Any], id: Any) -> bool:
    """Whether ``event`` may be what is wanted, as far as that is known."""
    data = dict(event.data)
    return (
        id in (ANY, event.id)
        and all(v in (ANY, UNKNOWN) or data[n] is UNKNOWN or data[n] == v for n, v in wanted)
        and all(actor is ANY or actor in event.by for actor in actors)
    )
