"""The position that a question names: its holder, its act, its object and its relation, from either side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from tenure.diagnostics import QueryError, did_you_mean
from tenure.norms import CORRELATIVES, Position, Relation, Vocabulary, correlative, is_stored
from tenure.timeline.objects import object_matches, parse_object


@frozen
class Sought:
    """A position as it is asked for, seen from the side of its holder; an object of None stands for anything."""

    holder: str
    act: str
    object: str | tuple[Any, ...] | None = None
    relation: Relation = "liberty"
    counterparty: str | None = None

    @property
    def stored(self) -> Relation:
        """The relation under which the position is kept: the sought one or its correlative."""
        return self.relation if is_stored(self.relation) else correlative(self.relation)

    def checked(self, vocabulary: Vocabulary) -> Sought:
        """The same, its names known; raises :class:`QueryError` (TEN602, TEN603, TEN604)."""
        check_actor(vocabulary, self.holder)
        check_act(vocabulary, self.act)
        check_relation(self.relation)
        return self

    def among(self, positions: Iterable[Position], vocabulary: Vocabulary) -> list[Position]:
        """Those of ``positions`` that the question is about."""
        found = []
        for p in positions:
            if p.act == self.act and p.relation == self.stored:
                sides = (p.holder, p.counterparty)
                mine, other = sides if is_stored(self.relation) else sides[::-1]
                if mine != self.holder or self.counterparty not in (None, other):
                    continue
                if object_matches(vocabulary, p, self.object):
                    found.append(p)
        return found

    def unheard_of(self, vocabulary: Vocabulary) -> Position:
        """The position of a question that no clause has ever given."""
        values = parse_object(vocabulary, self.act, self.object)
        if is_stored(self.relation):
            return Position(self.stored, self.holder, self.counterparty, self.act, values)
        other = self.counterparty or next((p for p in vocabulary.parties if p != self.holder), self.holder)
        return Position(self.stored, other, self.holder, self.act, values)


def check_actor(vocabulary: Vocabulary, name: str) -> None:
    """Raises :class:`QueryError` (TEN602) where ``name`` is no party and no other actor."""
    _check(name, vocabulary.actors, "TEN602", "an actor of this contract", "actors")


def check_act(vocabulary: Vocabulary, name: str) -> None:
    """Raises :class:`QueryError` (TEN603) where ``name`` is no action and no event of the contract."""
    known = (*vocabulary.actions, *vocabulary.events, "keep")
    # A contract of states and powers alone has no actions: then events are what can be asked about.
    shown = vocabulary.actions or vocabulary.events
    _check(name, known, "TEN603", "an act of this contract", "acts", shown)


def check_relation(name: str) -> Relation:
    """The relation of that name; raises :class:`QueryError` (TEN604) where there is none."""
    _check(name, CORRELATIVES, "TEN604", "a relation", "relations")
    return next(relation for relation in CORRELATIVES if relation == name)


def _check(
    name: str, known: Iterable[str], code: str, what: str, list: str, shown: Iterable[str] | None = None
) -> None:
    if name not in known:
        names = ", ".join(known if shown is None else shown) or "none"
        raise QueryError.of(
            code, f"`{name}` is not {what}", help=did_you_mean(name, known) or f"{list}: {names}"
        )
