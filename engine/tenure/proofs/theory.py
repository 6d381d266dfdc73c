"""What a proof is judged by: the definitions, the events, the calendar, and which rows there can be at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tenure.diagnostics import TimeError
from tenure.history import Event
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import compare
from tenure.logic.definitions import (
    ActRule,
    And,
    Compare,
    Const,
    Definition,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Inertial,
    Limit,
    Not,
    Or,
    Program,
    Reached,
    Rel,
    Stage,
    Start,
    Value,
    Var,
    before_events,
    relations_of,
    with_events,
)
from tenure.logic.formulas import bodies, free_variables, looks_back, occurrences, term_variables, terms_of
from tenure.logic.limits import Limits
from tenure.logic.safety import in_order
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.proofs.possible import Possible
from tenure.proofs.steps import Row, UnfitError
from tenure.time import MIN_INSTANT, Calendar, Instant

if TYPE_CHECKING:
    from tenure.proofs.accounts import Formulas

FIRST: Stage = before_events(MIN_INSTANT)


class Theory:
    """The definitions of ``program`` over ``events``, for proofs about stages up to ``until``."""

    def __init__(self, program: Program, events: Sequence[Event], calendar: Calendar, until: Stage) -> None:
        self.program = program
        self.until = until
        self.limits = Limits(calendar)
        self.definitions: dict[str, Definition] = {
            name: d for d in program.definitions for name, _ in relations_of(d)
        }
        self.by_type: dict[str, list[Event]] = {}
        self._together: dict[int, list[Event]] = {}
        for event in events:
            if with_events(event.at) <= until:
                self.by_type.setdefault(event.type, []).append(event)
                self._together.setdefault(event.at, []).append(event)
        #: When recurring dates begin: at the first event, or at the first date that is named.
        named = [
            o.atom.at
            for d in program.definitions
            for f in bodies(d).values()
            for o in occurrences(f)
            if isinstance(o.atom, Reached)
        ]
        self.beginning: Instant | None = min([*(e.at for e in events), *named], default=None)
        self.by_id = {e.id: e for several in self.by_type.values() for e in several}
        self._places = {event.id: i for i, event in enumerate(events)}
        self.possible = Possible(self)
        self._rows: dict[tuple[str, tuple[Any, ...]], Row] = {}
        self._worth: dict[tuple[str, tuple[Any, ...], Any], Value] = {}
        self._these: dict[str, EventAtom] = {}
        self._judged: dict[int, And] = {}
        self._openings: dict[str, And] = {}
        self._by: dict[tuple[int, str, bool], tuple[Formula, Formula]] = {}
        #: The formulas of duties, by the names of the duties.
        self.of_duties: dict[str, Formulas] = {}

    def definition(self, name: str) -> Definition:
        """The definition of a relation."""
        if name not in self.definitions:
            raise UnfitError(f"nothing defines `{name}`")
        return self.definitions[name]

    # ------------------------------------------------------------ events

    def events(self, type_: str, start: Stage, end: Stage) -> list[Event]:
        """The events of a type whose stage is within ``start`` and ``end``."""
        found = self.by_type.get(type_, [])
        low = bisect_left(found, start, key=lambda e: with_events(e.at))
        return found[low : bisect_right(found, end, key=lambda e: with_events(e.at))]

    def together(self, stage: Stage) -> list[Event]:
        """All events of a stage."""
        return self._together.get(stage // 2, []) if stage % 2 else []

    def place(self, id: Any) -> int:
        """Where an event stands in the record; what is no event comes after all."""
        return self._places.get(id, len(self._places))

    def crowded(self, start: Stage, end: Stage, types: frozenset[str]) -> Iterator[Stage]:
        """The stages of several events of ``types``: there an order may matter that is not known."""
        ticks = {e.at for name in types for e in self.events(name, start, end)}
        for tick in sorted(ticks):
            if sum(e.type in types for e in self._together[tick]) > 1:
                yield with_events(tick)

    def types_behind(self, formula: Formula) -> frozenset[str]:
        """The types of the events that the truth of ``formula`` hangs on, directly or not."""
        atoms = (found.atom for f in self.formulas_behind(formula) for found in occurrences(f))
        return frozenset(atom.type for atom in atoms if isinstance(atom, EventAtom))

    def formulas_behind(self, formula: Formula) -> Iterator[Formula]:
        """``formula`` and every formula of a definition or of a power that its truth hangs on."""
        seen: set[str] = set()
        types: set[str] = set()
        waiting = [formula]
        while waiting:
            yield (here := waiting.pop())
            for found in occurrences(here):
                atom = found.atom
                if isinstance(atom, EventAtom) and atom.type not in types:
                    types.add(atom.type)
                    waiting += [
                        f for r in self.program.acts.get(atom.type, ()) for f in (r.power, r.condition)
                    ]
                elif isinstance(atom, Rel | Value) and atom.name not in seen:
                    seen.add(atom.name)
                    waiting += bodies(self.definition(atom.name)).values()

    @staticmethod
    def matches(atom: EventAtom, event: Event, env: Env) -> list[tuple[Env, Truth]]:
        """Each way in which ``event`` is an instance of ``atom``, whether or not it took effect."""
        found = unify(tuple(t for _, t in atom.args), tuple(event.value(n) for n, _ in atom.args), env)
        if found is not None and atom.id is not None:
            named = unify((atom.id,), (event.id,), found[0])
            found = None if named is None else (named[0], found[1])
        if found is None:
            return []
        envs = [found[0]]
        for term in atom.by:
            envs = [
                u[0] for e in envs for actor in event.by if (u := unify((term,), (actor,), e)) is not None
            ]
        return [(e, found[1]) for e in envs]

    # ------------------------------------------------------------ formulas that rules speak about

    def row(self, name: str, key: tuple[Any, ...]) -> Row:
        """One row of a relation, always the same object."""
        known = self._rows.get((name, key))
        if known is None:
            known = self._rows[name, key] = Row(name, tuple(Const(value) for value in key))
        return known

    def this(self, event: Event) -> EventAtom:
        """That ``event`` took effect."""
        if event.id not in self._these:
            self._these[event.id] = EventAtom(event.type, id=Const(event.id))
        return self._these[event.id]

    def judged(self, rule: ActRule) -> And:
        """What an act by ``rule`` takes: its power and its condition."""
        if id(rule) not in self._judged:
            given = frozenset().union(*(term_variables(t) for t in terms_of(rule.attempt)))
            self._judged[id(rule)] = And((_closed(rule.power, given), _closed(rule.condition, given)))
        return self._judged[id(rule)]

    def opening(self, span: Inertial) -> And:
        """That a span is begun and not ended at once."""
        if span.name not in self._openings:
            self._openings[span.name] = And((span.begin, Not(span.end)))
        return self._openings[span.name]

    def worth(self, name: str, group: tuple[Any, ...], value: Any) -> Value:
        """That a measure has a value for one group."""
        key = (name, group, value)
        if key not in self._worth:
            self._worth[key] = Value(name, tuple(Const(v) for v in group), Const(value))
        return self._worth[key]

    def by(self, formula: Formula, event: str, *, is_other: bool = False) -> Formula:
        """``formula`` with every event that makes it so being ``event``, or any other; always the same object."""
        key = (id(formula), event, is_other)
        if key not in self._by:
            self._by[key] = (formula, _by(formula, event, is_other=is_other))
        return self._by[key][1]

    # ------------------------------------------------------------ dates

    def limit(self, limit: Limit, anchor: Stage) -> Stage:
        """The stage at which a limit that is anchored at ``anchor`` is reached."""
        try:
            return before_events(self.limits.of(limit, anchor // 2))
        except TimeError as error:
            raise UnfitError("the limit is outside the calendar") from error

    # ------------------------------------------------------------ what variables can be

    def bindings(self, formula: Formula, env: Env, start: Stage, end: Stage) -> list[Env]:
        """At least every way to bind the variables of ``formula`` under which it may be so within these stages.

        Ways that are ways by different events are listed once for each.
        """
        if is_test(formula, env):
            return [env] if _may_be(formula, env, end) else []
        match formula:
            case And(parts):
                envs = [env]
                for part, _ in in_order(parts, frozenset(env)):
                    envs = [found for e in envs for found in self.bindings(part, e, start, end)]
                return envs
            case Or(parts):
                return [found for part in parts for found in self.bindings(part, env, start, end)]
            case Exists(variables, of):
                outside = {n: v for n, v in env.items() if n not in variables}
                inside = self.bindings(of, outside, start, end)
                return [{**env, **{n: v for n, v in e.items() if n not in variables}} for e in inside]
            case Earlier(of):
                return self.bindings(of, env, start - 1, end)
            case _:
                return self._of_atom(formula, env, start, end)

    def _of_atom(self, atom: Formula, env: Env, start: Stage, end: Stage) -> list[Env]:
        match atom:
            case EventAtom():
                events = self.events(atom.type, start, end)
                return [found for e in events for found, _ in self.matches(atom, e, env)]
            case Rel(name, args):
                keys = self.possible.rows(name, args, env)
                return [found[0] for key in keys if (found := unify(args, key, env)) is not None]
            case Value(name, group, _):
                keys = self.possible.rows(name, group, env)
                grouped = frozenset().union(*(term_variables(t) for t in group))
                if grouped <= env.keys():
                    return [env]
                return [found[0] for key in keys if (found := unify(group, key, env)) is not None]
            case Compare("=", left, right):
                for here, there in ((left, right), (right, left)):
                    unbound = term_variables(here) - env.keys()
                    if unbound and term_variables(there) <= env.keys():
                        found = unify((here,), (value_of(there, env),), env)
                        return [] if found is None else [found[0]]
        # Nothing says what its variables are yet: they stay open.
        return [env]


def _by(formula: Formula, event: str, *, is_other: bool) -> Formula:
    """What else counts has to have been so one stage before, where nothing but ``event`` may have brought it about."""
    match formula:
        case EventAtom():
            if not is_other and formula.id is None:
                return replace(formula, id=Const(event))
            name = formula.id if formula.id is not None else Var("_other event")
            test = And((replace(formula, id=name), Compare("!=" if is_other else "=", name, Const(event))))
            return test if formula.id is not None else Exists(("_other event",), test)
        case And(parts):
            return And(tuple(_by(p, event, is_other=is_other) for p in parts))
        case Or(parts):
            return Or(tuple(_by(p, event, is_other=is_other) for p in parts))
        case Exists(variables, of):
            return Exists(variables, _by(of, event, is_other=is_other))
        case Rel() | Value() | Not() if not is_other:
            return Fixed(FALSE) if looks_back(formula) else And((formula, Earlier(formula)))
        case _:
            return formula


def _closed(formula: Formula, given: frozenset[str]) -> Formula:
    local = tuple(sorted(free_variables(formula) - given))
    return Exists(local, formula) if local else formula


def is_test(formula: Formula, env: Env) -> bool:
    """Whether ``formula`` only tests what is bound, and so counts once; events count each for itself."""
    if not free_variables(formula) <= env.keys():
        return False
    return not any(isinstance(o.atom, EventAtom) and o.positive for o in occurrences(formula))


def _may_be(formula: Formula, env: Env, end: Stage) -> bool:
    """False only for what is plainly never so up to ``end``."""
    match formula:
        case Compare(op, left, right):
            return bool(compare(op, value_of(left, env), value_of(right, env)))
        case Fixed(truth):
            return bool(truth)
        case Reached(at):
            return before_events(at) <= end
        case _:
            return True


def plain_truth(
    formula: Compare | Fixed | Reached | Start, env: Env, start: Stage, end: Stage
) -> tuple[Truth, Truth]:
    """The least and the greatest truth within these stages of what needs neither events nor relations."""
    match formula:
        case Compare(op, left, right):
            unbound = free_variables(formula) - env.keys()
            if unbound:
                raise UnfitError("a compared variable has no value")
            truth = compare(op, value_of(left, env), value_of(right, env))
            return truth, truth
        case Fixed(truth):
            return truth, truth
        case Reached(at, _, only):
            stage = before_events(at)
            every = start == end == stage if only else stage <= start
            some = start <= stage <= end if only else stage <= end
            return (TRUE if every else FALSE), (TRUE if some else FALSE)
        case Start():
            return (TRUE if start == end == FIRST else FALSE), (TRUE if start <= FIRST <= end else FALSE)


def has_unknown(key: tuple[Any, ...]) -> bool:
    """Whether a column of a row is not known."""
    return UNKNOWN_VALUE in key


__all__ = ["FIRST", "UNKNOWN", "Theory", "has_unknown", "is_test", "plain_truth"]
