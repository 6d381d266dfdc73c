"""Terms: names, constants, numbers, dates, durations, arithmetic and aggregates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from tenure.diagnostics import Place
from tenure.language.syntax.shared import place_field

if TYPE_CHECKING:
    from tenure.language.syntax.formulas import Formula


@frozen
class Name:
    """A bare word: a variable or a constant; which of the two is decided where names are resolved."""

    text: str
    place: Place | None = place_field()


@frozen
class Text:
    """A quoted constant."""

    value: str
    place: Place | None = place_field()


@frozen
class Number:
    """An exact decimal; ``5%`` is 0.05 (``percent`` only remembers how it was written)."""

    value: Decimal
    percent: bool = field(default=False, eq=False, repr=False, kw_only=True)
    place: Place | None = place_field()


@frozen
class Money:
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str
    place: Place | None = place_field()


@frozen
class Flag:
    """``yes`` or ``no``."""

    value: bool
    place: Place | None = place_field()


@frozen
class Date:
    """A civil date of some precision (``2032``, ``2032-Q3``, ``2032-05``, ``2032-05-01``) or a local or zoned
    time (``2028-09-15T10:00``), as written.
    """

    text: str
    place: Place | None = place_field()


@frozen
class Length:
    """A duration as written: ``((30, "day"),)``; units are singular; ``exact`` days are 24 hours each."""

    parts: tuple[tuple[int, str], ...]
    exact: bool = False
    place: Place | None = place_field()


@frozen
class Wildcard:
    """``_``: anything."""

    place: Place | None = place_field()


@frozen
class Arithmetic:
    """``left op right`` over numbers and money; ``op`` is ``+ - * /`` or ``min``/``max``."""

    op: Literal["+", "-", "*", "/", "min", "max"]
    left: Term
    right: Term
    place: Place | None = place_field()


@frozen
class Aggregate:
    """``count of φ``, ``sum of t over φ``, ``min``/``max`` likewise, ``days of φ`` (local days on which φ held);
    ``within`` bounds the window, unbounded where it is None.
    """

    kind: Literal["count", "sum", "min", "max", "days"]
    of: Term | None
    over: Formula
    within: Length | None = None
    place: Place | None = place_field()


Term = Name | Text | Number | Money | Flag | Date | Length | Wildcard | Arithmetic | Aggregate
