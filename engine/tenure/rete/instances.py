"""One instance of a duty as a run keeps it: in numbers, beside the facts that rules know of it (DESIGN §4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import Factory, define

from tenure.logic.definitions import Stage
from tenure.rete.causes import Causes
from tenure.rete.ruleset import Key


class Clock(NamedTuple):
    """The time of ``rung`` runs out at stage ``at``; it began to run at stage ``begun``."""

    rung: int
    at: Stage
    begun: Stage


@define
class Instance:
    """``keys`` are the keys of the rungs, the first of which names it; ``owed`` says how many rungs have come due.

    ``since`` is the step of the run at which it arose, ``beside`` another of the same clause.  ``dates`` are the dates
    of the limits that hang on one; ``stopped`` the clocks that stand still since stage ``paused``; ``overdue`` the
    rungs whose time ran out while it was suspended with its clock running; ``paid`` is what was paid on each rung.
    """

    keys: list[Key]
    born: Stage
    since: int
    causes: Causes
    dates: dict[tuple[int, str], Any]
    beside: bool = False
    owed: int = 1
    clocks: list[Clock] = Factory(list)
    stopped: list[Clock] = Factory(list)
    overdue: set[int] = Factory(set)
    paused: Stage | None = None
    not_before: list[tuple[int, Stage]] = Factory(list)
    paid: dict[int, Any] = Factory(dict)
    helpers: list[int] = Factory(list)

    @property
    def key(self) -> Key:
        """The key by which it goes."""
        return self.keys[0]

    @property
    def all_clocks(self) -> list[Clock]:
        """Those that run, and those that stand still."""
        return [*self.clocks, *self.stopped]
