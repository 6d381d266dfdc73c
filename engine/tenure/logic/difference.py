"""What differs between two versions of a program."""

from __future__ import annotations

from attrs import frozen

from tenure.logic.definitions import Program, relations_of


@frozen
class Difference:
    """Relations that are not defined alike in both versions, also those that only one has, and types of acts."""

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
