"""Clauses written anew, tables of suppositions, then and now, amendments, disputes: in Python."""

from itertools import combinations

import pytest

from tenure.diagnostics import ContractError, QueryError
from tenure.language.parser import parse_block
from tenure.timeline import Contract
from tenure.timeline.impact import impact
from tenure.timeline.suppose import Supposition
from tenure.timeline.table import Question

RULES = """
contract shop
zone UTC
parties Shop, Customer
kind bicycle
reading R "how long" short (default) "30 days", long "60 days"
fact made(thing, kind: kind, owner)
act  rented(thing) by Shop and Customer
act  stopped by Shop
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
action ride(x)
clause C "Riding"
  Customer may ride x against Shop
    for x: bicycle, owned by Shop
    from rented(thing = x) for 30 days when R is short
    for 60 days when R is long
    until stopped
"""
LONGER = """clause C "Riding"
  Customer may ride x against Shop
    for x: bicycle, owned by Shop
    from rented(thing = x) for 90 days
"""
EVENTS = [
    {
        "id": "1",
        "at": "2026-01-01",
        "type": "made",
        "data": {"thing": "t", "kind": "bicycle", "owner": "Shop"},
    },
    {"id": "2", "at": "2026-03-01", "type": "rented", "by": ["Shop", "Customer"], "data": {"thing": "t"}},
    {
        "id": "3",
        "at": "2026-02-01",
        "type": "rented",
        "by": ["Shop", "Customer"],
        "data": {"thing": "t"},
        "corrects": "2",
        "recorded": "2026-03-10",
    },
    {"id": "4", "at": "2026-02-20", "type": "stopped", "by": "Shop", "recorded": "2026-03-15"},
    {"id": "5", "at": "2026-02-20", "type": "stopped", "by": "Customer", "recorded": "2026-03-16"},
]
RIDE = ("Customer", "ride", "t")


@pytest.fixture
def shop():
    return Contract.from_text(RULES)


@pytest.fixture
def line(shop):
    return shop.evaluate(EVENTS)


def ends(timeline):
    return [timeline.text(span.end)[:10] for span in timeline.spans(*RIDE)]


# ---------------------------------------------------------------- clauses


def test_a_clause_is_written_anew_as_text_markdown_or_syntax(line):
    (clause,) = parse_block(LONGER)
    for new in (LONGER, f"Prose.\n\n```tenure\n{LONGER}```\n", clause, [clause]):
        supposed = line.suppose(replace=new)
        assert ends(supposed) == ["2026-05-02"]
        assert [d.kind for d in supposed.diff().changed] == ["lengthened"]
    assert ends(line) == ["2026-02-20"]


def test_clauses_of_nested_suppositions_count_together(line):
    supposed = line.suppose(replace=LONGER).suppose(drop=["3"])
    assert ends(supposed) == ["2026-05-30"]
    assert ends(supposed.suppose(replace=LONGER.replace("90", "10"))) == ["2026-03-11"]


def test_a_supposed_clause_agrees_with_a_contract_that_has_it(line, shop):
    supposed = line.suppose(replace=LONGER, drop=["4"])
    whole = shop.revised(LONGER).evaluate(supposed.history, horizon=line.horizon)
    assert supposed.spans(*RIDE, status=None) == whole.spans(*RIDE, status=None)
    assert not supposed.diff(whole)


@pytest.mark.parametrize(
    "given, code",
    [
        (LONGER.replace("clause C", "clause D"), "TEN650"),
        ("state gone from stopped", "TEN653"),
        ("", "TEN653"),
        ([LONGER, LONGER], "TEN630"),
        ("clause C broken", "TEN101"),
        (LONGER.replace("rented(thing = x)", "borrowed(thing = x)"), "TEN202"),
    ],
)
def test_what_cannot_be_written_anew_is_refused(line, given, code):
    with pytest.raises((QueryError, ContractError)) as refused:
        line.suppose(replace=given)
    assert [d.code for d in refused.value.diagnostics] == [code]


