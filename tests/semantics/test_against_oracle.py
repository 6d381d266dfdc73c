"""The evaluator against the judge: every relation, for every key, at every stage, in random cases."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantics.oracle import Case, worlds
from tests.semantics.random_programs import Features, cases, is_stratified, random_case
from tests.thoroughness import examples

from tenure.history.values import UNKNOWN as NULL
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.snapshot import row_at
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.time import Calendar

KINDS = ("holds", "inertial", "recent", "lasting", "since", "measure", "duty", "cycle", "passed")


def judged(usual: int) -> settings:
    return settings(
        max_examples=examples(usual),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def relations(case: Case) -> list[tuple[str, tuple[Any, ...]]]:
    """Every relation with every key that it can have."""
    return [
        (name, key)
        for definition in case.program.definitions
        for name, _ in k.relations_of(definition)
        for key in case.keys(definition.head)
    ]


def truth(trace: Trace, name: str, key: tuple[Any, ...], stage: int) -> int:
    """What the evaluator says; a row with an unknown column may be the one that is asked for."""
    table = trace.tables[name]
    found = row_at(table, key, stage).truth
    alike = [
        other
        for other in table.edges
        if NULL in other and all(a is NULL or a == b for a, b in zip(other, key, strict=True))
    ]
    return max([found, *(UNKNOWN for other in alike if row_at(table, other, stage).truth)])


def judge(case: Case) -> None:
    """Whatever the evaluator holds for certain is so in every world; where there is but one, it knows everything."""
    trace = evaluate(case.program, case.events, Calendar("UTC"), case.last)
    asked, stages, answers = relations(case), case.stages, []
    for world in worlds(case, most=24):
        answers.append([[world.at(name, key, p) for p in range(len(stages))] for name, key in asked])
        for event in case.events:
            p = stages.index(k.with_events(event.at))
            effective = event.id in {e.id for e in world.effective(p)}
            said = trace.effective[event.id]
            assert said == UNKNOWN or (said == TRUE) == effective, (event, said, effective)
    for i, (name, key) in enumerate(asked):
        for p, stage in enumerate(stages):
            said = truth(trace, name, key, stage)
            true = {answer[i][p] for answer in answers}
            where = f"{name}{key} at {(stage - stages[0]) / 2}: says {said}, worlds {true}"
            if len(answers) == 1:
                assert said != UNKNOWN, where
            assert said == UNKNOWN or true == {said == TRUE}, where
    for table in trace.tables.values():
        for key, edges in table.edges.items():
            assert all(a.stage < b.stage and a.truth != b.truth for a, b in pairwise(edges))
            assert not edges or edges[0].truth != FALSE
            assert all(edge.causes for edge in edges if edge.stage > stages[3]), (table.name, key)
            assert all(edge.reasons for edge in edges if edge.truth == UNKNOWN), (table.name, key)


@pytest.mark.parametrize("kind", KINDS)
@judged(30)
@given(data=st.data())
def test_one_operator_over_states_and_spans(kind: str, data: Any) -> None:
    judge(data.draw(cases(Features(kinds=("holds", "inertial", kind, kind)))))


@judged(90)
@given(cases(Features()))
def test_all_operators_together(case: Case) -> None:
    judge(case)


@judged(40)
@given(cases(Features(kinds=("holds", "inertial", "inertial"), going_on=True, nulls=True, same_tick=True)))
def test_terms_that_go_on(case: Case) -> None:
    judge(case)


@judged(40)
@given(cases(Features(kinds=("holds", "passed", "passed"), nulls=True, same_tick=True)))
def test_dates_that_events_name(case: Case) -> None:
    judge(case)


@judged(60)
@given(cases(Features(acts=True)))
def test_acts_and_their_powers(case: Case) -> None:
    judge(case)


@judged(40)
@given(cases(Features(acts=True, same_tick=True)))
def test_events_of_one_tick(case: Case) -> None:
    judge(case)


@judged(40)
@given(cases(Features(nulls=True)))
def test_what_is_unknown(case: Case) -> None:
    judge(case)


@judged(25)
@given(cases(Features(nulls=True, acts=True, same_tick=True)))
def test_everything_at_once(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("first", range(0, 100, 50))
@pytest.mark.parametrize(
    "features",
    [
        Features(),
        Features(acts=True),
        Features(acts=True, same_tick=True),
        Features(nulls=True),
        Features(going_on=True),
    ],
    ids=["plain", "acts", "same tick", "nulls", "going on"],
)
def test_cases_by_number(features: Features, first: int) -> None:
    """Unlike hypothesis, which likes its cases small, plain chance makes many that are full."""
    for seed in range(first, first + 50):
        case = random_case(Random(seed), features)
        if is_stratified(case):
            judge(case)
