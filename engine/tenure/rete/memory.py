"""The facts that wait in one host, by what they say, and the projections that count them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from attrs import define, frozen

from tenure.rete.host import Host, Tokens
from tenure.rete.literals import Symbol
from tenure.rete.patterns import ALWAYS, is_momentary
from tenure.rete.ready import Ready, column_place, found_in
from tenure.rete.ruleset import Channel, Key, Projected, Rule, Ruleset, as_json


class Fact(NamedTuple):
    """A fact that waits: its ids, since which stage it is there, and from which its term runs."""

    ids: tuple[str, ...]
    since: int
    anchor: int


@define
class Waiting:
    """What can be written down of a memory, and waits again after a restart."""

    facts: dict[tuple[Symbol, Key], Fact]
    counts: dict[tuple[Symbol, Key], int]


@frozen
class _Projection:
    """A source of a projection, with columns as places in a key; the id of an event stands last."""

    symbol: Symbol
    fixed: tuple[tuple[int, int], ...]
    same: tuple[tuple[int, int], ...]
    columns: tuple[int, ...]

    @classmethod
    def of(cls, symbol: Symbol, source: Projected) -> _Projection:
        """The source, as keys show it."""
        return cls(
            symbol,
            tuple((column_place(column), value) for column, value in source.fixed),
            tuple((column_place(one), column_place(other)) for one, other in source.same),
            tuple(map(column_place, source.columns)),
        )

    def part(self, key: Key) -> Key | None:
        """The key of the projection for a fact, if it counts."""
        for i, value in self.fixed:
            if key[i] != value:
                return None
        for i, j in self.same:
            if key[i] != key[j]:
                return None
        return tuple([key[i] for i in self.columns])


def _beside_events(rules: tuple[Rule, ...]) -> frozenset[Symbol]:
    """The projections that are denied only beside what is there for one stage.

    Nothing can then begin because one of them goes, and whether it is there is asked when the match has its turn: so
    the engine need not hear of it.
    """
    beside: set[Symbol] = set()
    otherwise: set[Symbol] = set()
    for rule in rules:
        for pattern in rule.patterns:
            if not pattern.positive and pattern.symbol.startswith("any:"):
                alone = is_momentary(rule.patterns[0].symbol) and rule.effect.kind != "aux+"
                (beside if alone else otherwise).add(pattern.symbol)
    return frozenset(beside - otherwise)


def _form(channel: Channel, order: tuple[str, ...]) -> Callable[..., str]:
    """Writes a fact, given its values in that ``order``."""
    marks = [f'"{field}":{value}' for field, value in channel.marks.items()]
    return ",".join([*marks, *(f'"{c}":{{{order.index(c)}}}' for c in channel.columns)]).format


class Memory:
    """The working memory of one set of rules."""

    def __init__(self, name: str, rules: tuple[Rule, ...], ruleset: Ruleset) -> None:
        written, self.channels = as_json(rules)
        self._ready = {rule.name: Ready.of(rule, ruleset.partial) for rule in rules}
        self.host = Host(name, written)
        #: Whether it matters for some rule since when its facts are there.
        self._closely = any(ready.case for ready in self._ready.values())
        self._forms: dict[Symbol, tuple[Callable[..., str], ...]] = {}
        self._number = 0
        #: The number of the latest change of this stage, and when facts came and went at it.
        self.order = 0
        self._born: dict[str, int] = {}
        self._gone: dict[tuple[Symbol, Key], int] = {}
        #: Whether it matters for some rule in which order the events of this stage were recorded, and that order.
        self._in_turn = any(ready.oldest for ready in self._ready.values())
        self._turns: dict[int, int] = {}
        self.facts: dict[tuple[Symbol, Key], Fact] = {}
        self.counts: dict[tuple[Symbol, Key], int] = {}
        self.passing: list[str] = []
        self._passed: list[tuple[Symbol, Key]] = []
        self._aside = _beside_events(rules)
        self._projections: dict[Symbol, list[_Projection]] = {}
        for symbol, sources in ruleset.projections.items():
            for source in sources if symbol in self.channels else ():
                self._projections.setdefault(source.symbol, []).append(_Projection.of(symbol, source))

    def begin(self) -> None:
        """Post what is always there."""
        self.post(ALWAYS, (), 0)

    # ------------------------------------------------------------ facts that stay

    def has(self, symbol: Symbol, key: Key) -> bool:
        """Whether such a fact waits."""
        return (symbol, key) in self.facts

    def post(
        self, symbol: Symbol, key: Key, seq: int, ripe: int | None = None, since: int | None = None
    ) -> None:
        """Let a fact wait, once; ``ripe`` is since which change it could, ``since`` an earlier step by which it goes."""
        if (symbol, key) not in self.facts:
            step = seq if since is None else since
            fact = self.facts[symbol, key] = self._wait(symbol, key, step, step)
            if self._closely:
                for id in fact.ids:
                    self._born[id] = self.order if ripe is None else ripe
            if symbol in self._projections:
                self._count(symbol, key, seq)

    def withdraw(self, symbol: Symbol, key: Key) -> None:
        """Let a fact wait no longer, if it does."""
        fact = self.facts.pop((symbol, key), None)
        if fact is not None:
            self._give_up(fact)
            if self._closely:
                self._gone[symbol, key] = self.order
            if symbol in self._projections:
                self._discount(symbol, key)

    def anchor_anew(self, symbol: Symbol, key: Key, anchor: int) -> None:
        """The same fact, with a term that runs from ``anchor``."""
        old = self.facts[symbol, key]
        self._give_up(old)
        self.facts[symbol, key] = self._wait(symbol, key, old.since, anchor)

    def _wait(self, symbol: Symbol, key: Key, since: int, anchor: int) -> Fact:
        ids = tuple([self.host.post(f(since, anchor, 0, *key)) for f in self._forms_of(symbol, key)])
        return Fact(ids, since, anchor)

    def _give_up(self, fact: Fact) -> None:
        for id in fact.ids:
            self.host.withdraw(id)

    def _forms_of(self, symbol: Symbol, key: Key) -> tuple[Callable[..., str], ...]:
        """How facts of ``symbol`` are written, once for each of its channels."""
        forms = self._forms.get(symbol)
        if forms is None:
            order = ("s", "n", "i", *(f"c{i}" for i in range(len(key))))
            channels = () if symbol in self._aside else self.channels.get(symbol, ())
            forms = self._forms[symbol] = tuple(_form(channel, order) for channel in channels)
        return forms

    def _count(self, symbol: Symbol, key: Key, seq: int) -> None:
        for projection in self._projections[symbol]:
            part = projection.part(key)
            if part is None:
                continue
            place = (projection.symbol, part)
            count = self.counts[place] = self.counts.get(place, 0) + 1
            if count == 1:
                self.post(*place, seq)

    def _discount(self, symbol: Symbol, key: Key) -> None:
        for projection in self._projections[symbol]:
            part = projection.part(key)
            if part is None:
                continue
            place = (projection.symbol, part)
            count = self.counts.pop(place) - 1
            if count:
                self.counts[place] = count
            else:
                self.withdraw(*place)

    # ------------------------------------------------------------ facts of one stage

    def pass_by(self, symbol: Symbol, key: Key, seq: int, *, id: int = 0, anchor: int = 0) -> None:
        """Let a fact wait until the end of the stage; ``id`` is the event that it belongs to."""
        if self._in_turn and id not in self._turns:
            self._turns[id] = len(self._turns)
        for form in self._forms_of(symbol, key):
            fact = self.host.post(form(seq, anchor, id, *key))
            self.passing.append(fact)
            if self._closely:
                self._born[fact] = self.order
        if symbol in self._projections:
            self._passed.append((symbol, (*key, id)))
            self._count(symbol, (*key, id), seq)

    def forget_passing(self) -> bool:
        """The stage is over; returns whether anything passed."""
        passed = bool(self.passing or self._passed)
        for id in self.passing:
            self.host.withdraw(id)
        for symbol, key in self._passed:
            self._discount(symbol, key)
        self.passing.clear()
        self._passed.clear()
        self._born.clear()
        self._gone.clear()
        self._turns.clear()
        return passed

    def firings(self) -> Iterator[tuple[Rule, Key, int]]:
        """Each rule that fires, in the order of priorities, with the key that its facts give, and when it was ripe.

        Facts may come and go between two of them; a match that no longer is one when its turn comes does not fire.
        """
        matches: list[tuple[int, Key, int, Ready, Key, Tokens]] = []
        ripest: dict[tuple[tuple[str, int], Key], int] = {}
        while True:
            found = self.host.matches()
            known = self._number + self.host.doubtful
            for name, tokens in found:
                self._number += 1
                ready = self._ready[name]
                key = found_in(ready.key, tokens)
                if ready.case is not None:
                    case, ripe = (ready.case, key), self._ripe(ready, tokens)
                    ripest[case] = min(ripe, ripest.get(case, ripe))
                turn = () if ready.oldest is None else self._turn(ready, key, tokens)
                heappush(matches, (ready.rule.priority, turn, self._number, ready, key, tokens))
            if not matches:
                return
            _, _, number, ready, key, tokens = heappop(matches)
            # Nothing has come or gone since the latest matches were taken; but a `none` is not always to be trusted.
            if (number > known and not ready.denied) or self._still(ready, tokens):
                yield ready.rule, key, ripest[ready.case, key] if ready.case is not None else 0

    def _turn(self, ready: Ready, key: Key, tokens: Tokens) -> Key:
        """Which performance comes first: of the oldest instance, of its first rung, by the event recorded first."""
        assert ready.oldest is not None
        return (tokens[ready.oldest]["s"], ready.place, self._turns[key[0]])

    def _still(self, ready: Ready, tokens: Tokens) -> bool:
        live = self.host.live
        for fact in tokens.values():
            if fact["id"] not in live:
                return False
        return all((symbol, found_in(sources, tokens)) not in self.facts for symbol, sources in ready.denied)

    def _ripe(self, ready: Ready, tokens: Tokens) -> int:
        """The number of the change of this stage by which the match was complete."""
        born, gone = self._born, self._gone
        found = [born.get(fact["id"], 0) for fact in tokens.values()]
        found += [gone.get((symbol, found_in(key, tokens)), 0) for symbol, key in ready.denied]
        return max(found)

    # ------------------------------------------------------------ snapshots

    def waiting(self) -> Waiting:
        """What waits between two stages."""
        return Waiting(dict(self.facts), dict(self.counts))

    def restore(self, waiting: Waiting) -> None:
        """Let the same facts wait in this (new) host."""
        self.counts = dict(waiting.counts)
        for (symbol, key), old in waiting.facts.items():
            self.facts[symbol, key] = self._wait(symbol, key, old.since, old.anchor)
