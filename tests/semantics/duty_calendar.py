"""The calendar and the run of a clause, as the judge of duties sees them (DESIGN §2, §3; spans.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import define, frozen
from tests.semantics.duty_plain import Limit, Span

HOUR = 3_600_000_000
DAY = 24 * HOUR
HOLIDAYS = {date(2026, 1, 1), date(2026, 1, 6)}  # of Italy, as far as these tests go


@frozen
class Days:
    """Calendar days in a zone."""

    zone: ZoneInfo

    @classmethod
    def named(cls, zone: str) -> Days:
        return cls(ZoneInfo(zone))

    def of(self, t: int) -> date:
        return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=t)).astimezone(self.zone).date()

    def start(self, day: date) -> int:
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return int(local.timestamp()) * 1_000_000

    def january(self, n: int) -> int:
        return self.start(date(2026, 1, n))

    def end_of_day(self, t: int) -> int:
        """``t`` itself where a day begins, else the beginning of the next."""
        start = self.start(self.of(t))
        return t if t == start else self.start(self.of(t) + timedelta(1))

    def later(self, t: int, days: int) -> int:
        """The same time of day, ``days`` on."""
        into_day = t - self.start(self.of(t))
        return self.start(self.of(t) + timedelta(days)) + into_day

    def business_days(self, day: date, n: int) -> date:
        while n:
            day += timedelta(1)
            n -= day.weekday() < 5 and day not in HOLIDAYS
        return day

    def limit(self, limit: Limit, anchor: int) -> int:
        """The first instant that is too late."""
        day = self.of(anchor)
        match limit.kind:
            case "days":
                return self.start(day + timedelta(limit.n + 1))
            case "business days":
                return self.start(self.business_days(day, limit.n) + timedelta(1))
            case "exact days":
                return anchor + limit.n * DAY + 1
            case "hours":
                return anchor + limit.n * HOUR + 1
            case "by":
                return self.january(limit.n + 1)
            case "before":
                return self.january(limit.n)
        raise AssertionError(limit)


@define
class Clause:
    """The run of the clause's span."""

    span: Span
    days: Days
    runs: bool = False
    closed: bool = False
    ends: int | None = None
    over: bool = False

    def by_time(self, t: int, kept: int | None) -> None:
        """What dates and terms do at ``t``."""
        if not self.span.opens and t == self.days.january(1) - DAY:
            self.runs = True
        through = self.span.through and self.days.january(self.span.through + 1)
        if self.runs and self.ends is not None and t >= self.ends:
            refused = kept is not None and t < self.days.start(self.days.of(kept) + timedelta(3))
            if self.span.again and not refused:
                self.ends = self.days.later(self.ends, self.span.again)
            else:
                self.end()
        if self.runs and through and t >= through and not (self.span.last and not self.closed):
            self.end()

    def open(self, t: int) -> None:
        through = self.span.through and self.days.january(self.span.through + 1)
        if not self.span.opens or self.over or (through and t >= through and not self.span.last):
            return
        if self.runs and not self.span.renews:
            return
        self.runs, self.closed = True, False
        self.ends = self.days.later(t, self.span.term) if self.span.term else None

    def close(self, t: int) -> None:
        if not self.span.closes or not self.runs:
            return
        self.closed = True
        through = self.span.through and self.days.january(self.span.through + 1)
        if not self.span.last or (through and t >= through):
            self.end()

    def end(self) -> None:
        self.runs, self.over = False, self.span.final
