"""Dates in the object of an act are read and written as dates."""

import tenure
from tenure.timeline.objects import object_text

DEAL = tenure.Contract.from_text("""
contract rent
zone Europe/Berlin
parties Tenant, Landlord
fact begun
fact rent_paid(month: date, at: instant = none)
action rent(month) done by rent_paid(month = month)
clause C1
  Tenant must rent(m) to Landlord for each "day 1 of each month" as m from begun through 2026-03 within 3 days
""")
HISTORY = [
    {"id": "E1", "at": "2026-01-15", "type": "begun"},
    {"id": "E2", "at": "2026-02-02", "type": "rent_paid", "by": "Tenant", "data": {"month": "2026-02-01"}},
]


def test_a_month_is_asked_for_and_shown_by_its_date() -> None:
    line = DEAL.evaluate(HISTORY)
    found = {object_text(DEAL.vocabulary, p): p for p in line.line.sources}
    assert {"2026-02-01", "2026-03-01"} <= found.keys()
    paid = line.holds("Tenant", "rent", "2026-02-01", at="2026-02-02", relation="duty")
    assert (paid.status, paid.reason) == ("not_held", "performed")
    due = line.holds("Tenant", "rent", "2026-03-01", at="2026-03-02", relation="duty")
    assert (due.status, due.state) == ("held", "pending")
    assert (
        line.holds("Tenant", "rent", "2027-03-01", at="2026-03-02", relation="duty").reason == "never arose"
    )


def test_a_reason_writes_the_dates_of_events() -> None:
    why = DEAL.evaluate(HISTORY).why("Tenant", "rent", "2026-02-01", at="2026-02-03", relation="duty")
    assert "month = 2026-02-01" in str(why)
