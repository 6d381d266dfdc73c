"""Each error code that the engine can raise has a page, and each page a code that can be raised."""

import re
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parents[2] / "engine" / "tenure"
PAGES = {path.stem: path for path in sorted((ENGINE / "diagnostics" / "pages").glob("*.md"))}
RAISED = {
    code
    for source in ENGINE.rglob("*.py")
    for code in re.findall(r"""["'](TEN\d+)["']""", source.read_text(encoding="utf-8"))
}


def test_every_code_has_a_page():
    assert RAISED, "no error code found in the engine"
    assert sorted(RAISED - PAGES.keys()) == []


def test_every_page_has_a_code():
    assert sorted(PAGES.keys() - RAISED) == []


@pytest.mark.parametrize("code", PAGES)
def test_a_page_opens_with_its_code_and_explains_by_example(code):
    text = PAGES[code].read_text(encoding="utf-8")
    assert re.match(rf"# {code}: \S.*[^.\s]\n\n", text)
    assert re.search(r"^(```|~~~|    )", text, re.MULTILINE), "shows no example"


@pytest.mark.parametrize("code", sorted(RAISED))
def test_a_code_lies_in_a_known_range(code):
    assert re.fullmatch(r"TEN[1-7]\d\d", code)
