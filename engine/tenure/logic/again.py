"""Evaluating anew only what a change of the history, or of the program, can reach; all else is taken over as it was.

A relation that no changed event or definition bears on, directly or through the powers of acts, has the same edges in both
evaluations.  Where a relation that is computed anew reads such a one, its old edges are played back at their stages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from weakref import ref

from attrs import evolve, frozen

from tenure.history import Event
from tenure.logic.definitions import (
    ActRule,
    Dates,
    EventAtom,
    Formula,
    Program,
    Rel,
    Stage,
    Value,
    relations_of,
)
from tenure.logic.evaluator import Evaluation, Trace, evaluate
from tenure.logic.formulas import Atomic, bodies, occurrences
from tenure.logic.nodes import Node
from tenure.logic.plan import part_plan, plan_of
from tenure.logic.tables import Key, Row, Table
from tenure.time import Calendar


@frozen
class Part:
    """The part of a program that is evaluated anew, and the relations that it defines.

    ``given`` are the relations that it reads, each with the number of the definition before which it changes: the
    order of a stage decides which causes an edge has.
    """

    program: Program
    defined: frozenset[str]
    given: dict[str, int]


class Given(Node):
    """A relation whose edges are known: they are put at their stages, before the definition ``index``."""

    def __init__(self, index: int, table: Table, edges: Table, run: Evaluation) -> None:
        self.index = index
        self.table = table
        self.run = run
        self.edges = edges.edges

    def schedule(self, first: Stage) -> None:
        """Put on the agenda when each row changes; what holds from the first stage on is put at once."""
        for key, edges in self.edges.items():
            for number, edge in enumerate(edges):
                if edge.stage <= first:
                    self.expire(key, number)
                else:
                    self.run.agenda.limit(edge.stage, self, key, number)

    def expire(self, key: Key, anchor: Stage) -> None:
        """The row changes as its edge of number ``anchor`` says."""
        edge = self.edges[key][anchor]
        self.run.put(self.table, key, Row(edge.truth, edge.reasons), edge.causes)


def reevaluate(
    program: Program, before: Trace, events: tuple[Event, ...], calendar: Calendar, changed: Collection[str]
) -> Trace:
    """The evaluation of ``events``, which differ from those of ``before`` only in events of the types ``changed``."""
    return _played(part_of(program, frozenset(changed)), before, events, calendar)


def reevaluate_altered(
    program: Program, original: Program, before: Trace, events: tuple[Event, ...], calendar: Calendar
) -> Trace:
    """The evaluation of ``program`` over the events of ``before``, which is that of another version of it."""
    difference = difference_of(program, original)
    if not difference:
        return before
    # Recurring dates begin with the first date that the whole program names, which a part of it may lack.
    if any(isinstance(d, Dates) for d in program.definitions):
        return evaluate(program, events, calendar, before.to)
    changed = part_of(program, difference.acts, difference.relations)
    joined = _played(changed, before, events, calendar)
    kept = set(plan_of(program).relations)
    return evolve(joined, tables={name: table for name, table in joined.tables.items() if name in kept})


def _played(part: Part, before: Trace, events: tuple[Event, ...], calendar: Calendar) -> Trace:
    """``part`` evaluated over ``events``, what it reads played back from ``before``."""
    run = Evaluation(part.program, calendar)
    tables = {name: Table(name, has_zero=before.tables[name].has_zero) for name in part.given}
    run.world.tables.update(tables)
    for name, table in tables.items():
        Given(part.given[name], table, before.tables[name], run).schedule(run.world.stage)
    run.begin()
    run.take(events, before.to)
    return _joined(part, before, run.trace(before.to), events)


def _joined(part: Part, before: Trace, anew: Trace, events: tuple[Event, ...]) -> Trace:
    """Both evaluations in one: acts are judged anew where the part has rules for them."""
    kept = {event.id for event in events if event.type not in part.program.acts}
    void = {v.event.id: v for v in (*(v for v in before.void if v.event.id in kept), *anew.void)}
    return Trace(
        tables={**before.tables, **{name: anew.tables[name] for name in part.defined}},
        void=tuple(void[event.id] for event in events if event.id in void),
        effective={**anew.effective, **{id: truth for id, truth in before.effective.items() if id in kept}},
        reasons={**anew.reasons, **{id: why for id, why in before.reasons.items() if id in kept}},
        to=before.to,
    )


# ---------------------------------------------------------------- what a change can reach

_known: dict[int, tuple[ref[Program], dict[tuple[frozenset[str], frozenset[str]], Part]]] = {}


def part_of(program: Program, changed: frozenset[str], altered: frozenset[str] = frozenset()) -> Part:
    """What events of the types ``changed``, and the relations ``altered``, bear on; worked out once for a program."""
    name = id(program)
    known = _known.get(name)
    if known is None or known[0]() is not program:
        known = _known[name] = (ref(program, lambda _: _known.pop(name, None)), {})
    parts = known[1]
    if (changed, altered) not in parts:
        parts[changed, altered] = _part(program, changed, altered)
    return parts[changed, altered]


@frozen
class Difference:
    """What differs between two versions of a program: relations, also those that only one has, and types of acts."""

    relations: frozenset[str]
    acts: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.relations or self.acts)


def difference_of(one: Program, other: Program) -> Difference:
    """The relations and the acts that are not defined alike in both."""
    first, second = ({d.name: d for d in program.definitions} for program in (one, other))
    definitions = [
        d
        for n in {*first, *second}
        if first.get(n) != second.get(n)
        for d in (first.get(n), second.get(n))
        if d
    ]
    acts = {*one.acts, *other.acts}
    reaching = set(one.reaching) ^ set(other.reaching)
    return Difference(
        frozenset(name for d in definitions for name, _ in relations_of(d))
        | {name for r in reaching for name in (r.fires.name, r.effect.name)},
        frozenset(event for event in acts if one.acts.get(event) != other.acts.get(event)),
    )


def _part(program: Program, changed: Collection[str], altered: Collection[str]) -> Part:
    definitions = {d.name: list(_atoms(bodies(d).values())) for d in program.definitions}
    rules = {event: list(_atoms(_formulas(several))) for event, several in program.acts.items()}
    names = {d.name: [name for name, _ in relations_of(d)] for d in program.definitions}
    events, relations, grown = set(changed), set(altered), True
    while grown:
        before = len(events), len(relations)
        events.update(event for event, atoms in rules.items() if _is_reached(atoms, events, relations))
        for name, atoms in definitions.items():
            if name not in relations and _is_reached(atoms, events, relations):
                relations.update(names[name])
        grown = before != (len(events), len(relations))
    anew = tuple(d for d in program.definitions if d.name in relations)
    relations &= {name for several in names.values() for name in several}
    atoms = [atom for d in anew for atom in definitions[d.name]]
    judged = events | {atom.type for atom in atoms if isinstance(atom, EventAtom)}
    acts = {event: several for event, several in program.acts.items() if event in judged}
    atoms += [atom for event in acts for atom in rules[event]]
    read = {atom.name for atom in atoms if isinstance(atom, Rel | Value)} - relations
    part = Program(anew, acts)
    part_plan(part, program)
    return Part(part, frozenset(relations), _places(program, relations, read))


def _places(program: Program, defined: Collection[str], given: Collection[str]) -> dict[str, int]:
    """The number of the definition among ``defined`` before which each of ``given`` is settled, in order."""
    places: dict[str, int] = {}
    passed = 0
    for definition in plan_of(program).definitions:
        if definition.name in defined:
            passed += 1
        places.update((name, passed) for name, _ in relations_of(definition) if name in given)
    return places


def _formulas(rules: Iterable[ActRule]) -> Iterator[Formula]:
    return (formula for rule in rules for formula in (rule.power, rule.condition))


def _atoms(formulas: Iterable[Formula]) -> Iterator[Atomic]:
    return (found.atom for formula in formulas for found in occurrences(formula))


def _is_reached(atoms: Iterable[Atomic], events: Collection[str], relations: Collection[str]) -> bool:
    return any(
        atom.type in events
        if isinstance(atom, EventAtom)
        else isinstance(atom, Rel | Value) and atom.name in relations
        for atom in atoms
    )
