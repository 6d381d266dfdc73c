"""Effects that reach back, against what they mean: the same history with the effect brought about earlier."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.test_against_oracle import judged

import tenure
from tenure.logic import hindsight

DEAL = """
contract deal
zone UTC
parties A, B
others Bank
kind work
fact made(work, by_whom: party)
fact invoiced(invoice)
fact paid(invoice, to: party)
act  signed(text) by A and B
act  lent(work) by B
act  forgiven(invoice) by A
action use(x)
action pay(invoice) done by paid(invoice = invoice, to = counterparty)
classify x as work from made(work = x)
owner of x is p from made(work = x, by_whom = p)

clause C1 "Use"
  B may use x against A
    for x: work, owned by A
    from signed(T1)
clause C2 "Use for a time"
  B may use x against A
    for x: work, owned by A
    until once lent(work = x)
clause C3 "Lending"
  B can lent from signed(T1)
clause F1 "Invoices"
  B must pay(invoice) to A for each invoiced(invoice) within 10 days
clause F2 "Invoices, sooner"
  B must pay(invoice) to A for each invoiced(invoice) within 3 days
agreement R0 "one" from signed(T1)
amendment R1 "two" from signed(T2) {back}
  C2 replaces C1
  F2 replaces F1
{more}
"""


def contract(back: str = "", more: str = "") -> tenure.Contract:
    return tenure.Contract.from_text(DEAL.format(back=back, more=more))


def event(name: str, at: str, type: str, by: tuple[str, ...] = (), **data: str) -> dict[str, Any]:
    return {"id": name, "at": at, "type": type, "by": list(by), "data": data}


BOTH = ("A", "B")
PROMPT = contract()
BACK = contract("retroactive from 2025-03-01")
days = st.integers(0, 180)


def date(day: int, hour: int = 10) -> str:
    return f"2025-{1 + day // 28:02}-{1 + day % 28:02}T{hour:02}:00"


@judged(40)
@given(
    st.lists(days, max_size=4),
    st.lists(days, max_size=4),
    st.lists(st.tuples(days, st.integers(0, 3)), max_size=4),
    st.integers(60, 200),
)
def test_an_amendment_that_reaches_back_is_one_that_was_signed_then(
    made: list[int], invoices: list[int], payments: list[tuple[int, int]], signed: int
) -> None:
    history = [event("E1", "2025-01-01", "signed", BOTH, text="T1")]
    history += [event(f"M{i}", date(d, 9), "made", work=f"w{i}", by_whom="A") for i, d in enumerate(made)]
    history += [event(f"I{i}", date(d), "invoiced", invoice=f"i{i}") for i, d in enumerate(invoices)]
    history += [
        event(f"P{i}", date(d, 11), "paid", ("B",), invoice=f"i{n}", to="A")
        for i, (d, n) in enumerate(payments)
    ]
    late = BACK.evaluate([*history, event("E2", date(signed, 12), "signed", BOTH, text="T2")])
    early = PROMPT.evaluate([*history, event("E2", "2025-03-01", "signed", BOTH, text="T2")])
    for i in range(4):
        for act, thing, relation in (("use", f"w{i}", "liberty"), ("pay", f"i{i}", "duty")):
            found, wanted = (
                [(s.start, s.end, s.status) for s in line.spans("B", act, thing, relation=relation)]
                for line in (late, early)
            )
            assert found == wanted, (act, thing)


def test_before_it_was_recorded_the_old_answer_is_given() -> None:
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("M1", "2025-02-01", "made", work="w", by_whom="A"),
        event("L1", "2025-04-01", "lent", ("B",), work="w"),
        {**event("E2", "2025-06-01", "signed", BOTH, text="T2"), "recorded": "2025-07-01"},
    ]
    assert (
        BACK.evaluate(history, known_at="2025-06-15").holds("B", "use", "w", at="2025-05-01").status == "held"
    )
    now = BACK.evaluate(history, known_at="2025-07-01").holds("B", "use", "w", at="2025-05-01")
    assert (now.status, now.reason, now.cause.event) == ("not_held", "terminated", "L1")


def test_an_act_keeps_the_validity_that_it_had() -> None:
    deal = contract(
        "retroactive from 2025-03-01",
        'amendment R3 "no lending" from signed(T3) retroactive from 2025-03-01\n  C3 end',
    )
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("M1", "2025-02-01", "made", work="w", by_whom="A"),
        event("L1", "2025-04-01", "lent", ("B",), work="w"),
        event("E2", "2025-06-01", "signed", BOTH, text="T2"),
        event("E3", "2025-06-02", "signed", BOTH, text="T3"),
        event("L2", "2025-06-03", "lent", ("B",), work="w2"),
        event("M2", "2025-06-04", "made", work="w2", by_whom="A"),
    ]
    line = deal.evaluate(history)
    assert [void.event.id for void in line.void] == ["L2"]
    assert line.holds("B", "use", "w", at="2025-05-01").cause.event == "L1"
    assert line.holds("B", "use", "w2", at="2025-07-01").status == "held"


def test_an_act_of_unknown_effect_leaves_the_past_unknown() -> None:
    deal = contract(
        more="clause X\n  on forgiven(invoice) waive F1 retroactive\n  on signed(T9) suspend C1 retroactive"
    )
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("I1", "2025-02-01", "invoiced", invoice="i1"),
        {**event("W", "2025-06-01", "forgiven", ("A",)), "data": {"invoice": None}},
    ]
    line = deal.evaluate(history)
    answer = line.holds("B", "pay", "i1", at="2025-02-05", relation="duty")
    assert answer.status == "unknown"


def test_what_reaches_back_can_still_be_lost() -> None:
    deal = contract(more="clause X\n  on forgiven(invoice) terminate C1 retroactive")
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("M1", "2025-02-01", "made", work="w", by_whom="A"),
    ]
    line = deal.evaluate(history, horizon="2025-03-01")
    assert not line.guaranteed("B", "use", "w", at="2025-04-01")
    assert [str(threat) for threat in line.threats("B", "use", "w")] == ["forgiven by A"]
    assert contract().evaluate(history, horizon="2025-03-01").guaranteed("B", "use", "w", at="2025-04-01")


def test_effects_without_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hindsight, "MOST", 1)
    deal = contract(more="clause X\n  on forgiven(invoice) waive F1 retroactive")
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        *(event(f"I{i}", "2025-02-01", "invoiced", invoice=f"i{i}") for i in range(3)),
        *(event(f"W{i}", f"2025-06-0{i + 1}", "forgiven", ("A",), invoice=f"i{i}") for i in range(3)),
    ]
    with pytest.raises(tenure.QueryError) as error:
        deal.evaluate(history).holds("B", "pay", "i1", at="2025-03-01", relation="duty")
    assert error.value.diagnostics[0].code == "TEN615"


def test_properties_see_what_reaches_back() -> None:
    deal = contract("retroactive from 2025-03-01", 'property "never under C2"\n  always not C2')
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("M1", "2025-02-01", "made", work="w", by_whom="A"),
        event("E2", "2025-06-01", "signed", BOTH, text="T2"),
    ]
    line = deal.evaluate(history)
    (verdict,) = line.check("never under C2")
    assert verdict.status == "false"
    assert verdict.decided_at == line.instant("2025-03-01")


def test_the_proofs_of_what_reaches_back_are_accepted() -> None:
    history = [
        event("E1", "2025-01-01", "signed", BOTH, text="T1"),
        event("M1", "2025-02-01", "made", work="w", by_whom="A"),
        event("L1", "2025-04-01", "lent", ("B",), work="w"),
        event("E2", "2025-06-01", "signed", BOTH, text="T2"),
    ]
    line = BACK.evaluate(history)
    for at, status in (("2025-02-15", "held"), ("2025-03-15", "held"), ("2025-05-01", "not_held")):
        assert line.holds("B", "use", "w", at=at).status == status
        assert line.check_proof(line.why("B", "use", "w", at=at)) == ()
