"""What is drawn is a valid history, crowds the edges, and shrinks to a plain story."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from tests.thoroughness import examples

import tenure
from tenure.diagnostics import ContractError
from tenure.history import event_to_mapping
from tenure.history.values import UNKNOWN
from tenure.language.parser import parse_block
from tenure.testing import ContractMachine, contracts, events, histories, readings, suppositions
from tenure.testing.outcome import report
from tenure.testing.search import Budget, Search, subjects
from tenure.testing.stock import Seen, StockProperty
from tenure.testing.stock.case import FINE
from tenure.testing.story import as_scenario
from tenure.testing.strategies import teller
from tenure.timeline import Contract
from tenure.timeline.scenarios import happening_event

DEAL = Contract.from_text("""
contract tools
zone America/Los_Angeles
parties Owner, User
others Stranger
kind tool
fact made(thing, kind: kind, owner: party)
fact billed(bill, amount: number)
fact paid(bill, amount: number)
act  signed by Owner and User
act  recalled(thing) by Owner
action pay(bill, amount) done by paid(bill = bill, amount = amount)
action use(x)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
clause C1
  User may use x against Owner
    for x: tool, owned by Owner
    from signed
    through 2027
    unless once recalled(thing = x)
clause C2
  User must pay(bill, amount) to Owner
    for each billed(bill, amount)
    within 30 days
