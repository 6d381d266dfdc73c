"""Each mutation operator on a rule that it changes, in the words of its sentence."""

import pytest

from tenure.language.printer import format_item
from tenure.testing.mutation.mutants import mutants_of
from tenure.testing.mutation.operators import OPERATORS
from tenure.testing.mutation.quantities import moved
from tenure.timeline import Contract

FRAME = """
contract small
zone UTC
month end last day
parties Owner, User
others Court
kind tool, vehicle
reading R "how long" short (default), long
fact made(thing, kind: kind, owner: party)
act  claimed(case) by Owner
act  found(case) by Court if once claimed(case)
fact invoiced(invoice, amount: money)
fact paid(invoice, amount: money)
action use(x)
action pay(invoice, amount) done by paid(invoice, amount)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
"""


def changes(rules, operator):
    """The words of each change that ``operator`` makes in ``rules``, with the changed item as it is printed."""
    contract = Contract.from_text(FRAME + rules)
    before = {format_item(i) for i in Contract.from_text(FRAME).document.items}
    found = {}
    for mutant in mutants_of(contract.vocabulary):
        original = contract.document.items[mutant.number]
        if mutant.operator == operator and format_item(original) not in before:
            found[mutant.words] = format_item(mutant.item) if mutant.item else None
    return found


USE = "clause C1\n  User may use x against Owner\n    for x: tool or vehicle, owned by Owner\n    from claimed(c)\n"
BILL = "clause F1\n  User must pay(invoice, amount) to Owner\n    for each invoiced(invoice, amount)\n    within 30 days\n"


@pytest.mark.parametrize(
    ("rules", "operator", "words", "printed"),
    [
        (USE + "    through 2030", "date", "C1 ended at the end of 2031, not of 2030", "through 2031"),
        (USE + "    through 2030", "date", "C1 ended at the end of 2030-12-30, not of 2030", "through 2030-12-30"),
        (USE + "    through 2030", "through", "C1 ended at the start of 2030, not at its end", "until 2030-01-01"),
        (USE + "    until 2030-05-01", "through", "C1 ended at the end of 2030-05-01, not at its start", "through 2030-05-01"),
        (USE + "    until found(c), or through 2030", "end", "C1 did not end until found(c)", "    through 2030"),
        (USE + "    for 30 days", "end", "C1 had no term of 30 days", "from claimed(c)"),
        (USE + "    for 30 days", "length", "31 days stood for 30 days in C1", "for 31 days"),
        (USE + "    unless once found(c)", "exception", "C1 had no `unless once found(c)`", "from claimed(c)"),
        (USE + "    while R is short", "condition", "C1 did not ask `while R is short`", "from claimed(c)"),
        (USE, "kinds", "C1 did not cover vehicle", "for x: tool, owned by Owner"),
        (USE, "kinds", "C1 covered what Owner does not own", "for x: tool or vehicle\n"),
        (USE, "event", "C1 said found for claimed", "from found(c)"),
        (USE, "parties", "User and Owner changed places in C1", "Owner may use x against User"),
        (BILL, "duty", "F1 had no deadline `within 30 days`", "for each invoiced(invoice, amount)"),
        ("state s(c) means once claimed(c) and not once found(c)", "connective",
         "`or` stood for `and` in `once claimed(c) and not once found(c)` of state s", "once claimed(c) or not once found(c)"),
        ("state s(c) means once claimed(c) and not once found(c)", "negation",
         "`once found(c)` stood for `not once found(c)` in state s", "once claimed(c) and once found(c)"),
        ("state s means count of claimed(case = c) >= 3", "comparison",
         "`count of claimed(case = c) > 3` stood for `count of claimed(case = c) >= 3` in state s", "> 3"),
        ("state s means count of claimed(case = c) >= 3", "number", "4 stood for 3 in state s", ">= 4"),
        ("reading S one (default), two", "default", "two, not one, were the default of S", "two (default)"),
        ("act lost(case) by Owner", "parties", "User, not Owner, had the power of act lost", "by User"),
    ],
)  # fmt: skip
def test_an_operator_changes_one_thing_and_says_what(rules, operator, words, printed):
    found = changes(rules, operator)
    assert words in found
    assert printed in found[words] + "\n"


def test_a_whole_rule_is_left_out():
    found = changes(USE, "rule")
    assert list(found) == ["the rule `User may use x against Owner` of C1 were not there"]
    assert "may use" not in next(iter(found.values()))


def test_amendments_lose_a_clause_at_a_time():
    rules = (
        USE
        + "clause C2\n  User may use x against Owner\n    for x: tool\namendment A1 from claimed(c)\n  C1, C2 end"
    )
    assert list(changes(rules, "amendment")) == ["A1 did not end C1", "A1 did not end C2"]


def test_ids_are_unique_and_do_not_change_with_what_stands_elsewhere():
    alone = Contract.from_text(FRAME + USE + "    through 2030")
    behind = Contract.from_text(FRAME + BILL + USE + "    through 2030")
    ids = [m.id for m in mutants_of(behind.vocabulary)]
    assert len(ids) == len(set(ids))
    assert {m.id for m in mutants_of(alone.vocabulary)} <= set(ids)


def test_no_change_of_an_operator_gives_the_rule_back():
    contract = Contract.from_text(FRAME + USE + "    until found(c), or through 2030\n" + BILL)
    for mutant in mutants_of(contract.vocabulary):
        assert mutant.document(contract.document) != contract.document, mutant.words


def test_every_operator_has_its_row_in_the_reference(request):
    page = request.config.rootpath / "docs" / "reference" / "mutation.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows][: len(OPERATORS)] == list(OPERATORS)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("2032", ("2031", "2033", "2032-12-30", "2033-01-01")),
        ("2032-05", ("2031-05", "2033-05")),
        ("2028-02-29", ("2027-02-28", "2029-02-28", "2028-02-28", "2028-03-01")),
        ("2031-01-01T10:00Z", ("2030-01-01T10:00Z", "2032-01-01T10:00Z", "2030-12-31T10:00Z", "2031-01-02T10:00Z")),
    ],
)  # fmt: skip
def test_dates_move_by_a_year_and_by_a_day(text, others):
    assert moved(text) == others
