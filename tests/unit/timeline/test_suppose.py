"""Suppositions: what they change, what they leave alone, what they refuse, and how they are kept."""

import json

import pytest

from tenure.diagnostics import HistoryError, QueryError, TenureError
from tenure.timeline import Contract
from tenure.timeline.suppose import Supposition, load_supposition

DECLARED = "2028-03-01 OpenAI agi_declared declaration=d1"
VERIFIED = "2028-09-15T10:00 ExpertPanel agi_verified declaration=d1"
RECIPE = ("Microsoft", "use", "training recipe")

RULES = """
contract sale
zone UTC
parties Seller, Buyer

act  signed by Seller and Buyer
fact invoiced(invoice, amount: money)
fact paid(invoice, amount: money)
act  ended by Seller if once signed

action pay(invoice, amount) done by paid(invoice, amount)

state running from signed until ended

clause P
  Buyer must pay(i, a) to Seller
    for each invoiced(invoice = i, amount = a)
    within 30 days
"""
EVENTS = [
    {"id": "e1", "at": "2026-01-01", "type": "signed", "by": ["Seller", "Buyer"]},
    {"id": "e2", "at": "2026-02-01", "type": "invoiced", "data": {"invoice": "i1", "amount": "USD 5"}},
    {
        "id": "e3",
        "at": "2026-02-02",
        "type": "invoiced",
        "data": {"invoice": "i1", "amount": "USD 6"},
        "corrects": "e2",
        "recorded": "2026-02-10",
    },
    {"id": "e4", "at": "2026-02-20", "type": "paid", "data": {"invoice": "i1", "amount": "USD 6"}},
]


@pytest.fixture
def sale():
    return Contract.from_text(RULES).evaluate(EVENTS)


def recipe_end(timeline):
    (span,) = timeline.spans(*RECIPE)
    return timeline.text(span.end)


def codes(refused):
    return [d.code for d in refused.value.diagnostics]


def test_added_events_are_seen_and_the_original_is_left_alone(recorded):
    supposed = recorded.suppose(add=[DECLARED, VERIFIED])
    assert recipe_end(supposed) == "2028-09-15T10:00:00-07:00"
    assert recipe_end(recorded) == "2031-01-01T00:00:00-08:00"
    assert supposed.original is recorded
    assert supposed.horizon == recorded.horizon
    assert not any(event.supposed for event in recorded.history.events)


def test_events_are_added_as_mappings_too(recorded):
    declared = {
        "id": "X1",
        "at": "2028-03-01",
        "type": "agi_declared",
        "by": "OpenAI",
        "data": {"declaration": "d1"},
    }
    supposed = recorded.suppose(add=[declared, VERIFIED])
    assert recipe_end(supposed) == "2028-09-15T10:00:00-07:00"
    assert [e.id for e in supposed.history.events if e.supposed] == ["X1", "S1"]


def test_suppositions_nest(recorded):
    declared = recorded.suppose(add=[DECLARED], name="declared")
    verified = declared.suppose(add=[VERIFIED], name="verified")
    assert recipe_end(declared) == "2031-01-01T00:00:00-08:00"
    assert recipe_end(verified) == "2028-09-15T10:00:00-07:00"
    assert [layer.name for layer in verified.supposition.layers()] == ["declared", "verified"]
    assert verified.original is declared
    assert [d.kind for d in verified.diff().changed if d.position.act == "use"] == ["shortened"]


def test_readings_are_supposed_too(recorded):
    supposed = recorded.suppose(add=[DECLARED], readings={"A3": "declared", "A4": "persist"})
    assert supposed.suppose(drop=["T08"]).line.choice["A3"] == "declared"
    assert recorded.line.choice["A3"] != "declared"


def test_dropped_and_moved(sale):
    assert sale.suppose(drop=["e1"]).spans("running") == ()
    moved = sale.suppose(move={"e1": "2026-01-15"})
    assert moved.text(moved.spans("running")[0].start) == "2026-01-15T00:00:00+00:00"


def test_attributes_change_and_what_stands_in_the_place_of_an_event_changes_with_it(sale):
    changed = sale.suppose(change={"e2": {"amount": "USD 7"}})
    assert {str(p.object[1]) for p in changed.line.sources if p.act == "pay"} == {"USD 7"}
    assert {str(p.object[1]) for p in sale.line.sources if p.act == "pay"} == {"USD 6"}


def test_an_act_that_would_be_void_is_accepted_and_reported(sale):
    supposed = sale.suppose(add=["2026-03-01 Buyer ended"])
    assert [v.event.id for v in supposed.void] == ["S1"]
    assert supposed.diff().void == supposed.void
    assert supposed.spans("running") == sale.spans("running")


def test_an_act_moved_to_before_its_power_is_void(sale):
    ended = sale.suppose(add=["2026-03-01 Seller ended"])
    assert ended.void == ()
    early = ended.suppose(move={"S1": "2025-12-31"})
    assert [v.reason for v in early.void] == ["its condition did not hold"]


