"""Which reactions a change of a position sets off: a seam for other matchers, and one in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from attrs import field, frozen

from tenure.live.patterns import Pattern, When, WhenAll, patterns_of
from tenure.norms import Vocabulary
from tenure.timeline.changes import Change


@frozen
class Match:
    """The ``changes`` that set off the reaction of that name, one for each pattern, and what its variables are."""

    reaction: str
    changes: tuple[Change, ...]
    values: Mapping[str, Any] = field(factory=dict, eq=False)

    @property
    def id(self) -> str:
        """The same for the same changes, also after a restart."""
        return "+".join((self.reaction, *(change.id for change in self.changes)))


class Matcher(Protocol):
    """Finds matches; it is told of reactions and changes in their order, and again so after a restart."""

    def add(self, reaction: str, when: When) -> None:
        """From the next change on ``reaction`` waits for ``when``."""

    def take(self, change: Change) -> list[Match]:
        """The matches that ``change`` completes, in the order in which reactions were added."""

    def close(self) -> None:
        """Nothing more will be asked."""


class Candidate(NamedTuple):
    """A change that fits a pattern, the how-manieth that was taken, and what the variables of the pattern are."""

    number: int
    change: Change
    values: Mapping[str, Any]


class Waiting:
    """For each ``when_all`` and each of its patterns the candidates that wait for others, oldest first."""

    def __init__(self) -> None:
        self.places: dict[str, list[dict[str, Candidate]]] = {}
        #: How many changes have been taken.
        self.taken = 0

    def add(self, reaction: str, when: WhenAll) -> None:
        """Nothing waits for ``when`` yet."""
        self.places[reaction] = [{} for _ in when.patterns]

    def forget(self, id: str) -> None:
        """The change of that id no longer counts."""
        for places in self.places.values():
            for waiting in places:
                waiting.pop(id, None)

    def use(self, reaction: str, changes: tuple[Change, ...]) -> None:
        """``changes`` have been used: for this reaction they wait no longer."""
        for waiting in self.places[reaction]:
            for used in changes:
                waiting.pop(used.id, None)


class PlainMatcher:
    """The matcher in plain Python.

    For ``when_all`` each change is used once: a match takes the oldest changes that go together.  A change that is
    withdrawn before its match is complete no longer counts.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.waiting = Waiting()
        #: What each reaction waits for, in the order in which they were added.
        self.whens: dict[str, When] = {}

    def add(self, reaction: str, when: When) -> None:
        """From the next change on ``reaction`` waits for ``when``."""
        self.whens[reaction] = when
        if isinstance(when, WhenAll):
            self.waiting.add(reaction, when)

    def take(self, change: Change) -> list[Match]:
        """The matches that ``change`` completes, in the order in which reactions were added."""
        self.waiting.taken += 1
        if change.news == "withdrawn":
            self.waiting.forget(withdrawn_id(change))
        found = [self.of_reaction(reaction, change) for reaction in self.whens]
        return [match for match in found if match is not None]

    def of_reaction(self, reaction: str, change: Change) -> Match | None:
        """The match of one reaction."""
        when = self.whens[reaction]
        if isinstance(when, WhenAll):
            return self._complete(reaction, when, change)
        values = next((v for p in patterns_of(when) if (v := self._match(p, change)) is not None), None)
        return None if values is None else Match(reaction, (change,), values)

    def close(self) -> None:
        """There is nothing to give back."""

    def _match(self, pattern: Pattern, change: Change) -> dict[str, Any] | None:
        return pattern.match(change, self.vocabulary)

    def _complete(self, reaction: str, when: WhenAll, change: Change) -> Match | None:
        waiting = self.waiting.places[reaction]
        for place, pattern in enumerate(when.patterns):
            values = self._match(pattern, change)
            if values is not None:
                waiting[place][change.id] = Candidate(self.waiting.taken, change, values)
        for changes, values in _ways(waiting, (), {}):
            if change in changes:
                self.waiting.use(reaction, changes)
                return Match(reaction, changes, values)
        return None


def _ways(
    waiting: list[dict[str, Candidate]], chosen: tuple[Change, ...], values: dict[str, Any]
) -> Iterator[tuple[tuple[Change, ...], dict[str, Any]]]:
    """One change for each pattern, none twice, so that variables agree; the oldest first."""
    if len(chosen) == len(waiting):
        yield chosen, values
        return
    for _, change, here in waiting[len(chosen)].values():
        if change not in chosen and all(values.get(name, value) == value for name, value in here.items()):
            yield from _ways(waiting, (*chosen, change), {**values, **here})


def usual_matcher(vocabulary: Vocabulary) -> Matcher:
    """The matcher on durable_rules where that is installed, else the one in plain Python; both find the same."""
    from tenure.rete.installed import missing

    if missing() is not None:
        return PlainMatcher(vocabulary)
    from tenure.live.hosted import RuleMatcher

    return RuleMatcher(vocabulary)


def withdrawn_id(change: Change) -> str:
    """The id of what ``change`` withdraws."""
    return change.id.removesuffix("/withdrawn")
