"""Why: the tree in words, its date arithmetic, the nearest missing facts, and what the checker makes of it."""

from __future__ import annotations

import pytest
from attrs import evolve

import tenure
from tenure.proofs.encoding import from_json, to_json
from tenure.proofs.verdicts import DisputeProof
from tenure.timeline.proof import Proof

DEAL = """
contract supply
zone America/Los_Angeles
parties Seller, Buyer
kind tool
act  signed by Seller and Buyer
act  terminated by Seller
fact made(thing, kind: kind, owner: party)
fact recalled(thing)
fact invoiced(invoice)
fact paid(invoice)
action use(x)
action pay(invoice) done by paid(invoice)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
clause P1 "Payment"
  Buyer must pay invoice to Seller within 30 days
    for each invoiced(invoice)
clause U1 "Use"
  Buyer may use x against Seller
    for x: tool, owned by Seller
    from signed until breached(P1) or terminated
    unless once recalled(thing = x)
"""
RECORD = [
    {
        "id": "m",
        "at": "2026-05-01",
        "type": "made",
        "data": {"thing": "saw", "kind": "tool", "owner": "Seller"},
    },
    {"id": "s", "at": "2026-06-01", "type": "signed", "by": ["Seller", "Buyer"]},
    {"id": "i", "at": "2026-06-30", "type": "invoiced", "data": {"invoice": "A"}},
    {"id": "p", "at": "2026-08-03", "type": "paid", "by": ["Buyer"], "data": {"invoice": "A"}},
]


def line(*more: dict[str, object], without: str = "") -> tenure.Timeline:
    return tenure.Contract.from_text(DEAL).evaluate([e for e in RECORD if e["id"] != without] + list(more))


def why(timeline: tenure.Timeline, at: str) -> Proof:
    return timeline.why("Buyer", "use", "saw", at=at)


def lines(proof: Proof) -> list[str]:
    return [step.claim for step in proof.steps()]


def test_dates_are_spelt_out_from_their_anchor() -> None:
    text = str(why(line(), "2026-09-01"))
    assert "30 days after 2026-06-30 = 2026-07-30, end of day, Los Angeles" in text


def test_no_line_says_what_the_line_above_it_says() -> None:
    def check(proof: Proof) -> None:
        for below in proof.because:
            assert below.claim != proof.claim
            check(below)

    check(why(line(), "2026-07-01"))


def test_an_event_is_told_once() -> None:
    told = lines(why(line(), "2026-07-01"))
    assert sum(claim.startswith("m: made") for claim in told) == 1
    assert "m, as above" in told


@pytest.mark.parametrize(
    ("timeline", "at", "words"),
    [
        (line(), "2026-09-01", "if p (paid) had occurred before 2026-07-31T00:00:00-07:00"),
        (line(), "2026-09-01", "before 2026-07-31T00:00:00-07:00"),
        (
            line(without="p"),
            "2026-09-01",
            "if paid(invoice = A) by Buyer had occurred before 2026-07-31T00:00:00-07:00",
        ),
        (line(without="s"), "2026-07-01", "if signed by Seller and Buyer had occurred"),
        (
            line({"id": "r", "at": "2026-07-10", "type": "recalled", "data": {"thing": "saw"}}),
            "2026-07-15",
            "if r (recalled) had not occurred",
        ),
        (
            line({"id": "t", "at": "2026-07-10", "type": "terminated", "by": ["Seller"]}),
            "2026-07-15",
            "if t (terminated) had not occurred",
        ),
    ],
)
def test_the_nearest_missing_fact_is_told_and_true(timeline: tenure.Timeline, at: str, words: str) -> None:
    proof = why(timeline, at)
    tried = [step for step in proof.because if step.answer == "tried"]
    assert f"it would be held {words}" in [step.claim for step in tried]
    for step in tried:
        if "had not occurred" in step.claim and step.event is not None:
            supposed = timeline.suppose(drop=[step.event])
            assert supposed.holds("Buyer", "use", "saw", at=at)


def test_nothing_is_told_that_would_not_help() -> None:
    both = line(
        {"id": "r", "at": "2026-07-10", "type": "recalled", "data": {"thing": "saw"}},
        {"id": "t", "at": "2026-07-10", "type": "terminated", "by": ["Seller"]},
    )
    assert not [c for c in lines(why(both, "2026-07-15")) if "had not occurred" in c]