@pytest.mark.parametrize(
    "supposed, code, words",
    [
        ({"drop": ["e9"]}, "TEN429", "cannot drop `e9`"),
        ({"move": {"e9": "2026-01-01"}}, "TEN429", "cannot move `e9`"),
        ({"change": {"e9": {"amount": 1}}}, "TEN429", "cannot change `e9`"),
        ({"drop": ["e1"], "move": {"e1": "2026-01-01"}}, "TEN630", "`e1` is dropped, and is to be moved too"),
        (
            {"drop": ["e2"], "change": {"e2": {"amount": "USD 1"}}},
            "TEN630",
            "`e2` is dropped, and is to be changed too",
        ),
        ({"move": [("e1", "2026-01-01"), ("e1", "2026-01-02")]}, "TEN630", "`e1` is to be moved twice"),
        ({"move": {"e3": "2026-01-31"}}, "TEN631", "cannot move `e3` before `e2`, which it corrects"),
        ({"move": {"e1": "2026-02-30"}}, "TEN502", "2026-02-30"),
        ({"change": {"e2": {"size": "USD 1"}}}, "TEN414", "`size`"),
        ({"change": {"e2": {"amount": "much"}}}, "TEN415", "`amount`"),
        ({"add": ["2026-03-01 Seller paidd"]}, "TEN410", "`paidd`"),
        ({"add": ["2026-03-01"]}, "TEN622", "no event type"),
        ({"add": [{"id": "e1", "at": "2026-03-01", "type": "ended", "by": "Seller"}]}, "TEN419", "`e1`"),
    ],
)
def test_what_cannot_be_supposed_is_refused_in_words(sale, supposed, code, words):
    with pytest.raises(TenureError) as refused:
        sale.suppose(**supposed)
    assert words in str(refused.value)
    assert codes(refused) == [code]


def test_a_correction_moves_with_what_it_corrects(sale):
    moved = sale.suppose(move={"e2": "2026-01-20"})
    assert [moved.text(e.at) for e in moved.line.events if e.type == "invoiced"] == [
        "2026-01-20T00:00:00+00:00"
    ]


def test_what_was_dropped_beneath_cannot_be_moved_above(sale):
    with pytest.raises(QueryError) as refused:
        sale.suppose(drop=["e1"]).suppose(move={"e1": "2026-02-01"})
    assert codes(refused) == ["TEN630"]


# ---------------------------------------------------------------- files


def test_a_supposition_is_kept_and_loaded(recorded, tmp_path):
    made = recorded.suppose(drop=["T14"], name="no amendment").suppose(
        add=[DECLARED, VERIFIED], move={"T18": "2026-04-29"}, readings={"A3": "verified"}, name="verified"
    )
    file = tmp_path / "later.json"
    made.supposition.save(file)
    assert json.loads(file.read_text())["schema"] == "tenure:supposition:1"
    again = load_supposition(file)
    assert again == made.supposition
    assert not recorded.suppose(again).diff(made)
    assert repr(again).startswith(
        "Supposition(verified, add 2, move 1, A3=verified) on Supposition(no amendment"
    )


def test_a_loaded_supposition_can_be_stood_on(recorded, tmp_path):
    Supposition(add=(DECLARED,), name="declared").save(tmp_path / "d.json")
    supposed = recorded.suppose(load_supposition(tmp_path / "d.json"), add=[VERIFIED])
    assert recipe_end(supposed) == "2028-09-15T10:00:00-07:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"drop": ["e1"]}',
        '{"schema": "tenure:supposition:1", "dropp": []}',
        '{"schema": "tenure:supposition:1", "drop": "e1"}',
        '{"schema": "tenure:supposition:1", "drop": [1]}',
        '{"schema": "tenure:supposition:1", "move": {"e1": 5}}',
        '{"schema": "tenure:supposition:1", "add": [5]}',
        '{"schema": "tenure:supposition:1", "change": {"e1": 5}}',
        '{"schema": "tenure:supposition:1", "on": {"name": 5}}',
    ],
)
def test_a_file_that_is_no_supposition_is_refused(tmp_path, text):
    file = tmp_path / "s.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QueryError) as refused:
        load_supposition(file)
    assert codes(refused) == ["TEN632"]


def test_a_file_that_cannot_be_had_is_refused(tmp_path):
    for attempt in (
        lambda: load_supposition(tmp_path / "none"),
        lambda: Supposition().save(tmp_path / "no" / "x"),
    ):
        with pytest.raises(QueryError) as refused:
            attempt()
        assert codes(refused) == ["TEN632"]


def test_a_fault_in_an_added_text_says_which(sale):
    with pytest.raises(HistoryError) as refused:
        sale.suppose(add=["2026-03-01 Nobody ended"])
    assert "2026-03-01 Nobody ended" in str(refused.value)
