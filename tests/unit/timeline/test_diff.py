"""Diffs: the kinds of change, the spans that only one timeline has, and how they read."""

import pytest

from tenure.diagnostics import QueryError
from tenure.timeline import Contract

RULES = """
contract access
zone UTC
parties Owner, Guest
kind room
fact opened(room)
fact closed(room)
fact hidden(room)
fact entered(room)
action enter(x) done by entered(room = x), forbidden unless permitted

clause A
  Guest may enter x against Owner
    from opened(room = x)
    until closed(room = x)
"""
OPEN = {"id": "o1", "at": "2026-01-01", "type": "opened", "data": {"room": "blue"}}
SHUT = {"id": "c1", "at": "2026-06-01", "type": "closed", "data": {"room": "blue"}}


def evaluated(*events):
    return Contract.from_text(RULES).evaluate(list(events) or [OPEN, SHUT], horizon="2026-12-31")


def only(timeline):
    (difference,) = timeline.diff().changed
    return difference


@pytest.mark.parametrize(
    "supposed, kind, before, after",
    [
        ({"add": ["2026-02-01 - opened red"]}, "gained", [], ["2026-02-01…None"]),
        ({"drop": ["o1"]}, "lost", ["2026-01-01…2026-06-01"], []),
        ({"drop": ["c1"]}, "lengthened", [], ["2026-06-01…None"]),
        ({"move": {"c1": "2026-03-01"}}, "shortened", ["2026-03-01…2026-06-01"], []),
        (
            {"move": {"o1": "2026-02-01", "c1": "2026-07-01"}},
            "shifted",
            ["2026-01-01…2026-02-01"],
            ["2026-06-01…2026-07-01"],
        ),
        (
            {"add": ["2026-08-01 - opened blue", "2026-02-01 - closed blue"]},
            "shifted",
            ["2026-02-01…2026-06-01"],
            ["2026-08-01…None"],
        ),
    ],
)
def test_the_kinds_of_change_and_the_spans_only_one_has(supposed, kind, before, after):
    timeline = evaluated().suppose(**supposed)
    difference = only(timeline)

    def shown(spans):
        days = [(s.start, s.end) for s in spans]
        return ["…".join("None" if t is None else timeline.text(t)[:10] for t in pair) for pair in days]

    assert difference.kind == kind
    assert (shown(difference.only_before), shown(difference.only_after)) == (before, after)


def test_both_causes_are_told():
    (part,) = only(evaluated().suppose(add=["2026-03-01 - closed blue"])).only_before
    assert (part.start_cause.event, part.end_cause.event) == ("S1", "c1")


def test_a_right_that_may_have_ended_is_altered():
    shut = [{**SHUT, "data": {"room": None}}]
    diff = evaluated().suppose(drop=["c1"], add=[{**shut[0], "id": "c2"}]).diff()
    (difference,) = diff.changed
    assert [s.status for s in difference.only_after] == ["unknown"]
    assert difference.kind == "altered"


def test_nothing_changed_says_so():
    diff = evaluated().suppose(add=["2026-01-01 - hidden blue"], name="hidden").diff()
    assert not diff
    assert repr(diff) == "Diff: nothing changes under `hidden`"
    assert diff.changed == ()


def test_a_diff_reads_as_text():
    diff = evaluated().suppose(drop=["c1"], add=["2027-01-01 - entered red"], name="never shut").diff()
    assert repr(diff).splitlines() == [
        "Diff: what changes under `never shut`",
        "Guest liberty enter blue against Owner: lengthened",
        "    + held 2026-06-01T00:00:00+00:00 … open (from c1)",
    ]


def test_acts_void_and_breaches_that_differ(recorded):
    diff = recorded.suppose(drop=["T14"], add=["2028-01-01 OpenAI agi_verified declaration=d1"]).diff()
    assert [v.event.id for v in diff.void] == ["S1"]
    assert [b.event for b in diff.breaches] == ["T15"]
    back = recorded.diff(diff.after)
    assert (back.void, [v.event.id for v in back.mended]) == ((), ["S1"])
    assert [b.event for b in back.healed] == ["T15"]
    assert any(line.startswith("+ breach: ") for line in diff.lines())


def test_only_what_changed_is_listed(recorded):
    diff = recorded.suppose(
        add=[
            "2028-03-01 OpenAI agi_declared declaration=d1",
            "2028-09-15T10:00 ExpertPanel agi_verified declaration=d1",
        ]
    ).diff()
    assert [(d.position.act, d.kind) for d in diff.of_kind("shortened")] == [
        ("use", "shortened"),
        ("provide", "shortened"),
        ("exceed_compute_threshold", "shortened"),
    ]
    assert len(diff.changed) == 3


def test_a_timeline_that_supposes_nothing_has_no_diff_of_its_own(recorded):
    with pytest.raises(QueryError) as refused:
        recorded.diff()
    assert refused.value.diagnostics[0].code == "TEN633"
    assert not recorded.diff(recorded)
