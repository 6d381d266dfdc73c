"""What goes into a run and what comes out of it, in numbers only."""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import Factory, define

from tenure.logic.definitions import Stage, before_events
from tenure.rete.causes import Causes
from tenure.rete.instances import Instance
from tenure.rete.interning import Interner
from tenure.rete.literals import Symbol
from tenure.rete.memory import Waiting
from tenure.rete.ruleset import Key
from tenure.time import MIN_INSTANT


class Happening(NamedTuple):
    """An event as the host sees it: numbers for its id, its actors and the attributes that some rule reads.

    One of a type that no rule reads has no type.  Where rules calculate, the values themselves are sent.
    """

    id: int
    at: int
    type: str | None
    by: tuple[int, ...]
    values: tuple[int, ...]


#: From a stage on, a row of a symbol is true or false: symbol, key, stage, truth, causes.
Edge = tuple[Symbol, Key, Stage, bool, Causes]


class Judged(NamedTuple):
    """Whether an act took effect, and by which of its rules it was tried and empowered."""

    event: int
    effective: bool
    tried: tuple[int, ...]
    powered: tuple[int, ...]


class OrderError(Exception):
    """The order of events of one instant matters, and is not known."""

    def __init__(self, events: tuple[int, ...]) -> None:
        super().__init__(events)
        self.events = events


class TwiceError(Exception):
    """A duty is assigned to somebody who owes the same already, by the same name."""

    def __init__(self, clause: str) -> None:
        super().__init__(clause)
        self.clause = clause


@define
class State:
    """Where a run stands between two stages: all that a restart needs beside the facts.

    ``limits`` are (stage, order, definition, key, anchor, anchored stage); ``facts`` and ``actions`` are what the
    next stage begins with; ``passed`` says that something was there for one stage, so that the next one must come.
    ``instances`` are those of duties by definition and key, ``renamed`` the keys that those had that have passed to others,
    ``anchored`` when the anchor of a rung's time last came, and ``interner`` numbers values where rules calculate.
    """

    seq: int = 0
    stage: Stage = before_events(MIN_INSTANT)
    limits: list[tuple[Stage, int, int, Key, int, Stage]] = Factory(list)
    number: int = 0
    dates: int = 0
    actions: list[tuple[Any, ...]] = Factory(list)
    facts: list[tuple[bool, Symbol, Key]] = Factory(list)
    passed: bool = True
    instances: dict[tuple[int, Key], Instance] = Factory(dict)
    renamed: dict[tuple[int, Key], Key] = Factory(dict)
    anchored: dict[tuple[int, int, Key], Stage] = Factory(dict)
    interner: Interner | None = None


@define
class Snapshot:
    """A run between two stages."""

    state: State
    rights: Waiting
    acts: Waiting | None
