"""`tenure fuzz`: random histories against all properties."""

import pytest

from tenure.testing.search import Search

PROPERTIES = """
```tenure
property "rent is paid in thirty days" always if pending(L2, i) then once invoiced(invoice = i) within 29 days
property "let once made" always if let(x) then once made(asset = x)
property "only with an agent" always if used(asset = x) by Agent and not used then ended
```
"""


@pytest.fixture
def fuzzed(lease):
    deal = lease / "deal.md"
    text = deal.read_text(encoding="utf-8").split('scenario "wrong on purpose"')[0] + "```\n"
    deal.write_text(text + PROPERTIES, encoding="utf-8")
    return lease


FEW = ("--examples", "60", "--events", "6")


@pytest.mark.usefixtures("fuzzed")
def test_a_falsified_property_is_told_as_a_short_story(tenure, valid):
    ran = tenure("fuzz", "lease", *FEW, "--property", "rent is paid in thirty days")
    assert ran.code == 1
    assert ran.out.startswith(
        "rent is paid in thirty days  falsified\n\nproperty rent is paid in thirty days: falsified\n"
    )
    story = ran.out.split("the story\n")[1].split("the verdict")[0]
    assert story.count("\n") == 1 and "invoiced" in story
    assert 'scenario "breaks: rent is paid in thirty days" alone' in ran.out
    shape = valid(
        tenure("fuzz", "lease", *FEW, "--property", "rent is paid in thirty days", "--format", "json").json,
        "fuzz",
    )
    (found,) = shape["properties"]
    assert (shape["passed"], found["status"], len(found["failure"]["history"])) == (False, "falsified", 1)


@pytest.mark.usefixtures("fuzzed")
def test_held_vacuous_and_switched_off(tenure, valid):
    ran = tenure("fuzz", "lease", *FEW, "--property", "let once made")
    assert (ran.code, "let once made  held" in ran.out) == (0, True)
    ran = tenure("fuzz", "lease", *FEW, "--property", "only with an agent")
    assert "vacuous: what it is about never happens" in ran.out
    shape = valid(
        tenure(
            "fuzz",
            "lease",
            *FEW,
            "--property",
            "performable",
            "--without",
            "performable=by design",
            "--format",
            "json",
        ).json,
        "fuzz",
    )
    assert [(p["status"], p["why"]) for p in shape["properties"]] == [("switched off", "by design")]


def test_switched_off_in_the_file(tenure, fuzzed):
    deal = fuzzed / "deal.md"
    off = '\n```tenure\nproperty performable off because "by design"\n```\n'
    deal.write_text(deal.read_text(encoding="utf-8") + off, encoding="utf-8")
    ran = tenure("fuzz", "lease", *FEW)
    assert "performable" in ran.out and "switched off: by design" in ran.out
    ran = tenure("fuzz", "lease", *FEW, "--property", "performable", "--without", "performable=for now")
    assert (ran.code, "switched off: for now" in ran.out) == (0, True)


@pytest.mark.usefixtures("fuzzed")
def test_the_budget_may_be_a_time(tenure):
    ran = tenure("fuzz", "lease", "--examples", "100000", "--seconds", "0.5", "--property", "let once made")
    assert ran.code == 0
    assert int(ran.out.split("lease: ")[1].split(" histories")[0]) < 100_000


@pytest.mark.usefixtures("fuzzed")
def test_an_interrupt_tells_what_is_known(tenure, monkeypatch):
    look = Search.look

    def interrupted(self, *args, **options):
        if self.tried == 5:
            raise KeyboardInterrupt
        look(self, *args, **options)

    monkeypatch.setattr(Search, "look", interrupted)
    ran = tenure("fuzz", "lease", *FEW, "--property", "let once made")
    assert (ran.code, "lease: 5 histories, interrupted" in ran.out) == (130, True)


@pytest.mark.usefixtures("fuzzed")
@pytest.mark.parametrize(
    "options, code, said",
    [
        (["--property", "let once maid"], "TEN703", "did you mean `let once made`?"),
        (["--without", "performabel=why"], "TEN702", "did you mean `performable`?"),
        (["--without", "performable"], "TEN705", "write `--without NAME=REASON`"),
        (["--reading", "B9=short"], "TEN605", "its readings: B1"),
        (["--examples", "0"], "TEN620", "at least 1"),
    ],
)
def test_what_cannot_be_asked(tenure, options, code, said):
    ran = tenure("fuzz", "lease", *options)
    assert (ran.code, code in ran.err, said in ran.err) == (2, True, True), ran.err


def test_a_contract_without_events(tenure, tmp_path):
    silent = tmp_path / "silent.tenure"
    silent.write_text("contract silent\nparties A, B\n", encoding="utf-8")
    ran = tenure("fuzz", silent)
    assert (ran.code, "TEN701" in ran.err) == (2, True)


@pytest.mark.usefixtures("fuzzed")
def test_without_hypothesis(tenure, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    ran = tenure("fuzz", "lease")
    assert (ran.code, "TEN704" in ran.err, "tenure[testing]" in ran.err) == (2, True, True)
