"""`tenure test --coverage` and `--write`, `tenure mutate`: what they print, in which shapes, and what they refuse."""

import json
import re

import pytest

pytestmark = pytest.mark.usefixtures("lamp")

LAMP = """# A lamp

```tenure
contract lamp
zone UTC
parties Lender, Borrower

fact lent
fact given_back
action light

clause L1 "Light"
  Borrower may light against Lender
    from lent
    until given_back, or through 2030

scenario "lent" alone
  2026-01-05     -         lent
  at 2026-01-04  Borrower may not light because "not yet"
  at 2026-02-01  Borrower may light against Lender because L1
```
"""


@pytest.fixture
def lamp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "lamp"
    folder.mkdir()
    (folder / "deal.md").write_text(LAMP, encoding="utf-8")
    return folder


def test_coverage_names_what_no_test_exercises(tenure):
    ran = tenure("test", "lamp", "--coverage")
    assert ran.code == 0
    assert ran.out.splitlines()[2:] == [
        "never fired:",
        "  deal.md:15  end  L1 until given_back",
        "  deal.md:15  end  L1 through 2030",
        "  -  reason  never arose",
        "  -  reason  expired",
        "  -  reason  terminated",
        "lamp: 2 of 7 items exercised: clauses 1 of 1, ends 0 of 2, reasons 1 of 4",
        "clause coverage: 28%",
    ]


@pytest.mark.parametrize(("share", "code"), [(28, 0), (29, 1)])
def test_a_threshold_decides_the_exit_code(tenure, share, code):
    assert tenure("test", "lamp", "--fail-under", share).code == code


def test_coverage_as_json(tenure, valid):
    ran = tenure("test", "lamp", "--coverage", "--format", "json")
    coverage = valid(ran.json, "test")["contracts"][0]["coverage"]
    assert (coverage["percent"], coverage["fired"], coverage["of"]) == (28, 2, 7)
    clause = next(item for item in coverage["items"] if item["name"] == "L1")
    assert clause["status"] == "fired"
    assert clause["by"] == ['scenario "lent"']
    assert (clause["place"]["line"], clause["place"]["column"]) == (13, 3)


def test_coverage_as_a_page(tenure, lamp):
    ran = tenure("test", "lamp", "--html", "coverage.html")
    assert ran.code == 0
    page = (lamp.parent / "coverage.html").read_text(encoding="utf-8")
    assert "28%" in page
    assert "<h1>A lamp</h1>" in page


def test_exemptions_do_not_count_and_stale_ones_are_told_of(tenure, lamp):
    exempt = '[items]\n"L1 through 2030" = "it is always given back"\n"L2" = "gone"\n[mutants]\n"L1-000000" = "gone"\n'
    (lamp / "exemptions.toml").write_text(exempt, encoding="utf-8")
    ran = tenure("test", "lamp", "--coverage")
    assert "exempt: L1 through 2030 (it is always given back)" in ran.out
    assert "lamp: 2 of 6 items exercised" in ran.out
    assert "TEN723" in ran.err
    assert "`L2` names none of the items" in ran.err
    assert "`L1-000000` names none of the mutants" in tenure("mutate", "lamp").err


def test_mutate_says_what_no_test_notices(tenure):
    ran = tenure("mutate", "lamp")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "no test notices if L1 ended at the end of 2031, not of 2030" in lines
    assert "no test notices if L1 did not end until given_back" in lines
    assert not any("were not there" in line for line in lines), "the tests do ask whether there is light"
    assert re.fullmatch(r"    deal\.md:15  L1-[0-9a-f]{6}", lines[1])
    assert re.fullmatch(r"mutation score: \d+%", lines[-1])


def test_mutate_names_what_the_engine_fails_on(tenure, valid, monkeypatch):
    def broken(*_):
        raise KeyError("a")

    with monkeypatch.context() as patch:
        patch.setattr("tenure.testing.mutation.judging.Bench._in_order", broken)
        ran = tenure("mutate", "lamp", "--resume", "lamp.state")
        shape = valid(tenure("mutate", "lamp", "--format", "json").json, "mutate")
    assert ran.out.startswith("Tenure itself fails if ")
    assert "internal error: KeyError: 'a'\n" in ran.out
    assert "0 mutants noticed, 0 not, " in ran.out and ran.out.endswith("mutation score: 0%\n")
    assert shape["counts"]["failed"] == len(shape["mutants"]) and shape["score"] == 0
    # Once the engine is mended, they are judged anew.
    assert "on which Tenure fails" not in tenure("mutate", "lamp", "--resume", "lamp.state").out


