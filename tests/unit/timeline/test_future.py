"""The open future of a small contract: outlook, threats, what would; and why."""

from __future__ import annotations

import pytest

import tenure

DEAL = """
contract open_future
zone UTC
parties Owner, User
others Judge
fact made(thing: thing)
act accused(case) by Owner
act convicted(case) by Judge if once accused(case)
act waived_right(thing) by User
action use(x)
kind tool
classify x as tool from made(x)

clause U1 "Use"
  User may use x against Owner
    for x: tool
    from 2020-01-01
    until convicted, or through 2030

clause U2 "Waiver"
  on waived_right(x) waive U1
"""


@pytest.fixture(scope="module")
def line() -> tenure.Timeline:
    deal = tenure.Contract.from_text(DEAL)
    made = {"id": "m", "at": "2021-01-01", "type": "made", "data": {"thing": "hammer"}}
    return deal.evaluate([made], horizon="2022-01-01")


def test_projected_guaranteed_and_possible(line: tenure.Timeline) -> None:
    outlook = line.outlook("User", "use", "hammer")
    assert outlook.projected_until == outlook.possible_until == line.instant("2031-01-01")
    assert outlook.guaranteed_until == line.horizon


def test_no_party_alone_can_end_it(line: tenure.Timeline) -> None:
    for party in ("Owner", "Judge"):
        assert line.guaranteed("User", "use", "hammer", at="2030-12-31", against=party)
    assert not line.guaranteed("User", "use", "hammer", at="2022-06-01", against=("Owner", "Judge"))


def test_threats_leave_out_the_holder(line: tenure.Timeline) -> None:
    assert [str(t) for t in line.threats("User", "use", "hammer")] == [
        "accused by Owner and convicted by Judge"
    ]


def test_what_would_end_it_is_tried(line: tenure.Timeline) -> None:
    (course,) = line.what_would("User", "use", "hammer", ends=True, by="2025-01-01").found
    assert str(course) == "accused by Owner, then convicted by Judge"
    placed = [{**e, "at": f"2024-01-0{i}"} for i, e in enumerate(course.events, 1)]
    assert not line.suppose(add=placed).holds("User", "use", "hammer", at="2025-01-01")


def test_with_consent_the_holder_may_end_it(line: tenure.Timeline) -> None:
    found = line.what_would("User", "use", "hammer", ends=True, by="2025-01-01", with_consent=True).found
    assert "waived_right by User" in [str(course) for course in found]


def test_what_is_so_already_is_an_error(line: tenure.Timeline) -> None:
    with pytest.raises(tenure.QueryError, match="TEN613"):
        line.what_would("User", "use", "hammer", by="2025-01-01")


def test_possible_after_the_term_is_not(line: tenure.Timeline) -> None:
    assert not line.possible("User", "use", "hammer", at="2031-01-01")


def test_why_spells_out_clause_event_and_date(line: tenure.Timeline) -> None:
    text = str(line.why("User", "use", "hammer", at="2031-01-01"))
    assert "not_held (expired)" in text
    assert "through 2030, all of it = before 2031-01-01T00:00:00+00:00 (UTC)" in text
    assert "m: made (thing = hammer) on 2021-01-01T00:00:00+00:00" in text


def test_why_not_names_the_nearest_missing_fact(line: tenure.Timeline) -> None:
    later = line.suppose(add=["2023-01-01 Owner accused case=c1", "2023-02-01 Judge convicted case=c1"])
    text = str(later.why("User", "use", "hammer", at="2024-01-01"))
    assert "it would be held if S2 (convicted) had not occurred" in text
