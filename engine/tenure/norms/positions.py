"""Positions and their supports: which clause gives what to whom, and through which relations of the kernel."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.relations import Relation, correlative


@frozen
class Position:
    """One legal relation, stored from the side of the one whose act it is about.

    ``object`` are the values of the act's parameters, ``None`` where the clause leaves one open; ``counterparty`` is
    None where the clause names nobody; ``instance`` is the id of the event that a duty springs from.
    """

    relation: Relation
    holder: str
    counterparty: str | None
    act: str
    object: tuple[Any, ...] = ()
    instance: str | None = None

    def seen_by_other(self) -> tuple[str | None, Relation, str]:
        """Holder, relation and counterparty from the other side."""
        return self.counterparty, correlative(self.relation), self.holder


@frozen
class Run:
    """The span that a clause runs for, as a relation over those of its variables that its parts mention."""

    name: str
    args: tuple[k.Term, ...]


@frozen
class Defeat:
    """What may defeat a support: a clause by rank, or a condition of ``unless``; ``formula`` is over the head."""

    formula: k.Formula
    clause: str | None
    words: str


@frozen
class Support:
    """One norm of a clause as it gives positions: relation ``force`` holds for the heads it gives them to.

    ``head`` is (holder, counterparty, *object); for duty instances the id comes first.  ``base`` is the relation
    before exceptions, ``run`` the span of the clause, ``amended_by`` the amendments that end it.  ``rung`` counts the
    `otherwise` above a duty; ``first_sides`` are the sides that may pass on, with who has them at first; ``computed``
    are arguments that are calculated when a duty arises; ``assigned_from`` is the first holder of what is assigned.
    """

    clause: str
    relation: Relation
    act: str
    parameters: tuple[str, ...]
    holder: k.Term
    counterparty: k.Term
    object: tuple[k.Term, ...]
    force: str
    base: str
    run: Run | None
    norm: s.Norm | None
    defeats: tuple[Defeat, ...] = ()
    conditions: tuple[k.Formula, ...] = ()
    duty: bool = False
    amended_by: tuple[str, ...] = ()
    rung: int = 0
    cumulative: bool = False
    first_sides: tuple[tuple[k.Var, k.Term], ...] = ()
    computed: tuple[tuple[str, s.Term], ...] = ()
    assigned_from: k.Term | None = None

    @property
    def head(self) -> tuple[k.Term, ...]:
        """Holder, counterparty and object."""
        return (self.holder, self.counterparty, *self.object)

    def in_force(self, args: tuple[k.Term, ...] = ()) -> k.Formula:
        """The support in force for anyone; ``args`` fix its objects from the left."""
        width = len(self.object)
        if len(args) > width:
            return k.Fixed(0)
        rest = tuple(k.Var(f"_any{i}") for i in range(width - len(args)))
        return self.for_head(k.Var("_holder"), (*args, *rest))

    def for_head(self, holder: k.Term, args: tuple[k.Term, ...]) -> k.Formula:
        """The support in force for ``holder`` and ``args``, against anyone."""
        instance = (k.Var("_instance"),) if self.duty else ()
        return k.Rel(self.force, (*instance, holder, k.Var("_against"), *args))

    def position(self, row: tuple[Any, ...]) -> Position:
        """The position that a row of ``force`` gives."""
        instance, row = (row[0], row[1:]) if self.duty else (None, row)
        return Position(self.relation, row[0], row[1], self.act, tuple(row[2:]), instance or None)


@frozen
class Silence:
    """``silent on``: where no clause speaks of the act, the answer is unknown while ``force`` holds."""

    clause: str
    act: str
    holder: str | None
    object: tuple[k.Term, ...]
    force: str
    why: str


def names_of(terms: tuple[k.Term, ...]) -> frozenset[str]:
    """The variables among ``terms``."""
    return frozenset(t.name for t in terms if isinstance(t, k.Var))
