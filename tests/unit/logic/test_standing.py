"""A run that goes back to its beginning for each history finds in each what a run of its own finds."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantics.random_programs import LAST, Features, is_stratified, random_case
from tests.thoroughness import examples

import tenure
from tenure.history import History
from tenure.logic.evaluator import evaluate
from tenure.logic.hindsight import evaluate_with_hindsight
from tenure.logic.standing import trace_of
from tenure.testing import contracts
from tenure.testing.strategies import histories, teller
from tenure.time import MIN_INSTANT, Calendar

UTC = Calendar("UTC")
FEATURES = [
    Features(),
    Features(acts=True),
    Features(acts=True, same_tick=True),
    Features(nulls=True, acts=True, same_tick=True),
]


def all_of(trace):
    """Everything that a trace says, the order of its relations and edges with it."""
    tables = {
        name: (list(table.edges.items()), table.has_zero, table.has_unknown)
        for name, table in trace.tables.items()
    }
    return list(tables.items()), trace.void, list(trace.effective.items()), trace.reasons, trace.to


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FEATURES), st.lists(st.integers(0, 2**16 - 1), min_size=2))
def test_one_program_with_parts_of_a_history(seed, features, parts):
    """Whatever was evaluated before, a history has the trace that it has alone."""
    random = Random(seed)
    while not is_stratified(case := random_case(random, features)):
        pass
    kept, found = [], []
    for part in [0, *parts]:
        to = LAST - part % 3
        events = [e for i, e in enumerate(case.events) if not part >> i & 1]
        events = [e for e in events if e.at <= to]
        kept.append(trace_of(case.program, events, UTC, to))
        found.append(evaluate(case.program, events, UTC, to))
    # All at the end: what comes later must not change an earlier trace either.
    for standing, alone in zip(kept, found, strict=True):
        assert all_of(standing) == all_of(alone)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_random_contracts(data):
    contract = data.draw(contracts())
    program, calendar = contract.meaning().program, contract.vocabulary.calendar
    several = data.draw(st.lists(histories(contract, max_events=8), min_size=2, max_size=5))
    clock, kept, found = teller(contract).clock, [], []
    for events in (history.view() for history in several):
        to = clock.reach(max((e.at for e in events), default=clock.start))
        kept.append(trace_of(program, events, calendar, to))
        found.append(evaluate(program, events, calendar, to))
    for standing, alone in zip(kept, found, strict=True):
        assert all_of(standing) == all_of(alone)


@pytest.mark.parametrize("name", ["microsoft_openai", "software_licence", "loan", "tenancy"])
def test_a_bundled_contract(name):
    deal = tenure.load(name)
    program, calendar = deal.meaning().program, deal.vocabulary.calendar
    clock = teller(deal).clock

    @settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories(deal))
    def look(history: History) -> None:
        events = history.view()
        to = clock.reach(max((e.at for e in events), default=clock.start))
        known, trace = evaluate_with_hindsight(program, events, calendar, to)
        if known is program:
            assert all_of(trace) == all_of(evaluate(program, events, calendar, to))

    look()


def test_an_error_leaves_nothing_behind():
    """A history without an answer spoils no later one."""
    deal = tenure.Contract.from_text("""
        contract tools
        zone UTC
        month end error
        parties A, B
        fact lent(x)
        state out(x) from lent(x) for 1 month
    """)
    line = lambda at: deal.evaluate([{"id": "E1", "at": at, "type": "lent", "data": {"x": "saw"}}])  # noqa: E731
    fine = all_of(line("2026-01-05").line.trace)
    for _ in range(3):
        with pytest.raises(tenure.TenureError):
            line("2026-01-31")
        assert all_of(line("2026-01-05").line.trace) == fine


def test_the_first_instant():
    """Nothing can stand before an event of the first instant of all."""
    random = Random(3)
    while not is_stratified(case := random_case(random, Features())):
        pass
    for _ in range(3):
        assert all_of(trace_of(case.program, [], UTC, MIN_INSTANT)) == all_of(
            evaluate(case.program, [], UTC, MIN_INSTANT)
        )
