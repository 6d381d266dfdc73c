"""How a change reads."""

import pytest

import tenure
from tenure.views.changes import change_text

DEAL = """
contract gym
parties Gym, Member
fact joined
fact billed(bill)
fact paid(bill)
action train
action pay(bill) done by paid(bill)
clause M1 Member may train against Gym from joined, through 2026
clause M2 Member must pay(bill) to Gym for each billed(bill) within 10 days
"""


@pytest.fixture
def told():
    session = tenure.Contract.from_text(DEAL).session(foresee=["2 weeks"])
    changes = [
        *session.post("2026-01-01T10:00 - joined"),
        *session.post("2026-01-02 - billed B1"),
        *session.post("2026-02-01 Member paid B1"),
        *session.post(
            {"id": "p", "at": "2026-01-03", "recorded": "2026-02-02", "type": "paid", "by": "Member"}
            | {"data": {"bill": "B1"}}
        ),
        *session.advance("2026-12-30"),
    ]
    return [change_text(session, change) for change in changes]


def test_sentences(told):
    assert told == [
        "2026-01-01 10:00  Member may train against Gym: granted (post-1 joined, M1)",
        "2026-01-02  Member must pay B1 [post-2] to Gym: arises (post-2 billed, M2)",
        "2026-01-13  Member must pay B1 [post-2] to Gym: breached (through 2026-01-12, M2)",
        "2026-02-01  Member must pay B1 [post-2] to Gym: ended, performed late (post-3 paid, M2)",
        "2026-01-13  Member must pay B1 [post-2] to Gym: breached (through 2026-01-12, M2) [withdrawn]",
        "2026-02-01  Member must pay B1 [post-2] to Gym: ended, performed late (post-3 paid, M2) [withdrawn]",
        "2026-01-03  Member must pay B1 [post-2] to Gym: ended, performed (p paid, M2) [late]",
        "2026-12-18  Member may train against Gym: about to end on 2027-01-01 (through 2026, M1)",
    ]
