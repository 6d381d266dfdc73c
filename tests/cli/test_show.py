"""`show`: the stages of a contract."""

import pytest

from tenure.timeline import Contract

pytestmark = pytest.mark.usefixtures("lease")


def test_the_syntax_is_the_contract_again(tenure, lease):
    shown = tenure("show", "lease", "--stage", "syntax").out
    assert (
        Contract.from_text(f"```tenure\n{shown}```\n").document.items
        == Contract.from_text((lease / "deal.md").read_text(encoding="utf-8")).document.items
    )


def test_the_contract_stage_lists_what_is_declared(tenure):
    lines = tenure("show", "lease").out.splitlines()
    assert lines[0] == "lease “A small lease”, times in America/Los_Angeles"
    for line in (
        "  Landlord, Tenant",
        "  flat",
        "  act  ended by Landlord",
        "  action use(x) done by used(asset = x), forbidden unless permitted",
        "  let(x)",
        "  B1: short (default), long -- how long",
        "  L1 “Use”: liberty use",
        "  L2 “Rent”: duty pay",
    ):
        assert line in lines


def test_ranks_are_listed(tenure):
    assert "; yields to C07" in tenure("show", "microsoft_openai", "--stage", "contract").out


def test_definitions_follow_the_choice_of_readings(tenure):
    short = tenure("show", "lease", "--stage", "definitions").out.splitlines()
    long = tenure("show", "lease", "--stage", "definitions", "--reading", "B1=long").out.splitlines()
    assert "let(x) := from made(asset = x, owner = _any) until ended" in short or any(
        line.startswith("let(x) := from ") and line.endswith(" until ended") for line in short
    )
    assert any("from 2031-01-01 on" in line for line in short)
    assert any("from 2032-01-01 on" in line for line in long)


@pytest.mark.parametrize("stage", ["syntax", "contract", "definitions"])
def test_every_stage_is_had_as_json(tenure, valid, stage):
    answer = valid(tenure("show", "lease", "--stage", stage, "--format", "json").json, "show")
    assert (answer["contract"], answer["stage"]) == ("lease", stage)
    assert answer["lines"]


def test_the_ruleset_needs_no_durable_rules(tenure):
    lines = tenure("show", "licence_portfolio", "--stage", "ruleset").out.splitlines()
    assert "101 default(t0.c0) begins" in lines
    assert "    none of event cure | event terminate | expires:default, c0 = t0.c0" in lines


def test_a_contract_without_rules_says_which_definitions_and_why(tenure):
    shown = tenure("show", "loan", "--stage", "ruleset")
    assert shown.code == 2
    assert "error[TEN822]: the rete executor does not take this contract: `" in shown.err
    assert "and 3 more" in shown.err
    assert shown.out == ""
    assert "note: no rules for `outstanding`: it reads a count or a sum\n" in shown.err
    assert shown.err.count("note: no rules for ") == 6
