"""Events of one tick: what is certain about a duty is so in every order of them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

import tenure

DEAL = tenure.Contract.from_text("""
contract orders
zone UTC
parties A, B
fact begun
fact over
fact invoiced(i)
fact barred(i)
fact settled(i)
fact struck
fact calm
state strike from struck until calm
action settle(i) done by settled(i)
action answer(i) done by settled(i)
state bar(i) from barred(i)
clause C1
  A must settle(i) to B for each invoiced(i) from begun until over within 10 days
action mend(i) done by settled(i)
action send(i) done by settled(i)
clause C3
  A must mend(i) to B for each barred(i) within 10 days excused while strike
clause C4
  A must send(i) to B for each barred(i) within 10 days clock runs
on struck suspend C4
on calm resume C4
clause C2
  A must answer(i) to B for each invoiced(i) while not bar(i) within 5 days
""")
happening = st.sampled_from(
    [("over", {}), ("invoiced", {"i": "i1"}), ("invoiced", {"i": "i2"}), ("barred", {"i": "i1"})]
)


def history(told: list[tuple[str, dict[str, str]]], seqs: tuple[int, ...] | None) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [{"id": "E0", "at": "2026-01-01", "type": "begun"}]
    for i, (type, data) in enumerate(told):
        event = {"id": f"E{i + 1}", "at": "2026-02-01", "type": type, "data": data}
        events.append(event if seqs is None else {**event, "seq": seqs[i] + 1})
    return events


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(happening, min_size=2, max_size=3))
def test_what_is_certain_holds_in_every_order(told: list[tuple[str, dict[str, str]]]) -> None:
    together = DEAL.evaluate(history(told, None))
    ordered = [DEAL.evaluate(history(told, seqs)) for seqs in permutations(range(len(told)))]
    for thing in ("i1", "i2"):
        for at in ("2026-02-01T12:00", "2026-02-09", "2026-03-01"):
            said = _owed(together, thing, at)
            for line in ordered:
                real = _owed(line, thing, at)
                for key in {*said, *real}:
                    assert said.get(key, "not held") in ("unknown", real.get(key, "not held")), (
                        told,
                        at,
                        key,
                    )


def _owed(line: tenure.Timeline, thing: str, at: str) -> dict[tuple[str, str | None], str]:
    """The status of every duty about ``thing``, by act and instance."""
    found = line.positions(at=at, object=thing, relation="duty")
    return {(v.position.act, v.position.instance): v.status for v in found}


def _begun_and_invoiced(seqs: tuple[int, int] | None) -> list[str]:
    told: list[dict[str, Any]] = [
        {"id": "E0", "at": "2026-02-01", "type": "begun"},
        {"id": "E1", "at": "2026-02-01", "type": "invoiced"},
    ]
    told[1]["data"] = {"i": "i1"}
    for event, seq in zip(told, seqs or (), strict=False):
        event["seq"] = seq
    line = DEAL.evaluate(told)
    return [v.status for v in line.positions(at="2026-02-02", relation="duty", act="settle")]


def test_a_trigger_in_the_tick_in_which_its_clause_begins_is_under_it() -> None:
    """The events of a tick act together (DESIGN §2), unless `seq` says that it came before."""
    assert _begun_and_invoiced(None) == ["held"]
    assert _begun_and_invoiced((1, 2)) == ["held"]
    assert _begun_and_invoiced((2, 1)) == []


def _after_the_strike(seqs: tuple[int, int] | None) -> list[str | None]:
    told: list[dict[str, Any]] = [
        {"id": "E1", "at": "2026-01-01", "type": "barred", "data": {"i": "i1"}},
        {"id": "E2", "at": "2026-01-02", "type": "struck"},
        {"id": "E3", "at": "2026-02-01", "type": "calm"},
        {"id": "E4", "at": "2026-02-01", "type": "settled", "by": "A", "data": {"i": "i1"}},
    ]
    for event, seq in zip(told[2:], seqs or (), strict=False):
        event["seq"] = seq
    line = DEAL.evaluate(told)
    return [line.holds("A", act, "i1", at="2026-02-02", relation="duty").reason for act in ("mend", "send")]


def test_a_performance_in_the_tick_in_which_an_excuse_or_a_suspension_ends() -> None:
    """Done before, it is in time; done after, it is late: that it is discharged is sure, how is not."""
    assert _after_the_strike((2, 1)) == ["performed", "performed"]
    assert _after_the_strike((1, 2)) == ["performed late", "performed late"]
    assert _after_the_strike(None) == ["performed or performed late", "performed or performed late"]
