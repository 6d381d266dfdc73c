"""The files beside a contract: exemptions, and the state of a run."""

import json

import pytest

import tenure
from tenure.diagnostics import ContractError, UsageError
from tenure.testing.exemptions import exemptions_of, read_exemptions
from tenure.testing.mutation.campaign import Campaign
from tenure.testing.mutation.judging import Bench
from tenure.testing.mutation.state import StateFile, identity_of
from tenure.testing.suite import suite_of

SUITE = suite_of(tenure.load("licence_portfolio"))


def test_exemptions_are_read_with_their_reasons(tmp_path):
    path = tmp_path / "exemptions.toml"
    path.write_text('[items]\n"C1 until x" = "never"\n[mutants]\n"C1-abc" = "the same"\n', encoding="utf-8")
    found = read_exemptions(path)
    assert (dict(found.items), dict(found.mutants)) == ({"C1 until x": "never"}, {"C1-abc": "the same"})
    assert [d.code for d in found.unused("items", ["C1 until y"])] == ["TEN723"]
    assert "did you mean `C1 until y`?" in str(found.unused("items", ["C1 until y"])[0])
    assert found.unused("mutants", ["C1-abc"]) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[items", "cannot be read"),
        ("[item]\n", "has a table `item`"),
        ("items = 3\n", "a value where a table should be"),
        ('[items]\n"C1" = " "\n', "gives no reason for `C1`"),
        ('[mutants]\n"C1" = 3\n', "gives no reason for `C1`"),
    ],
)
def test_exemptions_that_make_no_sense(tmp_path, text, message):
    path = tmp_path / "exemptions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match="TEN722") as caught:
        read_exemptions(path)
    assert message in str(caught.value)


def test_without_the_file_nothing_is_exempt():
    assert dict(exemptions_of(tenure.load("licence_portfolio")).items) == {}


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    path = tmp_path / "run.state"
    whole = Campaign(SUITE).run()
    first = Campaign(SUITE, state=StateFile(path, identity_of(SUITE, "1")), seconds=0.01).run()
    assert first.left > 0
    judged = []
    original = Bench.judge
    monkeypatch.setattr(
        Bench, "judge", lambda self, mutant: judged.append(mutant.id) or original(self, mutant)
    )
    second = Campaign(SUITE, state=StateFile(path, identity_of(SUITE, "1"))).run()
    # Which test notices a mutant first is a matter of what each costs on the day.
    fates = [[(mutant.id, judged.fate) for mutant, judged in run.judged] for run in (whole, second)]
    assert fates[0] == fates[1]
    assert len(judged) == first.left
    third = Campaign(SUITE, state=StateFile(path, identity_of(SUITE, "1"))).run()
    assert third.judged == second.judged
    assert len(judged) == first.left


def test_a_line_that_was_cut_off_is_judged_again(tmp_path):
    path = tmp_path / "run.state"
    Campaign(SUITE, state=StateFile(path, identity_of(SUITE, "1"))).run()
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("{") + 10], encoding="utf-8")
    assert len(StateFile(path, identity_of(SUITE, "1")).judged) == text.count("\n") - 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contract": "other"}, "is of the contract `other`, not of `licence_portfolio`"),
        ({"content": "0"}, "is of an earlier text of this contract"),
        ({"stories": True}, "with or without `--stories`"),
        ({"tenure": "0.0"}, "was begun by Tenure 0.0; this is 1"),
        ({"operators": []}, "other mutation operators"),
    ],
)
def test_the_state_of_another_run(tmp_path, change, message):
    path = tmp_path / "run.state"
    path.write_text(json.dumps({**identity_of(SUITE, "1"), **change}) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="TEN725") as caught:
        StateFile(path, identity_of(SUITE, "1"))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["nonsense", "[1]", '{"a": 1}', "\xff\n"])
def test_a_file_that_is_no_state(tmp_path, text):
    path = tmp_path / "run.state"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="TEN725"):
        StateFile(path, identity_of(SUITE, "1"))


def test_a_state_that_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match="TEN724"):
        StateFile(tmp_path / "none" / "run.state", identity_of(SUITE, "1"))
