"""Printing and parsing are inverse, and printing twice is printing once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples
from tests.unit.language import strategies

from tenure.language import syntax
from tenure.language.parser import parse_block, parse_formula
from tenure.language.printer import format_document_text, format_formula, format_item, format_items
from tenure.language.tokens import Source, scan

EVERYTHING = (Path(__file__).parent / "everything.tenure").read_text(encoding="utf-8")
slow = settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck))


def comments(text):
    return Counter(c.text for c in scan(Source(text))[1])


def test_the_whole_example_is_a_fixed_point():
    items = parse_block(EVERYTHING)
    text = format_items(items)
    assert parse_block(text) == items
    assert format_items(parse_block(text)) == text
    assert comments(text) == comments(EVERYTHING)


@slow
@given(strategies.blocks)
def test_what_is_printed_parses_to_the_same(items):
    text = format_items(items)
    parsed = parse_block(text)
    assert parsed == items
    assert format_items(parsed) == text


@slow
@given(strategies.formulas)
def test_formulas_keep_their_structure(formula):
    assert parse_formula(format_formula(formula)) == formula


def test_the_strategies_cover_every_class():
    made = {name for name in dir(syntax) if isinstance(getattr(syntax, name), type)} - {"Any", "Decimal", "Comments", "Node",
                                                                                   "Section", "Document", "Place", "DateName"}  # fmt: skip
    used = Path(strategies.__file__).read_text(encoding="utf-8")
    assert [name for name in sorted(made) if f"s.{name}" not in used] == []


@slow
@given(st.data())
def test_no_comment_is_lost_wherever_it_stands(data):
    tokens, _ = scan(Source(EVERYTHING))
    cuts = {t.end for t in tokens}
    places = data.draw(st.lists(st.sampled_from(sorted(cuts)), min_size=1, max_size=12, unique=True))
    text, last = "", 0
    for number, cut in enumerate(sorted(places)):
        line = data.draw(st.sampled_from((" -- note {}\n", "\n-- note {}\n", "\n\n  --note {}\n-- and\n")))
        text += EVERYTHING[last:cut] + line.format(number)
        last = cut
    text += EVERYTHING[last:]
    once = format_items(parse_block(text))
    assert comments(once) == comments(text)
    assert format_items(parse_block(once)) == once
    assert parse_block(once) == parse_block(EVERYTHING)


@pytest.mark.parametrize(
    "text",
    [
        "(a or b) and c", "a or b and c", "not (a and b)", "not a and b", "(once a) since b" , "once (a since b)",
        "(once a) within 3 days", "always if a then b", "(x is model) or paid", "x is model or product",
        "a + b * c > 3", "(a + b) * c > 3", "a - (b - c) = 0", "(paid by Buyer) and held",
        "some x, y: a(x) and b(y)", "every x in a(x): b(x)", "a holds until b since c", "a held for 1 year and 6 months",
    ],
)  # fmt: skip
def test_parentheses_that_matter_stay(text):
    if text == "(once a) within 3 days":
        with pytest.raises(Exception, match="TEN101"):
            parse_formula(text)
        return
    formula = parse_formula(text)
    assert parse_formula(format_formula(formula)) == formula


@pytest.mark.parametrize(
    "untidy,tidy",
    [
        ("((a)) and ((b or c))", "a and (b or c)"),
        ("(once a) since b", "once a since b"),
        ("(not a) and b", "not a and b"),
        ("((a and b)) or c", "a and b or c"),
    ],
)
def test_parentheses_that_do_not_matter_go(untidy, tidy):
    assert format_formula(parse_formula(untidy)) == tidy


def test_a_percentage_and_a_large_number_keep_their_looks():
    assert (
        format_formula(parse_formula("x > 5% and y < USD 38000000000.50"))
        == "x > 5% and y < USD 38_000_000_000.50"
    )


@pytest.mark.parametrize(
    "end",
    [
        "until a, or through 2030, whichever is first",
        "until a, or b, whichever is first when R is x",
        "finally until a, or b, whichever is first",
        "until a, or b, whichever is last",
        "until a, or b",
        "through 2030",
    ],
)
def test_words_that_go_without_saying_stay_where_they_were_said(end):
    text = f"state s\n  from c\n  {end}"
    (item,) = parse_block(text)
    assert " ".join(format_item(item).split()) == " ".join(text.split())
    (plain,) = parse_block(text.replace(", whichever is first", ""))
    assert item == plain


def test_the_canonical_layout_of_a_clause():
    item = parse_block(
        'clause C1 "Use" -- head\n-- who\nBuyer may use x against Seller for x: model, owned by Seller, -- all\n'
        "from signed through 2032 when A1 is late unless C7"
    )[0]
    assert format_item(item) == (
        'clause C1 "Use"  -- head\n'
        "  -- who\n"
        "  Buyer may use x against Seller\n"
        "    for x: model, owned by Seller  -- all\n"
        "    from signed\n"
        "    through 2032 when A1 is late\n"
        "    unless C7"
    )


def test_empty_lines_that_group_items_stay_as_one():
    text = 'fact a\nfact b\n\n\n \n-- others\nfact c\nclause C1\n\n  no rule "x"\n\n  no rule "y"\n  no rule "z"\n'
    assert format_items(parse_block(text)) == (
        'fact a\nfact b\n\n-- others\nfact c\n\nclause C1\n  no rule "x"\n\n  no rule "y"\n  no rule "z"\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        (
            'reading A1 "what is meant by the end of the year in which the agreement was signed"\n'
            '  calendar (default) "the last of December, as everywhere",\n'
            '  fiscal "the last of June, or what the fiscal year of the seller says"\n'
        ),
        (
            "action serve_elsewhere\n"
            "  done by service_offered(channel = api, stateful = no, cloud = c, customer = k) by Seller\n"
            "    or service_resold(channel = api, stateful = no, cloud = c, customer = k) by Seller\n"
            '  if c != Own and k != "a public body",\n'
            "  permitted unless forbidden\n"
        ),
        (
            "state shipped(x) means\n"
            "  once asset_released(asset = x)\n"
            "  or once product_shipped(product = x)\n"
            "  or (some m: once asset_created(asset = x, part_of = m)\n"
            '    and (once asset_released(asset = m) or once product_shipped(product = m, name = "a or b, c")))\n'
        ),
        (
            "clause C1\n"
            "  Buyer may use x\n"
            "    from signed\n"
            "    despite C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16, C17,\n"
            "      C18, C19, C20  -- all of them\n"
        ),
    ],
)
def test_long_lines_are_broken_between_their_parts(text):
    assert format_items(parse_block(" ".join(text.split()) if "--" not in text else text)) == text
    assert format_items(parse_block(text)) == text


def test_rules_after_a_clause_stay_outside_it():
    text = 'clause C1\n  no rule "x"\nend clause\n\nstate s means a\n'
    assert format_items(parse_block(text)) == text


def test_a_comma_keeps_a_deadline_out_of_the_formula_before_it():
    text = "clause C1\n  A must pay\n    from once signed,\n    within 30 days\n"
    assert format_items(parse_block(text)) == text


PROSE = "# Deal \r\n\r\n> q  \r\n\r\n```tenure\r\nclause   C1   A may use x\r\n```\r\ntail\twith  spaces  \r\n```py\r\nx  =  1\r\n```"


def test_prose_stays_byte_for_byte():
    done = format_document_text(PROSE)
    assert done == PROSE.replace("clause   C1   A may use x\r\n", "clause C1\r\n  A may use x\r\n")
    assert format_document_text(done) == done


def test_a_block_of_comments_stays():
    text = "```tenure\n--  later\n```\n"
    assert format_document_text(text) == text
