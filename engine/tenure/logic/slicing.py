"""The part of a program on which some relations depend: what is asked about one right need not compute all others."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.logic.definitions import EventAtom, Formula, Program, Reached, Rel, Value, relations_of
from tenure.logic.formulas import bodies, occurrences
from tenure.time import Instant


def part_for(program: Program, relations: Iterable[str]) -> Program:
    """The definitions and act rules of ``program`` that ``relations`` depend on, directly or not."""
    owner = {name: d for d in program.definitions for name, _ in relations_of(d)}
    reaching = {r.effect.name: r for r in program.reaching}
    needed: set[str] = set()
    acts: set[str] = set()
    waiting = [owner[name] for name in relations if name in owner]

    def read(formula: Formula) -> None:
        for found in occurrences(formula):
            atom = found.atom
            if isinstance(atom, Rel | Value) and atom.name in owner:
                waiting.append(owner[atom.name])
            elif isinstance(atom, EventAtom) and atom.type not in acts:
                acts.add(atom.type)
                for rule in program.acts.get(atom.type, ()):
                    read(rule.power)
                    read(rule.condition)

    while waiting:
        definition = waiting.pop()
        if definition.name not in needed:
            needed.add(definition.name)
            if definition.name in reaching:
                back = reaching[definition.name]
                waiting += [owner[relation.name] for relation in (back.fires, *back.begun)]
            for formula in bodies(definition).values():
                read(formula)
    kept = tuple(d for d in program.definitions if d.name in needed)
    return Program(
        kept,
        {event: rules for event, rules in program.acts.items() if event in acts},
        tuple(r for r in program.reaching if r.effect.name in needed),
        first_date(program),
    )


def first_date(program: Program) -> Instant | None:
    """The first date that the whole of ``program`` names; one to which an effect reaches back is none of them."""
    if program.first is not None:
        return program.first
    formulas = (formula for d in program.definitions for formula in bodies(d).values())
    atoms = (found.atom for formula in formulas for found in occurrences(formula))
    return min((a.at for a in atoms if isinstance(a, Reached) and a.event is None), default=None)
