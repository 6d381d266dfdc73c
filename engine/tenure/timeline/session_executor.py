"""What a session asks of whatever decides, and the reference evaluator in that place.

The interface is narrow, so that another executor of the same definitions can stand behind a session.  What it decides
are the edges of relations; what they mean for positions is the session's part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, Self

from tenure.history import Event
from tenure.logic.acts import VoidAct
from tenure.logic.anew import Anew
from tenure.logic.definitions import Program
from tenure.logic.onward import Onward
from tenure.logic.tables import Key, Table
from tenure.time import Calendar, Instant


class Executor(Protocol):
    """A run of one program that goes on as events come."""

    @property
    def open_from(self) -> Instant:
        """The first instant whose events can still be taken without going back."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every relation with its edges so far; always the same object."""

    @property
    def void(self) -> Mapping[str, VoidAct]:
        """The acts without effect so far, by the id of the event."""

    def take(self, events: Sequence[Event], to: Instant) -> Instant | None:
        """Take ``events`` (in order, none before :attr:`open_from` or after ``to``), and every limit up to ``to``.

        Returns the first instant at which anything is otherwise than it was; None where only what comes after all
        that was settled can be.
        """

    def changed(self) -> Mapping[str, Mapping[Key, None]]:
        """The rows of watched relations that may have changed since this was last asked."""

    def back(self, before: Instant) -> Instant:
        """Go back to before the events of ``before``; those from the instant on that it returns are to come anew."""

    def forget(self, before: Instant, but: frozenset[str]) -> Instant | None:
        """Forget what no event from ``before`` on needs; returns from when on all is known still, None if from ever.

        Of the relations ``but`` nothing is forgotten.
        """

    def fork(self, *, past: bool = True) -> Self:
        """Another run that stands where this one does.

        Without its ``past`` it need not be able to go back, nor serve longer than until the next such one is asked for.
        """


class Make(Protocol):
    """How an executor is made for a program; ``watched`` are the relations that its user wants to hear of."""

    def __call__(self, program: Program, calendar: Calendar, watched: frozenset[str]) -> Executor:
        """An executor to which nothing has happened yet."""


def reference(program: Program, calendar: Calendar, watched: frozenset[str]) -> Executor:
    """The reference evaluator: taken onward, or made anew where effects reach back in time."""
    return Anew(program, calendar, watched) if program.reaching else Onward(program, calendar, watched)
