"""What an executor is (DESIGN §8): whatever decides a program, over a whole history or event by event.

The interface is narrow, so that unrelated engines can stand behind it.  What they decide are the edges of relations;
what those mean for positions is the timeline's part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, Self

from tenure.history import Event
from tenure.logic.acts import VoidAct
from tenure.logic.definitions import Program
from tenure.logic.image import Image
from tenure.logic.tables import Key, Table
from tenure.logic.trace import Trace
from tenure.time import Calendar, Instant


class Run(Protocol):
    """One program that goes on as events come."""

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

    def image(self, but: frozenset[str]) -> Image | None:
        """What a run in another process needs to go on from a settled instant; None where there is no such instant.

        Of the relations ``but`` it holds all edges.
        """

    def stand(self, image: Image) -> Instant:
        """Stand, where nothing has happened yet, as the run did of which ``image`` is; as :meth:`back`."""

    def fork(self, *, past: bool = True) -> Self:
        """Another run that stands where this one does.

        Without its ``past`` it need not be able to go back, nor serve longer than until the next such one is asked for.
        """


class Executor(Protocol):
    """An engine that evaluates programs, or those of a fragment."""

    def supports(self, program: Program) -> Mapping[str, str]:
        """Why it does not take ``program``, by the name of each definition that it does not; empty where it does."""

    def evaluate(self, program: Program, events: Iterable[Event], calendar: Calendar, to: Instant) -> Trace:
        """``program`` over ``events`` (in order), with every limit up to and including ``to``.

        Raises ContractError for a program that it does not take, and HistoryError for a history in which it would have
        to guess.
        """

    def begin(self, program: Program, calendar: Calendar, watched: frozenset[str]) -> Run:
        """A run to which nothing has happened yet; ``watched`` are the relations that its user wants to hear of.

        Raises as :meth:`evaluate` does, and so does the run.
        """


class Reference:
    """The reference evaluator: the definition of truth, which takes every program."""

    def supports(self, program: Program) -> Mapping[str, str]:  # noqa: ARG002 (it takes every one)
        """Nothing speaks against any program."""
        return {}

    def evaluate(self, program: Program, events: Iterable[Event], calendar: Calendar, to: Instant) -> Trace:
        """``program`` over ``events``, as every executor has to."""
        from tenure.logic.hindsight import evaluate_with_hindsight

        return evaluate_with_hindsight(program, tuple(events), calendar, to)[1]

    def begin(self, program: Program, calendar: Calendar, watched: frozenset[str]) -> Run:
        """A run that goes on; where effects reach back in time, one that is made anew."""
        from tenure.logic.anew import Anew
        from tenure.logic.onward import Onward

        if program.reaching:
            return Anew(program, calendar, watched, self.evaluate)
        return Onward(program, calendar, watched)
