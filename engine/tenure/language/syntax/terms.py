"""Terms: names, constants, numbers, dates, durations, arithmetic and aggregates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from tenure.diagnostics import Place
from tenure.language.syntax.shared import Node

if TYPE_CHECKING:
    from tenure.language.syntax.formulas import Formula


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
    """A civil date of some precision (``2032``, ``2032-Q3``, ``2032-05``, ``2032-05-01``) or a local or zoned
    time (``2028-09-15T10:00``), as written.
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


class Arithmetic(Node, frozen=True, eq=False):
    """``left op right`` over numbers and money; ``op`` is ``+ - * /`` or ``min``/``max``."""

    op: Literal["+", "-", "*", "/", "min", "max"]
    left: Term
    right: Term
    place: Place | None = None


class Aggregate(Node, frozen=True, eq=False):
    """``count of φ``, ``sum of t over φ``, ``min``/``max`` likewise, ``days of φ`` (local days on which φ held);
    ``within`` bounds the window, unbounded where it is None.
    """

    kind: Literal["count", "sum", "min", "max", "days"]
    of: Term | None
    over: Formula
    within: Length | None = None
    place: Place | None = None


Term = Name | Text | Number | Money | Flag | Date | Length | Wildcard | Arithmetic | Aggregate
