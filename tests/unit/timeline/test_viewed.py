"""Answers past the horizon: projected, guaranteed, possible."""

import pytest

from tenure.timeline.viewed import guaranteed_until, viewed_spans, viewed_verdict

RECIPE = "Microsoft", "use", "training recipe"
GPT5 = "Microsoft", "use", "GPT-5"


def position(timeline, *names):
    return timeline.holds(*names, at=timeline.horizon).position


def shown(timeline, names, view, against=None):
    spans = viewed_spans(timeline, position(timeline, *names), names[0], view, against)
    return [(s.status, None if s.end is None else timeline.text(s.end)[:10]) for s in spans]


def test_what_only_others_can_end_is_unknown_past_the_horizon(recorded):
    assert shown(recorded, RECIPE, "guaranteed")[1:] == [
        ("held", "2026-06-24"),
        ("unknown", None),
    ]
    assert shown(recorded, RECIPE, "projected")[1:] == [("held", "2031-01-01"), ("not_held", None)]


def test_against_one_party_only_its_own_acts_are_open(recorded):
    assert shown(recorded, RECIPE, "guaranteed", ("OpenAI",)) == [
        *shown(recorded, RECIPE, "projected")[:-1],
        ("unknown", None),
    ]
    assert shown(recorded, RECIPE, "guaranteed", ("Broadcom",)) == shown(recorded, RECIPE, "projected")


def test_what_has_expired_another_may_give_anew(recorded):
    """OpenAI can license one asset to Microsoft, which no act of Microsoft's takes: P0.single."""
    at = recorded.instant("2032-06-01")
    there = position(recorded, *RECIPE)
    verdict = viewed_verdict(recorded, there, at, "guaranteed")
    assert (verdict.status, verdict.reason) == ("unknown", "not held unless others bring it about")
    assert viewed_verdict(recorded, there, at, "possible").status == "held"
    assert recorded.verdict(there, at).status == "not_held"
    licence = {"asset": "training recipe", "licensee": "Microsoft"}
    given = recorded.suppose(
        add=[{"id": "S", "at": "2027-01-01", "type": "licence_granted", "by": "OpenAI", "data": licence}]
    )
    assert given.holds(*RECIPE, at="2032-06-01").status == "unknown"
    assert given.holds(*RECIPE, at="2032-06-01").clauses == ("P0.single",)


def test_a_right_that_nobody_else_can_end_is_guaranteed(recorded):
    assert shown(recorded, GPT5, "guaranteed")[:-1] == shown(recorded, GPT5, "projected")[:-1]
    assert (
        recorded.text(guaranteed_until(recorded, position(recorded, *GPT5), "Microsoft"))[:10] == "2033-01-01"
    )


def test_the_reason_is_a_shortest_set_of_acts(recorded):
    verdict = viewed_verdict(
        recorded, position(recorded, *RECIPE), recorded.instant("2028-01-01"), "guaranteed"
    )
    assert (verdict.status, verdict.reason) == (
        "unknown",
        "lost by agi_declared by OpenAI and agi_verified by ExpertPanel",
    )


def test_possible_is_what_may_be_held(recorded):
    verdict = viewed_verdict(
        recorded, position(recorded, *RECIPE), recorded.instant("2028-01-01"), "possible"
    )
    assert (verdict.status, verdict.reason) == ("held", "possible, not guaranteed")


@pytest.mark.parametrize("view", ["projected", "guaranteed", "possible"])
def test_up_to_the_horizon_all_views_agree(recorded, view):
    for names in (RECIPE, GPT5):
        for t in (recorded.horizon, recorded.instant("2025-10-28")):
            where = position(recorded, *names)
            assert viewed_verdict(recorded, where, t, view) == recorded.verdict(where, t)
