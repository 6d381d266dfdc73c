"""Then and now: one record as it was known at two dates, what that changes, and the events that made the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from attrs import frozen

from tenure.history import Event
from tenure.norms import Position
from tenure.time import Instant
from tenure.timeline.comparison import Wanted, course_of
from tenure.timeline.diff import Difference, differences

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: The answers that are compared: the statuses of each position.
Answers = dict[Position, object]
#: Called with the number of suppositions tried so far.
Progress = Callable[[int], None]


@frozen(repr=False)
class ThenAndNow:
    """What was known ``then`` and what is known ``now``, the positions that differ, and the records that made them.

    ``events`` is minimal: without any one of them the answers would not be those of now.  Not ``complete`` where the
    search was stopped: then there may be events among them that made no difference.
    """

    then: Timeline
    now: Timeline
    changed: tuple[Difference, ...]
    events: tuple[Event, ...]
    learnt: int
    complete: bool = True

    def __bool__(self) -> bool:
        return bool(self.changed)

    def __repr__(self) -> str:
        if not self:
            return f"ThenAndNow: the same then and now ({self.learnt} records were learnt)"
        ids = ", ".join(event.id for event in self.events)
        return "\n".join((f"ThenAndNow: because of {ids}", *map(repr, self.changed)))


def then_and_now(
    then: Timeline,
    now: Timeline,
    learnt: Iterable[Event],
    wanted: Wanted,
    at: Instant | None = None,
    progress: Progress = lambda _: None,
) -> ThenAndNow:
    """Compare two timelines of one record; ``learnt`` are the records that only ``now`` knows.

    Which of them made the difference is tried: the answers of ``now`` are compared with those of ``now`` without some.
    """
    records = tuple(learnt)
    positions = dict.fromkeys(p for p in chain(then.line.sources, now.line.sources) if wanted(p))
    found = differences(then, now, positions)
    if at is not None:
        found = tuple(d for d in found if _status(then, d.position, at) != _status(now, d.position, at))
    goal = _answers(now, (d.position for d in found), at)
    if not found:
        return ThenAndNow(then, now, (), (), len(records))
    search = _Search(now, goal, at, progress)
    complete = search.run([event.id for event in records])
    kept = set(search.kept)
    return ThenAndNow(then, now, found, tuple(e for e in records if e.id in kept), len(records), complete)


def _status(timeline: Timeline, position: Position, at: Instant) -> str:
    return timeline.verdict(position, at).status


def _answers(timeline: Timeline, positions: Iterable[Position], at: Instant | None) -> Answers:
    return {p: course_of(timeline.steps(p)) if at is None else _status(timeline, p, at) for p in positions}


class _Search:
    """Leaves records away, in halves and then one by one, as long as the answers stay."""

    def __init__(self, now: Timeline, goal: Answers, at: Instant | None, progress: Progress) -> None:
        self.now = now
        self.goal = goal
        self.at = at
        self.progress = progress
        self.tried = 0
        self.kept: list[str] = []
        self._all: list[str] = []

    def run(self, records: list[str]) -> bool:
        """Find a minimal set of ``records``; false where a keyboard interrupt ended the search."""
        self._all = self.kept = records
        try:
            size = len(records)
            while size:
                shorter = self._without_some(size)
                # What could not be left away before may be superfluous now that something else is gone.
                size = size if shorter and size == 1 else size // 2
        except KeyboardInterrupt:
            return False
        return True

    def _without_some(self, size: int) -> bool:
        """Leave away what can be, ``size`` records at a time; true if anything was."""
        before = len(self.kept)
        for start in range(len(self.kept) - size, -size, -size):
            trial = [id for i, id in enumerate(self.kept) if not start <= i < start + size]
            if len(trial) < len(self.kept) and self._same(trial):
                self.kept = trial
        return len(self.kept) < before

    def _same(self, kept: list[str]) -> bool:
        """Whether the answers are those of now if only ``kept`` had been learnt."""
        self.tried += 1
        self.progress(self.tried)
        gone = set(self._all).difference(kept)
        supposed = self.now.suppose(drop=[id for id in self._all if id in gone])
        return _answers(supposed, self.goal, self.at) == self.goal
