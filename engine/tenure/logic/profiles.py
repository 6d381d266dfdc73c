"""What can be read off one definition, whatever the program: worked out once, for programs share most of their definitions."""

from __future__ import annotations

from functools import cached_property

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


class Profile:
    """What one definition says of itself; each thing is worked out when it is first asked for."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        #: The relations that it fills.
        self.relations = tuple(name for name, _ in relations_of(definition))

    @cached_property
    def atoms(self) -> Atoms:
        """Its atoms, each with the role of the formula in which it stands."""
        return tuple(
            (role, found)
            for role, formula in bodies(self.definition).items()
            for found in occurrences(formula)
        )

    @cached_property
    def unbound(self) -> frozenset[str]:
        """The variables that nothing gives a value."""
        return unbound(self.definition)

    @cached_property
    def reads(self) -> tuple[tuple[str, bool], ...]:
        """The relations that it reads at the same stage, and whether it does so monotonically."""
        negative: tuple[str, ...] = ("end", "lapses") if isinstance(self.definition, Inertial) else ()
        aggregates = isinstance(self.definition, Measure | DayCount | Duty)
        return tuple(
            (found.atom.name, found.positive and not aggregates and role not in negative)
            for role, found in self.atoms
            if isinstance(found.atom, Rel | Value) and not found.earlier
        )

    @cached_property
    def dates(self) -> tuple[Instant, ...]:
        """The dates that it names; one to which an effect reaches back is none of them."""
        reached = (found.atom for _, found in self.atoms if isinstance(found.atom, Reached))
        return tuple(atom.at for atom in reached if atom.event is None)

    @property
    def starts_at_zero(self) -> bool:
        """Whether it measures what is 0 before anything has happened."""
        measure = self.definition
        counts = isinstance(measure, Measure) and measure.kind in ("count", "sum")
        return counts or isinstance(measure, DayCount)


_known: dict[int, Profile] = {}


def profile_of(definition: Definition) -> Profile:
    """The profile of ``definition``."""
    # Hashing a definition walks all of it, so it is known by its identity.
    known = _known.get(id(definition))
    if known is None or known.definition is not definition:
        if len(_known) >= _LARGEST_MEMORY:
            _known.clear()
        known = _known[id(definition)] = Profile(definition)
    return known
