"""How far an evaluation goes: to the end of every term that is named, as far as holidays are known, and no answer beyond."""

import pytest

import tenure

SIGNED = [{"id": "1", "at": "2026-01-05", "type": "signed"}]
LEASE = """
contract lease
zone UTC
parties A, B
fact signed
action use
action pay
clause C1 "Use"
  A may use against B from signed {term}
"""
QUARTERS = """
contract quarters
zone Europe/London
business days GB
parties A, B
fact signed
fact paid
action pay done by paid
state stocktaking from recurring "last business day of each month" for 2 days
clause C1 "Payment"
  A must pay to B for each "business day 3 of each quarter" from signed within 3 business days
"""


def lease(term, **options):
    return tenure.Contract.from_text(LEASE.format(term=term)).evaluate(SIGNED, **options)


@pytest.mark.parametrize(
    ("term", "end"),
    [
        ("for 125 years", "2151-01-05"),
        ("for 999 years", "3025-01-05"),
        ("for 1500 months", "2151-01-05"),
        ("through 2150", "2151-01-01"),
        ("through FY2150", "2151-01-01"),
    ],
)
def test_a_term_is_evaluated_to_its_end(term, end):
    text = LEASE.format(term=term).replace("zone UTC", "zone UTC\nfiscal year ends 12-31")
    line = tenure.Contract.from_text(text).evaluate(SIGNED)
    (span,) = line.spans("A", "use")
    assert line.text(span.end)[:10] == end
    assert line.holds("A", "use", at=end).reason == "expired"


def test_what_comes_again_is_not_told_for_a_thousand_years():
    text = LEASE.format(
        term='for 999 years clause C2 "Rent" A must pay to B for each "day 1 of each year" from signed'
    )
    line = tenure.Contract.from_text(text).evaluate(SIGNED)
    assert line.text(line.to)[:4] == "2276"


def test_nothing_is_answered_past_the_end():
    line = lease("for 30 years", to="2040-01-01")
    assert line.holds("A", "use", at="2040-01-01").status == "held"
    for ask in (lambda t: line.holds("A", "use", at=t), lambda t: line.positions(at=t)):
        with pytest.raises(tenure.QueryError) as error:
            ask("2060-01-01")
        assert error.value.diagnostics[0].code == "TEN432"


def test_business_days_go_as_far_as_holidays_are_known():
    deal = tenure.Contract.from_text(QUARTERS)
    line = deal.evaluate(SIGNED)
    assert line.text(line.to)[:10] == "2100-01-01"
    # 2026: 1 and 2 January are a holiday and a Friday; good Friday is 3 April, Easter Monday 6 April.
    due = [line.text(b.at)[:10] for b in line.breaches[:2]]
    assert due == ["2026-01-10", "2026-04-10"]


def test_a_recurring_duty_tells_its_own_date():
    line = tenure.Contract.from_text(QUARTERS).evaluate(SIGNED)
    told = str(line.why("A", "pay", at="2026-01-08", relation="duty"))
    assert "business day 3 of each quarter: 2026-01-06" in told
    assert "last business day" not in told
