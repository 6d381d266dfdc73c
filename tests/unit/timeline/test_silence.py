"""What the contract does not say: asked when, it is as unknown as asked who."""

from typing import Any

import pytest

import tenure

DEAL = tenure.Contract.from_text("""
contract silence
zone UTC
parties A, B
kind tool
fact made(x, kind: kind)
fact signed
fact opened
fact closed
fact entered_flat
action use(x)
action copy(x)
action enter done by entered_flat, permitted unless forbidden
classify x as k from made(x = x, kind = k)
clause C1
  silent on use x "not said" for x: tool
clause C2
  A may copy x against B for x: tool from signed until closed
clause C3
  silent on copy x "not said" for x: tool
clause C4
  A must not enter to B from opened until closed
""")
HISTORY: list[dict[str, Any]] = [
    {"id": "E1", "at": "2026-01-01", "type": "made", "data": {"x": "drill", "kind": "tool"}},
    {"id": "E2", "at": "2026-02-01", "type": "signed"},
    {"id": "E3", "at": "2026-03-01", "type": "opened"},
    {"id": "E4", "at": "2026-04-01", "type": "closed"},
]


@pytest.fixture(scope="module")
def line() -> tenure.Timeline:
    return DEAL.evaluate(HISTORY)


def spans(line: tenure.Timeline, act: str, thing: str | None = None) -> list[tuple[str | None, str]]:
    found = line.spans("A", act, *([thing] if thing else []), status=None)
    return [(None if s.start is None else line.text(s.start)[:10], s.status) for s in found]


def test_nothing_is_said_of_a_thing_from_when_it_is_there(line: tenure.Timeline) -> None:
    assert spans(line, "use", "drill") == [(None, "not_held"), ("2026-01-01", "unknown")]
    assert spans(line, "use", "saw") == [(None, "not_held")]


def test_a_right_that_ended_is_not_silent(line: tenure.Timeline) -> None:
    assert spans(line, "copy", "drill") == [
        (None, "not_held"),
        ("2026-01-01", "unknown"),
        ("2026-02-01", "held"),
        ("2026-04-01", "not_held"),
    ]


@pytest.mark.parametrize("day", ["2025-12-31", "2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15"])
@pytest.mark.parametrize(("act", "thing"), [("use", "drill"), ("copy", "drill"), ("enter", None)])
def test_who_and_when_agree(line: tenure.Timeline, act: str, thing: str | None, day: str) -> None:
    verdict = line.holds("A", act, thing, at=day)
    at = line.instant(day)
    here = [s for s in line.spans("A", act, thing, status=None) if s.start is None or s.start <= at][-1]
    assert (verdict.status, verdict.since, verdict.until) == (here.status, here.start, here.end)


def test_the_reason_is_what_was_not_said(line: tenure.Timeline) -> None:
    verdict = line.holds("A", "copy", "drill", at="2026-01-15")
    assert (verdict.reason, verdict.clauses) == ("silent: not said", ("C3",))
    assert verdict.cause is not None
    assert verdict.cause.event == "E1"


def test_what_is_forbidden_although_permitted_by_default_says_by_which_clause(line: tenure.Timeline) -> None:
    assert line.holds("A", "enter", at="2026-02-15").reason == "permitted unless forbidden"
    verdict = line.holds("A", "enter", at="2026-03-15")
    assert (verdict.status, verdict.reason, verdict.clauses) == ("not_held", "defeated by C4", ("C4",))