# ---------------------------------------------------------------- tables


def test_each_row_answers_as_its_supposition_alone(line):
    common = Supposition(drop=("3",), name="as first recorded")
    suppositions = [
        common,
        Supposition(drop=("4",), name="on it", on=common),
        Supposition(readings=(("R", "long"),), drop=("4",)),
        Supposition(drop=("99",), name="wrong"),
    ]
    question = Question(*RIDE, at="2026-03-05")
    table = line.table(suppositions, [question])
    for row, supposition in zip(table.rows[:3], suppositions, strict=False):
        alone = question.ask(line.suppose(supposition))
        assert row.cells[0].verdict == alone
    assert all(row.cells[0].changed for row in table.rows[:2])
    assert [p.code for p in table.rows[3].problems] == ["TEN429"]
    assert "the record: not_held" in repr(table)


def test_a_question_that_names_nothing_is_refused(line):
    with pytest.raises(QueryError) as refused:
        line.table([Supposition(drop=("4",))], [])
    assert [d.code for d in refused.value.diagnostics] == ["TEN652"]
    with pytest.raises(QueryError):
        line.table([], [Question("Nobody", "ride")])


# ---------------------------------------------------------------- then and now


def test_the_records_that_made_the_difference_are_enough_and_none_is_too_many(shop):
    found = shop.then_and_now(EVENTS, *RIDE, then="2026-03-05")
    assert [event.id for event in found.events] == ["3", "4"]
    assert found.learnt == 3
    learnt = ["3", "4", "5"]
    goal = found.now.spans(*RIDE, status=None)

    def answer(kept):
        gone = [id for id in learnt if id not in kept]
        return [(s.start, s.status) for s in found.now.suppose(drop=gone).spans(*RIDE, status=None)]

    wanted = [(s.start, s.status) for s in goal]
    assert answer(["3", "4"]) == wanted
    smaller = [kept for n in range(2) for kept in combinations(["3", "4"], n)]
    assert all(answer(kept) != wanted for kept in smaller)


def test_nothing_learnt_makes_no_difference(shop):
    found = shop.then_and_now(EVENTS, *RIDE, then="2026-03-15", now="2026-03-20")
    assert not found
    assert found.events == ()
    assert repr(found) == "ThenAndNow: the same then and now (1 records were learnt)"


def test_an_instant_asks_for_less(shop):
    found = shop.then_and_now(EVENTS, *RIDE, then="2026-03-05", at="2026-03-10")
    assert [event.id for event in found.events] == ["3"]


def test_now_is_not_before_then(shop):
    with pytest.raises(QueryError) as refused:
        shop.then_and_now(EVENTS, then="2026-03-05", now="2026-01-01")
    assert [d.code for d in refused.value.diagnostics] == ["TEN654"]


# ---------------------------------------------------------------- amendments


def test_an_amendment_over_several_histories(shop):
    found = impact(shop, shop.revised(LONGER), {"all": shop.read(EVENTS), "none": shop.read(EVENTS[:1])})
    assert [bool(one) for one in found.impacts] == [True, False]
    assert (found.added, found.removed, found.rewritten) == ((), (), ("C",))
    assert found.complete


def test_an_interrupted_search_says_so(shop, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    new = shop.revised(LONGER)
    monkeypatch.setattr(Contract, "evaluate", stop)
    assert not impact(shop, new, {"all": EVENTS}).complete


# ---------------------------------------------------------------- disputes


def test_a_right_that_only_another_reading_gives_is_disputed():
    rules = RULES.replace("short (default)", "short").replace(
        "until stopped", "until stopped\n    unless x is bicycle when R is short"
    )
    deal = Contract.from_text(rules)
    verdict = deal.evaluate(EVENTS[:2]).holds(*RIDE, at="2026-03-05")
    assert (verdict.status, verdict.reason) == ("disputed", "readings differ: R")
    found = deal.evaluate(EVENTS[:2]).positions(at="2026-03-05", act="ride")
    assert [v.status for v in found] == ["disputed"]
