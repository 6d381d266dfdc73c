"""What went wrong, as a timeline tells it."""

import tenure

KEPT = """
contract kept
zone UTC
parties Tenant, Landlord
fact opened
fact insured
fact lapsed
state insurance from insured until lapsed
clause Insure
  Tenant must keep insurance to Landlord from opened
"""


def test_a_state_that_is_not_kept_is_a_breach_each_time_that_it_fails():
    story = [("2026-01-01", "insured"), ("2026-01-02", "opened"), ("2026-02-01", "lapsed"),
             ("2026-03-01", "insured"), ("2026-04-01", "lapsed")]  # fmt: skip
    rows = [{"id": f"e{i}", "at": at, "type": type} for i, (at, type) in enumerate(story)]
    line = tenure.Contract.from_text(KEPT).evaluate(rows)
    found = [(line.text(b.at), b.clause, b.party) for b in line.breaches]
    assert found == [
        ("2026-02-01T00:00:00+00:00", "Insure", "Tenant"),
        ("2026-04-01T00:00:00+00:00", "Insure", "Tenant"),
    ]
