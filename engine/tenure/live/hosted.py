"""The matcher on durable_rules: the engine finds what matches, in a process of its own, and has the say over nothing.

What waits is kept here.  A match that the engine finds is read again before it counts; a process that dies is begun
anew with what waits; and where the engine cannot go on, the matcher in plain Python does, from where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from logging import getLogger
from math import prod
from typing import Any

from tenure.live.engine import Engine, GivenUpError
from tenure.live.matching import Candidate, Match, PlainMatcher, withdrawn_id
from tenure.live.patterns import When, WhenAll
from tenure.live.rules import MOST_JOINED, Ruleset
from tenure.norms import Vocabulary
from tenure.rete.matches import Fact
from tenure.timeline.changes import Change

#: How many ways to put the waiting changes of one ``when_all`` together the engine is asked to hold.
MOST_WAYS = 10_000
_log = getLogger("tenure.live")
#: For the patterns of a reaction that a change fits, by their place: the change with what their variables are.
_Fitting = dict[int, Candidate]


class RuleMatcher:
    """The matcher on durable_rules; it finds what :class:`PlainMatcher` finds, in the same order.

    A ``when_all`` of many patterns, or one with so much waiting that the engine would hold every way to put it
    together, is left to the plain matcher.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.plain = PlainMatcher(vocabulary)
        self.waiting = self.plain.waiting
        #: Why the engine was given up; None as long as it was not.
        self.given_up: str | None = None
        #: The reactions that are left to the plain matcher.
        self.left: set[str] = set()
        self.engine = Engine(self._ruleset, self._facts)

    def add(self, reaction: str, when: When) -> None:
        """From the next change on ``reaction`` waits for ``when``."""
        self.plain.add(reaction, when)
        if isinstance(when, WhenAll) and len(when.patterns) > MOST_JOINED:
            self.left.add(reaction)
        self.engine.end()

    def close(self) -> None:
        """End the engine's process."""
        self.engine.end()

    def take(self, change: Change) -> list[Match]:
        """The matches that ``change`` completes, in the order in which reactions were added."""
        if self.given_up is None and self.plain.whens.keys() - self.left:
            try:
                return self._take(change)
            except GivenUpError as error:
                self.given_up = str(error)
                self.engine.end()
                _log.warning("durable_rules is given up, Tenure's own matcher goes on: %s", error)
        return self.plain.take(change)

    # ------------------------------------------------------------ with the engine

    def _ruleset(self) -> Ruleset:
        whens = {name: when for name, when in self.plain.whens.items() if name not in self.left}
        return Ruleset(self.plain.vocabulary, whens)

    def _facts(self, rules: Ruleset) -> list[Fact]:
        """The facts that wait, for an engine that begins."""
        return [
            rules.of_candidate(pattern, candidate)
            for pattern, (reaction, place, _) in enumerate(rules.patterns)
            if reaction in self.waiting.places
            for candidate in self.waiting.places[reaction][place].values()
        ]

    def _places(self, reaction: str) -> list[dict[str, Candidate]]:
        return self.waiting.places.get(reaction, [])

    def _take(self, change: Change) -> list[Match]:
        """Nothing is kept, nor used, before the engine has answered all."""
        self.engine.renew()
        if change.news == "withdrawn":
            for name in self._names(withdrawn_id(change)):
                self.engine.forget(name)
            self.waiting.forget(withdrawn_id(change))
        fitting = self._fitting(change)
        self._leave_what_is_too_much(fitting)
        joined = self._joined(fitting)
        self.waiting.taken += 1
        found = (
            self._match(reaction, change, fitting.get(reaction), joined.get(reaction))
            for reaction in self.plain.whens
        )
        return [match for match in found if match is not None]

    def _fitting(self, change: Change) -> dict[str, _Fitting]:
        """The patterns that ``change`` fits, by their reactions: found by the engine, read again."""
        rules, number = self.engine.ruleset, self.waiting.taken + 1
        matched = self.engine.ask(staying=[], passing=rules.of_change(number, change))
        found: dict[str, _Fitting] = {}
        for pattern in sorted({rules.stands_for[rule] for rule, _ in matched}):
            reaction, place, written = rules.patterns[pattern]
            values = written.match(change, self.plain.vocabulary)
            if values is not None:
                found.setdefault(reaction, {})[place] = Candidate(number, change, values)
        return found

    def _leave_what_is_too_much(self, fitting: Mapping[str, _Fitting]) -> None:
        for reaction, places in fitting.items():
            sizes = [len(waiting) + (place in places) for place, waiting in enumerate(self._places(reaction))]
            if len(sizes) > 2 and prod(max(size, 1) for size in sizes) > MOST_WAYS:
                self.left.add(reaction)
                self.engine.end()

    def _joined(self, fitting: Mapping[str, _Fitting]) -> dict[str, tuple[int, ...]]:
        """For each reaction whose patterns are all met the numbers of the oldest changes that go together."""
        rules = self.engine.ruleset
        staying = [
            rules.of_candidate(pattern, fitting[reaction][place])
            for pattern, (reaction, place, _) in enumerate(rules.patterns)
            if reaction in self.waiting.places and place in fitting.get(reaction, ())
        ]
        found: dict[str, tuple[int, ...]] = {}
        for rule, numbers in self.engine.ask(staying=staying, passing=[]) if staying else ():
            reaction = rules.joins[rule]
            found[reaction] = min(numbers, found.get(reaction, numbers))
        return found

    def _match(
        self, reaction: str, change: Change, fitting: _Fitting | None, joined: tuple[int, ...] | None
    ) -> Match | None:
        if reaction in self.left:
            return self.plain.of_reaction(reaction, change)
        if fitting is None:
            return None
        if reaction not in self.waiting.places:
            return Match(reaction, (change,), fitting[min(fitting)].values)
        places = self.waiting.places[reaction]
        for place, candidate in fitting.items():
            places[place][change.id] = candidate
        if joined is None:
            return None
        used = tuple(
            next(c for c in waiting.values() if c.number == number)
            for waiting, number in zip(places, joined, strict=True)
        )
        changes = tuple(candidate.change for candidate in used)
        for each in changes:
            for name in self._names(each.id, reaction):
                self.engine.forget(name)
        self.waiting.use(reaction, changes)
        return Match(reaction, changes, {name: v for c in used for name, v in c.values.items()})

    def _names(self, id: str, of: str | None = None) -> Iterator[Any]:
        """What the engine calls the facts by which the change of that id waits (``of``: for that reaction)."""
        for pattern, (reaction, place, _) in enumerate(self.engine.ruleset.patterns):
            places = self._places(reaction)
            if of in (None, reaction) and places and id in places[place]:
                yield pattern, places[place][id].number
