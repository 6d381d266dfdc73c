"""One instance of a duty as it stands in a replay, with its clocks and what has moved them."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from tenure.logic.definitions import OWED, DueDate, Limit, Stage
from tenure.logic.terms import Env
from tenure.proofs.accounts import Key
from tenure.time import Instant

#: The states in which an instance may still move.
MOVING = (*OWED, "suspended")
#: The states in which a duty without trigger does not begin anew.
RUNNING = ("pending", "suspended", "excused")


@frozen
class Move:
    """What moved a limit to ``at``: a suspension (since ``since``), an extension or an acceleration at ``stage``."""

    kind: str
    stage: Stage
    at: Stage
    since: Stage | None = None


@frozen
class Clock:
    """The time of ``rung`` runs out at ``at``: a limit from ``anchor`` on, as it was moved since."""

    rung: int
    at: Stage
    anchor: Stage
    begun: Stage = 0
    limit: Limit | DueDate | Instant | None = None
    moves: tuple[Move, ...] = ()


@frozen
class Part:
    """At ``stage`` ``event`` met ``amount`` of what a rung owes, ``total`` with what was met before."""

    stage: Stage
    event: str
    amount: Any
    total: Any


@define
class Standing:
    """One instance as it stands: the key and the state of every rung, and the clocks that run."""

    origin: Key
    keys: list[Key]
    env: Env
    born: Stage
    states: list[str | None]
    since: Stage
    owed: int = 0
    clocks: list[Clock] = field(factory=list)
    stopped: list[Clock] = field(factory=list)
    paused: Stage | None = None
    overdue: set[int] = field(factory=set)
    earliest: list[tuple[int, Stage]] = field(factory=list)
    paid: dict[int, Any] = field(factory=dict)
    helpers: list[Any] = field(factory=list)
    owed_since: dict[int, Stage] = field(factory=dict)
    excused_since: dict[int, Stage] = field(factory=dict)

    @property
    def is_moving(self) -> bool:
        """Whether anything is owed still."""
        return any(state in MOVING for state in self.states)
