"""A supposition evaluates anew only what it can reach; it must answer as if all had been."""

from hypothesis import given, settings
from hypothesis import strategies as st

import tenure
from tenure.history import event_to_mapping
from tenure.timeline.suppose import Supposition, supposed_history

DEALS = {name: tenure.load(name) for name in ("microsoft_openai", "software_licence")}
LINES = {name: deal.evaluate() for name, deal in DEALS.items()}
DAYS = st.sampled_from(["2025-11-01", "2026-04-27", "2026-06-24", "2028-03-01", "2031-01-01T10:00"])


def same(one, other):
    """Every edge of every relation, with its causes in order."""
    a, b = one.line.trace, other.line.trace
    assert a.tables.keys() == b.tables.keys()
    assert {n: t.edges for n, t in a.tables.items()} == {n: t.edges for n, t in b.tables.items()}
    assert (a.void, a.effective, a.reasons) == (b.void, b.effective, b.reasons)


@st.composite
def suppositions(draw, name):
    deal, line = DEALS[name], LINES[name]
    ids = [event.id for event in line.history.events]
    used = draw(st.lists(st.sampled_from(ids), max_size=4, unique=True))
    cut = draw(st.integers(0, len(used)))
    copied = draw(st.lists(st.sampled_from(line.line.events), max_size=2))
    add = [
        {**event_to_mapping(event, deal.vocabulary.schema), "id": f"X{i}", "at": draw(DAYS)}
        for i, event in enumerate(copied)
    ]
    for mapping in add:
        mapping.pop("recorded", None)
    move = {id: draw(DAYS) for id in used[cut:]}
    return Supposition.of(deal.vocabulary, add=add, drop=used[:cut], move=move)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(DEALS)).flatmap(lambda name: st.tuples(st.just(name), suppositions(name))))
def test_what_is_evaluated_anew_and_what_is_kept_agree_with_a_whole_evaluation(drawn):
    name, supposition = drawn
    deal, line = DEALS[name], LINES[name]
    record = supposed_history(deal.vocabulary, line.history, supposition)
    same(line.suppose(supposition), deal.evaluate(record, horizon=line.horizon))


def choices(name):
    """Some readings, and the values chosen for them."""
    readings = DEALS[name].vocabulary.readings.values()
    values = {r.name: st.sampled_from([v.name for v in r.values]) for r in readings}
    return st.fixed_dictionaries({}, optional=values)


@settings(max_examples=15, deadline=None)
@given(st.tuples(suppositions("microsoft_openai"), choices("microsoft_openai")))
def test_other_readings_are_evaluated_as_if_from_the_start(drawn):
    supposition, readings = drawn
    deal, line = DEALS["microsoft_openai"], LINES["microsoft_openai"]
    record = supposed_history(deal.vocabulary, line.history, supposition)
    supposed = line.suppose(supposition).suppose(readings=readings)
    same(supposed, deal.evaluate(record, horizon=line.horizon, readings=readings))


def test_nested_suppositions_agree_with_a_whole_evaluation(flagship, recorded):
    first = recorded.suppose(drop=["T14"])
    second = first.suppose(add=["2028-03-01 OpenAI agi_declared declaration=d1"])
    same(second, flagship.evaluate(second.history, horizon=recorded.horizon))


def test_what_nothing_reads_leaves_every_table_as_it_was(recorded):
    supposed = recorded.suppose(drop=["T08"])
    assert all(supposed.line.trace.tables[n] is t for n, t in recorded.line.trace.tables.items())


def test_another_first_event_moves_recurring_dates(monkeypatch):
    """Whatever their type: the calls show that all is evaluated then."""
    from tenure.timeline import lines

    calls = []
    original = lines.reevaluate
    monkeypatch.setattr(lines, "reevaluate", lambda *args: calls.append(args) or original(*args))
    line = LINES["software_licence"]
    first, *_, last = line.line.events
    line.suppose(drop=[first.id])
    assert calls == []
    line.suppose(drop=[last.id])
    assert len(calls) == 1
