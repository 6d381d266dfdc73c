"""What befalls a duty, and recurring dates, by rules: as the reference has it, in histories that chance makes."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from tests.unit.rete.bare import needs_durable_rules
from tests.unit.rete.test_duties import agree, states

import tenure
from tenure.diagnostics import ContractError, HistoryError

pytestmark = needs_durable_rules

RENT = """
contract rent
zone UTC
parties Landlord, Tenant, Bank
fact signed
fact ended
fact flooded
fact dried
fact paid(amount: money)
fact insured
fact covered
act deferred by Landlord
act forgiven by Landlord
action pay(m) done by paid(amount = m)
action insure done by insured
action cover done by covered
state flood
  from flooded until dried
clause F "Rent"
  Tenant must pay(GBP 30) to Landlord
    for each "day 1 of each month"
    from signed until ended
    within 4 days
    in parts
    excused while flood
clause F.deferral "Deferral"
  on deferred extend F by 10 days
clause F.waiver "Waiver"
  on forgiven waive F
clause T2 "Insurance"
  Tenant must insure to Landlord
    from signed until ended
    within 7 days
    otherwise Tenant must cover to Landlord
      within 10 days
"""
KINDS = (
    "flooded",
    "dried",
    "paid",
    "paid",
    "paid",
    "insured",
    "covered",
    "deferred",
    "forgiven",
    "ended",
    "signed",
)


def happened(day: str, type: str, amount: int = 30, by: str = "Tenant") -> dict[str, Any]:
    data = {"data": {"amount": f"GBP {amount}"}} if type == "paid" else {}
    by = "Landlord" if type in ("deferred", "forgiven") else by
    return {"id": f"{type} {day}", "at": day, "type": type, "by": by, **data}


def by_chance(seed: int) -> list[dict[str, Any]]:
    """A story of the first months, one event a day at the most."""
    random, day = Random(seed), 0
    events = [happened("2026-01-01", "signed")]
    while (day := day + random.randint(1, 12)) < 110:
        month, rest = divmod(day, 28)
        at = f"2026-{month + 1:02}-{rest + 1:02}"
        if at != "2026-01-01":
            events.append(happened(at, random.choice(KINDS), random.choice((5, 15, 30, 40))))
    return events


def test_amounts_add_up_over_instances_of_each_month() -> None:
    line = agree(
        RENT,
        [
            happened("2025-12-20", "signed"),
            happened("2026-01-03", "paid", 20),
            happened("2026-01-04", "paid", 20),
            happened("2026-02-05", "paid", 20),
            happened("2026-02-10", "paid", 35),
            happened("2026-03-02", "ended"),
        ],
    )
    found = states(line)
    assert found["performed"] == {"2026-01-01"}
    assert found["late"] == {"2026-02-01"}
    assert found["breached"] == {"2026-02-01", "2026-03-01"}


def test_a_clause_that_begins_again_beside_a_breach_has_another_instance() -> None:
    line = agree(
        RENT,
        [
            happened("2026-01-01", "signed"),
            happened("2026-01-20", "ended"),
            happened("2026-03-10", "signed"),
            happened("2026-03-12", "insured"),
            happened("2026-04-01", "covered"),
        ],
    )
    breached = {
        key for name, t in line.line.trace.tables.items() if name == "breached:force:T2#1" for key in t.edges
    }
    assert ("", "Tenant", "Landlord") in breached
    pending = {
        key[0]
        for name, t in line.line.trace.tables.items()
        if name == "pending:force:T2#1"
        for key in t.edges
    }
    assert pending == {"", "2026-03-10"}


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_stories_by_chance(first: int) -> None:
    """One event a day: no order is unknown, and nothing is refused."""
    for seed in range(first, first + 10):
        agree(RENT, by_chance(seed))


def test_what_cannot_be_calculated_is_said_as_the_reference_says_it() -> None:
    events = [happened("2025-12-20", "signed"), happened("2026-01-02", "paid")]
    events[-1]["data"] = {"amount": "EUR 30"}
    deal = tenure.Contract.from_text(RENT)
    for executor in ("reference", "rete"):
        with pytest.raises(HistoryError, match="are of different currencies"):
            _ = deal.evaluate(events, executor=executor).line


def test_a_duty_that_hangs_on_more_than_facts_is_refused() -> None:
    more = RENT.replace(
        "    in parts\n    excused while flood",
        "    excused while flood\n    otherwise Tenant must cover to Landlord\n      within 3 days",
    )
    more += "clause F.halt\n  on insured suspend F\n  on covered resume F\n"
    with pytest.raises(ContractError, match="can be both suspended and excused"):
        _ = tenure.Contract.from_text(more).evaluate([], executor="rete").line
