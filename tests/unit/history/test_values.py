"""Money and exact numbers."""

import pickle
from decimal import Decimal

import pytest

from tenure.diagnostics import HistoryError
from tenure.history import REQUIRED, UNKNOWN, Money


def test_money_is_exact() -> None:
    total = Money("1e50", "USD") + Money("0.01", "USD")
    assert str(total.amount) == "1" + "0" * 50 + ".01"
    assert total - Money("1e50", "USD") == Money("0.01", "USD")
    assert 3 * Money("0.1", "USD") == Money("0.30", "USD")
    assert -Money(1, "USD") < Money(Decimal("0.5"), "USD") <= Money("0.50", "USD")
    assert str(Money("100.50", "EUR")) == "EUR 100.50"


def test_currencies_do_not_mix() -> None:
    for operation in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b):
        with pytest.raises(HistoryError, match="TEN428"):
            operation(Money(1, "USD"), Money(1, "EUR"))
    assert Money(1, "USD") != Money(1, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"), [("x", "USD"), (0.5, "USD"), ("NaN", "USD"), ("1e99", "USD"), (1, "usd"), (1, "")]
)
def test_what_is_not_money(amount: object, currency: str) -> None:
    with pytest.raises(HistoryError):
        Money(amount, currency)  # type: ignore[arg-type]


def test_sentinels_stay_single() -> None:
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert (repr(UNKNOWN), repr(REQUIRED)) == ("unknown", "required")
