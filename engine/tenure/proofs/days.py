"""The rules for days that are counted: the calendar's days on which something was so, counted again by the checker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tenure.diagnostics import TimeError
from tenure.logic.definitions import DayCount, Stage, before_events
from tenure.logic.terms import Env
from tenure.logic.truth import UNKNOWN
from tenure.proofs.amounts import measure_of
from tenure.proofs.rules import Premises, Rule, chosen, need
from tenure.proofs.steps import Choice, Claim, UnfitError
from tenure.proofs.theory import FIRST, Theory

_ONE_DAY = timedelta(days=1)
#: Ranges of stages in which something was so, in order.
Ranges = tuple[tuple[Stage, Stage], ...]


def number_of_days(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """A number of days: ``key`` says when the state held since ``at``; no day before counts any more."""
    need(claim.at_least, "not a number that is claimed")
    counted, group, result = counted_of(theory, claim)
    start = chosen(how.at, "since when is not said")
    ranges = _ranges(how.key or (), start, claim.end)
    try:
        need(start == FIRST or left_by(theory, counted, start - 1) <= claim.start, "days before still count")
        numbers = set(_numbers(theory, counted, ranges, claim.start, claim.end))
    except TimeError as error:
        raise UnfitError("a day is outside the calendar") from error
    need(numbers == {result}, f"it comes to {', '.join(map(str, sorted(numbers)))}")
    premises: list[Claim] = []
    last = start - 1
    for begun, ended in (*ranges, (claim.end + 1, claim.end + 1)):
        if last + 1 < begun:
            premises.append(Claim.most(counted.over, last + 1, begun - 1).about(counted.over, group))
        if begun <= claim.end:
            premises.append(Claim.least(counted.over, begun, ended).about(counted.over, group))
        last = ended
    return tuple(premises)


def counted_of(theory: Theory, claim: Claim) -> tuple[DayCount, Env, Any]:
    """What is counted, the bindings of its group, and the number in question."""
    counted, group, result = measure_of(theory, claim)
    if not isinstance(counted, DayCount):
        raise UnfitError("not a number of days")
    return counted, group, result


def left_by(theory: Theory, counted: DayCount, stage: Stage) -> Stage:
    """The stage at which the day of ``stage`` counts no more."""
    calendar = theory.limits.calendar
    return _left(theory, counted, calendar.day_of(stage // 2))


def _left(theory: Theory, counted: DayCount, day: date) -> Stage:
    need(counted.within is not None, "every day counts for ever")
    assert counted.within is not None
    calendar = theory.limits.calendar
    return before_events(calendar.start_of_day(calendar.shift(day, counted.within)))


def _ranges(key: tuple[Any, ...], start: Stage, end: Stage) -> Ranges:
    """The ranges that a choice gives, each apart from the next."""
    need(all(isinstance(part, tuple) and len(part) == 2 for part in key), "not ranges of stages")
    ranges: Ranges = tuple((int(a), int(b)) for a, b in key)
    need(all(start <= a <= b <= end for a, b in ranges), "the ranges are outside the window")
    need(all(a[1] + 1 < b[0] for a, b in pairwise(ranges)), "the ranges are out of order")
    return ranges


def _numbers(theory: Theory, counted: DayCount, ranges: Ranges, start: Stage, end: Stage) -> Iterator[int]:
    """The number of days at ``start`` and after each change up to ``end``."""
    changes: dict[Stage, int] = {}
    for day, first in first_stages(theory, ranges).items():
        changes[first] = changes.get(first, 0) + 1
        if counted.within is not None:
            gone = _left(theory, counted, day)
            changes[gone] = changes.get(gone, 0) - 1
    number = sum(change for stage, change in changes.items() if stage <= start)
    yield number
    for stage in sorted(changes):
        if start < stage <= end:
            number += changes[stage]
            yield number


def first_stages(theory: Theory, ranges: Ranges) -> dict[date, Stage]:
    """The days on which something was so once the events of an instant had acted, each with the first such stage."""
    calendar = theory.limits.calendar
    found: dict[date, Stage] = {}
    for begun, ended in ranges:
        stage = begun | 1
        while stage <= ended:
            day = calendar.day_of(stage // 2)
            found.setdefault(day, stage)
            stage = before_events(calendar.start_of_day(day + _ONE_DAY)) + 1
    return found


def doubted_days(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """At ``at`` it was unknown whether the state held whose days are counted."""
    counted, group, _ = counted_of(theory, claim)
    need(how.at is not None and FIRST <= how.at <= claim.end, "no stage at which it is unknown")
    assert how.at is not None
    least = Claim.least(counted.over, how.at, how.at, UNKNOWN).about(counted.over, group)
    return least, Claim.most(counted.over, how.at, how.at, UNKNOWN).about(counted.over, group)


DAY_RULES: dict[str, Rule] = {"number of days": number_of_days}
