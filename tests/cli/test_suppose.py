"""`suppose`: the two timelines and what differs, in every format."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("lease")
ENDED = ("--add", "2028-05-01T10:00 Landlord ended")
FLAT = ("--holder", "Tenant", "--act", "use", "--object", "flat 1")


def test_the_answer_has_the_published_shape(tenure, valid):
    ran = tenure("suppose", "lease", *ENDED, *FLAT, "--format", "json")
    assert ran.code == 0
    answer = valid(ran.json, "suppose")
    assert list(answer) == ["before", "after", "changed"]
    assert answer["changed"] == [
        {
            "holder": "Tenant",
            "counterparty": "Landlord",
            "relation": "liberty",
            "act": "use",
            "object": "flat 1",
            "instance": None,
            "change": "shortened",
            "only_before": [
                {
                    "start": "2028-05-01T10:00:00-07:00",
                    "end": "2031-01-01T00:00:00-08:00",
                    "status": "held",
                    "start_cause": {"event": "S1"},
                    "end_cause": {"limit": "2031-01-01T00:00:00-08:00", "clause": "L1"},
                }
            ],
            "only_after": [],
        }
    ]
    (before,), (after,) = (answer[side]["positions"] for side in ("before", "after"))
    ends = [[s["end"] for s in p["spans"] if s["status"] == "held"] for p in (before, after)]
    assert ends == [["2031-01-01T00:00:00-08:00"], ["2028-05-01T10:00:00-07:00"]]


def test_people_read_what_is_only_before_and_only_after(tenure):
    ran = tenure("suppose", "lease", *ENDED, "--drop", "e4")
    assert ran.out.splitlines() == [
        "Tenant may use flat 1 against Landlord: shortened",
        "  - held 2028-05-01 10:00 (S1 ended) to 2031-01-01 (through 2030, L1)",
        "Tenant may use flat 2 against Landlord: shortened",
        "  - held 2028-05-01 10:00 (S1 ended) to 2031-01-01 (through 2030, L1)",
        "Tenant must pay i1, USD 900 [e4] to Landlord: lost",
        "  - held 2026-03-02 12:00 (e4 invoiced) to open",
        "- breach of L2: Tenant pay at 2026-04-02 (e4), recorded",
    ]


def test_nothing_that_changes_is_said(tenure, valid):
    ran = tenure("suppose", "lease", "--drop", "e5")
    assert ran.out.splitlines() == ["- void: e5 ended: no power: it takes Landlord"]
    quiet = tenure("suppose", "lease", "--add", "2027-01-01 - used 'flat 9'")
    assert "nothing changes" in quiet.out or "breach" in quiet.out
    answer = valid(tenure("suppose", "lease", "--drop", "e5", "--format", "json").json, "suppose")
    assert answer["changed"] == []


def test_a_supposed_act_that_is_void_is_reported(tenure):
    ran = tenure("suppose", "lease", "--add", "2028-05-01 Agent ended", "--format", "json")
    assert "note: S1 ended is void: no power: it takes Landlord" in ran.err
    assert [v["event"] for v in ran.json["after"]["void"]] == ["e5", "S1"]
    assert ran.json["changed"] == []


def test_a_reading_is_part_of_what_is_supposed(tenure):
    ran = tenure("suppose", "lease", "--reading", "B1=long", *FLAT)
    assert ran.out.splitlines()[:1] == ["Tenant may use flat 1 against Landlord: lengthened"]


def test_attributes_change(tenure):
    ran = tenure("suppose", "lease", "--change", "e4 amount='USD 100'")
    assert "Tenant must pay i1, USD 900 [e4] to Landlord: lost" in ran.out
    assert "Tenant must pay i1, USD 100 [e4] to Landlord: gained" in ran.out


def test_suppositions_are_saved_and_stood_on(tenure, valid, tmp_path):
    tenure("suppose", "lease", *ENDED, "--name", "ended", "--save", "ended.json")
    saved = json.loads((tmp_path / "ended.json").read_text(encoding="utf-8"))
    assert valid(saved, "supposition") == {
        "schema": "tenure:supposition:1",
        "name": "ended",
        "add": ["2028-05-01T10:00 Landlord ended"],
    }
    ran = tenure(
        "suppose", "lease", "--on", "ended.json", "--move", "e2=2026-02-05", *FLAT, "--format", "json"
    )
    (changed,) = ran.json["changed"]
    assert changed["change"] == "shortened"
    assert [s["start"][:10] for s in changed["only_before"]] == ["2026-02-01", "2028-05-01"]


def test_changes_hold_for_every_question(tenure):
    ran = tenure(
        "who",
        "lease",
        "--change",
        "e3 asset='flat 3'",
        "--at",
        "2028-01-01",
        "--act",
        "use",
        "--format",
        "json",
    )
    assert [p["object"] for p in ran.json["positions"]] == ["flat 1", "flat 3"]
