"""Corrections, retractions, what was known when, and suppositions."""

import copy
import pickle

import pytest

from tenure.diagnostics import HistoryError
from tenure.history import Event, History


def event(id: str, at: int = 0, recorded: int | None = None, **more: object) -> Event:
    plain = {"is_date": False, "seq": None, "type": "made", "by": (), "data": ()}
    return Event(id=id, at=at, recorded=at if recorded is None else recorded, **{**plain, **more})  # type: ignore[arg-type]


def ids(history: History, known_at: int | None = None) -> list[str]:
    return [e.id for e in history.view(known_at)]


def test_known_at_is_inclusive_and_time_orders_the_view() -> None:
    history = History.from_events([event("late", 9), event("early", 1, 5), event("first", 1, 2)])
    assert ids(history) == ["early", "first", "late"]
    assert ids(history, 4) == ["first"]
    assert ids(history, 5) == ["early", "first"]
    assert history.latest_recorded == 9


def test_announced_in_advance() -> None:
    history = History.from_events([event("planned", 100, 10)])
    assert ids(history, 10) == ["planned"]


def test_correction_replaces_from_its_recording_on() -> None:
    history = History.from_events([event("e", 1), event("c", 3, 5, corrects="e")])
    assert ids(history, 4) == ["e"]
    assert ids(history, 5) == ["c"]


def test_retracted_correction_revives_its_target() -> None:
    history = History.from_events(
        [event("e", 1), event("c", 1, 5, corrects="e"), event("r", 7, 7, retracts="c")]
    )
    assert [ids(history, t) for t in (1, 5, 7)] == [["e"], ["c"], ["e"]]


def test_chains() -> None:
    history = History.from_events(
        [
            event("e", 1),
            event("c1", 1, 2, corrects="e"),
            event("c2", 1, 3, corrects="c1"),
            event("r", 4, 4, retracts="e"),
            event("rr", 5, 5, retracts="r"),
            event("r2", 6, 6, retracts="c2"),
            event("r1", 7, 7, retracts="c1"),
        ]
    )
    assert [ids(history, t) for t in range(1, 8)] == [["e"], ["c1"], ["c2"], [], ["c2"], ["c1"], ["e"]]


def test_latest_recorded_word_on_a_target_counts() -> None:
    late_first = [event("e", 1), event("c2", 1, 3, corrects="e"), event("c1", 1, 2, corrects="e")]
    assert ids(History.from_events(late_first)) == ["c2"]
    same_time = [event("e", 1), event("c1", 1, 2, corrects="e"), event("c2", 1, 2, corrects="e")]
    assert ids(History.from_events(same_time)) == ["c2"]


def test_correction_of_a_retraction_is_an_event_and_revives() -> None:
    history = History.from_events(
        [event("e", 1), event("r", 2, 2, retracts="e"), event("c", 3, 3, corrects="r")]
    )
    assert ids(history, 2) == []
    assert ids(history, 3) == ["e", "c"]


def test_correction_known_before_its_target() -> None:
    history = History.from_events([event("e", 9), event("c", 9, 5, corrects="e")])
    assert ids(history, 5) == ids(history, 9) == ["c"]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([event("a"), event("a", 1)], "TEN419"),
        ([event("a", corrects="b")], "TEN420"),
        ([event("a", retracts="a")], "TEN421"),
        ([event("a", retracts="b"), event("b", corrects="a")], "TEN421"),
    ],
)
def test_what_cannot_stand_together(events: list[Event], code: str) -> None:
    with pytest.raises(HistoryError, match=code):
        History.from_events(events)


def test_repeats_are_harmless() -> None:
    assert len(History.from_events([event("a"), event("a")]).events) == 1


def test_suppositions_leave_the_original_and_the_horizon_alone() -> None:
    real = History.from_events([event("a", 1), event("b", 2, 8)])
    before = copy.deepcopy(real)
    supposed = real.adding([event("s", 50)]).dropping(["a"]).moving({"b": 3})
    assert [(e.id, e.at, e.supposed) for e in supposed.view(0)] == [("b", 3, True), ("s", 50, True)]
    assert supposed.latest_recorded == 8
    assert real == before
    assert ids(real) == ["a", "b"]


def test_adding_what_is_there_is_harmless_and_other_content_is_not() -> None:
    real = History.from_events([event("a", 1)])
    assert real.adding([event("a", 1)]).view() == real.view()
    with pytest.raises(HistoryError, match="TEN419"):
        real.adding([event("a", 2)])


def test_dropping_a_correction_revives_and_dropping_its_target_takes_both() -> None:
    real = History.from_events([event("e", 1), event("c", 2, 2, corrects="e")])
    assert ids(real.dropping(["c"])) == ["e"]
    assert ids(real.dropping(["e"])) == []


def test_moving_a_corrected_event_moves_what_stands_for_it() -> None:
    real = History.from_events([event("e", 1), event("c", 2, 2, corrects="e")])
    assert [(e.id, e.at) for e in real.moving({"e": 7}).view()] == [("c", 7)]


def test_a_supposed_retraction_comes_last() -> None:
    real = History.from_events([event("e", 1), event("c", 2, 9, corrects="e")])
    assert ids(real.adding([event("r", 0, 0, retracts="e")])) == []


def test_unknown_ids_are_named() -> None:
    real = History.from_events([event("payment1"), event("delivery")])
    with pytest.raises(HistoryError) as caught:
        real.dropping(["paymnt1"])
    assert str(caught.value) == (
        "error[TEN429]: cannot drop `paymnt1`: there is no such event\n  help: did you mean `payment1`?"
    )
    with pytest.raises(HistoryError, match="cannot move `x`: there is no such event"):
        real.moving({"x": 1})
    with pytest.raises(HistoryError, match="out of range"):
        real.moving({"delivery": 10**30})


def test_long_chains_do_not_exhaust_the_stack() -> None:
    chain = [event("e0"), *(event(f"e{i}", i, corrects=f"e{i - 1}") for i in range(1, 5000))]
    assert ids(History.from_events(chain)) == ["e4999"]


def test_histories_can_be_sent_to_another_process() -> None:
    history = History.from_events([event("a")]).moving({"a": 3})
    assert pickle.loads(pickle.dumps(history)).view() == history.view()
    assert hash(history.events[0]) == hash(event("a"))
