"""A date that an event names is as good as one that is written in the contract."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

import tenure

FIRST = date(2026, 1, 1)
HEAD = """
contract bills
zone Europe/Berlin
month end last day
parties User, Owner
fact billed(bill, due: date)
fact paid(bill)
fact granted(thing, ends: date)
action pay(bill) done by paid(bill = bill)
action use(x)
"""
NAMED = {
    "by": "by d",
    "before": "before d",
    "within": "within 1 month of d",
    "until": "until d",
    "through": "through d",
    "after": "until 10 hours after d",
}

days = st.integers(-3, 80).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
bills = st.lists(st.tuples(st.integers(0, 60), days, st.integers(0, 90) | st.none()), min_size=1, max_size=4)


def bill_events(told: list[tuple[int, str, int | None]]) -> list[dict[str, object]]:
    """Each bill with its date, and its payment; no two events of one instant."""
    events: list[dict[str, object]] = []
    for i, (on, due, paid) in enumerate(told):
        events.append(_event(i, "billed", on, {"bill": f"B{i}", "due": due}))
        events.append(_event(i, "granted", on, {"thing": f"B{i}", "ends": due}, seconds=5))
        if paid is not None:
            events.append(_event(i, "paid", paid, {"bill": f"B{i}"}, seconds=10))
    return events


def _event(i: int, type: str, day: int, data: dict[str, str], *, seconds: int = 0) -> dict[str, object]:
    at = f"{FIRST + timedelta(days=day)}T12:00:{i + seconds:02}"
    return {"id": f"{type}{i}", "at": at, "type": type, "by": "User", "data": data}


def answers(deal: tenure.Contract, events: list[dict[str, object]], bill: str) -> object:
    line = deal.evaluate(events)
    found = [(b.at, b.object) for b in line.breaches if b.object == (bill,)]
    spans = [(s.start, s.end, s.status) for s in line.position_spans("User", "use", bill)]
    owed = [(s.start, s.end, s.status) for s in line.position_spans("User", "pay", bill, relation="duty")]
    return found, spans, owed


@settings(max_examples=examples(40), deadline=None)
@given(bills, st.sampled_from(("by", "before", "within")), st.sampled_from(("until", "through", "after")))
def test_named_and_written_dates_agree(told: list[tuple[int, str, int | None]], limit: str, end: str) -> None:
    named = tenure.Contract.from_text(
        HEAD
        + f"clause C1 User must pay(b) to Owner for each billed(b, due = d), {NAMED[limit]}\n"
        + f"clause C2 User may use x against Owner from granted(x, ends = d) {NAMED[end]}\n"
    )
    events = bill_events(told)
    for i, (_, due, _) in enumerate(told):
        written = tenure.Contract.from_text(
            HEAD
            + f'clause C1 User must pay(b) to Owner for each billed(b) if b = "B{i}", {_on(NAMED[limit], due)}\n'
            + f'clause C2 User may use("B{i}") against Owner from granted("B{i}") {_end(NAMED[end], due)}\n'
        )
        assert answers(named, events, f"B{i}") == answers(written, events, f"B{i}")


def _on(words: str, due: str) -> str:
    return words.replace(" d", f" {due}")


def _end(words: str, due: str) -> str:
    """Ten hours after the start of a day, where the days in question have no change of the clocks before ten."""
    if "after" in words:
        return f"until {due}T10:00"
    return _on(words, due)


@settings(max_examples=examples(30), deadline=None)
@given(bills, st.sets(st.integers(0, 3)))
def test_an_unknown_date_is_never_wrong(told: list[tuple[int, str, int | None]], unknown: set[int]) -> None:
    """Whatever is certain while a date is unknown stays so when it becomes known."""
    deal = tenure.Contract.from_text(
        HEAD
        + "clause C1 User must pay(b) to Owner for each billed(b, due = d) by d\n"
        + "clause C2 User may use x against Owner from granted(x, ends = d) until d\n"
        + "clause C3 User may use x against Owner from d of granted(x, ends = d) for 5 days\n"
    )
    events = bill_events(told)
    hidden = [
        {**e, "data": {n: None if int(str(e["id"])[-1]) in unknown and n in ("due", "ends") else v
                       for n, v in e["data"].items()}}  # type: ignore[attr-defined]
        for e in events
    ]  # fmt: skip
    known, open_ = deal.evaluate(events), deal.evaluate(hidden)
    for i in range(len(told)):
        for act, relation in (("pay", "duty"), ("use", "liberty")):
            for day in range(0, 120, 3):
                at = f"{FIRST + timedelta(days=day)}T15:00"
                certain = open_.holds("User", act, f"B{i}", at=at, relation=relation)  # type: ignore[arg-type]
                real = known.holds("User", act, f"B{i}", at=at, relation=relation)  # type: ignore[arg-type]
                assert certain.status in ("unknown", real.status), (act, i, at)
