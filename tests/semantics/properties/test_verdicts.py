"""Verdicts on properties, pinned: what is decided when, by what, and what stays open."""

from __future__ import annotations

from typing import Any

import pytest

from tenure.diagnostics import ContractError, QueryError, TimeError
from tenure.language import syntax as s
from tenure.timeline import Contract, EdgeCause
from tenure.timeline.properties import PropertyVerdict
from tenure.timeline.stories import run_properties

HEAD = """
contract shop
zone UTC
month end last day
parties Shop, Customer
action use(x), forbidden unless permitted
fact ordered(order)
fact delivered(order)
fact priced(order, price: number = 0)
fact closed
state open from ordered until closed
clause T
  Customer may use "shop" against Shop from ordered, until closed, or through 2026-06
"""


def event(id: str, at: str, type: str, **data: Any) -> dict[str, Any]:
    return {"id": id, "at": at, "type": type, "data": data}


STORY = [
    event("O1", "2026-01-01", "ordered", order="o1"),
    event("D1", "2026-01-05", "delivered", order="o1"),
    event("O2", "2026-01-31", "ordered", order="o2"),
    event("C", "2026-05-01", "closed"),
]


def check(
    formula: str, story: list[dict[str, Any]] | None = None, *, head: str = HEAD, **options: Any
) -> PropertyVerdict:
    contract = Contract.from_text(f'{head}\nproperty "it" {formula}\n')
    (verdict,) = contract.evaluate(STORY if story is None else story, **options).check("it")
    return verdict


def at(text: str) -> int:
    return Contract.from_text(HEAD).evaluate(STORY).instant(text)


def test_a_bound_that_passes_in_silence_decides_at_its_limit():
    """The day of the order does not count and the tenth day counts whole."""
    late = check("always if ordered(o) then eventually within 10 days delivered(o)")
    assert (late.status, late.projected, late.passed) == ("false", False, False)
    assert late.decided_at == at("2026-02-11")
    assert late.cause == EdgeCause(limit=late.decided_at)


@pytest.mark.parametrize(
    "horizon, status", [("2026-02-10T23:59:59.999998", "undecided"), ("2026-02-11", "false")]
)
def test_it_is_open_up_to_the_limit(horizon, status):
    verdict = check("always if ordered(o) then eventually within 10 days delivered(o)", horizon=horizon)
    assert (verdict.status, verdict.projected) == (status, False)


def test_months_follow_the_policy_for_the_end_of_the_month():
    """One month after 31 January is 28 February, which counts whole."""
    in_time = [*STORY[:3], event("D2", "2026-02-28T23:00", "delivered", order="o2")]
    too_late = [*STORY[:3], event("D2", "2026-03-01", "delivered", order="o2")]
    formula = "always if ordered(o) then eventually within 1 month delivered(o)"
    assert check(formula, in_time).status == "undecided"
    assert check(formula, too_late).decided_at == at("2026-03-01")
    with pytest.raises(TimeError, match="TEN508"):
        check(formula, too_late, head=HEAD.replace("month end last day\n", ""))


def test_an_event_decides_what_it_breaks_and_what_it_brings():
    broken, brought = check("always not closed"), check("eventually closed")
    assert (broken.status, brought.status) == ("false", "true")
    assert broken.decided_at == brought.decided_at == at("2026-05-01")
    assert broken.cause == brought.cause == EdgeCause(event="C")


def test_until_must_come():
    assert check("open holds until closed").status == "true"
    pending = check("open holds until closed", STORY[:3])
    assert (pending.status, pending.projected) == ("undecided", False)


def test_what_only_dates_decide_is_decided_before_anything_happens():
    verdict = check("always if after 2031 then not before 2031")
    assert (verdict.status, verdict.decided_at, verdict.cause) == ("true", at("2026-01-01"), None)


def test_dates_are_known_as_far_as_the_evaluation_goes():
    assert check("eventually after 2030").status == "true"
    assert check("eventually after 2030", to="2029-01-01").status == "undecided"


def test_without_always_a_formula_is_about_the_first_event():
    assert check("ordered(o1)").status == "true"
    assert check("delivered(o)").status == "false"
    assert check("delivered(o)").decided_at == at("2026-01-01")


def test_an_empty_record_decides_nothing_but_dates():
    assert check("always not closed", []).status == "undecided"


def test_the_next_change_of_any_position():
    assert check("next change closed").status == "true"
    assert check("next change closed", STORY[:3], horizon="2026-03-01").status == "undecided"
    assert check("next change closed", STORY[:3], horizon="2026-08-01").cause == EdgeCause(
        limit=at("2026-07-01"), clause="T"
    )


