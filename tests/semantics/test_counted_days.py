"""Days that are counted: the checker counts them again, and refuses every other number."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

from tenure.history import Event
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.snapshot import row_at
from tenure.logic.truth import TRUE
from tenure.proofs.checker import RejectedError, check
from tenure.proofs.search import Search
from tenure.proofs.steps import Claim
from tenure.proofs.theory import Theory
from tenure.time import Calendar, Duration

CALENDAR = Calendar("America/New_York")
HOUR = 3_600_000_000
#: Two weeks before clocks go forward.
FIRST = 1_771_977_600_000_000


def history(random: Random) -> tuple[Event, ...]:
    at, events = FIRST, []
    for number in range(random.randint(2, 14)):
        at += random.choice((1, 3, 9, 24, 30, 55)) * HOUR
        kind = random.choice(("on", "off"))
        events.append(Event(f"e{number}", at, False, None, kind, (), (), at))
    return tuple(events)


@pytest.mark.parametrize("within", [None, Duration.of(5, "days"), Duration.of(1, "weeks")])
def test_days_are_counted_again(within: Duration | None) -> None:
    away = k.Inertial("away", (), k.EventAtom("on"), k.EventAtom("off"))
    program = k.Program((away, k.DayCount("days", (), k.Rel("away"), within)), {})
    for seed in range(40):
        random = Random(seed)
        events = history(random)
        last = events[-1].at + 200 * HOUR
        trace = evaluate(program, events, CALENDAR, last)
        theory = Theory(program, events, CALENDAR, k.with_events(last))
        search, table = Search(theory, trace), trace.tables["days"]
        for _ in range(12):
            stage = random.randint(2 * FIRST, theory.until)
            number = next((key[-1] for key in table.edges if row_at(table, key, stage).truth == TRUE), 0)
            step = search.prove(Claim.least(theory.worth("days", (), number), stage, stage))
            assert check(theory, step) == ()
            denied = Claim.most(theory.worth("days", (), number + 1), stage, stage)
            assert check(theory, search.prove(denied)) == ()
            for wrong in (number - 1, number + 1):
                claim = evolve(step.claim, formula=theory.worth("days", (), wrong))
                with pytest.raises(RejectedError):
                    check(theory, evolve(step, claim=claim))
            for spoilt in (step.because[1:], step.because[:-1]):
                with pytest.raises(RejectedError):
                    check(theory, evolve(step, because=spoilt))
