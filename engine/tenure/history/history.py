"""The bitemporal, append-only set of events, and the suppositions built on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Self

from attrs import evolve, field, frozen

from tenure.diagnostics import Diagnostic, HistoryError
from tenure.history.event import Event
from tenure.history.fault import shown
from tenure.history.screening import near_id, screen
from tenure.time import MAX_INSTANT, MIN_INSTANT


@frozen
class History:
    """Records in the order given, none of them ever changed; what is effective is a :meth:`view` of them.

    A record is known from its ``recorded`` on.  Of the known records that name the same target the latest
    recorded counts (of two at one instant, the later in order): a correction stands in the target's place, a
    retraction empties it.  A retracted correction or retraction is as if it had not been made.
    """

    events: tuple[Event, ...] = ()
    dropped: frozenset[str] = frozenset()
    moved: Mapping[str, int] = field(factory=dict, hash=False)

    @classmethod
    def from_events(cls, events: Iterable[Event]) -> Self:
        """A history of ``events``; raises ``HistoryError`` (TEN419, TEN420, TEN421) where they clash."""
        by_id, found = screen(events)
        if found:
            raise HistoryError(*found)
        return cls(tuple(by_id.values()))

    @cached_property
    def by_id(self) -> Mapping[str, Event]:
        """Every record by its id, superseded and retracted ones included."""
        return MappingProxyType({event.id: event for event in self.events})

    @cached_property
    def latest_recorded(self) -> int | None:
        """When the newest real record became known; suppositions do not move it, ``None`` without one."""
        return max((event.recorded for event in self.events if not event.supposed), default=None)

    def view(self, known_at: int | None = None) -> tuple[Event, ...]:
        """The effective events known at ``known_at`` (inclusive; ``None``: all), by (at, seq, position)."""
        known = self._known(known_at)
        if not self.dropped and not self.moved and not any(event.target is not None for event in known):
            effective: list[Event] = known
        else:
            effective = self._effective(known)
        # Positions need no key of their own: sorting is stable, and `effective` is in order.
        return tuple(sorted(effective, key=moment_of))

    def adding(self, events: Iterable[Event]) -> Self:
        """With supposed ``events``; an id that is taken by other content is an error (TEN419)."""
        supposed = (evolve(event, supposed=True) for event in events)
        by_id, found = screen((*self.events, *supposed))
        if found:
            raise HistoryError(*found)
        return evolve(self, events=tuple(by_id.values()))

    def dropping(self, ids: Iterable[str]) -> Self:
        """As if each of ``ids``, and what corrects it, were not there; unknown ids are an error (TEN429)."""
        gone = frozenset(ids)
        self._check_known(sorted(gone), "drop")
        return evolve(self, dropped=self.dropped | gone)

    def moving(self, moves: Mapping[str, int]) -> Self:
        """As if what stands for each id had occurred at that instant; unknown ids are an error (TEN429)."""
        self._check_known(moves, "move")
        for id, instant in moves.items():
            if not MIN_INSTANT <= instant <= MAX_INSTANT:
                message = f"cannot move `{id}`: the instant is out of range"
                raise HistoryError.of("TEN429", message, help="move it to a year from 1 to 9999")
        return evolve(self, moved={**self.moved, **moves})

    def _check_known(self, ids: Iterable[str], verb: str) -> None:
        found = [
            Diagnostic(
                "TEN429", f"cannot {verb} `{shown(id)}`: there is no such event", help=near_id(id, self.by_id)
            )
            for id in ids
            if id not in self.by_id
        ]
        if found:
            raise HistoryError(*found)

    def _known(self, known_at: int | None) -> list[Event]:
        if known_at is None:
            return list(self.events)
        return [e for e in self.events if e.recorded <= known_at or e.supposed or e.id in self.moved]

    def _effective(self, known: list[Event]) -> list[Event]:
        """What stands for each known record that does not itself stand in the place of another."""
        stands = self._standing(known)
        ids = {event.id for event in known}
        heads = [stands[e.id] for e in known if e.corrects is None or e.corrects not in ids]
        chosen = {event.id: event for event in heads if event is not None and event.retracts is None}
        return [chosen[event.id] for event in known if event.id in chosen]

    def _standing(self, known: list[Event]) -> dict[str, Event | None]:
        """For each record what stands in its place: itself, a correction of it, or nothing."""
        marks: dict[str, list[Event]] = {event.id: [] for event in known}
        for event in sorted(known, key=_latest_last):
            if event.target in marks:
                marks[event.target].append(event)
        stands: dict[str, Event | None] = {}
        for event in _leaves_first(known, marks):
            stands[event.id] = self._stand(event, marks[event.id], stands)
        return stands

    def _stand(self, event: Event, marks: list[Event], stands: Mapping[str, Event | None]) -> Event | None:
        if event.id in self.dropped:
            return None
        for mark in reversed(marks):
            standing = stands[mark.id]
            if mark.corrects is not None and standing is not None:
                return self._moved(event.id, standing)
            if mark.retracts is not None and standing is not None and standing.retracts is not None:
                return None
        return self._moved(event.id, event)

    def _moved(self, id: str, event: Event) -> Event:
        instant = self.moved.get(id)
        if instant is None:
            return event
        return evolve(event, at=instant, is_date=False, seq=None, supposed=True)


def moment_of(event: Event) -> tuple[int, int]:
    """Where an event stands in time: its instant, and its `seq` among those of one instant."""
    return event.at, event.seq or 0


def _latest_last(event: Event) -> tuple[bool, int]:
    return event.supposed, event.recorded


def _leaves_first(known: list[Event], marks: Mapping[str, list[Event]]) -> list[Event]:
    """``known`` so that what names a record comes before that record (targets form trees, not rings)."""
    order = [event for event in known if event.target not in marks]
    for event in order:
        order.extend(marks[event.id])
    return order[::-1]
