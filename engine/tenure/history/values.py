"""The values that an event's attributes take: text, exact numbers, money, flags, instants, and *unknown*."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact, InvalidOperation, Overflow
from enum import Enum
from functools import total_ordering
from typing import Final, Self, TypeAlias

from attrs import field, frozen

from tenure.diagnostics import HistoryError

#: The most digits, and the largest power of ten, that a number in a history may have.
MAX_DIGITS = 60

_NUMBER = re.compile(r"[+-]?[0-9]{1,80}(\.[0-9]{1,80})?([eE][+-]?[0-9]{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
# Sums of amounts are exact or they raise: a total that was silently rounded could decide a clause.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact, InvalidOperation, Overflow])


class Unknown(Enum):
    """The type of :data:`UNKNOWN`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "unknown"


class Required(Enum):
    """The type of :data:`REQUIRED`."""

    REQUIRED = "required"

    def __repr__(self) -> str:
        return "required"


#: The value of an attribute that is written as ``null``: it has a value, and nobody has said which.
UNKNOWN: Final = Unknown.UNKNOWN
#: In place of a default: the attribute must be given.
REQUIRED: Final = Required.REQUIRED


def exact_number(value: object) -> int | Decimal | None:
    """``value`` as an exact number, or ``None`` where it is none (a flag and a float are none)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value) if value.lstrip("+-").isdigit() else Decimal(value)
    return None


def within_limits(number: int | Decimal) -> bool:
    """Whether ``number`` is finite, of at most :data:`MAX_DIGITS` digits and as many powers of ten."""
    if isinstance(number, int):
        return bool(abs(number) < 10**MAX_DIGITS)
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        return False
    # The text is never shorter than its digits, and much quicker to have than the tuple of them.
    return len(str(number)) <= MAX_DIGITS or len(number.as_tuple().digits) <= MAX_DIGITS


def _amount(value: int | str | Decimal) -> Decimal:
    number = exact_number(value)
    if number is None or not within_limits(number):
        raise HistoryError.of(
            "TEN417", f"`{value}` is not an exact amount", help='write it like 100.50, or "100.50"'
        )
    return Decimal(number)


@total_ordering
@frozen
class Money:
    """An exact amount of one currency (three capital letters, as in ISO 4217).

    Sums, differences, products with a number and comparisons are exact.  Two currencies in one operation
    raise :class:`~tenure.diagnostics.HistoryError` (TEN428): there is no rate in a contract's history.
    """

    amount: Decimal = field(converter=_amount)
    currency: str = field()

    @currency.validator
    def _is_a_code(self, _: object, value: str) -> None:
        if not _CURRENCY.fullmatch(value):
            raise HistoryError.of(
                "TEN415", f"`{value}` is not a currency", help="write three capital letters, such as `USD`"
            )

    def __add__(self, other: Money) -> Self:
        return self._with(_EXACT.add(self.amount, self._alike(other)))

    def __sub__(self, other: Money) -> Self:
        return self._with(_EXACT.subtract(self.amount, self._alike(other)))

    def __neg__(self) -> Self:
        return self._with(self.amount.copy_negate())

    def __mul__(self, factor: int | Decimal) -> Self:
        return self._with(_EXACT.multiply(self.amount, Decimal(factor)))

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._alike(other)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

    def _with(self, amount: Decimal) -> Self:
        return type(self)(amount, self.currency)

    def _alike(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise HistoryError.of(
                "TEN428",
                f"`{self}` and `{other}` are of different currencies",
                help="keep one currency to a sum, or record the converted amount as an event of its own",
            )
        return other.amount


def money_from_text(text: str) -> Money | None:
    """``"USD 100.50"`` as money, or ``None`` where the text does not have that form."""
    currency, space, amount = text.partition(" ")
    number = exact_number(amount)
    if not space or number is None or not _CURRENCY.fullmatch(currency):
        return None
    return Money(Decimal(number), currency)


#: What an attribute of an event holds; an ``int`` is a number or an instant, as the attribute's type says.
Value: TypeAlias = str | int | Decimal | Money | bool | Unknown
