"""Exact arithmetic and comparison of the values that events carry; unknown in, unknown out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tenure.diagnostics import QueryError
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.history.values import Money
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "min": min,
    "max": max,
}


def calculate(op: str, left: Any, right: Any) -> Any:
    """``left op right``, exactly; raises :class:`QueryError` (TEN610) where the values do not fit the operation."""
    if left is UNKNOWN_VALUE or right is UNKNOWN_VALUE:
        return UNKNOWN_VALUE
    left, right = _alike(left, right) if op in ("+", "-", "min", "max") else (left, right)
    try:
        return _divide(left, right) if op == "/" else _OPERATIONS[op](left, right)
    except (TypeError, ArithmeticError) as error:
        raise QueryError.of(
            "TEN610",
            f"`{left} {op} {right}` cannot be calculated",
            help="use numbers with numbers, and money with money of the same currency or times a number",
        ) from error


def _divide(left: Any, right: Any) -> Any:
    if isinstance(left, Money):
        return Money(left.amount / Decimal(right), left.currency)
    return Decimal(left) / Decimal(right)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Nothing yet is zero of any currency."""
    if isinstance(left, Money) and _is_zero(right):
        return left, Money(Decimal(0), left.currency)
    if isinstance(right, Money) and _is_zero(left):
        return Money(Decimal(0), right.currency), right
    return left, right


def _is_zero(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value == 0


def compare(op: str, left: Any, right: Any) -> Truth:
    """Whether ``left op right``; raises :class:`QueryError` (TEN611) where the two have no order."""
    if left is UNKNOWN_VALUE or right is UNKNOWN_VALUE:
        return UNKNOWN
    left, right = _alike(left, right)
    try:
        return TRUE if _COMPARISONS[op](left, right) else FALSE
    except TypeError as error:
        raise QueryError.of(
            "TEN611",
            f"`{left} {op} {right}` cannot be compared",
            help="compare numbers with numbers, money with money, dates with dates",
        ) from error
