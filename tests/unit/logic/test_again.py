"""What is evaluated anew from a mark, in part, or by a run that was used before, is as if all had been evaluated at once."""

from __future__ import annotations

from itertools import count
from random import Random
from unittest.mock import patch

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.properties.test_sessions import parsed, random_history
from tests.semantics.oracle import ticks
from tests.semantics.random_programs import FIRST, Features, Maker
from tests.semantics.test_against_oracle import judged

import tenure
from tenure.history import Event, event_to_mapping
from tenure.logic import again, marks
from tenure.logic import definitions as k
from tenure.logic.again import reevaluate
from tenure.logic.evaluator import Evaluation, evaluate
from tenure.logic.formulas import map_formulas
from tenure.logic.strata import NegativeCycle, stratify
from tenure.logic.trace import Trace
from tenure.time import Calendar
from tenure.timeline.suppose import Supposition, supposed_history

FEATURES = Features(same_tick=True, nulls=True, acts=True)
#: Most of what is defined remembers something.
REMEMBERING = evolve(FEATURES, kinds=("holds", "inertial", "recent", "lasting", "measure", "duty", "duty"))
UTC = Calendar("UTC")


def edges(trace: Trace) -> object:
    """All that an answer can be read off."""
    tables = {name: list(table.edges.items()) for name, table in trace.tables.items()}
    return tables, trace.void, trace.effective, trace.reasons


def whole(program: k.Program, events: tuple[Event, ...], to: int) -> Trace:
    """The evaluation by a run of its own."""
    run = Evaluation(program, Calendar("UTC"))
    run.begin()
    run.take(events, to)
    return run.trace(to)


# ---------------------------------------------------------------- programs of the kernel


class Slow(Maker):
    """Draws limits that are still to come when the next events happen, and events with long gaps between them."""

    def length(self) -> k.Limit:
        return k.Limit(self.one_of("term", "within"), ticks(self.one_of(1, 2, 3, 20, 45, 90)))

    def program(self) -> k.Program:
        while True:
            made = tuple(self.definition(i) for i in range(self.random.randint(2, 6)))
            if not isinstance(stratify(made), NegativeCycle):
                return k.Program(made, self.rules())
            self.relations, self.pulses, self.measures = {}, [], {}

    def events(self) -> tuple[Event, ...]:
        at, found = FIRST + 1, []
        for number in range(self.random.randint(3, 9)):
            at += self.one_of(0, 1, 2, 15, 30, 60)
            found.append(self.happening(f"i{number}", at))
        return tuple(found)

    def changed(self, events: tuple[Event, ...], names: count[int]) -> tuple[Event, ...]:
        """Some events gone, moved, changed or new; the first stays, for another would move recurring dates."""
        first, *rest = events
        for event in self.random.sample(rest, min(len(rest), self.random.randint(0, 2))):
            rest.remove(event)
            at = self.random.randint(first.at, events[-1].at + 20)
            if self.often(2):
                rest.append(evolve(event, at=at))
            elif self.often(2):
                rest.append(evolve(self.happening(event.id, event.at), at=event.at))
        for _ in range(self.random.randint(0, 2)):
            beside = self.one_of(*events).at + self.one_of(0, 0, 1, 7)
            rest.append(self.happening(f"n{next(names)}", beside))
        return tuple(sorted((first, *rest), key=lambda event: (event.at, event.id)))


def difference(one: tuple[Event, ...], other: tuple[Event, ...]) -> list[Event]:
    return [*(e for e in one if e not in other), *(e for e in other if e not in one)]


@judged(150)
@given(st.randoms(use_true_random=False), st.sampled_from([FEATURES, REMEMBERING]), st.integers(1, 8))
def test_one_change_after_another(random: Random, features: Features, calm: int) -> None:
    maker, names = Slow(random, features), count()
    program, events = maker.program(), maker.events()
    to = events[-1].at + 60
    with patch.object(marks, "_CALM", calm):
        trace = evaluate(program, events, UTC, to)
        for _ in range(3):
            before, events = events, maker.changed(events, names)
            again_ = reevaluate(program, trace, events, UTC, difference(before, events))
            assert again_ is not None
            assert edges(again_) == edges(whole(program, events, to))
            trace = again_


