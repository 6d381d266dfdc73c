"""What the run has to know of a duty beside its rules: its steps, its clock, and what may befall it (DESIGN §4)."""

from __future__ import annotations

from attrs import frozen

from tenure.logic.definitions import DueDate, Limit
from tenure.time import Duration


@frozen
class Step:
    """A rung of a duty as the run knows it: how wide its key is, and when it is to be performed.

    ``sooner`` are more limits, from when it is owed on; ``anchor`` are the columns of the first key that tell its
    anchor from others, where its time runs from another event.
    """

    name: str
    width: int
    deadline: Limit | DueDate | int | None
    not_before: Limit | DueDate | int | None
    sooner: tuple[Limit | DueDate | int, ...]
    amount: int | None
    cumulative: bool
    anchor: tuple[int, ...] | None

    @property
    def limits(self) -> tuple[tuple[str, Limit | DueDate | int | None], ...]:
        """Its limits by their names, in the order in which a trigger gives their dates."""
        further = ((f"sooner/{i}", limit) for i, limit in enumerate(self.sooner))
        return ("deadline", self.deadline), ("not_before", self.not_before), *further


@frozen
class Ladder:
    """A duty as the run knows it.

    A trigger gives the keys of all its ``steps`` and then the dates of their limits, in order.  ``once`` is the number
    of the constant by which a duty that its clause triggers goes: an instance beside it has another name.
    """

    steps: tuple[Step, ...]
    once: int | None
    clock: str
    extensions: tuple[Duration, ...]
    transfers: tuple[int, ...]
    delegated: bool
    #: The types of the events that alone can end it; None where its end also reads what events have changed.
    ends: frozenset[str] | None

    def unpacked(self, found: tuple[int, ...]) -> tuple[list[tuple[int, ...]], list[int]]:
        """The keys of the steps and the dates of their limits, from what a trigger gives."""
        keys, start = [], 0
        for step in self.steps:
            keys.append(found[start : start + step.width])
            start += step.width
        if self.once is not None:
            keys = [(keys[0][0], *key[1:]) for key in keys]
        return keys, list(found[start:])
