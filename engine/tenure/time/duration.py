"""Durations: how long, in the words of a contract.

A calendar part (years, months, weeks, days, business days) has no fixed number of ticks; a clock part (hours,
minutes, seconds) has.  Days and weeks *declared exact* are 24-hour days and belong to the clock.
"""

from __future__ import annotations

from functools import cached_property
from typing import Self

from attrs import evolve, fields, frozen

from tenure.diagnostics import TimeError, did_you_mean
from tenure.time.zones import DAY, HOUR, MINUTE, SECOND

_UNITS: dict[str, tuple[str, int]] = {
    "year": ("years", 1),
    "quarter": ("months", 3),
    "month": ("months", 1),
    "week": ("weeks", 1),
    "day": ("days", 1),
    "business day": ("business_days", 1),
    "hour": ("hours", 1),
    "minute": ("minutes", 1),
    "second": ("seconds", 1),
    "microsecond": ("microseconds", 1),
}


@frozen(cache_hash=True)
class Duration:
    """A length of time; ``exact`` says that its weeks and days are 24-hour days, counted to the tick."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    business_days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    microseconds: int = 0
    exact: bool = False

    def __attrs_post_init__(self) -> None:
        if self.exact and (self.years or self.months or self.business_days):
            raise TimeError.of(
                "TEN513",
                "only days and weeks can be declared exact",
                help="years, months and business days differ in length; give the number of days instead",
            )

    @classmethod
    def of(cls, amount: int, unit: str, *, exact: bool = False) -> Self:
        """``amount`` of a unit, named in the singular or the plural; a quarter is three months.

        Errors: TEN507 (zero or less), TEN512 (no such unit), TEN513 (a unit that cannot be exact).
        """
        if amount <= 0:
            raise TimeError.of(
                "TEN507",
                f"`{amount} {unit}` is not a length of time",
                help="a duration is at least 1; for a limit at the event itself leave the duration out",
            )
        field, factor = _unit(unit)
        return cls(**{field: amount * factor}, exact=exact)

    @cached_property
    def is_civil(self) -> bool:
        """Whether any part is counted on a calendar."""
        days = (self.weeks or self.days) and not self.exact
        return bool(self.years or self.months or self.business_days or days)

    @property
    def is_clock(self) -> bool:
        """Whether all of it is counted in ticks."""
        return not self.is_civil

    @cached_property
    def ticks(self) -> int:
        """The clock part in ticks, exact days and weeks included; the calendar part is not in it."""
        exact_days = 7 * self.weeks + self.days if self.exact else 0
        clock = self.hours * HOUR + self.minutes * MINUTE + self.seconds * SECOND + self.microseconds
        return exact_days * DAY + clock

    def __add__(self, other: Duration) -> Duration:
        """Field by field; where only one side is exact, its days become hours."""
        if self.exact is not other.exact:
            return self._in_hours() + other._in_hours()
        sums = {name: getattr(self, name) + getattr(other, name) for name in _AMOUNTS}
        return Duration(**sums, exact=self.exact)

    def __rmul__(self, times: int) -> Duration:
        """So many times as long."""
        return evolve(self, **{name: times * getattr(self, name) for name in _AMOUNTS})

    def _in_hours(self) -> Duration:
        if not self.exact:
            return self
        hours = self.hours + 24 * (7 * self.weeks + self.days)
        return evolve(self, weeks=0, days=0, hours=hours, exact=False)

    def __str__(self) -> str:
        parts = [self._part(name) for name in _AMOUNTS if getattr(self, name)]
        if len(parts) < 2:
            return "".join(parts) or "0 days"
        return f"{', '.join(parts[:-1])} and {parts[-1]}"

    def _part(self, name: str) -> str:
        amount: int = getattr(self, name)
        exact = "exact " if self.exact and name in ("weeks", "days") else ""
        unit = name.replace("_", " ")
        return f"{amount} {exact}{unit.removesuffix('s') if amount == 1 else unit}"


_AMOUNTS = tuple(field.name for field in fields(Duration) if field.name != "exact")


def _unit(unit: str) -> tuple[str, int]:
    singular = unit.removesuffix("s")
    if singular in _UNITS:
        return _UNITS[singular]
    names = [*_UNITS, *(f"{name}s" for name in _UNITS)]
    raise TimeError.of(
        "TEN512",
        f"`{unit}` is not a unit of time",
        help=did_you_mean(unit, names) or f"the units are {', '.join(_UNITS)}",
    )