@judged(60)
@given(st.randoms(use_true_random=False))
def test_other_definitions_and_then_other_events(random: Random) -> None:
    maker, names = Slow(random, FEATURES), count()
    old, events = maker.program(), maker.events()
    to = events[-1].at + 60
    doubt = k.Fixed(random.choice([0, 1, 2]), "doubt")
    touched = random.choice(old.definitions).name
    program = replace(
        old,
        definitions=tuple(
            map_formulas(d, lambda f: k.And((f, doubt))) if d.name == touched else d for d in old.definitions
        ),
    )
    trace = evaluate(old, events, UTC, to)
    for changed in (events, maker.changed(events, names)):
        found = reevaluate(program, trace, changed, UTC, difference(events, changed), old)
        assert found is not None
        assert edges(found) == edges(whole(program, changed, to))
        trace, events, old = found, changed, program


@judged(60)
@given(st.randoms(use_true_random=False))
def test_a_run_that_was_used_before_knows_nothing_of_it(random: Random) -> None:
    maker = Slow(random, FEATURES)
    program = maker.program()
    for _ in range(3):
        # What one run leaves for later may come within the time of the next.
        events, beyond = maker.events(), random.choice([0, 3, 60, 300])
        to = events[-1].at + beyond
        assert edges(evaluate(program, events, UTC, to)) == edges(whole(program, events, to))


def test_most_changes_are_taken_up_at_a_mark() -> None:
    """And there is something to remember at many of them: else the tests above would show little."""
    resumed: list[marks.Mark] = []
    recall = again.recall
    with patch.object(again, "recall", lambda run, mark: resumed.append(mark) or recall(run, mark)):
        for seed in range(150):
            maker, names = Slow(Random(seed), REMEMBERING), count()
            program, events = maker.program(), maker.events()
            trace = evaluate(program, events, UTC, events[-1].at + 60)
            changed = maker.changed(events, names)
            reevaluate(program, trace, changed, UTC, difference(events, changed))
    memories = [list(mark.memories.values()) for mark in resumed]
    assert len(resumed) >= 60
    assert sum(any(memory.values for memory in found) for found in memories) >= 15
    assert sum(any(memory.limits for memory in found) for found in memories) >= 5
    assert sum(any(any(memory.own) for memory in found) for found in memories) >= 5


# ---------------------------------------------------------------- contracts


def random_supposition(random: Random, line: tenure.Timeline) -> Supposition:
    vocabulary = line.vocabulary
    events = [event for event in line.line.events if event.id in line.history.by_id]
    used = random.sample(events, min(len(events), random.randint(0, 3)))
    cut = random.randint(0, len(used))
    days = [f"2026-01-{day:02}" for day in (1, 5, 9, 10, 15, 20, 25, 28)]
    add = [
        {
            name: value
            for name, value in event_to_mapping(event, vocabulary.schema).items()
            if name not in ("recorded", "corrects", "retracts")
        }
        | {"id": f"x{random.random()}", "at": random.choice(days)}
        for event in random.sample(events, min(len(events), random.randint(0, 2)))
    ]
    return Supposition.of(
        vocabulary,
        add=add,
        drop=[event.id for event in used[:cut] if event.corrects is None],
        move={event.id: random.choice(days) for event in used[cut:] if event.corrects is None},
    )


@judged(60)
@given(st.randoms(use_true_random=False))
def test_suppositions_on_contracts(random: Random) -> None:
    """Rights, duties with deadlines, suspensions, what reaches back; corrections and late records."""
    deal = parsed(random)
    line = deal.evaluate(random_history(random), horizon="2026-01-26", to="2026-04-01")
    fresh = tenure.Contract(deal.document)
    for _ in range(3):
        try:
            supposed = line.suppose(random_supposition(random, line))
            record = supposed_history(deal.vocabulary, line.history, supposed.supposition)
        except tenure.TenureError:
            continue
        expected = fresh.evaluate(record, horizon="2026-01-26", to="2026-04-01")
        assert edges(supposed.line.trace) == edges(expected.line.trace)
        line = supposed if random.random() < 0.5 else line
