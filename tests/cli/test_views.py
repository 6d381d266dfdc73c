"""Views of the open future in `who` and `when`, and `threats`."""

import pytest

RECIPE = ("--holder", "Microsoft", "--act", "use", "--object", "training recipe")
GPT5 = ("--holder", "Microsoft", "--act", "use", "--object", "GPT-5")
DEAL = "microsoft_openai"
REASON = "lost by agi_declared by OpenAI and agi_verified by ExpertPanel"


def one(ran):
    (position,) = ran.json["positions"]
    return position


def test_guaranteed_until_is_filled_and_the_reason_names_the_acts(tenure, valid):
    ran = tenure("who", DEAL, *RECIPE, "--at", "2028-01-01", "--view", "guaranteed", "--format", "json")
    valid(ran.json, "who")
    position = one(ran)
    assert (position["status"], position["reason"]) == ("unknown", REASON)
    assert position["guaranteed_until"] == ran.json["horizon"]


@pytest.mark.parametrize(
    "options, words, status, until",
    [
        (("--view", "guaranteed"), GPT5, "held", "2033-01-01"),
        (("--view", "guaranteed", "--against", "OpenAI"), RECIPE, "held", "2031-01-01"),
        (
            ("--view", "guaranteed", "--against", "OpenAI", "--against", "ExpertPanel"),
            RECIPE,
            "unknown",
            "2026-06-24",
        ),
        (("--view", "possible"), RECIPE, "held", "2026-06-24"),
    ],
)
def test_each_view_has_its_status(tenure, options, words, status, until):
    position = one(tenure("who", DEAL, *words, "--at", "2028-01-01", *options, "--format", "json"))
    assert (position["status"], position["guaranteed_until"][:10]) == (status, until)


def test_the_projected_view_leaves_guaranteed_until_out(tenure):
    assert "guaranteed_until" not in one(tenure("who", DEAL, *GPT5, "--at", "2028-01-01", "--format", "json"))


def test_people_read_it_too(tenure):
    out = tenure("who", DEAL, *RECIPE, "--at", "2028-01-01", "--view", "guaranteed").out
    assert f"reason: {REASON}" in out
    assert "guaranteed until: 2026-06-24T00:00:00-07:00" in out


def test_when_shows_the_spans_of_a_view(tenure, valid):
    ran = tenure("when", DEAL, *RECIPE, "--view", "guaranteed", "--format", "json")
    spans = valid(ran.json, "when")["spans"]
    assert [(s["status"], s["end"] and s["end"][:10]) for s in spans] == [
        ("not_held", "2019-07-22"),
        ("held", "2026-06-24"),
        ("unknown", None),
    ]


def test_threats_are_acts_and_who_does_them(tenure, valid):
    answer = valid(tenure("threats", DEAL, *RECIPE, "--format", "json").json, "threats")
    assert answer["threats"] == [
        {
            "acts": [
                {"type": "agi_declared", "by": ["OpenAI"], "joint": False},
                {"type": "agi_verified", "by": ["ExpertPanel"], "joint": False},
            ]
        }
    ]
    assert (answer["guaranteed_until"][:10], answer["possible_until"]) == ("2026-06-24", None)
    assert f"  {REASON}" in tenure("threats", DEAL, *RECIPE).out.splitlines()


def test_without_threats_it_says_so(tenure):
    assert "  nobody else can end it before" in tenure("threats", DEAL, *GPT5).out.splitlines()
