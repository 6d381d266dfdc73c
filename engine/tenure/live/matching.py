"""Which reactions a change of a position sets off: a seam for other matchers, and one in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from attrs import field, frozen

from tenure.live.patterns import Pattern, When, WhenAll
from tenure.norms import Vocabulary
from tenure.timeline.changes import PositionChange


@frozen
class Match:
    """The ``changes`` that set off the reaction of that name, one for each pattern, and what its variables are."""

    reaction: str
    changes: tuple[PositionChange, ...]
    values: Mapping[str, Any] = field(factory=dict, eq=False)

    @property
    def id(self) -> str:
        """The same for the same changes, also after a restart."""
        return "+".join((self.reaction, *(change.id for change in self.changes)))


class Matcher(Protocol):
    """Finds matches; it is told of reactions and changes in their order, and again so after a restart."""

    def add(self, reaction: str, when: When) -> None:
        """From the next change on ``reaction`` waits for ``when``."""

    def take(self, change: PositionChange) -> list[Match]:
        """The matches that ``change`` completes, in the order in which reactions were added."""


class PlainMatcher:
    """The matcher in plain Python.

    For ``when_all`` each change is used once: a match takes the oldest changes that go together.  A change that is
    withdrawn before its match is complete no longer counts.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._whens: dict[str, When] = {}
        #: For each reaction and pattern the changes that wait for others.
        self._waiting: dict[str, list[dict[str, PositionChange]]] = {}

    def add(self, reaction: str, when: When) -> None:
        """From the next change on ``reaction`` waits for ``when``."""
        self._whens[reaction] = when
        if isinstance(when, WhenAll):
            self._waiting[reaction] = [{} for _ in when.patterns]

    def take(self, change: PositionChange) -> list[Match]:
        """The matches that ``change`` completes, in the order in which reactions were added."""
        if change.news == "withdrawn":
            self._forget(change.id.removesuffix("/withdrawn"))
        found = []
        for reaction, when in self._whens.items():
            if isinstance(when, WhenAll):
                match = self._complete(reaction, when, change)
            else:
                patterns = (when,) if isinstance(when, Pattern) else when.patterns
                values = next((v for p in patterns if (v := self._match(p, change)) is not None), None)
                match = None if values is None else Match(reaction, (change,), values)
            if match is not None:
                found.append(match)
        return found

    def _match(self, pattern: Pattern, change: PositionChange) -> dict[str, Any] | None:
        return pattern.match(change, self.vocabulary)

    def _forget(self, id: str) -> None:
        for waiting in self._waiting.values():
            for changes in waiting:
                changes.pop(id, None)

    def _complete(self, reaction: str, when: WhenAll, change: PositionChange) -> Match | None:
        waiting = self._waiting[reaction]
        for place, pattern in enumerate(when.patterns):
            if self._match(pattern, change) is not None:
                waiting[place][change.id] = change
        for changes, values in self._ways(when, waiting, (), {}):
            if change in changes:
                for used in changes:
                    for each in waiting:
                        each.pop(used.id, None)
                return Match(reaction, changes, values)
        return None

    def _ways(
        self,
        when: WhenAll,
        waiting: list[dict[str, PositionChange]],
        chosen: tuple[PositionChange, ...],
        values: dict[str, Any],
    ) -> Iterator[tuple[tuple[PositionChange, ...], dict[str, Any]]]:
        """One change for each pattern, none twice, so that variables agree; the oldest first."""
        if len(chosen) == len(when.patterns):
            yield chosen, values
            return
        for change in waiting[len(chosen)].values():
            here = self._match(when.patterns[len(chosen)], change)
            assert here is not None
            if change not in chosen and all(values.get(name, value) == value for name, value in here.items()):
                yield from self._ways(when, waiting, (*chosen, change), {**values, **here})