def test_mutate_as_json(tenure, lamp, valid):
    first = valid(tenure("mutate", "lamp", "--format", "json").json, "mutate")
    assert first["left"] == 0
    assert sum(first["counts"].values()) == len(first["mutants"])
    noticed = [m for m in first["mutants"] if m["fate"] == "noticed"]
    assert all(m["test"] == 'scenario "lent"' and m["by"].startswith("at 2026") for m in noticed)
    unnoticed = next(m for m in first["mutants"] if m["fate"] == "unnoticed")
    (lamp / "exemptions.toml").write_text(
        f'[mutants]\n"{unnoticed["id"]}" = "as it should"\n', encoding="utf-8"
    )
    again = valid(tenure("mutate", "lamp", "--format", "json").json, "mutate")
    exempted = next(m for m in again["mutants"] if m["id"] == unnoticed["id"])
    assert (exempted["fate"], exempted["exempt"]) == ("equivalent", "as it should")
    assert again["counts"]["unnoticed"] == first["counts"]["unnoticed"] - 1


def test_mutate_goes_on_from_a_file_and_does_not_mix_contracts(tenure, lamp):
    assert tenure("mutate", "lamp", "--resume", "lamp.state").code == 0
    assert tenure("mutate", "lamp", "--resume", "lamp.state").code == 0
    (lamp / "deal.md").write_text(LAMP.replace("2030", "2029"), encoding="utf-8")
    ran = tenure("mutate", "lamp", "--resume", "lamp.state")
    assert ran.code == 2
    assert "TEN725" in ran.err
    assert "of an earlier text of this contract" in ran.err


@pytest.mark.parametrize(("share", "code"), [(1, 0), (100, 1)])
def test_mutate_fails_under_a_threshold(tenure, share, code):
    assert tenure("mutate", "lamp", "--fail-under", share).code == code


def test_proposals_can_be_pasted(tenure, lamp):
    ran = tenure("test", "lamp", "--write")
    assert ran.code == 0
    assert "-- proposed by `tenure test --write`" in ran.out
    text = LAMP.rstrip().removesuffix("```") + "\n" + ran.out + "```\n"
    (lamp / "deal.md").write_text(text, encoding="utf-8")
    better = tenure("test", "lamp", "--coverage", "--format", "json")
    assert better.code == 0
    assert better.json["contracts"][0]["coverage"]["kinds"]["end"] == {"fired": 2, "of": 2}


def test_proposals_never_change_the_contract(tenure, lamp, valid):
    before = (lamp / "deal.md").read_text(encoding="utf-8")
    assert tenure("test", "lamp", "--write", "--output", "proposed.tenure").out == ""
    assert "scenario" in (lamp.parent / "proposed.tenure").read_text(encoding="utf-8")
    shown = valid(tenure("test", "lamp", "--write", "--format", "json").json, "proposals")
    assert shown["missed"] == 5
    assert (lamp / "deal.md").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("mutate", "lamp", "--jobs", "0"), "TEN726"),
        (("mutate", "lamp", "--seconds", "0"), "TEN726"),
        (("mutate", "lamp", "--fail-under", "101"), "TEN726"),
        (("test", "lamp", "--fail-under", "-1"), "TEN726"),
        (("test", "lamp", "lamp", "--html", "x.html"), "TEN726"),
        (("test", "lamp", "lamp", "--write"), "TEN726"),
        (("test", "lamp", "--html", "none/x.html"), "TEN724"),
        (("test", "lamp", "--write", "--output", "none/x"), "TEN724"),
        (("mutate", "lamp", "--resume", "none/x"), "TEN724"),
        (("mutate", "lamp", "--resume", "lamp/deal.md"), "TEN725"),
    ],
)
def test_what_cannot_be(tenure, words, code):
    ran = tenure(*words)
    assert (ran.code, ran.out) == (2, "")
    assert code in ran.err


def test_a_contract_without_tests(tenure, lamp):
    (lamp / "deal.md").write_text(LAMP[: LAMP.index("scenario")] + "```\n", encoding="utf-8")
    for words in (("mutate", "lamp"), ("test", "lamp", "--coverage")):
        ran = tenure(*words)
        assert ran.code == 2
        assert "TEN720" in ran.err
    ran = tenure("test", "lamp", "--write")
    assert ran.code == 0
    assert "scenario" in ran.out


@pytest.mark.usefixtures("lease")
def test_a_contract_whose_tests_fail(tenure):
    ran = tenure("mutate", "lease")
    assert ran.code == 2
    assert "TEN721" in ran.err
    assert "wrong on purpose" in ran.err
    assert json.dumps(ran.out) == '""'
