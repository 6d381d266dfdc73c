"""What the parser makes of texts, good and bad."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

from tenure.diagnostics import ContractError
from tenure.language import syntax as s
from tenure.language.build_tables import text as tables_text
from tenure.language.parser import parse_block, parse_formula, parse_happening, parse_statement
from tenure.language.tables import SAVED

EVERYTHING = (Path(__file__).parent / "everything.tenure").read_text(encoding="utf-8")
quick = settings(deadline=None, max_examples=examples(100), suppress_health_check=list(HealthCheck))


def test_the_saved_tables_are_those_of_the_grammar():
    assert SAVED.read_text(encoding="utf-8") == tables_text(), "run python -m tenure.language.build_tables"


def test_the_whole_example_parses():
    items = parse_block(EVERYTHING, "deal.md", 10)
    assert len(items) == 56
    assert {type(item) for item in items} == {
        s.Header, s.Setting, s.Actors, s.Kinds, s.EventDeclaration, s.ActionDeclaration, s.Reading, s.Classify,
        s.Owner, s.State, s.Clause, s.Amendment, s.Scenario, s.Property, s.StockOff,
    }  # fmt: skip


def test_places_count_from_the_file():
    clause = parse_block("\nclause C1\n  Buyer may use x\n    from signed\n", "deal.md", 10)[0]
    assert str(clause.place) == "deal.md:12:1"
    norm = clause.rules[0]
    assert (norm.place.line, norm.place.column, norm.place.end_line, norm.place.end_column) == (13, 3, 14, 16)
    assert norm.parts[0].begin.place.column == 10


def test_keywords_may_be_names():
    formula = parse_formula('paid(to = x, for = "fee", with = p, min = 3, yes = no, clause)')
    assert [a.name for a in formula.args] == ["to", "for", "with", "min", "yes", None]
    assert parse_formula("until") == s.Atom("until")
    scenario = parse_block('scenario "s" at 2030 held because until, clause, from')[0]
    assert scenario.lines[0].because == ("until", "clause", "from")


@pytest.mark.parametrize(
    "text,expected",
    [
        ("not a and b", s.And((s.Not(s.Atom("a")), s.Atom("b")))),
        ("a or b and c", s.Or((s.Atom("a"), s.And((s.Atom("b"), s.Atom("c")))))),
        ("always a and b", s.Always(s.And((s.Atom("a"), s.Atom("b"))))),
        ("once a within 2 days and b",
         s.And((s.Once(s.Atom("a"), s.Length(((2, "day"),))), s.Atom("b")))),
        ("once not a since b", s.Since(s.Once(s.Not(s.Atom("a"))), s.Atom("b"))),
        ("if a then b or c", s.Implies(s.Atom("a"), s.Or((s.Atom("b"), s.Atom("c"))))),
        ("signed by A and B and held(c)",
         s.And((s.Atom("signed", (), (s.Name("A"), s.Name("B"))),
                s.Atom("held", (s.Argument(None, s.Name("c")),))))),
        ("x is model or product", s.Is(s.Name("x"), s.KindExpression(("model", "product")))),
        ("x is model or a(b)",
         s.Or((s.Is(s.Name("x"), s.KindExpression(("model",))), s.Atom("a", (s.Argument(None, s.Name("b")),))))),
        ("a - b - c * 2 > -5%",
         s.Compare(">", s.Arithmetic("-", s.Arithmetic("-", s.Name("a"), s.Name("b")),
                                     s.Arithmetic("*", s.Name("c"), s.Number(Decimal(2)))),
                   s.Number(Decimal("-0.05")))),
    ],
)  # fmt: skip
def test_operators_bind_as_documented(text, expected):
    assert parse_formula(text) == expected


def test_one_line_of_a_story():
    assert parse_happening("2028-03-01 Buyer,Seller signed R3 price=USD 3 as E1") == s.Happening(
        s.Date("2028-03-01"), ("Buyer", "Seller"), "signed",
        (s.Argument(None, s.Name("R3")), s.Argument("price", s.Money(Decimal(3), "USD"))), "E1",
    )  # fmt: skip
    assert parse_happening("2028 - signed(2030)").args == (s.Argument(None, s.Number(Decimal(2030))),)


def test_statements():
    assert parse_statement("Buyer has no claim that Seller provide x") == s.Statement(
        "claim",
        False,
        s.Name("Buyer"),
        s.ActPhrase("provide", (s.Argument(None, s.Name("x")),)),
        s.Name("Seller"),
    )


def test_an_on_rule_is_not_the_object_of_an_act():
    rules = parse_block(
        "clause C Buyer may use x on cloud on lapsed(C) suspend C on notice extend C by 2 days"
    )[0].rules
    assert [type(rule) for rule in rules] == [s.Norm, s.On, s.On]
    assert rules[0].act.args[1] == s.Argument("on", s.Name("cloud"))


@pytest.mark.parametrize(
    "opening", ["not late", "once late", "before 2032", "entering late", "count of late > 2"]
)
def test_a_formula_after_a_word_that_also_joins_names(opening):
    rest = parse_formula(opening)
    assert parse_formula(f"signed by A and {opening}").parts[1] == rest
    assert parse_formula(f"x is model or {opening}").parts[1] == rest
    rules = parse_block(f"clause C Buyer may use x on {opening} suspend C")[0].rules
    assert rules[1].trigger == rest


def test_settings_that_end_in_numbers():
    block = "zone Etc/GMT+5\nmonth end error\nfiscal year ends 06-30\nbusiness days US-NY"
    assert [item.value for item in parse_block(block)] == ["Etc/GMT+5", "error", "06-30", "US-NY"]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "text,message,advice",
    [
        (
            "clause C1 Buyer may use x form signed",
            "1:27: error[TEN101]: `form` does not fit here",
            "did you mean `from`? (expected a part such as `from …` or `until …`, a new unit such as `clause …`, who may or must (`WHO may …`), `on`, the end of the text, `against`, `by`, `end clause` or others)",
        ),
        (
            "clause C1 Buyer mst use x",
            "1:17: error[TEN101]: `mst` does not fit here",
            "did you mean `must`? (expected `can`, `cannot`, `has claim that`, `has no claim that`, `is free to`, `is immune from`, `is not immune from`, `may` or others)",
        ),
        (
            "clase C1",
            "1:1: error[TEN101]: `clase` does not fit here",
            "did you mean `clause`? (expected a new unit such as `clause …` or the end of the text)",
        ),
        (
            "act signed by Buyer or (Seller and Bank)",
            "1:24: error[TEN101]: `(` does not fit here",
            "expected a name",
        ),
        (
            "clause C1 Buyer must pay within",
            "1:32: error[TEN102]: the text stops before it is complete",
            "expected a length such as `30 days`",
        ),
        (
            "state a means b and )",
            "1:21: error[TEN101]: `)` does not fit here",
            "expected a condition",
        ),
        (
            "parties Buyer, §",
            "1:16: error[TEN103]: `§` has no meaning here",
            "put such names in double quotes",
        ),
        (
            "contract c “x”",
            "1:12: error[TEN103]: `“` has no meaning here",
            'use straight quotes: `"`',
        ),
        (
            "zone 3x",
            "1:6: error[TEN103]: `3x` is neither a number nor a date",
            "names start with a letter; put other names in double quotes",
        ),
        (
            'contract c "x',
            "1:12: error[TEN108]: the text that starts here is not closed",
            'close it with `"` on the same line; write `\\n` for a line break inside it',
        ),
        (
            'contract c "a\\qb"',
            "1:12: error[TEN109]: `\\q` is not an escape",
            'the escapes are `\\"`, `\\\\`, `\\n`, `\\r` and `\\t`',
        ),
        (
            "state s for 2 business months",
            "1:9: error[TEN110]: `business months` is not a unit",
            "only days can be business days",
        ),
    ],
)
def test_messages(text, message, advice):
    with pytest.raises(ContractError) as caught:
        parse_block(text)
    assert str(caught.value) == f"<text>:{message}\n  help: {advice}"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "a" + ")" * 1000, "not " * 1000 + "a", "always " * 5000 + "a",
        " + ".join("a" * 2000) + " > 3", " since ".join("a" * 2000), "min(" * 500 + "a" + ", a)" * 500 + " > 1",
        "x > " + "(" * 1000 + "a + a" + ")" * 1000,
    ],
)  # fmt: skip
def test_deep_nesting_is_an_error_and_not_a_crash(text):
    with pytest.raises(ContractError) as caught:
        parse_formula(text)
    assert caught.value.diagnostics[0].code == "TEN106"


def test_long_lists_are_not_deep():
    assert len(parse_formula(" and ".join(["a"] * 5000)).parts) == 5000


_WORDS = sorted({word for word in EVERYTHING.split() if len(word) < 20})


@quick
@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_parses_or_fails_plainly(text):
    for parse in (parse_block, parse_formula, parse_happening, parse_statement):
        with suppress(ContractError):
            parse(text)


@quick
@given(st.data())
def test_a_damaged_contract_parses_or_fails_plainly(data):
    at = data.draw(st.integers(0, len(EVERYTHING) - 1))
    length = data.draw(st.integers(0, 12))
    damaged = EVERYTHING[:at] + data.draw(st.text(max_size=3)) + EVERYTHING[at + length :]
    places = []
    try:
        parse_block(damaged)
    except ContractError as error:
        places = [d.place for d in error.diagnostics]
    last = damaged.count("\n") + damaged.count("\r") + 1
    assert all(1 <= place.line <= last for place in places)
