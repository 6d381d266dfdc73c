"""The part of a program on which some relations depend: what is asked about one right need not compute all others."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.logic.definitions import EventAtom, Program, Rel, Value
from tenure.logic.formulas import Occurrence, occurrences
from tenure.logic.profiles import profile_of
from tenure.time import Instant


def part_for(program: Program, relations: Iterable[str]) -> Program:
    """The definitions and act rules of ``program`` that ``relations`` depend on, directly or not."""
    owner = {name: d for d in program.definitions for name in profile_of(d).relations}
    reaching = {r.effect.name: r for r in program.reaching}
    needed: set[str] = set()
    acts: set[str] = set()
    waiting = [owner[name] for name in relations if name in owner]

    def read(found: Iterable[Occurrence]) -> None:
        for atom in (occurrence.atom for occurrence in found):
            if isinstance(atom, Rel | Value) and atom.name in owner:
                waiting.append(owner[atom.name])
            elif isinstance(atom, EventAtom) and atom.type not in acts:
                acts.add(atom.type)
                for rule in program.acts.get(atom.type, ()):
                    read(occurrences(rule.power))
                    read(occurrences(rule.condition))

    while waiting:
        definition = waiting.pop()
        if definition.name not in needed:
            needed.add(definition.name)
            if definition.name in reaching:
                back = reaching[definition.name]
                waiting += [owner[relation.name] for relation in (back.fires, *back.begun)]
            read(occurrence for _, occurrence in profile_of(definition).atoms)
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
    return min((date for d in program.definitions for date in profile_of(d).dates), default=None)
