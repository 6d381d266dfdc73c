"""`--executor`: the same answers, or a plain word why not."""

import pytest
from tests.unit.rete.bare import needs_durable_rules

from tenure.rete import installed

pytestmark = pytest.mark.usefixtures("lease")
USE = ("--holder", "Tenant", "--act", "use", "--object", "flat 1")


@needs_durable_rules
@pytest.mark.parametrize(
    "question",
    [
        ("who", "lease", "--at", "2028-01-01", *USE),
        ("who", "lease", "--at", "2028-01-01", "--act", "use", "--known-at", "2026-01-20"),
        ("when", "lease", *USE),
        ("when", "lease", *USE, "--drop", "e2"),
        ("run", "lease"),
        ("why", "lease", *USE, "--at", "2028-01-01"),
        ("who", "tenancy", "--at", "2026-06-01", "--act", "return_deposit"),
        ("when", "microsoft_openai", "--holder", "OpenAI", "--act", "serve_api_elsewhere"),
    ],
    ids=["who", "who then", "when", "supposed", "run", "why", "one act", "one act of the flagship"],
)
def test_an_act_within_the_fragment_is_answered_alike(tenure, question):
    """Of a contract outside the fragment one act may be inside."""
    reference, rete = (
        tenure(*question, "--format", "json"),
        tenure(*question, "--executor", "rete", "--format", "json"),
    )
    assert (rete.code, rete.json) == (reference.code, reference.json)


@needs_durable_rules
def test_the_whole_of_a_contract_outside_the_fragment_is_refused(tenure):
    ran = tenure("run", "tenancy", "--executor", "rete")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[TEN822]: the rete executor does not take this contract: `")
    assert "it counts or sums" in ran.err


def test_where_durable_rules_is_missing_it_says_so(tenure, monkeypatch):
    monkeypatch.setattr(installed, "find_spec", lambda _: None)
    ran = tenure("who", "lease", *USE, "--executor", "rete")
    assert ran.code == 2
    assert ran.err.startswith("error[TEN821]: the rete executor needs durable_rules, which ")


def test_an_executor_that_is_none(tenure):
    ran = tenure("who", "lease", *USE, "--executor", "retes")
    assert ran.code == 2
    assert ran.err == "error[TEN820]: `retes` is not an executor\n  help: did you mean `rete`?\n"


@pytest.mark.parametrize(
    "question",
    [
        ("compare", "lease"),
        ("what-would", "lease", *USE, "--by", "2030-01-01"),
        ("threats", "lease", *USE),
        ("who", "lease", *USE, "--view", "guaranteed"),
    ],
    ids=lambda question: question[0],
)
def test_questions_of_many_evaluations_are_the_references(tenure, question):
    ran = tenure(*question, "--executor", "rete")
    assert ran.code == 2
    assert "error[TEN621]: `--executor` is not for `" in ran.err or "TEN821" in ran.err
