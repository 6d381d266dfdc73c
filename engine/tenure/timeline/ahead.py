"""What is to come if nothing more happens: a second run that goes on before the session does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from tenure.history import Event
from tenure.norms import Vocabulary
from tenure.time import MAX_INSTANT, Duration, Instant
from tenure.timeline.changes import Change, in_order
from tenure.timeline.moments import first_within
from tenure.timeline.tracks import Tracks

_DAY = 24 * 3600 * 10**6


class Ahead:
    """The changes after ``start`` if nothing happens but ``pending``, the events that are known already."""

    def __init__(
        self, vocabulary: Vocabulary, tracks: Tracks, pending: Sequence[Event], start: Instant
    ) -> None:
        self.vocabulary = vocabulary
        self.start = self.reached = start
        self.changes: list[Change] = []
        self._tracks = tracks.fork(past=False)
        self._pending = pending

    def reach(self, to: Instant) -> list[Change]:
        """Every change up to ``to`` that is known now, in order; later ones may be among them."""
        if to > self.reached:
            coming = [event for event in self._pending if self.reached < event.at <= to]
            self._tracks.take(coming, to)
            found = self._tracks.look(self.reached).changes
            self.changes += in_order(self.vocabulary, found)
            self.reached = to
        return self.changes

    def next(self, after: Instant, to: Instant) -> Change | None:
        """The first change after ``after`` and up to ``to``."""
        step = _DAY
        while (found := self._first(after)) is None and self.reached < to:
            self.reach(min(self.reached + step, to))
            step *= 4
        return found

    def _first(self, after: Instant) -> Change | None:
        return next((change for change in self.changes if change.at > after), None)


@frozen
class Coming:
    """The end of a position at ``end``, told when it is ``length`` away."""

    change: Change
    length: Duration


class Foresight:
    """Tells of positions that are about to end, each end once for every one of ``lengths``."""

    def __init__(self, vocabulary: Vocabulary, lengths: Sequence[Duration]) -> None:
        self.vocabulary = vocabulary
        self.lengths = tuple(dict.fromkeys(lengths))
        self.told: dict[Coming, None] = {}

    def copy(self) -> Foresight:
        """The same, to be changed on its own."""
        other = Foresight(self.vocabulary, self.lengths)
        other.told = dict(self.told)
        return other

    def alerts(self, ahead: Ahead, to: Instant) -> Iterator[Change]:
        """What is to be told up to ``to`` of the ends that ``ahead`` knows; what is learned late is told then."""
        calendar = self.vocabulary.calendar
        self.told = {coming: None for coming in self.told if coming.change.at > ahead.start}
        for length in self.lengths:
            far = calendar.add(to, length) if to < MAX_INSTANT // 2 else to
            for end in ahead.reach(far):
                coming = Coming(end, length)
                if end.kind != "ended" or end.at > far or coming in self.told:
                    continue
                self.told[coming] = None
                at = max(first_within(calendar, end.at, length), ahead.start)
                yield evolve(end, at=at, kind="about_to_end", after=end.before, until=end.at, within=length)
