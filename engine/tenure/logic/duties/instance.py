"""One instance of a duty as its node remembers it: what is owed on each rung, and the clocks that run."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from tenure.logic.definitions import Stage
from tenure.logic.tables import Key
from tenure.logic.terms import Env
from tenure.logic.truth import TRUE, UNKNOWN, Reasons, Truth

#: Why it is unknown when something is due: its date is.
WHICH_DATE = frozenset(("the date that it is due by is unknown",))


@frozen
class Clock:
    """The time of ``rung`` runs out at stage ``at``; ``truth`` is how certain that is, and ``why`` it is no more.

    ``begun`` is the stage at which it began to run.
    """

    rung: int
    at: Stage
    truth: Truth = TRUE
    why: Reasons = frozenset(("when its time began is unknown",))
    begun: Stage = 0


@frozen
class Paid:
    """What has been paid towards an amount: for certain, and at the most."""

    certain: Any = 0
    possible: Any = 0


@frozen
class Instance:
    """``keys`` are the keys of the rungs; ``owed`` says how many rungs have come due to be performed.

    ``stopped`` are the clocks that stand still since ``paused``; ``overdue`` are those that ran out while
    the duty was suspended with its clock running; ``helpers`` may perform in the debtor's place, as
    certainly as it is said of each.
    """

    env: Env
    born: Stage
    keys: tuple[Key, ...]
    owed: int = 1
    clocks: tuple[Clock, ...] = ()
    stopped: tuple[Clock, ...] = ()
    overdue: tuple[Clock, ...] = ()
    paused: Stage | None = None
    not_before: tuple[tuple[int, Stage | None], ...] = ()
    paid: tuple[tuple[int, Paid], ...] = ()
    helpers: tuple[tuple[Any, Truth], ...] = ()

    @property
    def all_clocks(self) -> tuple[Clock, ...]:
        """Those that run, and those that stand still."""
        return (*self.clocks, *self.stopped)

    def due_at(self, stage: Stage) -> tuple[Clock, ...]:
        """The clocks that run out at ``stage``."""
        return tuple(c for c in self.clocks if c.at == stage)

    def without(self, clocks: tuple[Clock, ...]) -> Instance:
        """The same without ``clocks``."""
        stopped = tuple(c for c in self.stopped if c not in clocks)
        return evolve(self, clocks=tuple(c for c in self.clocks if c not in clocks), stopped=stopped)

    def doubted(self) -> Instance:
        """The same, with no clock certain any more."""
        clocks, stopped, overdue = (
            tuple(evolve(c, truth=min(c.truth, UNKNOWN)) for c in found)
            for found in (self.clocks, self.stopped, self.overdue)
        )
        return evolve(self, clocks=clocks, stopped=stopped, overdue=overdue)

    def paid_on(self, rung: int) -> Paid:
        """What has been paid on ``rung``."""
        return dict(self.paid).get(rung, Paid())

    def paying(self, rung: int, paid: Paid) -> Instance:
        """The same, with ``paid`` on ``rung``."""
        return evolve(self, paid=tuple({**dict(self.paid), rung: paid}.items()))
