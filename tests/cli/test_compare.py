"""`compare`: readings, then and now, two texts; `suppose --from`: exact output, JSON shapes, what is refused."""

import json
import tomllib

import pytest

pytestmark = pytest.mark.usefixtures("lease")
FLAT = ("--holder", "Tenant", "--act", "use", "--object", "flat 1")
MANY = """
schema = "tenure:suppositions:1"

[[questions]]
holder = "Tenant"
act = "use"
object = "flat 1"
at = 2028-06-01

[[questions]]
name = "owing"
holder = "Tenant"
act = "pay"
object = "i1, USD 900"
relation = "duty"

[[suppositions]]
name = "ended"
add = ["2028-05-01T10:00 Landlord ended"]

[[suppositions]]
name = "ended, and signed later"
on = "ended"
move = {e1 = "2026-02-05"}

[[suppositions]]
name = "not by the agent"
add = ["2028-05-01 Agent ended"]

[[suppositions]]
name = "wrong"
drop = ["e9"]
"""
LONGER = """
clause L1 "Use"
  Tenant may use x against Landlord
    for x: flat, owned by Landlord
    from signed
    through 2032
"""


@pytest.fixture
def many(tmp_path):
    (tmp_path / "many.toml").write_text(MANY, encoding="utf-8")
    return "many.toml"


@pytest.fixture
def longer(tmp_path, lease):
    """The lease with a clause L1 that runs longer."""
    folder = tmp_path / "longer"
    folder.mkdir()
    text = (lease / "deal.md").read_text(encoding="utf-8")
    old = text[text.index('clause L1 "Use"') : text.index('clause L2 "Rent"')]
    scenarios = text.index("scenario")
    (folder / "deal.md").write_text(text[:scenarios].replace(old, f"{LONGER}\n") + "```\n", encoding="utf-8")
    return folder


# ---------------------------------------------------------------- readings


def test_each_answer_stands_under_its_readings(tenure):
    assert tenure("compare", "lease", *FLAT).out.splitlines() == [
        "Tenant may use flat 1 against Landlord: decided by B1",
        "  * B1 is short",
        "      held 2026-02-01 (e2 made) to 2031-01-01 (through 2030, L1)",
        "  - B1 is long",
        "      held 2026-02-01 (e2 made) to 2032-01-01 (through 2031, L1)",
        "  they part 2031-01-01 to 2032-01-01",
        "1 position of 1 depend on B1; * is what was chosen",
    ]


def test_readings_have_the_published_shape(tenure, valid):
    answer = valid(tenure("compare", "lease", "--format", "json").json, "compare")
    assert [p["object"] for p in answer["positions"]] == ["flat 1", "flat 2"]
    assert answer["positions"][0]["partings"] == [
        {
            "start": "2031-01-01T00:00:00-08:00",
            "end": "2032-01-01T00:00:00-08:00",
            "statuses": ["not_held", "held"],
        }
    ]
    assert answer["choices"] == 2
    assert [reading["chosen"] for reading in answer["readings"]] == ["short"]


@pytest.mark.parametrize(
    "options, differs",
    [
        (("--at", "2030-06-01"), False),
        (("--at", "2031-06-01"), True),
        (("--over", "2026-01-01..2031-01-01"), False),
        (("--over", "2030-01-01..2031-01-02"), True),
        (("--over", "2032-01-01.."), False),
        (("--reading", "B1=long"), False),
    ],
)
def test_an_instant_or_a_window_is_compared(tenure, options, differs):
    found = tenure("compare", "lease", *FLAT, *options, "--format", "json").json
    assert bool(found["positions"]) is differs


def test_what_no_reading_touches_is_the_same(tenure):
    ran = tenure("compare", "lease", "--act", "pay")
    assert ran.out == "the same under every reading (1 position)\n"


def test_suppositions_are_compared_too(tenure):
    ran = tenure("compare", "lease", *FLAT, "--add", "2028-05-01 Landlord ended")
    assert ran.out == "the same under every reading (1 position)\n"


# ---------------------------------------------------------------- then and now