@pytest.mark.parametrize(
    "formula, vacuous",
    [
        ("always if closed then not open", False),
        ("always if delivered(o2) then open", True),
        ("always every o in delivered(order = o): once ordered(order = o)", False),
        ("always every o in priced(order = o): once ordered(order = o)", True),
        ("always not closed", False),
        ("always (if closed then not open) and (if delivered(o2) then open)", True),
    ],
)
def test_a_condition_that_never_comes_true_is_reported(formula, vacuous):
    assert check(formula.replace("delivered(o2)", 'delivered("o2")')).vacuous is vacuous


def test_a_shared_variable_stands_for_all_and_any_other_for_some():
    assert check("always if delivered(o) then once ordered(o)").projected is True
    assert check("always if ordered(o) then eventually delivered(o)").projected is False
    assert check("always if ordered(o) then eventually delivered(p)").projected is False
    assert check("always if delivered(o) then once ordered(p)").projected is True
    assert check("eventually (ordered(o) and eventually delivered(o))").status == "true"
    assert (
        check('eventually (ordered("o2") and eventually delivered("o2"))', horizon="2026-12-31").status
        == "undecided"
    )


def test_someone_who_has_no_name_yet_may_still_come():
    """No order is open, but the next one may never be delivered."""
    verdict = check("always every o in ordered(order = o): eventually delivered(order = o)", STORY[:2])
    assert (verdict.status, verdict.projected) == ("undecided", True)


def test_values_are_compared():
    story = [*STORY[:2], event("P", "2026-02-01", "priced", order="o1", price=7)]
    assert check("eventually (priced(o, price = n) and n > 5)", story).status == "true"
    assert check("always if priced(o, price = n) then n > 7", story).cause == EdgeCause(event="P")
    assert check("always if priced(o, price = n) then eventually n > 7", story).status == "false"


def test_what_hangs_on_an_unknown_is_undecided_and_says_why():
    story = [*STORY[:2], event("P", "2026-02-01", "priced", order="o1", price=None)]
    verdict = check("eventually (priced(o, price = n) and n > 5)", story)
    assert (verdict.status, verdict.projected) == ("undecided", None)
    assert verdict.reasons
    assert check('always unknown "the parties kept it to themselves"').reasons == (
        "the parties kept it to themselves",
    )


def test_a_reading_without_a_default_can_leave_it_open():
    head = f"""{HEAD}
reading A "what ends it" one, two
clause U
  Customer may use "till" against Shop from ordered
    until delivered when A is one
    until closed when A is two
"""
    verdict = check("eventually (delivered and U)", head=head)
    assert (verdict.status, verdict.reasons) == ("undecided", ("readings differ: A",))
    assert check("eventually (delivered and U)", head=head, readings={"A": "one"}).projected is False
    assert check("eventually (delivered and U)", head=head, readings={"A": "two"}).status == "true"


def test_a_property_by_name_and_a_formula():
    contract = Contract.from_text(f'{HEAD}\nproperty "one" eventually closed\nproperty "two" always open\n')
    timeline = contract.evaluate(STORY)
    assert [v.name for v in timeline.check()] == ["one", "two"]
    assert [v.name for v in timeline.check("two")] == ["two"]
    (asked,) = timeline.check(s.Eventually(s.Atom("closed")))
    assert (asked.name, asked.formula, asked.status) == (None, "eventually closed", "true")
    assert timeline.check("one", horizon="2026-04-30")[0].status == "undecided"
    with pytest.raises(QueryError, match="did you mean `two`"):
        timeline.check("tow")


def test_a_total_of_nobody_in_particular_is_refused():
    with pytest.raises(ContractError, match="TEN330"):
        check("always if ordered(o) then eventually count of delivered(o) >= 3")
    formula = "always if ordered(o) then eventually (delivered(o) and count of delivered(o) >= 1)"
    assert check(formula).projected is False


def test_stories_are_judged_up_to_their_last_event():
    text = f"""{HEAD}
property "never closed" always not closed
scenario "it closes" alone
  2030-01-01 Customer ordered o1
  2031-01-01 Shop closed
"""
    record, story = run_properties(Contract.from_text(text), STORY[:2], stories=True)
    assert (record.status, record.story) == ("undecided", None)
    assert (story.status, story.story, story.decided_at) == ("false", "it closes", at("2031-01-01"))


@pytest.mark.parametrize(
    "formula, words",
    [
        ("eventually closed", "true since 2026-05-01T00:00:00+00:00, by C"),
        ("always not closed", "false since 2026-05-01T00:00:00+00:00, by C"),
        ("always open", "false since 2026-05-01T00:00:00+00:00, by C"),
        (
            "always not priced",
            "undecided: open at 2026-05-01T00:00:00+00:00, and holds if nothing more happens",
        ),
    ],
)
def test_a_verdict_in_words(formula, words):
    assert check(formula).found.startswith(words)
