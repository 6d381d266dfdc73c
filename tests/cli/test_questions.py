"""`who` and `when`: answers, shapes, options and exit codes."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("lease")
USE = ("--holder", "Tenant", "--act", "use", "--object", "flat 1")


def test_one_position_has_exactly_the_published_shape(tenure, valid):
    ran = tenure("who", "lease", "--at", "2028-01-01", *USE, "--format", "json")
    assert ran.code == 0
    assert valid(ran.json, "who") == {
        "at": "2028-01-01T00:00:00-08:00",
        "horizon": "2026-06-01T00:00:00-07:00",
        "positions": [
            {
                "holder": "Tenant",
                "counterparty": "Landlord",
                "relation": "liberty",
                "act": "use",
                "object": "flat 1",
                "instance": None,
                "state": None,
                "clauses": ["L1"],
                "status": "held",
                "reason": None,
                "since": "2026-02-01T00:00:00-08:00",
                "until": "2031-01-01T00:00:00-08:00",
                "cause": {"event": "e2"},
                "basis": "projected",
                "readings": {"B1": "short"},
            }
        ],
    }


def test_one_position_is_printed_whatever_its_status(tenure, valid):
    (position,) = valid(tenure("who", "lease", "--at", "2031-01-01", *USE, "--format", "json").json, "who")[
        "positions"
    ]
    assert (position["status"], position["reason"]) == ("not_held", "expired")
    assert position["cause"] == {"limit": "2031-01-01T00:00:00-08:00", "clause": "L1"}


def test_without_a_full_name_only_what_is_not_plainly_unheld_is_printed(tenure, valid):
    ran = tenure("who", "lease", "--at", "2028-01-01", "--act", "use", "--format", "json")
    assert [p["object"] for p in valid(ran.json, "who")["positions"]] == ["flat 1", "flat 2"]
    later = tenure("who", "lease", "--at", "2040-01-01", "--act", "use", "--format", "json")
    assert later.json["positions"] == []


def test_the_default_instant_is_the_horizon(tenure):
    answer = tenure("who", "lease", *USE, "--format", "json").json
    assert answer["at"] == answer["horizon"]


def test_a_position_is_seen_from_the_side_that_is_asked_for(tenure):
    ran = tenure(
        "who",
        "lease",
        "--at",
        "2026-03-10",
        "--holder",
        "Landlord",
        "--relation",
        "claim",
        "--format",
        "json",
    )
    (claim,) = ran.json["positions"]
    assert (claim["holder"], claim["counterparty"], claim["instance"]) == ("Landlord", "Tenant", "e4")


def test_a_day_is_answered_with_its_changes_and_its_end(tenure, valid):
    answer = valid(
        tenure("who", "lease", "--on", "2026-02-01", "--act", "use", "--format", "json").json, "who"
    )
    assert [(c["before"], c["after"], c["cause"]) for c in answer["changes"]] == [
        ("not_held", "held", {"event": "e2"})
    ]
    assert answer["at"] == "2026-02-01T23:59:59.999999-08:00"


def test_plain_output_has_one_position_a_line_and_no_boxes(tenure):
    ran = tenure("who", "lease", "--at", "2028-01-01", "--act", "use")
    assert ran.out.splitlines() == [
        "holder  relation  act  object  counterparty  status  since       until       clauses  reason  cause",
        "Tenant  liberty   use  flat 1  Landlord      held    2026-02-01  2031-01-01  L1       -       e2 made",
        "Tenant  liberty   use  flat 2  Landlord      held    2026-03-01  2031-01-01  L1       -       e3 made",
    ]
    assert ran.err == ""


def test_the_human_table_joins_objects_that_stand_alike(tenure):
    out = tenure("who", "lease", "--at", "2028-01-01", "--act", "use", "--format", "human").out
    assert "use flat 1, flat 2" in out
    assert "Tenant may, against Landlord" in out
    assert "\x1b" not in out


def test_spans_have_the_published_shape(tenure, valid):
    spans = valid(tenure("when", "lease", *USE, "--format", "json").json, "when")["spans"]
    assert [(s["status"], s["start_cause"]) for s in spans] == [
        ("not_held", None),
        ("held", {"event": "e2"}),
        ("not_held", {"limit": "2031-01-01T00:00:00-08:00", "clause": "L1"}),
    ]
    assert [s["end"] for s in spans[:-1]] == [s["start"] for s in spans[1:]]


def test_the_spans_of_a_state(tenure, valid):
    spans = valid(
        tenure("when", "lease", "--state", "let", "--arg", "flat 1", "--format", "json").json, "when"
    )["spans"]
    assert [(s["status"], s["start"]) for s in spans] == [
        ("not_held", None),
        ("held", "2026-02-01T00:00:00-08:00"),
    ]


def test_a_timeline_is_drawn_for_people(tenure):
    out = tenure("when", "lease", *USE, "--format", "human").out
    assert "█" in out
    assert "2031-01-01 (through 2030, L1)" in out
    assert "█" not in tenure("when", "lease", *USE, "--format", "plain").out


@pytest.mark.parametrize(
    ("options", "until"),
    [
        (["--reading", "B1=long"], "2032-01-01T00:00:00-08:00"),
        (["--add", "2028-05-01T10:00 Landlord ended"], "2028-05-01T10:00:00-07:00"),
        (["--add", "2028-05-01 Agent ended"], "2031-01-01T00:00:00-08:00"),
        (["--add", "2027-05-01 Landlord ended", "--move", "e1=2027-06-01"], "2031-01-01T00:00:00-08:00"),
    ],
)
def test_suppositions_and_readings(tenure, options, until):
    at = "2027-12-01"
    (position,) = tenure("who", "lease", "--at", at, *USE, *options, "--format", "json").json["positions"]
    assert position["until"] == until


def test_a_dropped_event_takes_its_effects_along(tenure):
    (position,) = tenure("who", "lease", "--at", "2028-01-01", *USE, "--drop", "e1", "--format", "json").json[
        "positions"
    ]
    assert position["status"] == "not_held"


def test_known_at_forgets_what_was_recorded_later(tenure):
    answer = tenure(
        "who", "lease", "--at", "2028-01-01", *USE, "--known-at", "2026-01-20", "--format", "json"
    ).json
    assert answer["horizon"] == "2026-01-20T00:00:00-08:00"
    assert answer["positions"][0]["status"] == "not_held"


def test_added_values_are_quoted_as_in_a_shell_and_may_go_by_place(tenure):
    by_name = ["--add", "2028-01-01 made asset='flat 3' owner=Landlord"]
    by_place = ["--add", "2028-01-01 - made 'flat 3' Landlord"]
    for options in (by_name, by_place):
        ran = tenure(
            "who",
            "lease",
            "--at",
            "2028-01-01",
            "--act",
            "use",
            "--object",
            "flat 3",
            *options,
            "--format",
            "json",
        )
        assert [p["cause"] for p in ran.json["positions"]] == [{"event": "S1"}]


def test_an_answer_of_no_has_a_code_only_when_it_is_wanted(tenure):
    assert tenure("who", "lease", "--at", "2035-01-01", *USE).code == 0
    assert tenure("who", "lease", "--at", "2035-01-01", *USE, "--exit-code").code == 3
    assert tenure("who", "lease", "--at", "2028-01-01", *USE, "--exit-code").code == 0
    assert tenure("when", "lease", *USE, "--drop", "e1", "--exit-code").code == 3


def test_an_object_that_nothing_mentions_is_noted(tenure):
    ran = tenure(
        "who", "lease", "--at", "2028-01-01", "--holder", "Tenant", "--act", "use", "--object", "flat1"
    )
    assert ran.code == 0
    assert ran.err == "note: nothing is called `flat1` here; did you mean `flat 1`?\n"


@pytest.mark.parametrize("instant", [("--at", "2400-01-01"), ("--on", "2400-01-01"), ("--at", "9999-12-31")])
def test_a_question_about_the_far_future_is_evaluated_to_its_instant(instant, lease, tenure):
    (lease / "deal.md").write_text(
        "```tenure\ncontract far\nzone UTC\nparties Landlord, Tenant\nact signed by Landlord and Tenant\naction use\n"
        "clause C1 Tenant may use against Landlord from signed\n"
        "clause C2 Tenant must use to Landlord from 50 years after signed, within 1 year\n```\n",
        encoding="utf-8",
    )
    (lease / "history.jsonl").write_text(
        '{"id": "e1", "at": "2026-01-10", "type": "signed", "by": ["Landlord", "Tenant"]}\n', encoding="utf-8"
    )
    ran = tenure("who", "lease", *instant, "--holder", "Tenant", "--act", "use", "--format", "json")
    states = [(p["relation"], p["state"]) for p in json.loads(ran.out)["positions"]]
    assert (ran.code, states) == (0, [("liberty", None), ("duty", "breached")])
