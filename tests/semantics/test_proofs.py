"""The proof checker, on random programs: it accepts what the evaluator says, and refuses what was tampered with."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantics.mutations import mutants, opposite
from tests.semantics.oracle import Case
from tests.semantics.random_duties import duty_cases
from tests.semantics.random_programs import Features, cases, is_stratified, random_case
from tests.semantics.small_programs import SMALL, small_history, small_program
from tests.semantics.soundness import all_trials, trials
from tests.thoroughness import examples

import tenure
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.snapshot import row_at
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE
from tenure.proofs.checker import RejectedError, check
from tenure.proofs.search import Search
from tenure.proofs.steps import Choice, Claim, Step
from tenure.proofs.theory import Theory
from tenure.time import MIN_INSTANT, Calendar

#: Everything but duties, which have cases of their own.
KINDS = ("holds", "inertial", "recent", "lasting", "since", "measure", "cycle", "passed")
UTC = Calendar("UTC")


def proving(usual: int) -> settings:
    return settings(
        max_examples=examples(usual),
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.data_too_large,
        ],
    )


def evaluated(case: Case) -> tuple[Theory, Trace]:
    trace = evaluate(case.program, case.events, UTC, case.last)
    return Theory(case.program, case.events, UTC, case.stages[-1]), trace


def truths(case: Case, theory: Theory, trace: Trace, random: Random, most: int) -> Iterator[Claim]:
    """What the evaluator says of some rows at some stages: at least this, and no more than this."""
    rows = [
        (name, key)
        for definition in case.program.definitions
        if not isinstance(definition, k.Measure)
        for name, _ in k.relations_of(definition)
        for key in case.keys(definition.head)
    ]
    for _ in range(most if rows else 0):
        (name, key), stage = random.choice(rows), random.choice(case.stages)
        truth = row_at(trace.tables[name], key, stage).truth
        if truth:
            yield Claim.least(theory.row(name, key), stage, stage, truth)
        if truth < TRUE:
            yield Claim.most(theory.row(name, key), stage, stage, truth)


def proved(case: Case, random: Random, most: int = 12) -> Iterator[tuple[Theory, Step]]:
    theory, trace = evaluated(case)
    search = Search(theory, trace)
    for claim in truths(case, theory, trace, random, most):
        yield theory, search.prove(claim)


RANDOM = st.randoms(use_true_random=False)


@pytest.mark.parametrize("kind", KINDS)
@proving(15)
@given(data=st.data(), random=RANDOM)
def test_what_the_evaluator_says_is_proved_and_checked(kind: str, data: Any, random: Random) -> None:
    case = data.draw(cases(Features(kinds=("holds", "inertial", kind, kind))))
    for theory, step in proved(case, random):
        assert {a.kind for a in check(theory, step)} <= {"term"}, step.claim


@proving(40)
@given(cases(Features(kinds=KINDS, acts=True)), RANDOM)
def test_all_operators_and_powers_together(case: Case, random: Random) -> None:
    for theory, step in proved(case, random):
        assert {a.kind for a in check(theory, step)} <= {"term"}, step.claim


@proving(30)
@given(cases(Features(kinds=KINDS, acts=True, same_tick=True)), RANDOM)
def test_events_of_one_tick_are_proved_or_taken_on_trust_by_name(case: Case, random: Random) -> None:
    for theory, step in proved(case, random):
        assert {a.kind for a in check(theory, step)} <= {"term", "order"}, step.claim


@proving(15)
@given(cases(Features(nulls=True)), RANDOM)
def test_what_is_unknown_is_proved_or_taken_on_trust_by_name(case: Case, random: Random) -> None:
    for theory, step in proved(case, random, most=4):
        assert {a.kind for a in check(theory, step)} <= {"term", "duty", "unknown value"}, step.claim


def of_duties(case: Case, random: Random, most: int = 12) -> Iterator[tuple[Theory, Step]]:
    """What the evaluator says of the rows that a duty fills, proved."""
    theory, trace = evaluated(case)
    search = Search(theory, trace)
    (duty,) = (d for d in case.program.definitions if isinstance(d, k.Duty))
    names = ["blame", *(name for name, _ in k.relations_of(duty))]
    rows = [theory.row(name, key) for name in names for key in trace.tables[name].edges]
    for _ in range(most if rows else 0):
        row, stage = random.choice(rows), random.choice(case.stages)
        truth = row_at(trace.tables[row.name], row.key, stage).truth
        if truth:
            yield theory, search.prove(Claim.least(row, stage, stage, truth))
        if truth < TRUE:
            yield theory, search.prove(Claim.most(row, stage, stage, truth))


@proving(100)
@given(duty_cases(), RANDOM)
def test_states_of_duties_are_proved_and_checked(case: Case, random: Random) -> None:
    for theory, step in of_duties(case, random):
        assert not check(theory, step), step.claim


@proving(40)
@given(duty_cases(same_tick=True, nulls=True), RANDOM)
def test_duties_that_hang_on_something_unknown_say_so(case: Case, random: Random) -> None:
    for theory, step in of_duties(case, random):
        assert {a.kind for a in check(theory, step)} <= {"duty", "order", "term", "unknown value"}, step.claim


@proving(40)
@given(duty_cases(), RANDOM)
def test_a_spoilt_proof_of_a_duty_is_refused(case: Case, random: Random) -> None:
    refuse_spoilt(of_duties(case, random, most=6), random)


@proving(60)
@given(cases(Features(kinds=KINDS, acts=True)), RANDOM)
def test_a_spoilt_proof_is_refused(case: Case, random: Random) -> None:
    refuse_spoilt(proved(case, random, most=6), random)


def refuse_spoilt(proofs: Iterator[tuple[Theory, Step]], random: Random) -> None:
    for theory, step in proofs:
        check(theory, step)
        for kind, spoilt in mutants(theory, step, random):
            try:
                check(theory, spoilt)
            except RejectedError:
                continue
            pytest.fail(f"accepted with {kind}: {step.claim}")


@proving(40)
@given(cases(Features(kinds=KINDS, acts=True)), RANDOM)
def test_nothing_that_proves_a_claim_proves_its_opposite(case: Case, random: Random) -> None:
    for theory, step in proved(case, random, most=6):
        if not step.how.rule.startswith("trust"):
            with pytest.raises(RejectedError):
                check(theory, evolve(step, claim=opposite(step.claim)))


@pytest.mark.parametrize(
    "kinds", [("inertial",), *((kind, "inertial") for kind in ("recent", "lasting", "since", "holds"))]
)
def test_what_another_history_proves_is_refused_where_it_is_not_so(kinds: tuple[str, ...]) -> None:
    refused = 0
    for seed in range(60):
        case = random_case(Random(seed), Features(kinds=kinds))
        if is_stratified(case) and case.events:
            gone = Random(seed).choice(case.events)
            other = evolve(case, events=tuple(e for e in case.events if e is not gone))
            refused += refuse(case, other, Random(seed)) + refuse(other, case, Random(seed))
    assert refused > 10


def refuse(there: Case, here: Case, random: Random) -> int:
    """How many proofs of what is so there are refused here, where it is not; none may be accepted."""
    (theory, trace), (judge, known) = evaluated(there), evaluated(here)
    search = Search(theory, trace)
    wrong = [claim for claim in truths(there, theory, trace, random, most=300) if not is_so(claim, known)]
    for claim in wrong[:10]:
        with pytest.raises(RejectedError):
            check(judge, search.prove(claim))
    return len(wrong[:10])


def is_so(claim: Claim, trace: Trace) -> bool:
    truth = row_at(trace.tables[claim.row.name], claim.row.key, claim.start).truth
    return truth >= claim.level if claim.at_least else truth <= claim.level


@proving(20)
@given(st.one_of(cases(Features(kinds=KINDS, acts=True, same_tick=True)), duty_cases()), RANDOM)
def test_no_rule_gives_what_is_not_so_from_what_is(case: Case, random: Random) -> None:
    theory, trace = evaluated(case)
    search = Search(theory, trace)
    has_duty = any(isinstance(d, k.Duty) for d in case.program.definitions)
    proofs = of_duties(case, random, most=2) if has_duty else proved(case, random, most=2)
    for _, step in proofs:
        for trial in trials(case, theory, search.reading, step, random):
            assert not trial.is_false_inference(), f"{trial.how} of {trial.claim}"


@pytest.mark.parametrize("name", SMALL)
def test_no_rule_gives_what_is_not_so_of_any_small_history(name: str) -> None:
    program = small_program(name)
    for seed in range(4):
        events = small_history(Random(seed))
        last = MIN_INSTANT + 7
        trace = evaluate(program, events, UTC, last)
        theory = Theory(program, events, UTC, k.with_events(last))
        for trial in all_trials(theory, Search(theory, trace).reading, SMALL[name], 3):
            assert not trial.is_false_inference(), f"{trial.how} of {trial.claim}"


@pytest.mark.parametrize(
    ("day", "start", "longer", "at_least"),
    [
        ("2026-02-01", 0, 1, True),  # longer than its stage
        ("2026-02-01", -1, 0, True),
        ("2026-02-01", 1, 0, True),
        ("2026-02-02", 0, 0, True),  # no such date recurs
        ("2026-02-01", 0, 0, False),
        ("2026-02-01", -1, 1, False),
        ("2026-02-01", -1, 2, False),
        ("2026-02-01", 0, 2, False),
    ],
)
def test_a_recurring_date_is_so_at_its_first_stage_only(
    day: str, start: int, longer: int, at_least: bool
) -> None:
    deal = tenure.Contract.from_text(RECURRING)
    line = deal.evaluate([{"id": "E", "at": "2026-01-05", "type": "begun"}], horizon="2026-03-15")
    theory = line.theory(line.instant("2026-03-15"))
    (dates,) = (d for d in theory.program.definitions if isinstance(d, k.Dates))
    first = line.instant(day)
    row = theory.row(dates.name, (day, first))
    day_one = k.before_events(line.instant("2026-02-01"))
    right = theory.row(dates.name, ("2026-02-01", line.instant("2026-02-01")))
    assert check(theory, Step(Claim.least(right, day_one, day_one), Choice("date"))) == ()
    stage = k.before_events(first) + start
    claim = Claim(row, (), stage, stage + longer, at_least, TRUE if at_least else FALSE)
    with pytest.raises(RejectedError):
        check(theory, Step(claim, Choice("date")))


RECURRING = """
contract rent
zone UTC
parties A, B
fact begun
fact paid
action pay done by paid
clause C
  A must pay to B for each "day 1 of each month" from begun within 4 days
"""
