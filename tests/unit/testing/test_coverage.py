"""What counts as exercised, item by item."""

import pytest

import tenure
from tenure.testing.coverage.items import items_of
from tenure.testing.coverage.measuring import measure
from tenure.testing.coverage.page import coverage_page
from tenure.testing.suite import suite_of
from tenure.timeline import Contract

DEPOT = """
contract depot
zone UTC
parties Keeper, Owner
others Court
reading R "what a closure is" mild (default), strict
fact stored
fact removed
fact fire
fact billed(bill)
fact paid(bill)
act  closed by Keeper
act  seized by Court if once fire
action enter
action store
action pay(bill) done by paid(bill)
state burnt means once fire
clause D1 "Entering"
  Owner may enter against Keeper
    from stored
    until removed, or through 2030
    until closed when R is strict
clause D2 "Not after a fire"
  Owner must not enter to Keeper
    from fire
    despite D1
clause D3 "Bills"
  Owner must pay(bill) to Keeper
    for each billed(bill)
    within 10 days
    unless burnt
clause D4 "Closing"
  Keeper can closed against Owner
    from stored
clause D5 "Ended"
  Owner may store against Keeper
    from stored
amendment A1 from closed
  D5 end
"""


def measured(stories):
    """Each item with its status."""
    coverage = measure(suite_of(Contract.from_text(DEPOT + stories)))
    return {covered.item.name: covered.status for covered in coverage.items}


def test_the_items_of_a_contract():
    names = [(i.kind, i.name) for i in items_of(Contract.from_text(DEPOT).vocabulary)]
    assert names == [
        ("reading", "R is mild"),
        ("reading", "R is strict"),
        ("power", "act seized"),
        ("state", "state burnt"),
        ("clause", "D1"),
        ("end", "D1 until removed"),
        ("end", "D1 through 2030"),
        ("end", "D1 until closed when R is strict"),
        ("clause", "D2"),
        ("exception", "D2 despite D1"),
        ("clause", "D3"),
        ("end", "D3 within 10 days"),
        ("exception", "D3 unless burnt"),
        ("clause", "D4"),
        ("power", "D4 used"),
        ("clause", "D5"),
        ("end", "D5 ended by A1"),
        *(("reason", r) for r in ("never arose", "not yet", "expired", "terminated", "superseded by A1", "performed")),
        *(("reason", r) for r in ("performed late", "defeated", "void: no power", "void: its condition did not hold")),
    ]  # fmt: skip


def test_every_item_but_a_reason_has_its_place_in_the_text():
    for item in items_of(tenure.load("tenancy").vocabulary):
        assert (item.place is None) == (item.kind == "reason"), item.name


def test_names_are_unique():
    for name in ("tenancy", "microsoft_openai", "loan", "freight"):
        names = [item.name for item in items_of(tenure.load(name).vocabulary)]
        assert len(names) == len(set(names))


def test_what_a_test_does_not_ask_about_does_not_count():
    found = measured(
        'scenario "s" alone\n  2026-01-05 - stored\n  2026-01-06 - fire\n  at 2026-02-01 Owner may not enter\n'
    )
    assert found["D1"] == "fired"
    assert found["D2 despite D1"] == "fired"
    assert found["D5"] == "never fired", "it came into force, but no answer depends on it"
    assert found["state burnt"] == "never fired"


def test_what_lies_beyond_the_last_instant_asked_about_does_not_count():
    story = 'scenario "s" alone\n  2026-01-05 - stored\n  at {}\n'
    assert measured(story.format("2026-02-01 Owner may enter because D1"))["D1 through 2030"] == "never fired"
    assert measured(story.format("2031-01-01 Owner may not enter"))["D1 through 2030"] == "fired"
    assert measured(story.format("2026-02-01 Owner may enter until 2031-01-01"))["D1 through 2030"] == "fired"


def test_an_end_counts_where_it_is_the_one_that_came():
    removed = 'scenario "s" alone\n  2026-01-05 - stored\n  2026-03-05 - removed\n  at 2032-01-01 Owner may not enter\n'
    found = measured(removed)
    assert found["D1 until removed"] == "fired"
    assert found["D1 through 2030"] == "never fired"