property "nothing after 2027" always if after 2027 then not C1
property "billed first" always if pending(C2, b) then once billed(bill = b)
""")
quick = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", tenure.bundled.bundled_names())
def test_what_is_drawn_reads_as_a_history(name):
    deal = tenure.load(name)

    @settings(quick, max_examples=examples(15))
    @given(histories(deal))
    def check(history):
        written = [event_to_mapping(e, deal.vocabulary.schema) for e in history.events]
        assert deal.read(written).events == history.events

    check()


def drawn(strategy, number):
    found = []

    @settings(quick, max_examples=number, database=None, phases=[Phase.generate])
    @given(strategy)
    def look(value):
        found.append(value)

    look()
    return found


def test_stories_have_everything_that_a_story_can_have():
    told = drawn(histories(DEAL), 300)
    every = [e for history in told for e in history.events]
    assert {e.type for e in every} >= set(DEAL.vocabulary.events)
    assert any(e.recorded > e.at and e.target is None for e in every)
    assert any(e.corrects for e in every) and any(e.retracts for e in every)
    assert any(e.seq for e in every)
    assert any(v is UNKNOWN for e in every for _, v in e.data)
    assert any(a.at == b.at for history in told for a in history.events for b in history.events if a is not b)
    lines = [DEAL.evaluate(history, to="2040-01-01") for history in told[:60]]
    assert any(line.void for line in lines)
    assert any(line.breaches for line in lines)


def test_every_history_can_be_told_as_a_scenario():
    """With `seq`, with `null`, with what was corrected as it stands now."""
    for history in drawn(histories(DEAL), 300):
        text = as_scenario(DEAL, history, "told")
        (scenario,) = parse_block(text)
        told = [happening_event(line, DEAL.vocabulary, line.name) for line in scenario.lines]
        as_it_was = [(e.id, e.at, e.seq, e.type, e.by, e.data) for e in history.view()]
        assert [(e.id, e.at, e.seq, e.type, e.by, e.data) for e in told] == as_it_was


def test_times_crowd_the_edges():
    billed = DEAL.vocabulary.calendar
    clock = teller(DEAL).clock
    limits = {clock.counted(clock.start, length, day_counts=True) for length in clock.lengths}
    end = billed.start_of_day(date(2028, 1, 1))
    at = {e.at for history in drawn(histories(DEAL), 1000) for e in history.events}
    for limit in (*limits, end):
        assert {limit - 1, limit, limit + 1} <= at


def test_without_what_is_not_wanted():
    for history in drawn(histories(DEAL, late=False, corrections=False, unknowns=False, max_events=8), 100):
        assert len(history.events) <= 8
        assert all(e.recorded == e.at and e.target is None for e in history.events)
        assert not any(v is UNKNOWN for e in history.events for _, v in e.data)


def test_a_history_may_go_on_from_a_record():
    record = [{"id": "R1", "at": "2026-01-01", "type": "signed", "by": ["Owner", "User"]}]
    for history in drawn(histories(DEAL, after=record), 30):
        assert history.events[0].id == "R1"


def test_events_of_one_type_only():
    assert {e.type for e in drawn(events(DEAL, type="billed"), 20)} == {"billed"}


def test_shrinking_ends_in_one_event_on_the_limit():
    def breached(history):
        return bool(DEAL.evaluate(history, to="2030-01-01").breaches)

    history = find(histories(DEAL), breached, settings=settings(quick, max_examples=500, database=None))
    (event,) = history.events
    assert (event.type, event.is_date) == ("billed", True)


@given(st.data())
@settings(quick, max_examples=examples(30))
def test_suppositions_can_be_supposed(data):
    line = DEAL.evaluate(data.draw(histories(DEAL, max_events=6)), to="2035-01-01")
    supposition = data.draw(suppositions(line))
    assert line.suppose(supposition).original is line


def test_readings_are_choices_of_the_contract():
    deal = tenure.load("microsoft_openai")
    choices = drawn(readings(deal), 100)
    assert {} in choices
    assert any("A3" in choice for choice in choices)
    assert all(deal.meaning(choice) for choice in choices[:5])


@given(contracts())
@settings(quick, max_examples=examples(15))
def test_random_contracts_pass_the_checker(contract):
    assert [f for f in contract.check() if f.severity == "error"] == []
    assert contract.vocabulary.clauses


@given(st.data())
@settings(quick, max_examples=examples(15))
def test_the_stock_properties_hold_of_random_contracts(data):
    contract = data.draw(contracts())
    search = Search(contract, subjects(contract))
    search.look(data.draw(histories(contract, max_events=8)), places=data.draw(st.binary(max_size=8)))
    assert [
        (o.name, o.why) for o in search.outcomes if o.status == "falsified" and o.name != "performable"
    ] == []


def test_a_machine_has_a_rule_for_each_type_and_finds_what_is_wrong():
    machine = ContractMachine(DEAL)
    assert {f"tell_{name}" for name in DEAL.vocabulary.events} <= set(dir(machine))
    few = settings(quick, max_examples=5, stateful_step_count=6, database=None)
    run_state_machine_as_test(machine, settings=few)

    class Wrong(machine):
        properties = subjects(Contract.from_text(TEXT_OF_WRONG), "never billed")

    with pytest.raises(
        AssertionError, match=r"property never billed: falsified[\s\S]*to tell it again, paste"
    ):
        run_state_machine_as_test(Wrong, settings=settings(few, max_examples=50))


TEXT_OF_WRONG = """
contract wrong
parties Owner, User
fact billed(bill, amount: number)
property "never billed" always not billed
"""


def test_a_contract_without_events_has_no_histories():
    silent = Contract.from_text("contract silent\nparties A, B\n")
    for ask in (histories, events, ContractMachine):
        with pytest.raises(ContractError, match="TEN701"):
            ask(silent)


def test_a_search_can_be_repeated():
    def stories():
        search = Search(DEAL, subjects(DEAL, "has-an-answer"), budget=Budget(examples=20, seed=4))
        told = []
        search._look_at_stock = lambda _stock, case, _places: told.append(case.history)
        search.run()
        return told

    assert stories() == stories()


def test_a_history_without_an_answer_is_told_too():
    deal = Contract.from_text("""
contract shares
parties A, B
fact measured(month, up: number, all: number)
state good(m) from measured(month = m, up = u, all = a) and u / a >= 1
""")
    (outcome,) = Search(deal, subjects(deal, "has-an-answer"), budget=Budget(examples=100)).run()
    text = "\n".join(report(deal, outcome, 2_000_000_000_000_000))
    assert "no answer: `" in text and "/ 0` cannot be calculated" in text
    assert 'scenario "breaks: has-an-answer" alone' in text


def test_a_stock_property_looks_at_the_same_place_alone():
    """What others have chosen before it is no matter, or what is found beside them would not be found alone."""

    def greedy(case):
        for _ in range(5):
            case.pick(7)
        return FINE

    def picky(case):
        return Seen(fault="there") if case.pick(7) == 3 and case.events else FINE

    several = [
        StockProperty("greedy", "takes choices", greedy, "never"),
        StockProperty("picky", "looks at one place", picky, "never"),
    ]
    search = Search(DEAL, several)
    search.look(
        DEAL.read([{"id": "E1", "at": "2026-01-05", "type": "signed", "by": ["Owner", "User"]}]), {}, b"\3"
    )
    assert [outcome.status for outcome in search.outcomes] == ["held", "falsified"]
