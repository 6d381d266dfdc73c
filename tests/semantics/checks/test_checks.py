"""The checker by example: each contract in ``bad/`` with the findings beside it, and those in ``good/`` without any.

The file ``bad/TEN303-until-a-bare-year.tenure`` must be found to have a TEN303, and all that the checker says of it
stands in the file with the suffix ``.expected``.  ``TENURE_RESET=1 pytest tests/semantics/checks`` writes those files anew.
"""

import os
import re
from pathlib import Path

import pytest

from tenure.diagnostics import Diagnostic
from tenure.language.markdown import parse_document
from tenure.norms.check import check_document

HERE = Path(__file__).parent
BAD = sorted(p for p in (HERE / "bad").iterdir() if p.suffix in (".tenure", ".md"))
GOOD = sorted((HERE / "good").iterdir())
RESET = os.environ.get("TENURE_RESET") == "1"
#: Found only when a property is looked at; shown in tests/semantics/properties.
LATER = {"TEN330"}
PAGES = HERE.parents[2] / "engine" / "tenure" / "diagnostics" / "pages"


def findings(path: Path) -> tuple[Diagnostic, ...]:
    return check_document(parse_document(path.read_text(encoding="utf-8"), path.name))


def told(found: Diagnostic) -> str:
    labels = "".join(f"\n  also: {label.place}: {label.text}" for label in found.labels)
    return f"{found}{labels}\n"


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_a_bad_contract_is_found_out(path):
    found = findings(path)
    assert path.name[:6] in {f.code for f in found}
    expected = path.with_suffix(".expected")
    text = "\n".join(map(told, found))
    if RESET:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_a_good_contract_is_clean(path):
    assert "\n".join(map(told, findings(path))) == ""


def test_every_code_of_names_and_meaning_has_an_example():
    pages = {p.stem for p in PAGES.glob("TEN[23]*.md")}
    shown = {p.name[:6] for p in BAD}
    assert sorted(pages - shown - LATER) == []


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_messages_are_in_the_house_style(path):
    for found in findings(path):
        text = re.sub(r"`[^`]*`", "`x`", found.message)
        assert not text.endswith(".")
        assert text[0] == text[0].lower() or text[0] == "`" or re.match(r"[A-Z]{3} meets", text)
        assert found.place is not None
