"""Events of one tick (DESIGN §2): they act all at once, and where their order would matter it is unknown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tenure.history import Event
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Row
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.time import Calendar, Duration

X = k.Var("x")
HELD = k.Inertial("held", (), k.EventAtom("begin"), k.EventAtom("end"))


def happened(id: str, at: int, kind: str, **data: object) -> Event:
    return Event(id, at, False, None, kind, ("P",), tuple(data.items()), at)


def run(definitions: tuple[k.Definition, ...], *events: Event, acts: dict | None = None) -> Trace:
    return evaluate(k.Program(definitions, acts or {}), events, Calendar("UTC"), 100)


def at(trace: Trace, name: str, tick: int, key: tuple = ()) -> Row:
    return row_at(trace.tables[name], key, k.with_events(tick))


@pytest.mark.parametrize("kinds", [("begin", "end"), ("end", "begin")])
def test_a_beginning_and_an_end_by_two_events_leave_it_unknown(kinds: tuple[str, str]) -> None:
    row = at(run((HELD,), happened("e1", 5, kinds[0]), happened("e2", 5, kinds[1])), "held", 5)
    assert row.truth == UNKNOWN
    assert {frozenset(reason.split()) for reason in row.reasons} == {
        frozenset(["order", "of", "e1", "and", "e2"])
    }


def test_in_one_event_the_end_wins() -> None:
    both = k.Inertial("held", (), k.EventAtom("begin"), k.EventAtom("begin"))
    assert at(run((both,), happened("e1", 5, "begin")), "held", 5).truth == FALSE


def test_an_event_that_bears_on_nothing_here_puts_no_order_in_doubt() -> None:
    both = k.Inertial("held", (), k.EventAtom("begin"), k.EventAtom("begin"))
    duty = k.Duty(
        "owed",
        k.EventAtom("begin", id=k.Var("i")),
        (k.Rung("owed", (k.Var("i"), X), k.Fixed(FALSE)),),
        k.EventAtom("begin"),
    )
    duty = replace(duty, trigger=k.And((duty.trigger, k.Compare("=", X, k.Const("a")))))
    trace = run((both, duty), happened("e1", 5, "begin"), happened("e2", 5, "ring"))
    assert at(trace, "held", 5).truth == FALSE
    assert [at(trace, state, 5, ("e1", "a")).truth for state in ("pending:owed", "lapsed:owed")] == [
        FALSE,
        TRUE,
    ]


def test_an_event_that_ends_through_a_state_does() -> None:
    """The end reads what the other event has begun."""
    closed = k.Recent("closed", (), k.EventAtom("ring"))
    held = k.Inertial("held", (), k.EventAtom("begin"), k.Rel("closed", ()))
    row = at(run((closed, held), happened("e1", 5, "begin"), happened("e2", 5, "ring")), "held", 5)
    assert row == Row(UNKNOWN, frozenset({"order of e1 and e2"}))


def test_one_tick_apart_the_order_is_known() -> None:
    trace = run((HELD,), happened("e1", 5, "end"), happened("e2", 6, "begin"))
    assert [at(trace, "held", tick).truth for tick in (5, 6)] == [FALSE, TRUE]


def test_a_doubtful_end_leaves_both_terms_possible() -> None:
    """Ended and begun anew, the term runs from the second beginning; not ended, from the first."""
    term = k.Limit("term", Duration.of(10, "microseconds"))
    held = k.Inertial("held", (), HELD.begin, HELD.end, (term,))
    trace = run((held,), happened("e0", 2, "begin"), happened("e1", 5, "begin"), happened("e2", 5, "end"))
    assert [at(trace, "held", tick).truth for tick in (4, 5, 11, 14, 15)] == [
        TRUE,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        FALSE,
    ]


def power(name: str) -> dict[str, tuple[k.ActRule, ...]]:
    return {"act": (k.ActRule(k.EventAtom("act"), k.Rel(name), k.Fixed(TRUE)),)}


def test_an_act_and_a_change_of_its_power_leave_the_act_unknown() -> None:
    definitions = (HELD, k.Recent("acted", (), k.EventAtom("act")))
    events = (happened("e0", 1, "begin"), happened("e1", 5, "end"), happened("e2", 5, "act"))
    trace = run(definitions, *events, acts=power("held"))
    assert trace.effective == {"e0": TRUE, "e1": TRUE, "e2": UNKNOWN}
    assert at(trace, "acted", 5).truth == UNKNOWN


def test_an_act_that_uses_up_its_own_power_is_effective() -> None:
    once = k.Inertial("held", (), k.EventAtom("begin"), k.EventAtom("act"))
    trace = run(
        (once,),
        happened("e0", 1, "begin"),
        happened("e1", 5, "act"),
        happened("e2", 6, "act"),
        acts=power("held"),
    )
    assert (trace.effective["e1"], trace.effective["e2"]) == (TRUE, FALSE)
    assert [void.event.id for void in trace.void] == ["e2"]


def test_doubt_spreads_to_acts_that_depend_on_a_doubtful_act() -> None:
    second = k.Inertial("second", (), k.EventAtom("act"), k.Fixed(FALSE))
    acts = {**power("held"), "follow": (k.ActRule(k.EventAtom("follow"), k.Rel("second"), k.Fixed(TRUE)),)}
    events = (happened("e1", 5, "begin"), happened("e2", 5, "act"), happened("e3", 5, "follow"))
    trace = run((HELD, second), *events, acts=acts)
    assert trace.effective == {"e1": TRUE, "e2": UNKNOWN, "e3": UNKNOWN}


def test_equal_payments_stay_two() -> None:
    paid = k.EventAtom("pay", (("n", k.Var("n")),), id=k.Var("i"))
    total = k.Measure("total", (), "sum", k.Var("n"), paid)
    trace = run((total,), happened("e1", 5, "pay", n=7), happened("e2", 5, "pay", n=7))
    assert at(trace, "total", 5, (14,)).truth == TRUE
