"""The record of a session: events as they were posted, and what is effective of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Protocol

from attrs import frozen

from tenure.diagnostics import Diagnostic, HistoryError
from tenure.history import Event, History, event_from_mapping
from tenure.history.history import moment_of
from tenure.history.screening import fault_beside
from tenure.norms import Vocabulary
from tenure.time import Instant
from tenure.timeline.event_text import event_mapping

#: An event as a session takes it: a mapping as a line of a history has it, or a line of text without an id.
Posted = Event | Mapping[str, Any] | str


@frozen
class Difference:
    """What is effective is otherwise from ``first`` on; ``behind``: among what had been taken already."""

    first: Instant
    behind: bool


class Past(Protocol):
    """Where a session that stands on an image finds what was before it."""

    def record(self, id: str) -> Event | None:
        """The record of that id, if there is one."""

    def records(self) -> Iterable[Event]:
        """Every record, in the order in which they came."""

    def session_from(self, first: Instant) -> Any:
        """The session as it stands, with all known from ``first`` on."""


class Arrivals:
    """Records in the order in which they came, and the effective events in theirs; ``taken`` counts those settled."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.by_id: dict[str, Event] = {}
        self.effective: list[Event] = []
        self.taken = 0
        #: Where records are that are not here.
        self.past: Past | None = None

    def copy(self) -> Arrivals:
        """The same, to be added to on its own."""
        other = Arrivals(self.vocabulary)
        other.by_id, other.effective, other.taken = dict(self.by_id), list(self.effective), self.taken
        other.past = self.past
        return other

    def since(self, before: Instant) -> Arrivals:
        """The same without what was before ``before``."""
        other = Arrivals(self.vocabulary)
        if any(event.target is not None for event in self.by_id.values()):
            other = self.copy()
            other.forget(before)
            return other
        first = bisect_left(self.effective, before, hi=self.taken, key=lambda event: event.at)
        other.effective, other.taken = self.effective[first:], self.taken - first
        other.by_id = {event.id: event for event in other.effective}
        return other

    def record(self, id: str) -> Event | None:
        """The record of that id, also one of the past."""
        known = self.by_id.get(id)
        return self.past.record(id) if known is None and self.past is not None else known

    def first_touched(self, fresh: Iterable[Event]) -> list[Instant]:
        """The first instant at which each of ``fresh`` may change anything: its own, or that of what it corrects."""
        together = {event.id: event for event in fresh}
        return [self._first_touched(event, together) for event in together.values()]

    def _first_touched(self, event: Event, together: Mapping[str, Event]) -> Instant:
        at, target = event.at, event.target
        while target is not None:
            named = together.get(target) or self.record(target)
            assert named is not None
            at, target = min(at, named.at), named.target
        return at

    def history(self) -> History:
        """The whole record."""
        return History(tuple(self.by_id.values()))

    def accepted(self, posted: Iterable[Posted], *, forgets: bool = False) -> list[Event]:
        """The events that are new; raises :class:`HistoryError` for what cannot stand beside the others.

        ``forgets`` says that what an event names may have been forgotten (TEN810).
        """
        fresh: dict[str, Event] = {}
        faults: list[Diagnostic] = []
        for item in posted:
            event = self._event(item, fresh)
            known = self._beside(event)
            fault = fault_beside(event, ChainMap(fresh, known) if fresh else known)
            if fault is not None and forgets and event.id not in known and event.target != event.id:
                message = f"`{event.id}` names `{event.target}`, which is not known, or not any more"
                fault = Diagnostic("TEN810", message, place=event.place)
            if fault is not None:
                faults.append(fault)
            elif event.id not in known:
                fresh[event.id] = event
        if faults:
            raise HistoryError(*faults)
        return list(fresh.values())

    def _beside(self, event: Event) -> MutableMapping[str, Event]:
        """The records here, and those of the past that ``event`` is or names."""
        if self.past is None or (event.id in self.by_id and event.target is None):
            return self.by_id
        elsewhere = {
            id: found
            for id in (event.id, event.target)
            if id is not None and id not in self.by_id and (found := self.past.record(id)) is not None
        }
        return ChainMap(elsewhere, self.by_id) if elsewhere else self.by_id

    def _event(self, item: Posted, fresh: Mapping[str, Event]) -> Event:
        if isinstance(item, Event):
            return item
        if isinstance(item, str):
            number = len(self.by_id) + len(fresh) + 1
            while self.record(id := f"post-{number}") is not None or id in fresh:
                number += 1
            item = {"id": id, **event_mapping(item, self.vocabulary)}
        return event_from_mapping(item, self.vocabulary.schema)

    def add(self, fresh: list[Event]) -> Difference | None:
        """Put ``fresh`` on record; what is otherwise effective thereby, if anything is."""
        self.by_id.update((event.id, event) for event in fresh)
        if any(event.target is not None for event in fresh):
            return self._view_anew()
        places = []
        for event in fresh:
            place = bisect_right(self.effective, moment_of(event), key=moment_of)
            self.effective.insert(place, event)
            places.append((place, event.at))
        if not places:
            return None
        return Difference(min(at for _, at in places), min(place for place, _ in places) < self.taken)

    def remove(self, fresh: Iterable[Event]) -> None:
        """As if ``fresh`` had never been added."""
        for event in fresh:
            self.by_id.pop(event.id, None)
        self._view_anew()

    def forget(self, before: Instant) -> None:
        """Drop the records of what was before ``before``, and those that belong together only as a whole."""
        kept = {e.id for e in self.by_id.values() if max(e.at, e.recorded) >= before}
        for event in reversed(self.by_id.values()):  # a record comes after the one that it names
            if event.target is not None and event.id in kept:
                kept.add(event.target)
        for event in self.by_id.values():
            if event.target in kept:
                kept.add(event.id)
        now = self.effective[self.taken :]
        past = [event for event in self.effective[: self.taken] if event.id in kept]
        self.effective, self.taken = [*past, *now], len(past)
        self.by_id = {id: event for id, event in self.by_id.items() if id in kept}

    def _view_anew(self) -> Difference | None:
        before, self.effective = self.effective, list(self.history().view())
        same = 0
        for one, other in zip(before, self.effective, strict=False):
            if one != other:
                break
            same += 1
        differing = [events[same].at for events in (before, self.effective) if same < len(events)]
        return Difference(min(differing), same < self.taken) if differing else None

    def due(self, to: Instant) -> list[Event]:
        """The effective events up to ``to`` that have not been taken."""
        return self.effective[self.taken : self._count(to)]

    def pending(self) -> list[Event]:
        """The effective events that have not been taken."""
        return self.effective[self.taken :]

    def take(self, to: Instant) -> None:
        """Everything up to ``to`` has been taken."""
        self.taken = self._count(to)

    def _count(self, to: Instant) -> int:
        return bisect_right(self.effective, to, key=lambda event: event.at)
