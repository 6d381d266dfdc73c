"""Duties as rules, and sizes as attributes: as the reference has them, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.rete.bare import needs_durable_rules

import tenure
from tenure.diagnostics import HistoryError
from tenure.logic.definitions import DUTY_STATES
from tenure.logic.truth import UNKNOWN
from tenure.rete import evaluate

pytestmark = needs_durable_rules

HEAD = """
contract rent
zone UTC
parties Landlord, Tenant
fact invoiced(invoice)
fact terminated
fact paid(invoice)
fact swept(room)
action pay(i) done by paid(invoice = i) by Tenant
"""
#: A debt that has arisen stays; without a trigger it lapses with its clause.
RENT = f"""{HEAD}
clause F "Rent"
  Tenant must pay(i) to Landlord
    for each invoiced(invoice = i)
    within 14 days
"""
LEASE = f"""{HEAD}
clause F "Rent"
  Tenant must pay(i) to Landlord
    from invoiced(i) until terminated
    within 14 days
"""
ROOMS = """
contract rooms
zone UTC
fact used(room, seats: number, most: number)
state crowded(r) means once (some n: used(room = r, seats = n) and n > 50)
state full(r) means once (some n, m: used(room = r, seats = n, most = m) and n >= m)
state small(r) means once (some n: used(room = r, seats = n) and not n > 50)
"""


def invoiced(day: str, invoice: str, id: str | None = None) -> dict[str, Any]:
    return {"id": id or f"i {invoice} {day}", "at": day, "type": "invoiced", "data": {"invoice": invoice}}


def paid(day: str, invoice: str, by: str = "Tenant") -> dict[str, Any]:
    return {
        "id": f"p {invoice} {day}", "at": day, "type": "paid", "by": by, "data": {"invoice": invoice}
    }  # fmt: skip


def terminated(day: str) -> dict[str, Any]:
    return {"id": f"t {day}", "at": day, "type": "terminated"}


def agree(text: str, events: list[dict[str, Any]]) -> tenure.Timeline:
    """Every edge with its causes, also in pieces of one event."""
    deal = tenure.Contract.from_text(text)
    line = deal.evaluate(events)
    rete = deal.evaluate(events, executor="rete")
    program, to = line.line.meaning.program, line.line.trace.to
    pieces = evaluate(program, line.line.events, deal.vocabulary.calendar, to, at_once=1)
    for name, table in line.line.trace.tables.items():
        expected = {key: edges for key, edges in table.edges.items() if edges}
        assert rete.line.trace.tables[name].edges == expected, name
        assert pieces.tables[name].edges == expected, name
    return rete


def states(line: tenure.Timeline) -> dict[str, set[Any]]:
    """The instances that were ever in each state, by the event that triggered them or else by their invoice."""
    tables = line.line.trace.tables
    found = {
        state: {key[0] or key[-1] for key in tables[name].edges}
        for state in DUTY_STATES
        for name in tables
        if name.startswith(f"{state}:force:F")
    }
    return {state: ids for state, ids in found.items() if ids}


def test_performed_late_and_breached() -> None:
    line = agree(
        RENT,
        [
            invoiced("2026-01-01", "a", "one"),
            invoiced("2026-01-02", "b", "two"),
            paid("2026-01-05", "a"),
            paid("2026-01-06", "b", by="Landlord"),
            paid("2026-02-01", "b"),
            invoiced("2026-02-10", "c", "three"),
        ],
    )
    assert states(line) == {
        "pending": {"one", "two", "three"},
        "performed": {"one"},
        "breached": {"two", "three"},
        "late": {"two"},
    }


def test_what_is_pending_lapses_with_its_clause_and_comes_about_anew() -> None:
    line = agree(
        LEASE,
        [
            invoiced("2026-01-01", "a"),
            invoiced("2026-01-20", "b"),
            terminated("2026-01-22"),
            invoiced("2026-02-10", "b"),
            paid("2026-02-11", "b"),
        ],
    )
    assert states(line) == {
        "pending": {"a", "b"},
        "breached": {"a"},
        "performed": {"b"},
        "lapsed": {"b"},
    }


def test_one_payment_discharges_the_oldest_of_two_alike() -> None:
    line = agree(
        RENT,
        [invoiced("2026-01-01", "a", "one"), invoiced("2026-01-02", "a", "two"), paid("2026-01-03", "a")],
    )
    assert states(line)["performed"] == {"one"}
    assert states(line)["breached"] == {"two"}


def test_a_payment_in_the_tick_of_its_invoice_counts() -> None:
    line = agree(RENT, [invoiced("2026-01-01", "a", "one"), paid("2026-01-01", "a")])
    assert states(line) == {"performed": {"one"}}


def test_an_order_that_decides_is_refused_where_it_is_unknown() -> None:
    events = [invoiced("2026-01-01", "a"), terminated("2026-01-05"), paid("2026-01-05", "a")]
    deal = tenure.Contract.from_text(LEASE)
    rows = [row for table in deal.evaluate(events).line.trace.tables.values() for row in table.edges.values()]
    assert any(edge.truth == UNKNOWN for row in rows for edge in row)
    with pytest.raises(HistoryError) as refused:
        _ = deal.evaluate(events, executor="rete").line
    assert refused.value.diagnostics[0].code == "TEN824"


def test_which_of_two_invoices_of_one_instant_is_paid_is_refused() -> None:
    events = [invoiced("2026-01-01", "a", "one"), invoiced("2026-01-01", "a", "two"), paid("2026-01-03", "a")]
    with pytest.raises(HistoryError, match="the order of one and two decides"):
        _ = tenure.Contract.from_text(RENT).evaluate(events, executor="rete").line


def test_what_is_owed_otherwise() -> None:
    more = "within 14 days\n    otherwise Tenant must sweep(i) to Landlord within 30 days"
    text = RENT.replace("within 14 days", more).replace(
        "action pay(i)", "action sweep(r) done by swept(room = r) by Tenant\naction pay(i)"
    )
    swept = {"id": "s", "at": "2026-01-20", "type": "swept", "by": "Tenant", "data": {"room": "a"}}
    line = agree(text, [invoiced("2026-01-01", "a", "one"), swept, invoiced("2026-02-01", "b", "two")])
    tables = line.line.trace.tables
    assert {key[0] for key in tables["cured:force:F#1"].edges} == {"one"}
    assert {key[0] for key in tables["performed:force:F#1/otherwise"].edges} == {"one"}
    assert {key[0] for key in tables["breached:force:F#1"].edges} == {"one", "two"}


# ---------------------------------------------------------------- sizes


def used(day: int, room: str, seats: Any, most: Any = 60) -> dict[str, Any]:
    data = {"room": room, "seats": seats, "most": most}
    return {"id": f"u{day}", "at": f"2026-01-{day:02}", "type": "used", "data": data}


def test_sizes_are_compared_before_they_become_numbers() -> None:
    line = agree(ROOMS, [used(1, "hall", 51), used(2, "den", 50), used(3, "attic", 9), used(4, "shed", 100)])
    assert set(line.state_rows("crowded")) == {("hall",), ("shed",)}
    assert set(line.state_rows("small")) == {("den",), ("attic",)}
    assert set(line.state_rows("full")) == {("shed",)}


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(HistoryError, match="`seats` of event u1 is unknown"):
        _ = tenure.Contract.from_text(ROOMS).evaluate([used(1, "hall", None)], executor="rete").line
