"""The evaluator against a second judge: an answer-set solver that has nothing in common with it or with the first."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve
from tests.semantics.asp import Answer, solved, translated
from tests.semantics.oracle import Case
from tests.semantics.random_programs import FIRST, INDIVIDUALS, Features, is_stratified, random_case

from tenure.history import Event
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.logic.snapshot import row_at
from tenure.logic.truth import TRUE, UNKNOWN
from tenure.time import Calendar, Duration

pytest.importorskip("clingo", reason="clingo is not installed")

KINDS = ("holds", "inertial", "recent", "lasting", "since", "measure", "duty", "cycle")


def evaluated(case: Case) -> Answer:
    """What the evaluator says, in the shape of an answer set."""
    trace = evaluate(case.program, case.events, Calendar("UTC"), case.last)
    rows = []
    for name, table in trace.tables.items():
        for key in table.edges:
            for stage in case.stages:
                truth = row_at(table, key, stage).truth
                assert truth != UNKNOWN, (name, key, stage)
                rows += [(name, key, stage)] if truth == TRUE else []
    return Answer(frozenset(rows), frozenset(id for id, truth in trace.effective.items() if truth == TRUE))


def judged(case: Case) -> Answer:
    """What the rules justify; a count of pairs may be above every amount, and an id may stand for an individual."""
    most = len(INDIVIDUALS) ** 2 + max(case.domain["value"])
    wider = {"value": range(most + 1), "n": range(most + 1)}
    wider |= dict.fromkeys("xyz", (*INDIVIDUALS, *(event.id for event in case.events)))
    return solved(translated(case.program, case.events, case.last, case.domain | wider))


def differences(case: Case) -> list[str]:
    """Where the two part, in words."""
    said, true = evaluated(case), judged(case)
    first = case.stages[0]
    rows = [
        f"{name}{key} at {(stage - first) / 2}: the evaluator says {(name, key, stage) in said.rows}"
        for name, key, stage in sorted(said.rows ^ true.rows, key=lambda row: (row[2], row[0]))
    ]
    return rows + [f"{id} is effective in one only" for id in sorted(said.effective ^ true.effective)]


def extended(case: Case, random: Random) -> Case:
    """The same with more to say: how long each relation is held, and what each measure is for those seen so far.

    By chance alone a random state seldom lasts, and few formulas read a measure.
    """
    given = case.program.definitions
    lasting = [
        k.Lasting(f"long {name}", definition.head, k.Rel(name, definition.head), limit_of(random))
        for definition in given
        for name, _ in k.relations_of(definition)
    ]
    x, n = k.Var("x"), k.Var("n")
    seen = k.Recent("seen", (x,), k.Or((k.EventAtom("e0", (("x", x),)), k.EventAtom("pay", (("x", x),)))))
    read = [
        k.Holds(f"value {m.name}", (x, n), k.And((k.Rel("seen", (x,)), k.Value(m.name, m.group, n))))
        for m in given
        if isinstance(m, k.Measure)
    ]
    return evolve(case, program=k.Program((*given, *lasting, seen, *read), case.program.acts))


def limit_of(random: Random) -> k.Limit:
    return k.Limit(random.choice(("term", "within")), Duration.of(random.randint(1, 4), "microseconds"))


def judge(features: Features, seeds: range) -> None:
    for seed in seeds:
        case = random_case(Random(seed), features)
        if is_stratified(case):
            assert not differences(extended(case, Random(seed))), f"seed {seed}"


@pytest.mark.parametrize("kind", KINDS)
def test_one_operator_over_states_and_spans(kind: str) -> None:
    judge(Features(kinds=("holds", "inertial", kind, kind)), range(1000, 1040))


@pytest.mark.parametrize("first", [2000, 2040, 2080])
def test_all_operators_together(first: int) -> None:
    judge(Features(), range(first, first + 40))


@pytest.mark.parametrize("first", [3000, 3040, 3080])
def test_acts_and_their_powers(first: int) -> None:
    judge(Features(acts=True), range(first, first + 40))


def test_a_quantified_part_may_come_before_what_binds_its_variables() -> None:
    """A random case that was once refused: nothing was found to say what `x` is."""
    judge(Features(acts=True), range(42101, 42102))


# ---------------------------------------------------------------- the judge, judged


def a_term_of(ticks: int) -> Case:
    """From a ring at tick 1, for so many ticks."""
    span = k.Inertial(
        "held",
        (),
        begin=k.EventAtom("ring"),
        end=k.Fixed(0),
        terms=(k.Limit("term", Duration.of(ticks, "microseconds")),),
    )
    ring = Event("i0", FIRST + 1, False, None, "ring", ("P",), (), FIRST + 1)
    return Case(k.Program((span,), {}), (ring,), FIRST + 5, {"value": (0,)})


def test_a_term_by_hand() -> None:
    rows = {(name, stage - 2 * FIRST) for name, _, stage in judged(a_term_of(2)).rows}
    assert rows == {("held", 3), ("held", 4), ("held", 5), ("expires:held", 6)}


def test_the_judge_finds_a_wrong_answer() -> None:
    assert evaluated(a_term_of(2)) == judged(a_term_of(2)) != evaluated(a_term_of(3))


def test_a_program_without_a_meaning_has_no_answer_set() -> None:
    absurd = k.Holds("absurd", (), k.Not(k.Rel("absurd")))
    with pytest.raises(AssertionError, match="0 answer sets"):
        solved(translated(k.Program((absurd,), {}), (), FIRST + 1, {}))
