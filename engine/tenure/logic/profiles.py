"""What can be read off one definition, whatever the program: worked out once, for programs share most of their definitions."""

from __future__ import annotations

from attrs import frozen

from tenure.logic.definitions import (
    DayCount,
    Definition,
    Duty,
    Inertial,
    Measure,
    Reached,
    Rel,
    Value,
    relations_of,
)
from tenure.logic.formulas import Occurrence, bodies, occurrences
from tenure.logic.safety import unbound
from tenure.time import Instant

#: A definition's atoms, each with the role of the formula in which it stands.
Atoms = tuple[tuple[str, Occurrence], ...]
_LARGEST_MEMORY = 100_000


@frozen
class Profile:
    """Of one definition: its atoms, the relations that it fills, and the variables that nothing gives a value.

    ``reads`` are the relations that it reads at the same stage, each with whether it does so monotonically; ``dates``
    those that it names.
    """

    atoms: Atoms
    relations: tuple[str, ...]
    unbound: frozenset[str]
    reads: tuple[tuple[str, bool], ...]
    dates: tuple[Instant, ...]
    starts_at_zero: bool


_known: dict[int, tuple[Definition, Profile]] = {}


def profile_of(definition: Definition) -> Profile:
    """The profile of ``definition``."""
    # Hashing a definition walks all of it, so it is known by its identity.
    known = _known.get(id(definition))
    if known is None or known[0] is not definition:
        if len(_known) >= _LARGEST_MEMORY:
            _known.clear()
        known = _known[id(definition)] = (definition, _profile(definition))
    return known[1]


def _profile(definition: Definition) -> Profile:
    atoms = tuple(
        (role, found) for role, formula in bodies(definition).items() for found in occurrences(formula)
    )
    measures = isinstance(definition, Measure | DayCount)
    inertial = isinstance(definition, Inertial)
    return Profile(
        atoms=atoms,
        relations=tuple(name for name, _ in relations_of(definition)),
        unbound=unbound(definition),
        reads=tuple(
            (
                found.atom.name,
                found.positive
                and not (
                    measures or isinstance(definition, Duty) or (inertial and role in ("end", "lapses"))
                ),
            )
            for role, found in atoms
            if isinstance(found.atom, Rel | Value) and not found.earlier
        ),
        dates=tuple(
            found.atom.at
            for _, found in atoms
            if isinstance(found.atom, Reached) and found.atom.event is None
        ),
        starts_at_zero=isinstance(definition, DayCount)
        or (isinstance(definition, Measure) and definition.kind in ("count", "sum")),
    )
