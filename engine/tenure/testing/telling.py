"""One more event for a story: whatever the contract declares, done by whom it expects or by somebody else.

Every choice is a small number, and 0 is the plainest: the event that the contract speaks of most, by those
who may do it, about the first thing, on the next day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, frozen

from tenure.history import Event, event_to_mapping
from tenure.history.event import RETRACTION
from tenure.history.values import UNKNOWN
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms import Vocabulary
from tenure.norms.scope import is_variable
from tenure.testing.clocks import Clock, Pick
from tenure.testing.errors import nothing_happens
from tenure.testing.words import Words, mentions
from tenure.time import Instant

#: An event is told at most this much more often than one that no rule speaks of.
_MOST_WEIGHT = 12
_MANNERS, _CASTS = 16, 10


@frozen
class Focus:
    """What a story is about: events of ``types`` that speak of ``words``; without types of anything."""

    types: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


ANYTHING = Focus()
#: What an attribute names that names nothing.
NOTHING = "none"


@frozen
class Manners:
    """What else a story may have in it: late records, corrections and retractions, attributes that nobody knows."""

    late: bool = True
    corrections: bool = True
    unknowns: bool = True


@frozen(eq=False)
class _Kind:
    """An event type with the values of its attributes, and who does it: those expected first, then anybody."""

    name: str
    attributes: tuple[tuple[str, bool, tuple[Any, ...]], ...]
    expected: tuple[tuple[str, ...], ...]
    others: tuple[tuple[str, ...], ...]


class Teller:
    """Tells the events of one contract, in stories that begin at ``start``; keep one for many stories."""

    def __init__(self, vocabulary: Vocabulary, start: Instant | None) -> None:
        if not vocabulary.events:
            raise nothing_happens(vocabulary)
        words = Words(vocabulary)
        self.schema = vocabulary.schema
        self.clock = Clock.of(vocabulary, start)
        self.kinds = {name: _kind(vocabulary, words, name) for name in vocabulary.events}
        counted = mentions(vocabulary).most_common()
        self._order = tuple(name for name, n in counted for _ in range(1 + min(n, _MOST_WEIGHT)))
        self._orders: dict[Focus, tuple[str, ...]] = {}
        self._chosen: dict[tuple[Focus, str, str], tuple[Any, ...]] = {}
        #: Names that matter only to the rules that use them: kinds, and constants that are no actors.
        self._named = frozenset(words.constants) - {*vocabulary.actors, NOTHING}

    def event(self, pick: Pick, told: Sequence[Event], manners: Manners, *, about: Focus = ANYTHING) -> Event:
        """An event to follow ``told`` (in the order in which it is told, not of time), of one of the types ``about``."""
        manner = pick(_MANNERS)
        if told and manners.corrections and manner in (12, 13):
            return self._mark(pick, told, retract=manner == 13)
        order = self._about(about)
        kind = self.kinds[order[pick(len(order))]]
        at = self.clock.at(pick, [e.at for e in told])
        event = self._plain(pick, kind, at, _name(told), about)
        if manner == 15 and told:
            return _in_order_with(told[-1], event)
        if manner == 11 and manners.late:
            return evolve(event, recorded=max(at, self.clock.at(pick, [at])))
        if manner == 14 and manners.unknowns and event.data:
            hidden = pick(len(event.data))
            data = tuple((n, UNKNOWN if i == hidden else v) for i, (n, v) in enumerate(event.data))
            return evolve(event, data=data)
        return event

    def _about(self, about: Focus) -> tuple[str, ...]:
        """The types to choose from, those that rules speak of most first and most often."""
        if about not in self._orders:
            kept = tuple(name for name in self._order if name in about.types)
            self._orders[about] = kept or self._order
        return self._orders[about]

    def _values(self, kind: _Kind, place: int, about: Focus) -> tuple[Any, ...]:
        """The values of one attribute: of the names that rules use those that the story is about."""
        name, _, values = kind.attributes[place]
        if not about.words:
            return values
        key = (about, kind.name, name)
        if key not in self._chosen:
            kept = tuple(v for v in values if v not in self._named or v in about.words)
            self._chosen[key] = kept or values
        return self._chosen[key]

    def mapping(self, event: Event) -> dict[str, object]:
        """The event as a line of a history has it, without an id."""
        mapping = event_to_mapping(event, self.schema)
        del mapping["id"]
        return mapping

    def _plain(self, pick: Pick, kind: _Kind, at: int, id: str, about: Focus) -> Event:
        data = tuple(
            (name, self.clock.at(pick, [at]) if timed else _one(pick, self._values(kind, place, about)))
            for place, (name, timed, _) in enumerate(kind.attributes)
        )
        return Event(id, at, self.clock.is_day(at), None, kind.name, self._cast(pick, kind), data, at)

    def _cast(self, pick: Pick, kind: _Kind) -> tuple[str, ...]:
        """Mostly those who may, now and then somebody who may not: such an act is void."""
        choice = pick(_CASTS)
        if choice < 8 or not kind.others:
            return kind.expected[choice % len(kind.expected)] if kind.expected else kind.others[0]
        return kind.others[pick(len(kind.others))]

    def _mark(self, pick: Pick, told: Sequence[Event], *, retract: bool) -> Event:
        """A later record that an earlier one was wrong, or should not have been made."""
        target = told[len(told) - 1 - pick(len(told))]
        known = max(target.recorded, self.clock.at(pick, [target.recorded])) + 1
        if retract or target.type == RETRACTION:
            return Event(
                _name(told), known, False, None, RETRACTION, (), (), known, retracts=target.id  # noqa: FBT003
            )  # fmt: skip
        at = self.clock.at(pick, [target.at])
        event = self._plain(pick, self.kinds[target.type], at, _name(told), ANYTHING)
        return evolve(event, recorded=max(known, at), corrects=target.id)


def _one(pick: Pick, values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values[pick(len(values))]


def _name(told: Sequence[Event]) -> str:
    taken = {e.id for e in told}
    return next(name for i in range(len(told) + 1, 2 * len(told) + 2) if (name := f"E{i}") not in taken)


def _in_order_with(latest: Event, event: Event) -> Event:
    """At the instant of the latest event, and said to come after it."""
    seq = (latest.seq or 0) + 1
    at = latest.at - (latest.seq or 0) + seq
    return evolve(event, at=at, seq=seq, is_date=latest.is_date, recorded=at)


# ---------------------------------------------------------------- what a contract expects


def _kind(vocabulary: Vocabulary, words: Words, name: str) -> _Kind:
    declared = vocabulary.events[name]
    attributes = tuple(
        (a.name, a.type in ("date", "instant"), words.values(name, a)) for a in declared.attributes
    )
    expected = tuple(dict.fromkeys(_expected(vocabulary, declared)))
    alone: list[tuple[str, ...]] = [(actor,) for actor in vocabulary.actors]
    if declared.word == "fact":
        expected = expected or ((),)
        alone = [(), *alone]
    others = tuple(cast for cast in alone if cast not in expected)
    return _Kind(name, attributes, expected or others, others)


def _expected(vocabulary: Vocabulary, declared: s.EventDeclaration) -> Iterable[tuple[str, ...]]:
    """Those by whom the event is declared, who have a power to it, and those whose doing of it some rule speaks of."""
    named = _actors(vocabulary, declared.by)
    if named and declared.joint:
        yield named
    else:
        yield from ((actor,) for actor in named)
    for item in vocabulary.document.items:
        if isinstance(item, s.Scenario):
            continue
        for node in nodes(item):
            match node:
                case s.Norm("power", s.Holder(parties), s.ActPhrase(name)) if name == declared.name:
                    yield from ((actor,) for actor in _actors(vocabulary, parties))
                case s.Atom(name, _, by) if name == declared.name and by:
                    yield from ((actor,) for actor in _actors(vocabulary, by))
    if declared.word == "act" and not named:
        yield from ((party,) for party in vocabulary.parties)


def _actors(vocabulary: Vocabulary, terms: Iterable[s.Term]) -> tuple[str, ...]:
    """The actors among ``terms``; a variable may be any party."""
    found: list[str] = []
    for term in terms:
        text = term.text if isinstance(term, s.Name) else term.value if isinstance(term, s.Text) else ""
        if text in vocabulary.actors:
            found.append(text)
        elif text and isinstance(term, s.Name) and is_variable(text, vocabulary):
            found.extend(vocabulary.parties)
    return tuple(dict.fromkeys(found))
