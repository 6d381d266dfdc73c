"""Scenarios and properties: stories with the answers that they expect."""

from __future__ import annotations

from typing import Literal

from tenure.diagnostics import Place
from tenure.language.syntax.expressions import Argument, Date, Formula, Term
from tenure.language.syntax.norms import ActPhrase, Relation, When
from tenure.language.syntax.shared import NO_COMMENTS, Comments, Node


class Happening(Node, frozen=True, eq=False):
    """A line of a story: ``2028-03-01 seq 2 Licensor delivered d1``; ``as E1`` names it."""

    at: Date
    by: tuple[str, ...]
    type: str
    args: tuple[Argument, ...] = ()
    name: str | None = None
    seq: int | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Statement(Node, frozen=True, eq=False):
    """``Licensee may [not] use x [against P]``: a position that is held, or not."""

    relation: Relation
    positive: bool
    holder: Term
    act: ActPhrase
    counterparty: Term | None = None
    place: Place | None = None


class EventIs(Node, frozen=True, eq=False):
    """``E1 is void``."""

    event: str
    status: Literal["void", "wrongful", "effective"]
    place: Place | None = None


class Expectation(Node, frozen=True, eq=False):
    """``at T [under A3 is declared,] [unknown whether|disputed whether] … [until D] [because …]``."""

    at: Date
    that: Statement | EventIs | Formula
    status: Literal["unknown", "disputed"] | None = None
    under: tuple[When, ...] = ()
    until: Date | None = None
    because: tuple[str, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Scenario(Node, frozen=True, eq=False):
    """``scenario "name" without T14, under A4 is agi_gone`` and its lines.

    It starts from the contract's own history unless it says ``alone``.
    """

    name: str
    alone: bool = False
    without: tuple[str, ...] = ()
    under: tuple[When, ...] = ()
    known_at: Date | None = None
    lines: tuple[Happening | Expectation, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Property(Node, frozen=True, eq=False):
    """``property "name" always …``."""

    name: str
    formula: Formula
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class StockOff(Node, frozen=True, eq=False):
    """``property one-holder off because "…"``: a property that every contract has, and this one does not."""

    name: str
    reason: str
    place: Place | None = None
    comments: Comments = NO_COMMENTS
