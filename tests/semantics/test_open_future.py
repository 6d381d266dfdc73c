"""The open future is sound: what is guaranteed holds however the future goes, what is not possible never comes."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.semantics.random_programs import ACTORS, FIRST, LAST, Features, is_stratified, random_case
from tests.semantics.test_against_oracle import judged, relations, truth

from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.future import Opening, open_future
from tenure.logic.truth import FALSE, TRUE
from tenure.time import Calendar

FEATURES = Features(acts=True, kinds=("holds", "inertial", "recent", "lasting", "since", "measure", "cycle"))


@judged(100)
@given(st.integers(0, 2**32), st.integers(FIRST + 1, LAST - 1))
def test_certain_in_the_open_future_is_so_in_every_future(seed: int, horizon: int) -> None:
    case = random_case(Random(seed), FEATURES)
    assume(is_stratified(case))
    everyone = frozenset(ACTORS)
    opened = open_future(case.program, Opening(horizon, lambda _: everyone))
    calendar = Calendar("UTC")
    known = [event for event in case.events if event.at <= horizon]
    sure = evaluate(opened, known, calendar, case.last)
    actual = evaluate(case.program, case.events, calendar, case.last)
    for name, key in relations(case):
        for stage in case.stages:
            said, is_so = truth(sure, name, key, stage), truth(actual, name, key, stage)
            where = f"{name}{key} at {(stage - case.stages[0]) / 2}, horizon {horizon - FIRST}: {said}, in fact {is_so}"
            if said == TRUE:
                assert is_so == TRUE, where
            elif said == FALSE:
                assert is_so == FALSE, where


@judged(50)
@given(st.integers(0, 2**32), st.integers(FIRST + 1, LAST - 1))
def test_up_to_the_horizon_nothing_is_open(seed: int, horizon: int) -> None:
    case = random_case(Random(seed), FEATURES)
    assume(is_stratified(case))
    opened = open_future(case.program, Opening(horizon, lambda _: frozenset(ACTORS)))
    calendar = Calendar("UTC")
    known = [event for event in case.events if event.at <= horizon]
    sure, plain = (
        evaluate(opened, known, calendar, case.last),
        evaluate(case.program, known, calendar, case.last),
    )
    for name, key in relations(case):
        for stage in (s for s in case.stages if s <= k.with_events(horizon)):
            assert truth(sure, name, key, stage) == truth(plain, name, key, stage)
