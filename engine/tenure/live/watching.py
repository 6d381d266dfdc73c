"""A contract that is told the lines of a feed: events, and how far time has gone on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from attrs import frozen

from tenure.diagnostics import Diagnostic, HistoryError, Place, TenureError
from tenure.history import Event
from tenure.history.building import builder_for
from tenure.history.jsonlines import decode_exactly, read_line_of_any_length
from tenure.live.feed import STDIN, STDIN_NAME, Feed, Line
from tenure.live.host import Live
from tenure.live.journal import Origin
from tenure.time import Instant
from tenure.timeline.changes import Change
from tenure.timeline.moments import instant_of

#: By what time goes on: the events themselves, or the clock on the wall.
Clock = Literal["event", "wall"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)


@frozen
class Step:
    """What one line brought: the event on it, the changes, and what is wrong with it where it was set aside."""

    event: Event | None = None
    changes: tuple[Change, ...] = ()
    set_aside: tuple[Diagnostic, ...] = ()


def watch(
    live: Live, feed: Feed, *, lenient: bool = False, wall: Callable[[], Instant] | None = None
) -> Iterator[Step]:
    """Tell ``live`` the lines of ``feed``, and yield what each brings.

    A line is an event, or ``{"now": TIME}``, which lets time go on (one that is past changes nothing).  With ``wall``
    (what the clock says) each event is told at that time, and time goes on by itself.  A bad line raises its
    :class:`TenureError`; all before it has been taken.  With ``lenient`` it is set aside.
    """
    watcher = _Watcher(live, feed, wall)
    for line in feed:
        if line is None:
            yield from watcher.idle()
        elif line.text.strip():
            try:
                step = watcher.take(line)
            except TenureError as error:
                if not lenient:
                    raise
                if line.whole and feed.source != STDIN:
                    live.set_aside(line.text.decode("utf-8", "backslashreplace"), line.origin)
                step = Step(set_aside=tuple(error.diagnostics))
            yield step


class _Watcher:
    def __init__(self, live: Live, feed: Feed, wall: Callable[[], Instant] | None) -> None:
        self.live = live
        self.source = feed.source
        self.wall = wall
        self.builder = builder_for(live.deal.vocabulary.schema)

    def idle(self) -> Iterator[Step]:
        """Nothing has come for a while."""
        now = self._wall_now()
        if now is not None and self.live.session.is_due(now):
            yield Step(changes=self.live.advance(now))

    def _wall_now(self) -> Instant | None:
        """The time of the clock; it never goes back, even if that on the wall does."""
        if self.wall is None:
            return None
        now = self.wall()
        return now if self.live.session.now is None else max(now, self.live.session.now)

    def take(self, line: Line) -> Step:
        place = Place(STDIN_NAME if self.source == STDIN else self.source, line.origin.line)
        # What comes through a pipe has no place to go back to: it is known by the ids of its events.
        origin = None if self.source == STDIN else line.origin
        now = self._now_on(line.text, place)
        if now is not None:
            return Step(changes=self._advance(now, origin))
        event = read_line_of_any_length(line.text, place, self.builder)
        if not isinstance(event, Event):
            raise HistoryError(*event)
        return Step(event, self.live.post(event, now=self._wall_now(), origin=origin))

    def _advance(self, now: Instant, origin: Origin | None) -> tuple[Change, ...]:
        known = self.live.session.now
        if known is not None and now < known:
            return self.live.post(origin=origin)
        return self.live.advance(now, origin=origin)

    def _now_on(self, text: bytes, place: Place) -> Instant | None:
        """The time on a line that tells of nothing else."""
        if b'"now"' not in text:
            return None
        try:
            found = decode_exactly(text)
        except ValueError:
            return None
        if not isinstance(found, dict) or found.keys() != {"now"}:
            return None
        try:
            return instant_of(
                found["now"] if isinstance(found["now"], int) else str(found["now"]), self.builder.schema.zone
            )
        except TenureError as error:
            raise HistoryError(*(d.at(place) for d in error.diagnostics)) from None
