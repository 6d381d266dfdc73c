"""A timeline about one act answers what the whole timeline answers."""

import pytest

import tenure

TIMES = ("2020-01-01", "2024-06-01", "2025-10-28", "2026-04-27", "2031-06-01", "2034-01-01")


@pytest.mark.parametrize("name", ["microsoft_openai", "software_licence", "meat_sale"])
def test_every_position_has_the_same_spans_and_verdicts(name):
    deal = tenure.load(name)
    whole = deal.evaluate()
    for act in {position.act for position in whole.line.sources}:
        narrow = deal.evaluate(only_act=act)
        expected = [position for position in whole.line.sources if position.act == act]
        assert list(narrow.line.sources) == expected
        for position in expected:
            assert narrow.spans_of(position) == whole.spans_of(position)
            for time in TIMES:
                t = whole.instant(time)
                assert narrow.verdict(position, t) == whole.verdict(position, t)
        assert narrow.breaches == tuple(b for b in whole.breaches if b.act == act)


def test_positions_that_never_were_have_the_same_reason(flagship, recorded):
    narrow = flagship.evaluate(only_act="use")
    for holder in flagship.vocabulary.actors:
        for thing in ("GPT-5", "io device", "training recipe", "nothing at all"):
            asked = {"at": "2031-06-01"}
            assert narrow.holds(holder, "use", thing, **asked) == recorded.holds(
                holder, "use", thing, **asked
            )


def test_a_narrow_timeline_can_be_supposed_on(flagship, recorded):
    narrow = flagship.evaluate(only_act="use")
    add = [
        "2028-03-01 OpenAI agi_declared declaration=d1",
        "2028-09-15T10:00 ExpertPanel agi_verified declaration=d1",
    ]
    wanted = [d for d in recorded.suppose(add=add).diff().changed if d.position.act == "use"]
    assert list(narrow.suppose(add=add).diff().changed) == wanted


def test_recurring_dates_begin_with_a_date_that_another_clause_names():
    deal = tenure.Contract.from_text(
        """
        contract dues
        zone UTC
        parties A, B
        fact paid
        action pay done by paid() by A
        action use
        clause C1
          A must pay to B for each "day 1 of each month" within 5 days
        clause C2
          B may use from 2020-01-01 through 2021
        """
    )
    history = [{"id": "P", "at": "2024-06-15", "type": "paid", "by": "A"}]
    whole, narrow = (deal.evaluate(history, only_act=act, to="2024-12-31") for act in (None, "pay"))
    expected = [position for position in whole.line.sources if position.act == "pay"]
    assert len(expected) > 50
    assert list(narrow.line.sources) == expected
