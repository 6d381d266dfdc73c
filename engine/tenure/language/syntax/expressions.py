"""Expressions: terms (names, constants, dates, durations, arithmetic, aggregates) and formulas over them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from tenure.diagnostics import Place
from tenure.language.syntax.shared import Node


class Name(Node, frozen=True, eq=False):
    """A bare word: a variable or a constant; which of the two is decided where names are resolved."""

    text: str
    place: Place | None = None


class Text(Node, frozen=True, eq=False):
    """A quoted constant."""

    value: str
    place: Place | None = None


class Number(Node, frozen=True, eq=False):
    """An exact decimal; ``5%`` is 0.05 (``percent`` only remembers how it was written)."""

    value: Decimal
    percent: bool = False
    place: Place | None = None


class Money(Node, frozen=True, eq=False):
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str
    place: Place | None = None


class Flag(Node, frozen=True, eq=False):
    """``yes`` or ``no``."""

    value: bool
    place: Place | None = None


class Date(Node, frozen=True, eq=False):
    """A date or time as written.

    It has some precision (``2032``, ``2032-Q3``, ``2032-05``, ``2032-05-01``), or is a local or zoned time
    (``2028-09-15T10:00``).
    """

    text: str
    place: Place | None = None


class Length(Node, frozen=True, eq=False):
    """A duration as written: ``((30, "day"),)``; units are singular; ``exact`` days are 24 hours each."""

    parts: tuple[tuple[int, str], ...]
    exact: bool = False
    place: Place | None = None


class Wildcard(Node, frozen=True, eq=False):
    """``_``: anything."""

    place: Place | None = None


class Null(Node, frozen=True, eq=False):
    """``null``: not known; only the events of a story have such values."""

    place: Place | None = None


class Arithmetic(Node, frozen=True, eq=False):
    """``left op right`` over numbers and money; ``op`` is ``+ - * /`` or ``min``/``max``."""

    op: Literal["+", "-", "*", "/", "min", "max"]
    left: Term
    right: Term
    place: Place | None = None


class Aggregate(Node, frozen=True, eq=False):
    """``count of φ``, ``sum of t over φ``, ``min``/``max`` likewise, ``days of φ`` (local days on which φ held).

    ``within`` bounds the window; it is unbounded where that is None.
    """

    kind: Literal["count", "sum", "min", "max", "days"]
    of: Term | None
    over: Formula
    within: Length | None = None
    place: Place | None = None


Term = Name | Text | Number | Money | Flag | Date | Length | Wildcard | Null | Arithmetic | Aggregate


class Argument(Node, frozen=True, eq=False):
    """An argument of an atom: positional when ``name`` is None."""

    name: str | None
    term: Term


class Atom(Node, frozen=True, eq=False):
    """An event, a state, a clause, a regime or a built-in state such as ``breached(F1)``; ``by`` binds who did it."""

    name: str
    args: tuple[Argument, ...] = ()
    by: tuple[Term, ...] = ()
    place: Place | None = None


class Compare(Node, frozen=True, eq=False):
    """``left op right``."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Term
    right: Term
    place: Place | None = None


class KindExpression(Node, frozen=True, eq=False):
    """``model or product``, ``ip but not research``."""

    any_of: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    place: Place | None = None


class Is(Node, frozen=True, eq=False):
    """``x is model or product``, ``A3 is declared``."""

    subject: Term
    kinds: KindExpression
    place: Place | None = None


class OwnedBy(Node, frozen=True, eq=False):
    """``x is owned by p``."""

    thing: Term
    owner: Term
    place: Place | None = None


class TimeIs(Node, frozen=True, eq=False):
    """``before D``: true up to the start of D; ``after D``: true from the start of what follows D."""

    side: Literal["before", "after"]
    date: Date
    place: Place | None = None


class Unknown(Node, frozen=True, eq=False):
    """``unknown "why"``: a term that was not published."""

    why: str
    place: Place | None = None


class Recurring(Node, frozen=True, eq=False):
    """``recurring "last business day of each month"``: true at the start of each such day (see `tenure.time.Recurrence`)."""

    text: str
    place: Place | None = None


class And(Node, frozen=True, eq=False):
    """``φ and ψ``."""

    parts: tuple[Formula, ...]
    place: Place | None = None


class Or(Node, frozen=True, eq=False):
    """``φ or ψ``."""

    parts: tuple[Formula, ...]
    place: Place | None = None


class Not(Node, frozen=True, eq=False):
    """``not φ``."""

    of: Formula
    place: Place | None = None


class Implies(Node, frozen=True, eq=False):
    """``if φ then ψ``."""

    condition: Formula
    consequence: Formula
    place: Place | None = None


class Exists(Node, frozen=True, eq=False):
    """``some x, y: φ``."""

    variables: tuple[str, ...]
    of: Formula
    place: Place | None = None


class ForEvery(Node, frozen=True, eq=False):
    """``every x, y in φ: ψ``: whatever makes φ true makes ψ true."""

    variables: tuple[str, ...]
    domain: Formula
    of: Formula
    place: Place | None = None


class Edge(Node, frozen=True, eq=False):
    """``entering φ`` (φ before the events of this tick), ``begins φ``, ``ends φ``, ``expires φ`` (its own limit ends it)."""

    kind: Literal["entering", "begins", "ends", "expires"]
    of: Formula
    place: Place | None = None


class Once(Node, frozen=True, eq=False):
    """``once φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = None


class Historically(Node, frozen=True, eq=False):
    """``historically φ [within D]``: φ at every instant so far, or throughout the last D."""

    of: Formula
    within: Length | None = None
    place: Place | None = None


class Since(Node, frozen=True, eq=False):
    """``φ since ψ``: ψ happened, and φ has held ever after."""

    of: Formula
    start: Formula
    place: Place | None = None


class HeldFor(Node, frozen=True, eq=False):
    """``φ held for D``."""

    of: Formula
    length: Length
    place: Place | None = None


class Always(Node, frozen=True, eq=False):
    """``always φ``: from now on, at every instant."""

    of: Formula
    place: Place | None = None


class Eventually(Node, frozen=True, eq=False):
    """``eventually φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = None


class HoldsUntil(Node, frozen=True, eq=False):
    """``φ holds until ψ``."""

    of: Formula
    end: Formula
    place: Place | None = None


class NextChange(Node, frozen=True, eq=False):
    """``next change φ``: φ right after the next change of any position."""

    of: Formula
    place: Place | None = None


Formula = (
    Atom | Compare | Is | OwnedBy | TimeIs | Unknown | Recurring | And | Or | Not | Implies | Exists | ForEvery | Edge | Once
    | Historically | Since | HeldFor | Always | Eventually | HoldsUntil | NextChange
)  # fmt: skip
