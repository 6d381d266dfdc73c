"""The checker as a whole: all findings at once, in order, whatever is missing, and cheaply."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.diagnostics import Diagnostic
from tenure.language.markdown import parse_document, read_contract
from tenure.language.syntax import Document
from tenure.norms import vocabulary
from tenure.norms.check import check, check_document

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = sorted(p.parent for p in (ROOT / "contracts").glob("*/deal.md"))
EVERYTHING = ROOT / "tests" / "unit" / "language" / "everything.tenure"

FAULTS = """contract sale
zone Europe/Paris
parties Seller, Buyer
act signed by Seller and Buyer
fact used(asset)
action use(x) done by used(asset = x)
state odd(x) means once used(asset = y)
clause C1
  Buyer may use x from signed
clause C2
  Buyer may use "A" from signd
clause C3
  Buyer may use "A" from signed until 2032
clause C4
  Buyer may use "A" from signed unless C5
clause C5
  Buyer may use "A" from signed unless C4
"""


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f.code for f in found]


def found_in(text: str) -> tuple[Diagnostic, ...]:
    return check_document(parse_document(text))


def test_a_fault_in_one_rule_hides_none_in_another():
    lines = {(f.code, f.place.line) for f in found_in(FAULTS) if f.place}
    assert lines >= {("TEN207", 7), ("TEN207", 9), ("TEN202", 11), ("TEN303", 13), ("TEN301", 17)}


def test_errors_come_first_and_each_severity_in_the_order_of_the_text():
    found = found_in(FAULTS.replace("zone Europe/Paris\n", ""))
    severities = [f.severity for f in found]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    errors = [f.place.line for f in found if f.severity == "error" and f.place]
    assert errors == sorted(errors)


def test_nothing_is_said_twice():
    found = found_in(FAULTS)
    assert len({(f.code, f.message, f.place) for f in found}) == len(found)


def test_a_setting_that_does_not_exist_hides_nothing():
    text = FAULTS.replace("Europe/Paris", "Europe/Pariss")
    zone = next(f for f in found_in(text) if f.code == "TEN506")
    assert zone.place is not None
    assert zone.place.line == 2
    assert "TEN202" in codes(found_in(text))
    assert "TEN319" not in codes(found_in(text))


def test_each_default_without_a_value_is_reported_and_the_others_are_still_read():
    text = "fact seen(a: text = 3 days, b: flag = 2, c: text = _)"
    assert codes(found_in(f"contract x\nzone UTC\n{text}")) == ["TEN216"] * 3


@pytest.mark.parametrize(
    ("clauses", "contradict"),
    [
        ('C1 Buyer may use "A" from signed clause C2 Buyer must not use "A" from signed', True),
        ('C1 Buyer may use "A" from signed clause C2 Buyer must not use "B" from signed', False),
        ('C1 Buyer may use "A" from signed clause C2 Seller must not use "A" from signed', False),
        ('C1 Buyer may use "A" from signed clause C2 Buyer must not use "A" from signed despite C1', False),
        ('C1 Buyer may use "A" from signed unless C2 clause C2 Buyer must not use "A" from signed', False),
        (
            'C1 Buyer may use "A" from 2020-01-01 through 2025 clause C2 Buyer must not use "A" from 2026-01-01',
            False,
        ),
        (
            'C1 Buyer may use "A" from 2020-01-01 through 2026 clause C2 Buyer must not use "A" from 2026-01-01',
            True,
        ),
        ('C1 p may use "A" from used(p) if p != Buyer clause C2 Buyer must not use "A" from signed', False),
        (
            'C1 Buyer may use "A" from signed clause C2 Buyer must not use "A" amendment R from used C2 replaces C1',
            False,
        ),
    ],
)
def test_which_clauses_contradict(clauses, contradict):
    frame = FAULTS.partition("state odd")[0]
    assert ("TEN304" in codes(found_in(f"{frame}clause {clauses}"))) is contradict


@pytest.mark.parametrize(
    ("old", "exclusion", "new", "contradict"),
    [
        ("", "despite C1", "", False),
        ("unless C2", "", "", False),
        ("unless C2", "", "unless used", True),
    ],
)
def test_a_replacement_stays_below_what_its_predecessor_was_below(old, exclusion, new, contradict):
    frame = FAULTS.partition("state odd")[0]
    clauses = (
        f'clause C1 Buyer may use "A" from signed {old} clause C2 Buyer must not use "A" from signed {exclusion}'
        f' clause C3 Buyer may use "A" {new} amendment R from used C3 replaces C1'
    )
    assert ("TEN304" in codes(found_in(frame + clauses))) is contradict


def test_a_clause_that_contradicts_itself_is_not_told_to_prevail_over_itself():
    frame = FAULTS.partition("state odd")[0]
    text = f'{frame}clause C1 Buyer may use "A" from signed Buyer must not use "A" from signed'
    (found,) = [f for f in found_in(text) if f.code == "TEN304"]
    assert found.message == "`C1` both permits and forbids `use`, and neither has priority"
    assert "despite C1" not in (found.help or "")


@pytest.mark.parametrize(
    ("ranks", "circle"),
    [
        ("despite C2|despite C1", True),
        ("despite C2|subject to C1", False),
        ("subject to C2|subject to C1", True),
        ("despite C2 when A is a|despite C1 when A is b", False),
        ("despite C2 when A is a|despite C1 when A is a or b", True),
    ],
)
def test_which_ranks_go_in_a_circle(ranks, circle):
    first, second = ranks.split("|")
    frame = FAULTS.partition("state odd")[0] + 'reading A "which" a (default), b\n'
    text = f'{frame}clause C1 Buyer may use "A" from signed {first} clause C2 Buyer must not use "A" from signed {second}'
    assert ("TEN302" in codes(found_in(text))) is circle


@pytest.mark.parametrize("folder", CONTRACTS, ids=lambda p: p.name)
def test_bundled_contracts_have_no_errors(folder):
    found = check_document(read_contract(folder))
    if "TEN510" in codes(found):
        pytest.skip("needs the extra `calendars`")
    assert [str(f) for f in found if f.severity == "error"] == []


def test_checking_a_vocabulary_and_a_document_agree_where_the_declarations_are_sound():
    document = read_contract(ROOT / "contracts" / "microsoft_openai")
    known, faults = vocabulary(document)
    assert faults == ()
    assert check(known) == check_document(document)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_missing_from_a_contract_the_checker_says_so_and_does_not_fail(data):
    items = parse_document(EVERYTHING.read_text(encoding="utf-8"), EVERYTHING.name).items
    kept = data.draw(st.lists(st.sampled_from(range(len(items))), unique=True))
    document = Document(tuple(items[i] for i in sorted(kept)))
    found = check_document(document)
    assert all(f.message and re.fullmatch(r"TEN[235]\d\d", f.code) for f in found)
