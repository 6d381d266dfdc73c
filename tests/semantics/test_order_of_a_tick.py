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
action settle(i) done by settled(i)
action answer(i) done by settled(i)
state bar(i) from barred(i)
clause C1
  A must settle(i) to B for each invoiced(i) from begun until over within 10 days
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
