"""`why` and `what-would` on the flagship."""

import pytest

DEAL = "microsoft_openai"
RECIPE = ("--holder", "Microsoft", "--act", "use", "--object", "training recipe")
GPT5 = ("--holder", "Microsoft", "--act", "use", "--object", "GPT-5")
BY = ("--by", "2030-01-01", "--ends")


def test_why_names_the_clause_and_spells_the_date_out(tenure, valid):
    out = tenure("why", DEAL, *RECIPE, "--at", "2031-02-01").out
    assert "C04 (Research) gives it: no" in out
    assert "through 2030, all of it = before 2031-01-01T00:00:00-08:00 (America/Los_Angeles)" in out
    answer = valid(tenure("why", DEAL, *RECIPE, "--at", "2031-02-01", "--format", "json").json, "why")
    assert answer["proof"]["answer"] == "not_held (expired)"


def test_depth_folds_and_counts(tenure):
    out = tenure("why", DEAL, *GPT5, "--at", "2031-06-01", "--depth", "1").out
    assert "more steps" in out
    assert "asset_created" not in out


def test_only_a_declaration_and_a_verification_end_the_research_rights(tenure, valid):
    answer = valid(tenure("what-would", DEAL, *RECIPE, *BY, "--format", "json").json, "what-would")
    (course,) = answer["courses"]
    assert [(act["type"], act["by"], act["latest"]) for act in course["acts"]] == [
        ("agi_declared", ["OpenAI"], "2029-12-31T23:59:59.999999-08:00"),
        ("agi_verified", ["ExpertPanel"], "2030-01-01T00:00:00-08:00"),
    ]
    assert answer["complete"]
    assert not answer["interrupted"]
    assert answer["alone"] == course["alone"] == []


def test_nothing_that_others_do_ends_the_model_rights(tenure, valid):
    answer = valid(tenure("what-would", DEAL, *GPT5, *BY, "--format", "json").json, "what-would")
    assert answer["courses"] == []


@pytest.mark.parametrize("verb", [("why",), ("what-would", "--by", "2030-01-01")])
def test_a_question_about_nothing_is_refused(tenure, verb):
    ran = tenure(verb[0], DEAL, *verb[1:])
    assert (ran.code, "TEN620" in ran.err) == (2, True)


def test_the_past_is_not_to_be_changed(tenure):
    ran = tenure("what-would", DEAL, *RECIPE, "--by", "2020-01-01")
    assert (ran.code, "TEN614" in ran.err) == (2, True)


def test_every_step_of_a_proof_is_checked(tenure, valid):
    ran = tenure("why", DEAL, *RECIPE, "--at", "2031-02-01", "--depth", "0", "--check")
    assert ran.out.splitlines()[-1].endswith("steps follow from the definitions and the events")
    answer = valid(
        tenure("why", DEAL, *GPT5, "--at", "2031-02-01", "--check", "--format", "json").json, "why"
    )
    assert answer["on_trust"] == []
    assert answer["formal"]["status"] == "held"


def test_what_is_on_trust_is_said(tenure):
    question = ("--holder", "Atelier", "--act", "use", "--object", "Planner")
    ran = tenure(
        "why",
        "software_licence",
        *question,
        "--add",
        "2025-05-01 Nordwind breach_notified notice=n",
        "--at",
        "2025-09-01",
        "--check",
    )
    assert ran.code == 0
    assert "checked: all" in ran.out


def test_who_can_do_it_alone_and_what_must_not_happen(tenure, valid):
    question = ("--holder", "Atelier", "--act", "use", "--object", "Planner", "--ends", "--by", "2027-02-01")
    ran = tenure("what-would", "software_licence", *question, "--must-not")
    assert ran.out.splitlines()[-2:] == ["    unless breach_cured", "  alone: Nordwind"]
    answer = valid(
        tenure("what-would", "software_licence", *question, "--must-not", "--format", "json").json,
        "what-would",
    )
    assert answer["alone"] == ["Nordwind"]
    assert [len(course["acts"]) for course in answer["courses"]] == [1, 2]