@pytest.fixture
def corrected(lease):
    """The flat was made later than had been recorded, as became known in May; an invoice came in between."""
    more = [
        {
            "id": "e6",
            "at": "2026-02-10",
            "type": "made",
            "data": {"asset": "flat 1", "owner": "Landlord"},
            "corrects": "e2",
            "recorded": "2026-05-01",
        },
        {
            "id": "e7",
            "at": "2026-04-01",
            "type": "invoiced",
            "data": {"invoice": "i2", "amount": "USD 900"},
        },
    ]
    with (lease / "history.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in more)


@pytest.mark.usefixtures("corrected")
def test_then_and_now_names_the_records_that_made_the_difference(tenure, valid):
    asked = ("compare", "lease", *FLAT, "--then", "2026-03-15", "--now", "2026-05-15")
    assert tenure(*asked).out.splitlines() == [
        "Tenant may use flat 1 against Landlord: shortened",
        "  - held 2026-02-01 (e2 made) to 2026-02-10 (e6 made)",
        "because of",
        "  e6 made of 2026-02-10, corrects e2, recorded 2026-05-01",
    ]
    answer = valid(tenure(*asked, "--format", "json").json, "compare")
    assert (answer["learnt"], [event["id"] for event in answer["events"]]) == (2, ["e6"])
    assert tenure(*asked, "--at", "2026-02-20").out == "the same then and now (2 records learnt in between)\n"


@pytest.mark.usefixtures("corrected")
def test_then_and_now_of_everything(tenure):
    found = tenure("compare", "lease", "--then", "2026-03-15", "--format", "json").json
    assert [event["id"] for event in found["events"]] == ["e6", "e7"]
    assert [(c["act"], c["change"]) for c in found["changed"]] == [("use", "shortened"), ("pay", "gained")]


# ---------------------------------------------------------------- two texts


def test_an_amendment_over_a_folder_of_histories(tenure, valid, longer, lease, tmp_path):
    folder = tmp_path / "histories"
    folder.mkdir()
    events = (lease / "history.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "a.jsonl").write_text("".join(events), encoding="utf-8")
    (folder / "b.jsonl").write_text("".join(events[3:]), encoding="utf-8")
    (folder / "c.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    ran = tenure("compare", "lease", "histories", "--amended", longer, "--object", "flat 1")
    assert ran.out.splitlines() == [
        "clauses written anew: L1",
        "histories/a.jsonl: 1 lengthened",
        "  Tenant may use flat 1 against Landlord: lengthened",
        "    + held 2031-01-01 (date 2031-01-01, L1) to 2033-01-01 (through 2032, L1)",
        "histories/b.jsonl: nothing changes",
        "histories/c.jsonl: cannot be read by both",
        "1 of 3 histories change",
    ]
    assert ran.code == 2
    assert "c.jsonl" in ran.err
    ran = tenure("compare", "lease", "histories", "--amended", longer, "--format", "json")
    answer = valid(ran.json, "compare")
    assert answer["clauses"] == {"added": [], "removed": [], "rewritten": ["L1"]}
    assert [len(h["changed"]) for h in answer["histories"]] == [2, 0, 0]
    assert [bool(h["problems"]) for h in answer["histories"]] == [False, False, True]


def test_an_amendment_over_the_history_beside(tenure, longer):
    assert "history.jsonl: 2 lengthened" in tenure("compare", "lease", "--amended", longer).out


# ---------------------------------------------------------------- tables


def test_a_table_marks_what_differs(tenure, many):
    ran = tenure("suppose", "lease", "--from", many)
    assert ran.out.splitlines() == [
        "1: Tenant use flat 1 at 2028-06-01",
        "2: owing",
        "supposition              1                                   2",
        "the record               held 2026-02-01..2031-01-01         held 2026-03-02 12:00..open",
        "ended                    not held* 2028-05-01 10:00*..open*  held 2026-03-02 12:00..open",
        "ended, and signed later  not held* 2028-05-01 10:00*..open*  held 2026-03-02 12:00..open",
        "not by the agent         held 2026-02-01..2031-01-01         held 2026-03-02 12:00..open",
        "wrong                    TEN429                              TEN429",
        "* differs from the record",
    ]
    assert ran.code == 2
    assert "note: under `not by the agent` S1 is void" in ran.err
    assert "cannot drop `e9`" in ran.err


def test_a_table_has_the_published_shape(tenure, valid, many):
    valid({**tomllib.loads(MANY.replace("2028-06-01", '"2028-06-01"'))}, "suppositions")
    answer = valid(tenure("suppose", "lease", "--from", many, "--format", "json").json, "table")
    assert [row["name"] for row in answer["rows"]][:2] == ["ended", "ended, and signed later"]
    assert answer["rows"][0]["cells"][0]["changed"] == ["status", "since", "until"]
    assert answer["rows"][1]["supposes"]["on"]["name"] == "ended"
    assert answer["rows"][3]["problems"][0]["code"] == "TEN429"


def test_a_right_on_the_command_line_is_the_question(tenure, many):
    ran = tenure("suppose", "lease", "--from", many, *FLAT, "--at", "2027-01-01")
    assert ran.out.splitlines()[:2] == ["1: Tenant use flat 1 at 2027-01-01", "supposition              1"]


def test_what_else_is_supposed_holds_for_every_row(tenure, many):
    ran = tenure("suppose", "lease", "--from", many, "--reading", "B1=long")
    assert "the record               held 2026-02-01..2032-01-01" in ran.out


# ---------------------------------------------------------------- clauses


def test_a_clause_is_written_anew(tenure, valid, tmp_path):
    (tmp_path / "new.md").write_text(f"What we would like.\n\n```tenure{LONGER}```\n", encoding="utf-8")
    ran = tenure("suppose", "lease", "--replace", "new.md", "--save", "s.json", *FLAT)
    assert ran.out.splitlines() == [
        "Tenant may use flat 1 against Landlord: lengthened",
        "  + held 2031-01-01 (date 2031-01-01, L1) to 2033-01-01 (through 2032, L1)",
    ]
    saved = valid(json.loads((tmp_path / "s.json").read_text(encoding="utf-8")), "supposition")
    assert saved["replace"][0].startswith('clause L1 "Use"\n  Tenant may use x')
    again = tenure("suppose", "lease", "--on", "s.json", "--drop", "e3", *FLAT)
    assert again.out == ran.out


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("compare", "lease", "--then", "2026-05-01", "--now", "2026-01-01"), "TEN654", "is before then"),
        (("compare", "lease", "--then", "2026-01-01", "--amended", "lease"), "TEN655", "two comparisons"),
        (("compare", "lease", "--now", "2026-01-01"), "TEN655", "two comparisons"),
        (("compare", "lease", "--over", "2026"), "TEN655", "no window"),
        (("compare", "lease", "--over", "2027-01-01..2026-01-01"), "TEN655", "is empty"),
        (("compare", "lease", "a", "b"), "TEN655", "several histories"),
        (("compare", "lease", "--then", "2026-01-01", "--drop", "e1"), "TEN655", "`--drop` does not go"),
        (("compare", "lease", "--holder", "Nobody"), "TEN602", "`Nobody`"),
        (("compare", "lease", "--relation", "might"), "TEN604", "`might`"),
        (("suppose", "lease", "--from", "version.json"), "TEN651", "version 2"),
        (("suppose", "lease", "--on", "version.json"), "TEN651", "version 2"),
        (("suppose", "lease", "--from", "one.json"), "TEN652", "no question"),
        (("suppose", "lease", "--on", "alone.toml"), "TEN632", "give it with `--from`"),
        (("suppose", "lease", "--from", "beneath.json", *FLAT), "TEN632", "`nothing`"),
        (("suppose", "lease", "--replace", "c99.md"), "TEN650", "`L9`"),
        (("suppose", "lease", "--replace", "state.md"), "TEN653", "only whole clauses"),
        (("suppose", "lease", "--replace", "broken.md"), "TEN101", "broken"),
    ],
)
def test_what_cannot_be_compared_is_refused(tenure, tmp_path, words, code, said):
    for name, text in {
        "version.json": '{"schema": "tenure:supposition:2"}',
        "one.json": '{"schema": "tenure:supposition:1", "drop": ["e3"]}',
        "alone.toml": 'schema = "tenure:suppositions:1"',
        "beneath.json": '{"schema": "tenure:suppositions:1", "suppositions": [{"on": "nothing"}]}',
        "c99.md": '```tenure\nclause L9 "New"\n  Tenant may use x\n    for x: flat\n    from signed\n```\n',
        "state.md": "```tenure\nstate gone from ended\n```\n",
        "broken.md": "```tenure\nclause L1 broken\n```\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = tenure(*words)
    assert ran.code == 2
    assert f"error[{code}]" in ran.err
    assert said in ran.err


def test_an_interrupted_comparison_shows_what_it_has(tenure, monkeypatch, many):
    from tenure.timeline import Timeline

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Timeline, "suppose", stop)
    ran = tenure("suppose", "lease", "--from", many)
    assert ran.code == 130
    assert ran.out.splitlines()[3].startswith("the record")
    assert "interrupted after 0 suppositions" in ran.err


def test_an_interrupted_comparison_of_readings_claims_nothing(tenure, monkeypatch):
    from tenure.timeline.readings import Comparing

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Comparing, "explore", stop)
    ran = tenure("compare", "lease")
    assert ran.code == 130
    assert ran.out == "nothing that differs was found yet (0 positions)\n"
    assert not tenure("compare", "lease", "--format", "json").json["complete"]
