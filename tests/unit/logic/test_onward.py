"""An evaluation that is taken onward event by event, goes back and parts, leaves the edges of one whole evaluation."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantics.random_programs import LAST, Features, is_stratified, random_case
from tests.thoroughness import examples

from tenure.logic import onward
from tenure.logic.definitions import relations_of
from tenure.logic.evaluator import evaluate
from tenure.logic.onward import Onward
from tenure.time import Calendar

UTC = Calendar("UTC")
FEATURES = [
    Features(),
    Features(acts=True),
    Features(acts=True, same_tick=True),
    Features(nulls=True, acts=True, same_tick=True),
]


def edges(tables):
    """Every edge of every relation, without rows that never were."""
    return {name: {k: e for k, e in t.edges.items() if e} for name, t in tables.items()}


def case_of(seed, features):
    random = Random(seed)
    while not is_stratified(case := random_case(random, features)):
        pass
    return case


def started(case):
    watched = frozenset(name for d in case.program.definitions for name, _ in relations_of(d))
    return Onward(case.program, UTC, watched)


def same_as_whole(run, case, events):
    whole = evaluate(case.program, events, UTC, LAST)
    assert edges(run.tables) == edges(whole.tables)
    assert sorted(run.void) == sorted(v.event.id for v in whole.void)


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FEATURES), st.booleans())
def test_one_event_at_a_time(seed, features, often):
    case = case_of(seed, features)
    run, seen = started(case), {}
    for event in case.events:
        if often and event.at - 1 >= run.open_from:
            run.take([], event.at - 1)
        run.take([event], event.at)
        for name, keys in run.changed().items():
            seen.setdefault(name, set()).update(keys)
    run.take([], LAST)
    for name, keys in run.changed().items():
        seen.setdefault(name, set()).update(keys)
    same_as_whole(run, case, case.events)
    first = run.world.first
    for name, table in run.tables.items():
        moved = {key for key, found in table.edges.items() if any(e.stage > first for e in found)}
        assert moved <= seen.get(name, set()), name


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FEATURES), st.data())
def test_late_events_and_forks(seed, features, data):
    case = case_of(seed, features)
    spacing, onward.SPACING = onward.SPACING, data.draw(st.integers(1, 4))
    try:
        run = started(case)
        late = (
            data.draw(st.lists(st.sampled_from(case.events), unique_by=lambda e: e.id)) if case.events else []
        )
        early = [event for event in case.events if event not in late]
        run.take(early, LAST)
        fork = run.fork()
        for event in late:
            early = sorted([*early, event], key=lambda e: (e.at, case.events.index(e)))
            again = run.back(event.at)
            assert again <= event.at
            run.take([e for e in early if e.at >= again], LAST)
        same_as_whole(run, case, case.events)
        same_as_whole(fork, case, [event for event in case.events if event not in late])
    finally:
        onward.SPACING = spacing


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FEATURES))
def test_a_fork_without_past_sees_the_same_future(seed, features):
    case = case_of(seed, features)
    run = started(case)
    half = len(case.events) // 2
    run.take(case.events[:half], case.events[half - 1].at if half else run.world.first // 2)
    ahead = run.fork(past=False)
    stage = run.world.stage
    run.take([], LAST)
    ahead.take([], LAST)
    for name, table in run.tables.items():
        later = {k: found for k, e in table.edges.items() if (found := [x for x in e if x.stage > stage])}
        seen = {
            k: found
            for k, e in ahead.tables[name].edges.items()
            if (found := [x for x in e if x.stage > stage])
        }
        assert later == seen, name
