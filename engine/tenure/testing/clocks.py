"""When things may happen in a random history: where the contract's own limits lie, one tick and one day around them.

Every length of the contract may be counted from every event so far, and again from there; every date that it names, the
turns of years, leap days and the nights on which clocks change are tried as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from attrs import frozen

from tenure.diagnostics import TimeError
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms import Vocabulary
from tenure.norms.formulas import FormulaLowering
from tenure.time import (
    MAX_INSTANT,
    MIN_INSTANT,
    Calendar,
    CivilDate,
    Duration,
    Instant,
    Recurrence,
    parse_moment,
)

#: Chooses a number from 0 to below the one that it is given; 0 is the plainest choice.
Pick = Callable[[int], int]

#: Where a random history begins when the contract's own record does not say.
BEGINNING = "2026-01-05"
#: So many days past the last limit are looked at too.
_MARGIN = 7
#: Events lie within so many years around the beginning and the dates that the contract names.
_YEARS = 12

#: So many ways there are to come to an instant, and so many places beside a limit; the first is the plainest.
_HOWS, _OFFSETS = 12, 8
#: Events follow upon one of so many of the latest, and at most so many days later where no limit says when.
_LATEST, _DAYS = 6, 800


@frozen(eq=False)
class Clock:
    """The instants at which something may change by a contract's own words."""

    calendar: Calendar
    start: Instant
    dates: tuple[Instant, ...]
    lengths: tuple[Duration, ...]
    recurring: tuple[Recurrence, ...]
    turns: tuple[Instant, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary, start: Instant | None) -> Clock:
        """The clock of a contract whose histories begin at ``start``."""
        calendar = vocabulary.calendar
        begin = parse_moment(BEGINNING, vocabulary.zone).instant if start is None else start
        found = [n for item in _rules(vocabulary) for n in nodes(item)]
        dates = tuple(dict.fromkeys(i for n in found if isinstance(n, s.Date) for i in _around(n, calendar)))
        lengths = dict.fromkeys(FormulaLowering.duration(n) for n in found if isinstance(n, s.Length))
        texts = dict.fromkeys(n.text for n in found if isinstance(n, s.Recurring))
        recurring = tuple(Recurrence.parse(text) for text in texts)
        years = range(calendar.day_of(begin).year - 1, calendar.day_of(max([begin, *dates])).year + 3)
        return cls(
            calendar, begin, dates, tuple(lengths), recurring, tuple(_turns(calendar, years[: 3 * _YEARS]))
        )

    def at(self, pick: Pick, told: Sequence[Instant]) -> Instant:
        """An instant for the next event of a history that has events at ``told``."""
        latest = told[-1] if told else self.start
        how = pick(_HOWS)
        if not told and how < 3:
            return self._shifted(latest, 0)
        match how:
            case 0:
                return self._shifted(latest, 1)
            case 1:
                return self._shifted(latest, 1 + pick(_DAYS))
            case 2:
                return latest
            case 3 if self.turns:
                return self._beside(pick, self.turns[pick(len(self.turns))])
            case 4 | 5 if self.dates:
                return self._beside(pick, self.dates[pick(len(self.dates))])
            case 6 if self.recurring:
                rule = self.recurring[pick(len(self.recurring))]
                return self._beside(pick, self._next(rule, latest))
            case _:
                return self._limit(pick, told, twice=how == 11)

    def _limit(self, pick: Pick, told: Sequence[Instant], *, twice: bool) -> Instant:
        """A deadline, window or term that one of the latest events opened, or one that follows upon that."""
        back = pick(_LATEST)
        anchor = told[max(len(told) - 1 - back, 0)] if told else self.start
        for _ in range(1 + twice):
            if not self.lengths:
                return self._shifted(anchor, 1 + pick(_DAYS))
            choice = pick(2 * len(self.lengths))
            anchor = self.counted(anchor, self.lengths[choice // 2], day_counts=choice % 2 == 0)
        return self._beside(pick, anchor)

    def counted(self, anchor: Instant, length: Duration, *, day_counts: bool) -> Instant:
        """The limit of `within LENGTH` of ``anchor`` or of `for LENGTH` from it; a day on where that does not exist."""
        try:
            if day_counts:
                return self.calendar.limit_within(anchor, length)
            return self.calendar.add(anchor, length)
        except TimeError:
            return self._shifted(anchor, 1)

    def _next(self, rule: Recurrence, latest: Instant) -> Instant:
        try:
            return rule.next_after(latest, self.calendar)
        except TimeError:
            return latest

    def _beside(self, pick: Pick, limit: Instant) -> Instant:
        offset = pick(_OFFSETS)
        match offset:
            case 0 | 7:
                return limit
            case 1 | 2:
                return min(max(limit + (1 if offset == 2 else -1), MIN_INSTANT), MAX_INSTANT)
            case 3 | 4:
                return self._shifted(limit, 1 if offset == 4 else -1)
            case 5:
                return self._shifted(limit, -1) + 12 * 3_600_000_000
            case _:
                return limit + 12 * 3_600_000_000

    def reach(self, latest: Instant) -> Instant:
        """How far to look in a story whose last event is at ``latest``: past every date, and every limit twice over."""
        ends = [latest, *self.dates]
        for length in self.lengths:
            once = self.counted(latest, length, day_counts=True)
            ends.append(self.counted(once, length, day_counts=True))
        return self._shifted(max(ends), _MARGIN)

    def is_day(self, instant: Instant) -> bool:
        """Whether ``instant`` is the first of a local day, and so may be written as a bare date."""
        return self.calendar.start_of_day(self.calendar.day_of(instant)) == instant

    def _shifted(self, instant: Instant, days: int) -> Instant:
        """The start of the day so many days after the day of ``instant``."""
        return _day_after(self.calendar, instant, days)


def _day_after(calendar: Calendar, instant: Instant, days: int) -> Instant:
    try:
        return calendar.start_of_day(calendar.day_of(instant) + timedelta(days=days))
    except (OverflowError, TimeError):
        return instant


def _rules(vocabulary: Vocabulary) -> Iterable[s.Node]:
    """Everything but the stories, whose dates are examples."""
    return (item for item in vocabulary.document.items if not isinstance(item, s.Scenario))


def _around(written: s.Date, calendar: Calendar) -> Iterator[Instant]:
    """The limits of `until X` and `through X`, or the time itself."""
    try:
        if "T" in written.text.upper():
            yield parse_moment(written.text, calendar.zone).instant
        else:
            civil = CivilDate.parse(written.text)
            yield calendar.end_of(civil)
            yield calendar.start_of(civil)
    except TimeError:  # the checker's business
        return


def _turns(calendar: Calendar, years: Iterable[int]) -> Iterator[Instant]:
    """The turns of years, leap days with the days around them, and the days whose length is not 24 hours."""
    for year in years:
        if not 2 <= year <= 9998:
            continue
        yield calendar.start_of_day(date(year, 1, 1))
        if year % 4 == 0 and (year % 100 or year % 400 == 0):
            yield calendar.start_of_day(date(year, 2, 29))
            yield calendar.start_of_day(date(year, 3, 1))
    yield from _changes_of_clocks(calendar, years)


def _changes_of_clocks(calendar: Calendar, years: Iterable[int]) -> Iterator[Instant]:
    day = 24 * 3_600_000_000
    for year in list(years)[:3]:
        start = date(year, 1, 1)
        for number in range(365):
            today = start + timedelta(days=number)
            begin, end = calendar.start_of_day(today), calendar.start_of_day(today + timedelta(days=1))
            if end - begin != day:
                yield begin
                yield end
