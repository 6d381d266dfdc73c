"""Formulas: atoms, comparisons, connectives and temporal operators."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from tenure.diagnostics import Place
from tenure.language.syntax.shared import place_field
from tenure.language.syntax.terms import Date, Length, Term


@frozen
class Argument:
    """An argument of an atom: positional when ``name`` is None."""

    name: str | None
    term: Term


@frozen
class Atom:
    """An event, a state, a clause, a regime or a built-in state such as ``breached(F1)``; ``by`` binds who did it."""

    name: str
    args: tuple[Argument, ...] = ()
    by: tuple[Term, ...] = ()
    place: Place | None = place_field()


@frozen
class Compare:
    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Term
    right: Term
    place: Place | None = place_field()


@frozen
class KindExpression:
    """``model or product``, ``ip but not research``."""

    any_of: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    place: Place | None = place_field()


@frozen
class Is:
    """``x is model or product``, ``A3 is declared``."""

    subject: Term
    kinds: KindExpression
    place: Place | None = place_field()


@frozen
class OwnedBy:
    """``x is owned by p``."""

    thing: Term
    owner: Term
    place: Place | None = place_field()


@frozen
class TimeIs:
    """``before D``: true up to the start of D; ``after D``: true from the start of what follows D."""

    side: Literal["before", "after"]
    date: Date
    place: Place | None = place_field()


@frozen
class Unknown:
    """``unknown "why"``: a term that was not published."""

    why: str
    place: Place | None = place_field()


@frozen
class And:
    parts: tuple[Formula, ...]
    place: Place | None = place_field()


@frozen
class Or:
    parts: tuple[Formula, ...]
    place: Place | None = place_field()


@frozen
class Not:
    of: Formula
    place: Place | None = place_field()


@frozen
class Implies:
    """``if φ then ψ``."""

    condition: Formula
    consequence: Formula
    place: Place | None = place_field()


@frozen
class Exists:
    """``some x, y: φ``."""

    variables: tuple[str, ...]
    of: Formula
    place: Place | None = place_field()


@frozen
class ForEvery:
    """``every x, y in φ: ψ``: whatever makes φ true makes ψ true."""

    variables: tuple[str, ...]
    domain: Formula
    of: Formula
    place: Place | None = place_field()


@frozen
class Edge:
    """``entering φ`` (φ before the events of this tick), ``begins φ``, ``ends φ``, ``expires φ`` (its own limit ends it)."""

    kind: Literal["entering", "begins", "ends", "expires"]
    of: Formula
    place: Place | None = place_field()


@frozen
class Once:
    """``once φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = place_field()


@frozen
class Historically:
    """``historically φ [within D]``: φ at every instant so far, or throughout the last D."""

    of: Formula
    within: Length | None = None
    place: Place | None = place_field()


@frozen
class Since:
    """``φ since ψ``: ψ happened, and φ has held ever after."""

    of: Formula
    start: Formula
    place: Place | None = place_field()


@frozen
class HeldFor:
    """``φ held for D``."""

    of: Formula
    length: Length
    place: Place | None = place_field()


@frozen
class Always:
    of: Formula
    place: Place | None = place_field()


@frozen
class Eventually:
    """``eventually φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = place_field()


@frozen
class HoldsUntil:
    """``φ holds until ψ``."""

    of: Formula
    end: Formula
    place: Place | None = place_field()


@frozen
class NextChange:
    """``next change φ``: φ right after the next change of any position."""

    of: Formula
    place: Place | None = place_field()


Formula = (
    Atom | Compare | Is | OwnedBy | TimeIs | Unknown | And | Or | Not | Implies | Exists | ForEvery | Edge | Once
    | Historically | Since | HeldFor | Always | Eventually | HoldsUntil | NextChange
)  # fmt: skip
