"""Dates, durations and numbers that are next to what a contract says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from tenure.language import syntax as s

_DAY = timedelta(days=1)


def moved(text: str) -> tuple[str, ...]:
    """A date a year and a day earlier and later: ``2032`` gives 2031, 2033, and the days next to its last one.

    A month or a quarter moves by a year alone, a time by whole days and years.
    """
    if len(text) == 4:
        last = date(int(text), 12, 31)
        return (str(int(text) - 1), str(int(text) + 1), str(last - _DAY), str(last + _DAY))
    if len(text) < 10:
        return tuple(f"{int(text[:4]) + n:04}{text[4:]}" for n in (-1, 1))
    day, rest = date.fromisoformat(text[:10]), text[10:]
    years = [
        day.replace(year=day.year + n, day=min(day.day, 28) if day.month == 2 else day.day) for n in (-1, 1)
    ]
    return tuple(f"{d.isoformat()}{rest}" for d in (*years, day - _DAY, day + _DAY))


def longer_and_shorter(parts: tuple[tuple[int, str], ...]) -> Iterator[tuple[tuple[int, str], ...]]:
    """A duration with one unit more, and with one less where something is left."""
    count, unit = parts[-1]
    yield (*parts[:-1], (count + 1, unit))
    if count > 1:
        yield (*parts[:-1], (count - 1, unit))


def next_numbers(node: s.Number | s.Money) -> Iterator[s.Number | s.Money]:
    """A number with one more and one less; a percentage by one per cent, an amount by its smallest coin."""
    if isinstance(node, s.Money):
        coin = Decimal("0.01")
        yield from (replace(node, amount=node.amount + n * coin) for n in (1, -1))
        return
    step = Decimal("0.01") if node.percent else Decimal(1)
    yield from (replace(node, value=node.value + n * step) for n in (1, -1))
