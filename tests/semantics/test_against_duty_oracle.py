"""The evaluator against a second judge of duties: random clauses and histories, state by state and rung by rung."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantics.duty_calendar import DAY, HOUR, Days
from tests.semantics.duty_oracle import IN_FORCE, Happening, Row, judged
from tests.semantics.duty_plain import Duty
from tests.semantics.random_clauses import random_duty, random_history
from tests.thoroughness import examples

import tenure

Rows = dict[tuple[str, str], Row]
Said = dict[tuple[str, str], list[tuple[str, str, str | None, str]]]


def ticks_of(days: Days, history: tuple[Happening, ...]) -> list[int]:
    """Every instant at which something may change, with those beside it."""
    found = {event.at + beside for event in history for beside in (-1, 0, 1)}
    for hour in range(0, 24 * 33, 6):
        found.update(range(days.january(1) - DAY + hour * HOUR - 2, days.january(1) - DAY + hour * HOUR + 5))
    return sorted(t for t in found if t >= days.january(1) - DAY)


def written(event: Happening) -> dict[str, Any]:
    """The event as a history has it."""
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=event.at)
    data = {n: v.isoformat() if isinstance(v, date) else v for n, v in event.data.items()}
    return {"id": event.id, "at": at.isoformat(), "type": event.type, "by": list(event.by), "data": data}


def said(line: tenure.Timeline, t: int) -> Said:
    rows: Said = {}
    for verdict in line.positions(at=t, relation="duty", every_status=True):
        p = verdict.position
        row = (p.holder, p.counterparty, verdict.state, verdict.status)
        rows.setdefault((p.instance, p.act), []).append(row)
    return rows


def agree(duty: Duty, expected: Rows, found: Said) -> bool:
    """Whether what is owed is the same, and what became of what is owed no more."""
    if duty.trigger == "beginning":  # whose instances have no names of their own
        owed = Counter((act, *row) for (_, act), row in expected.items() if row[2] in IN_FORCE)
        rows = ((act, *row) for (_, act), rows in found.items() for row in rows)
        return owed == Counter(row[:4] for row in rows if row[4] != "not_held")
    return all(_agrees(expected.get(key), found.get(key, [])) for key in {*expected, *found})


def _agrees(expected: Row | None, rows: list[tuple[str, str, str | None, str]]) -> bool:
    live = [row[:3] for row in rows if row[3] != "not_held"]
    if expected is None:
        return not live and all(row[2] is None for row in rows)
    if expected[2] in IN_FORCE:
        return live == [expected] and all(row[3] != "unknown" for row in rows)
    # What has never been in force for these two is not listed.
    states = {row[2] for row in rows if row[:2] == expected[:2]} - {None}
    return not live and states <= {expected[2]}


def judge(duty: Duty, history: tuple[Happening, ...], random: Random) -> None:
    days = Days.named(duty.zone)
    ticks = ticks_of(days, history)
    expected = judged(duty, history, ticks)
    contract = tenure.Contract.from_text(duty.text())
    assert [d for d in contract.check() if d.severity == "error"] == []
    line = contract.evaluate([written(event) for event in history], to="2026-03-01")
    changes = {
        i for pair in pairwise(range(len(ticks))) if expected[pair[0]] != expected[pair[1]] for i in pair
    }
    events = {i for i, t in enumerate(ticks) if any(abs(t - event.at) < 2 for event in history)}
    for i in sorted(changes | events | set(random.sample(range(len(ticks)), 20))):
        found = said(line, ticks[i])
        assert agree(duty, expected[i], found), (line.text(ticks[i]), expected[i], found, duty, history)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(1_000, 1_000_000))
def test_random_duties(seed: int) -> None:
    random = Random(seed)
    duty = random_duty(random)
    judge(duty, random_history(random, duty), random)


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_duties_by_number(first: int) -> None:
    """Unlike hypothesis, which likes its cases small, plain chance makes many that are full."""
    for seed in range(first, first + 20):
        random = Random(seed)
        duty = random_duty(random)
        judge(duty, random_history(random, duty), random)


def test_the_judge_can_disagree() -> None:
    """One day more in the text than in the data is found."""
    random = Random(3)
    duty = Duty()
    asked = Happening(
        "e1", Days.named("UTC").january(2), "asked", ("B",), {"x": "x1", "n": 1, "due": date(2026, 1, 9)}
    )
    judge(duty, (asked,), random)
    with pytest.raises(AssertionError):
        judge(_misheard(duty), (asked,), random)


class _Misheard(Duty):
    def text(self) -> str:
        return super().text().replace("within 2 days", "within 3 days")


def _misheard(duty: Duty) -> Duty:
    return _Misheard(duty.trigger, duty.rungs)