def test_every_line_is_checked() -> None:
    timeline = line()
    proof = why(timeline, "2026-07-01")
    assert timeline.check_proof(proof) == ()
    clause = proof.because[0]
    spoilt = [
        evolve(proof, answer="not_held (expired)"),
        evolve(proof, at=proof.at - 86_400_000_000 if proof.at is not None else None),
        evolve(proof, because=(evolve(clause, answer="no"), *proof.because[1:])),
        evolve(proof, because=(evolve(clause, because=(evolve(clause.because[0], event="p"),)),)),
    ]
    for other in spoilt:
        with pytest.raises(tenure.TenureError, match="TEN640"):
            timeline.check_proof(other)


def test_a_part_of_a_proof_is_no_proof() -> None:
    timeline = line()
    with pytest.raises(tenure.TenureError, match="TEN641"):
        timeline.check_proof(why(timeline, "2026-07-01").because[0])


def test_folding_leaves_the_formal_proof_whole() -> None:
    timeline = line()
    folded = why(timeline, "2026-07-01").folded(1)
    assert any("more step" in claim for claim in lines(folded))
    timeline.check_proof(folded)


def test_the_formal_proof_is_found_when_it_is_asked_for() -> None:
    proof = why(line(), "2026-07-01")
    assert proof.grounds is not None
    assert "formal" not in vars(proof.grounds)
    assert proof.formal is not None
    assert "formal" in vars(proof.grounds)


def duty(timeline: tenure.Timeline, at: str) -> str:
    return str(timeline.why("Buyer", "pay", "A", at=at, relation="duty"))


def test_a_duty_tells_its_limit_and_what_would_have_averted_its_breach() -> None:
    assert "it is in time before 2026-07-31" in duty(line(), "2026-07-01")
    late = duty(line(), "2026-09-01")
    assert "its state is performed late: yes" in late
    assert "30 days after 2026-06-30 = 2026-07-30, end of day" in late
    assert "it would not have been breached if p (paid) had occurred before 2026-07-31" in late


def test_a_limit_that_was_put_off_is_reckoned_as_it_came_about() -> None:
    text = str(
        tenure.load("freight")
        .evaluate()
        .suppose(drop=["F05", "F10"])
        .why("Carrier", "deliver", "lot 1", at="2026-04-01", relation="duty")
    )
    assert "10 days after 2026-03-02T08:00:00+01:00 = 2026-03-12, end of day, Warsaw" in text
    assert "which puts it off to 2026-03-14, end of day, Warsaw" in text


OPEN = """
contract open
zone UTC
parties A, B
act signed by A and B
fact fell
action use
reading R "how long"
  fall, years
clause C
  A may use against B from signed
    until fell when R is fall
    through 2030 when R is years
"""


def test_a_dispute_between_readings_is_proved_on_both_sides() -> None:
    signed = {"id": "s", "at": "2026-01-01", "type": "signed", "by": ["A", "B"]}
    timeline = tenure.Contract.from_text(OPEN).evaluate(
        [signed, {"id": "f", "at": "2027-01-01", "type": "fell"}]
    )
    proof = timeline.why("A", "use", at="2028-01-01")
    assert isinstance(proof.formal, DisputeProof)
    assert {side.status for _, side in proof.formal.sides} == {"held", "not_held"}
    assert timeline.check_proof(proof) == ()
    assert to_json(from_json(to_json(proof.formal))) == to_json(proof.formal)
    assert timeline.why("A", "use", at="2026-06-01").answer == "held"


@pytest.mark.parametrize(
    ("act", "things", "relation", "words"),
    [
        ("pay", ("A",), "liberty", "no clause is about `pay` by Seller as a liberty: in P1 it is a duty"),
        ("use", ("saw",), "liberty", "no clause is about `use` by Seller"),
    ],
)
def test_where_no_clause_speaks_those_that_almost_do_are_named(
    act: str, things: tuple[str, ...], relation: str, words: str
) -> None:
    proof = line().why("Seller", act, things, at="2026-09-01", relation=relation)
    assert [step.claim for step in proof.because] == [words]


def test_an_act_of_fewer_things_is_told_from_one_of_more() -> None:
    timeline = tenure.load("service_level").evaluate()
    proof = timeline.why("Marlow", "pay", "I-05", at="2026-06-10", relation="duty")
    assert [step.claim for step in proof.because] == [
        "no clause is about `pay` of 1 thing: in S1.pay it is of 2"
    ]
