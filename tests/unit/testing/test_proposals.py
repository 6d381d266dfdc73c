"""Proposals parse, pass, and exercise what nothing did."""

import pytest

import tenure
from tenure.language import syntax as s
from tenure.testing.coverage.measuring import measure
from tenure.testing.proposing.proposals import NOTE, proposals
from tenure.testing.suite import suite_of
from tenure.timeline import Contract
from tenure.timeline.scenarios import run_scenarios

LIBRARY = """
contract library
zone UTC
parties Library, Reader
kind book
fact bought(x, kind: kind, owner: party)
fact joined
fact left
fact borrowed(x)
fact returned(x)
act  banned by Library
classify x as k from bought(x = x, kind = k)
owner of x is p from bought(x = x, owner = p)
action read(x)
action give_back(x) done by returned(x)
clause L1 "Reading"
  Reader may read x against Library
    for x: book, owned by Library
    from joined
    until left, or through 2035
    unless once banned
clause L2 "Back within four weeks"
  Reader must give_back x to Library
    for each borrowed(x)
    within 28 days
"""


def proposed(text, record=()):
    contract = Contract.from_text(text)
    suite = suite_of(contract, record, needed=False)
    coverage = measure(suite)
    return coverage, list(proposals(suite, coverage))


def test_a_contract_without_tests_gets_some_that_pass():
    coverage, found = proposed(LIBRARY)
    text = "\n\n".join(proposal.text for proposal in found)
    with_tests = Contract.from_text(f"{LIBRARY}\n{text}\n")
    results = run_scenarios(with_tests)
    assert results
    assert [r.name for r in results if not r.passed] == []
    assert text.count(NOTE) == len(found)
    better = measure(suite_of(with_tests, ()))
    assert better.percent > coverage.percent + 40
    assert {c.item.name for c in better.items if c.status == "fired"} >= {
        "L1", "L1 until left", "L1 through 2035", "L1 unless once banned", "L2", "L2 within 28 days", "act banned",
    }  # fmt: skip


def test_an_end_at_a_date_gets_a_property():
    told = 'scenario "s" alone\n  2026-01-05 - joined\n  at 2026-01-06 not left\n'
    record = [
        {
            "id": "e1",
            "at": "2026-01-01",
            "type": "bought",
            "data": {"x": "emma", "kind": "book", "owner": "Library"},
        },
        {"id": "e2", "at": "2026-01-05", "type": "joined"},
    ]
    _, found = proposed(LIBRARY + told, record)
    assert [p.block.name for p in found if isinstance(p.block, s.Property)] == ["nothing under L1 after 2035"]


def test_what_is_exercised_gets_nothing():
    coverage, found = proposed(
        LIBRARY + 'scenario "s" alone\n  2026-01-05 - borrowed emma\n  at 2026-02-03 breached(L2, emma)\n'
    )
    missed = {covered.item.name for covered in coverage.missed}
    assert "L2" not in missed
    assert {proposal.item.name for proposal in found} <= missed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["meat_sale", "software_licence"])
def test_proposals_for_a_bundled_contract_pass(name):
    deal = tenure.load(name)
    suite = suite_of(deal)
    found = list(proposals(suite, measure(suite)))
    scenarios = tuple(p.block for p in found if isinstance(p.block, s.Scenario))
    extended = Contract(s.Document((*deal.document.items, *scenarios)), path=deal.path)
    assert all(result.passed for result in run_scenarios(extended))
