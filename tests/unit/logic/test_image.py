"""A run that stands on an encoded image goes on as the one that lived through, also where events come late."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantics.random_duties import duty_case
from tests.semantics.random_programs import LAST
from tests.thoroughness import examples
from tests.unit.logic.test_onward import FEATURES, case_of, started

from tenure.live.encoding import decode, encode
from tenure.logic import onward


def duties_of(seed, features):
    return duty_case(Random(seed), same_tick=features.same_tick, nulls=features.nulls)


def after(tables, stage):
    """Every edge after ``stage``, and what held there unless a duty was over by then."""
    return {
        name: {k: late for k, edges in table.edges.items() if (late := [e for e in edges if e.stage > stage])}
        for name, table in tables.items()
    }


def held(run):
    """What holds now; instances that are over are let go."""
    last = ("performed:", "late:", "cured:", "waived:", "lapsed:")
    return {name: set(table.present()) for name, table in run.tables.items() if not name.startswith(last)}


@pytest.mark.parametrize("make", [case_of, duties_of])
def test_what_comes_after_an_image(make, monkeypatch):
    seen = {"images": 0, "late": 0}
    monkeypatch.setattr(onward, "SPACING", 1)

    @settings(max_examples=examples(150), deadline=None)
    @given(st.integers(0, 10**9), st.sampled_from(FEATURES))
    def law(seed, features):
        random = Random(seed)
        case = make(seed, features)
        late = [e for e in case.events if random.random() < 0.2]
        early = [e for e in case.events if e not in late]
        run = started(case)
        half = random.randint(0, len(early))
        now = early[half - 1].at if half else run.world.first // 2
        run.take(early[:half], now)
        image = run.image(frozenset())
        if image is None:
            return
        seen["images"] += 1
        other = started(make(seed, features))
        first = other.stand(decode(encode(image)))
        assert first <= image.known <= now
        other.take([e for e in early[:half] if e.at >= first], now)
        for one in (run, other):
            one.take(early[half:], LAST)
        known = 2 * image.known - 1
        assert after(run.tables, known) == after(other.tables, known)
        assert held(run) == held(other)
        taken = list(early)
        for event in [e for e in late if e.at >= image.known]:
            seen["late"] += 1
            taken = sorted([*taken, event], key=case.events.index)
            for one in (run, other):
                again = one.back(event.at)
                assert again <= event.at
                one.take([e for e in taken if e.at >= again], LAST)
            assert after(run.tables, known) == after(other.tables, known)
            assert held(run) == held(other)
        assert {id for id, v in run.void.items() if v.event.at >= image.known} <= set(other.void)

    law()
    assert seen["images"] > 30
    assert seen["late"] > 30


def test_an_image_is_of_its_program(monkeypatch):
    monkeypatch.setattr(onward, "SPACING", 1)
    case, other = (case_of(seed, FEATURES[1]) for seed in (1, 2))
    run = started(case)
    run.take(case.events, LAST)
    with pytest.raises(ValueError, match="another program"):
        started(other).stand(run.image(frozenset()))
