"""Contracts in Markdown files."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

from tenure.bundled import bundled_names, contracts_root
from tenure.diagnostics import ContractError, TenureError
from tenure.language import markdown
from tenure.language.markdown import parse_document, read_contract, section_of
from tenure.language.printer import format_document_text
from tenure.language.syntax import Property, Scenario

DEAL = """# The deal

### C03 Models and products

> The Buyer may use the
> models.

Said in a press release.

```tenure
clause C03
  Buyer may use x
```

## C08 Cloud

> Any cloud.

## Rules

```tenure
clause C08.api
  Seller must serve(x)
clause C09
  no rule "x"
```
"""
quick = settings(deadline=None, max_examples=examples(80), suppress_health_check=list(HealthCheck))


def code(error):
    return error.value.diagnostics[0].code


def test_items_of_all_fences_in_order_with_their_lines():
    document = parse_document(DEAL, "deal.md")
    assert [(i.name, str(i.place)) for i in document.items] == [
        ("C03", "deal.md:11:1"), ("C08.api", "deal.md:22:1"), ("C09", "deal.md:24:1"),
    ]  # fmt: skip


def test_sections_by_heading_by_parent_and_by_block():
    document = parse_document(DEAL, "deal.md")
    sections = dict(document.sections)
    assert sections["C03"].heading == "C03 Models and products"
    assert sections["C03"].quotes == ("The Buyer may use the models.",)
    assert sections["C03"].prose == "Said in a press release."
    assert sections["C03"].place.line == 3
    assert sections["C08.api"].heading == "C08 Cloud"
    assert sections["C09"].heading == "Rules"
    assert section_of(document, "C03.x.y") == sections["C03"]
    assert section_of(document, "C99") is None


def test_an_error_names_the_line_of_the_file():
    with pytest.raises(ContractError) as error:
        parse_document(DEAL.replace("no rule", "nor ule"), "deal.md")
    assert str(error.value).startswith("deal.md:25:3: error[TEN101]: `nor`")


def test_windows_line_ends_make_no_difference():
    assert parse_document(DEAL.replace("\n", "\r\n")) == parse_document(DEAL)


def test_folder_file_and_rules_alone(tmp_path):
    (tmp_path / "deal.md").write_text(DEAL, encoding="utf-8")
    (tmp_path / "a.tenure").write_text("clause C1\n", encoding="utf-8")
    assert read_contract(tmp_path) == read_contract(tmp_path / "deal.md")
    assert read_contract(str(tmp_path / "a.tenure")).items[0].name == "C1"
    assert parse_document("contract c").items[0].name == "c"


@pytest.mark.parametrize(
    "text,expected",
    [("# Deal\n", "TEN104"), ("", "TEN104"), ("```python\n```\n", "TEN104"), ("```tenure\nclause C1\n", "TEN105"),
     ("```tenure\nclause C1\n````x\n", "TEN105"), ("> ```tenure\n> clause C1\n\nx", "TEN105")],
)  # fmt: skip
def test_files_without_usable_blocks(text, expected):
    with pytest.raises(ContractError) as error:
        parse_document(text, "deal.md")
    assert code(error) == expected


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    (tmp_path / "big.md").write_bytes(b"x" * 101)
    for path in (tmp_path / "none.md", tmp_path, tmp_path / "latin.md", "a\0b"):
        with pytest.raises(ContractError) as error:
            read_contract(path)
        assert code(error) == "TEN107"
    monkeypatch.setattr(markdown, "LARGEST", 100)
    with pytest.raises(ContractError, match="TEN107"):
        read_contract(tmp_path / "big.md")


_PIECES = st.sampled_from(("```tenure\n", "```\n", "clause C1\n", "> ", "- ", "    ", "# C1 x\n", "state a\n", "~~~\n", "\r\n",
                           "-- c\n", "\ufeff", "\0", "`", "\r"))  # fmt: skip


@quick
@given(st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=50))
def test_any_text_is_read_and_formatted_or_refused_plainly(text):
    try:
        document = parse_document(text)
    except TenureError:
        return
    formatted = format_document_text(text)
    assert parse_document(formatted) == document
    assert format_document_text(formatted) == formatted


@pytest.mark.parametrize("name", bundled_names())
def test_a_bundled_contract_is_read_without_the_markdown_parser(name):
    text = (contracts_root() / name / "deal.md").read_text(encoding="utf-8")
    assert markdown.plain_fences(text) == markdown.fences(text, markdown.markdown_tokens(text), None)


@pytest.mark.parametrize("line", ["<div>", "  <!-- note", "<?php", "</p>", "<custom-element>"])
def test_what_may_be_html_is_left_to_the_markdown_parser(line):
    assert markdown.plain_fences(f"{line}\n\n```tenure\ncontract c\n```\n") is None


@pytest.mark.parametrize("name", bundled_names())
def test_without_its_stories_a_contract_has_the_same_rules(name):
    whole, rules = (read_contract(contracts_root() / name, stories=wanted) for wanted in (True, False))
    told = (Scenario, Property)
    assert [i for i in rules.items if not isinstance(i, told)] == [
        i for i in whole.items if not isinstance(i, told)
    ]
    assert dict(rules.sections) == dict(whole.sections)


def test_a_block_that_may_hold_a_rule_is_read():
    text = DEAL + '\n```tenure\nscenario "s" alone\n  2026-01-01 - made x kind=a fact later(kind)\n```\n'
    assert parse_document(text, stories=False).items == parse_document(text).items
    text = DEAL + '\n```tenure\nscenario "s" alone\n  2026-01-01 - made x kind=a\n```\n'
    assert len(parse_document(text, stories=False).items) == len(parse_document(text).items) - 1
