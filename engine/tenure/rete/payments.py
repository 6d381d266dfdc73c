"""Which instance an event performs: the oldest, once, or as much of several as its amount suffices for (DESIGN §4)."""

from __future__ import annotations

from typing import Any

from tenure.logic.arithmetic import calculate, compare
from tenure.logic.truth import TRUE
from tenure.rete.instances import Instance
from tenure.rete.records import OrderError


class Payments:
    """What the events of one stage have performed of the duties of a run."""

    def __init__(self) -> None:
        self._spent: dict[tuple[int, int], Instance] = {}
        self._left: dict[tuple[int, int], Any] = {}
        self._parted: dict[tuple[int, int], Instance] = {}
        self._done: dict[tuple[int, int, int], int] = {}

    def clear(self) -> None:
        """A new stage."""
        self._spent.clear()
        self._left.clear()
        self._parted.clear()
        self._done.clear()

    def whole(self, index: int, rung: int, event: int, instance: Instance, *, owed: bool) -> bool:
        """Whether ``event`` performs ``rung`` of ``instance``: each event one, and each by one event."""
        place = (index, id(instance), rung)
        before = self._done.get(place, event)
        if before != event and (index, event) not in self._spent:
            raise OrderError((before, event))
        if not owed:
            return False
        spent = self._spent.get((index, event))
        if spent is not None:
            _check_older(spent, instance)
            return False
        self._done[place] = event
        self._spent[index, event] = instance
        return True

    def part(self, index: int, rung: int, event: int, instance: Instance, due: Any, amount: Any) -> bool:
        """Whether what is paid on ``rung`` suffices with what is left of the amount of ``event``."""
        place = (index, event)
        _check_older(self._parted.setdefault(place, instance), instance)
        given, paid = self._left.get(place, amount), instance.paid.get(rung, 0)
        used = calculate("min", given, calculate("-", due, paid))
        self._left[place] = calculate("-", given, used)
        instance.paid[rung] = paid = calculate("+", paid, used)
        self._parted[place] = instance
        return compare(">=", paid, due) == TRUE


def _check_older(one: Instance, other: Instance) -> None:
    """Of two that arose at one instant nobody knows which is performed first."""
    if one is not other and one.born == other.born:
        raise OrderError(tuple(c for c in (*one.causes, *other.causes) if not isinstance(c, tuple)))