def test_an_end_under_a_reading_counts_under_it():
    closed = 'scenario "s" alone\n  2026-01-05 - stored\n  2026-03-05 Keeper closed\n  at 2027-01-01 {}Owner may {}enter\n'
    assert measured(closed.format("", ""))["D1 until closed when R is strict"] == "never fired"
    found = measured(closed.format("under R is strict, ", "not "))
    assert found["D1 until closed when R is strict"] == "fired"
    assert found["R is strict"] == "fired"


def test_a_clause_that_always_meets_an_exception():
    story = 'scenario "s" alone\n  2026-01-01 - fire\n  2026-01-05 - stored\n  at 2026-02-01 Owner may not enter because "defeated by D2"\n'
    found = measured(story)
    assert found["D1"] == "always defeated"
    assert found["defeated"] == "fired"


def test_a_deadline_counts_when_it_passes():
    story = 'scenario "s" alone\n  2026-01-01 - billed b\n  at {}\n'
    assert measured(story.format("2026-01-11 Owner must pay b"))["D3 within 10 days"] == "never fired"
    assert measured(story.format("2026-01-12 breached(D3, b)"))["D3 within 10 days"] == "fired"


@pytest.mark.parametrize(("by", "status"), [("Keeper", "fired"), ("Owner", "never fired")])
def test_a_power_counts_when_it_is_used(by, status):
    story = f'scenario "s" alone\n  2026-01-01 - stored\n  2026-01-02 {by} closed as C\n  at 2026-01-03 Owner may {"not " if by == "Keeper" else ""}store\n'
    assert measured(story)["D4 used"] == status
    assert measured(story)["D5 ended by A1"] == status


def test_a_void_act_gives_its_reason():
    story = 'scenario "s" alone\n  2026-01-01 Owner closed as C\n  2026-01-02 Court seized as S\n  at 2026-02-01 C is void\n  at 2026-02-01 S is void\n'
    found = measured(story)
    assert found["void: no power"] == found["void: its condition did not hold"] == "fired"


def test_the_record_and_the_properties_count():
    contract = Contract.from_text(DEPOT + 'property "p"\n  always if after 2030 then not D1\n')
    record = [{"id": "e1", "at": "2026-01-05", "type": "stored"}]
    coverage = measure(suite_of(contract, record))
    by = {covered.item.name: covered.by for covered in coverage.items}
    assert by["D5"] == ("the record",)
    assert by["D1 through 2030"] == ('property "p"',)


def test_exempt_items_do_not_count():
    suite = suite_of(Contract.from_text(DEPOT + 'scenario "s" alone\n  at 2026-01-01 not burnt\n'))
    plain, exempt = measure(suite), measure(suite, {"D5": "as an example"})
    assert exempt.counts()[1] == plain.counts()[1] - 1
    assert [covered.item.name for covered in exempt.exempt] == ["D5"]


def test_the_page_colours_the_text_that_it_shows():
    text = f'# Depot <b>\n\nThe rules.\n\n```tenure\n{DEPOT.strip()}\nscenario "s" alone\n  2026-01-05 - stored\n  at 2026-02-01 Owner may enter\n```\n'
    coverage = measure(suite_of(Contract.from_text(text)))
    page = coverage_page(coverage, text, title="Depot & Co")
    assert "<title>Depot &amp; Co: clause coverage</title>" in page
    assert "<p>The rules.</p>" in page
    assert 'class="never" title="D1 through 2030: never fired">through 2030</span>' in page
    assert "fired by scenario &quot;s&quot;" in page
    line = text.splitlines().index('clause D2 "Not after a fire"') + 1
    assert f'id="L{line}"' in page
    assert "<script" not in page


@pytest.mark.slow
def test_the_tests_of_the_flagship_exercise_all_of_it():
    from tenure.testing.exemptions import exemptions_of

    deal = tenure.load("microsoft_openai")
    coverage = measure(suite_of(deal), exemptions_of(deal).items)
    assert [covered.item.name for covered in coverage.missed] == []
