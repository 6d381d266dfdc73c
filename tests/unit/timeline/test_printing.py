"""Definitions of the kernel in their notation."""

import tenure
from tenure.logic import definitions as k
from tenure.logic.printing import format_act_rule, format_definition, format_formula
from tenure.time import parse_moment

X, Y = k.Var("x"), k.Var("y")
P, Q = k.Rel("p", (X,)), k.Rel("q", (X, Y))


def test_the_benchmark_contract_reads_as_it_was_written():
    program = tenure.load("licence_portfolio").meaning().program
    assert [format_definition(d) for d in program.definitions if d.name.startswith("state:")] == [
        "held(c) := from grant(c) until terminate(c) or lapse(c), for 1000 days",
        "default(c) := from notice(c) until cure(c) or terminate(c), for 30 days",
        "lapse(c) := expires:default(c)",
        "suspended(c) := held(c) and default(c)",
        "active(c) := held(c) and not default(c)",
        "agi_pending(c) := from agi_declared(c) until agi_verified(c)",
        "agi_reached(c) := from agi_verified(c) and entering agi_pending(c)",
    ]


def test_brackets_stand_where_a_reader_needs_them():
    assert format_formula(k.And((P, k.Or((Q, k.Not(P)))))) == "p(x) and (q(x, y) or not p(x))"
    assert format_formula(k.Not(k.And((P, Q)))) == "not (p(x) and q(x, y))"
    assert format_formula(k.Not(k.Exists(("y",), Q))) == "not (some y: q(x, y))"
    assert format_formula(k.And(())) == "true"
    assert format_formula(k.Or(())) == "false"


def test_changes_have_words():
    assert format_formula(k.begins(P)) == "begins p(x)"
    assert format_formula(k.ends(k.Or((P, Q)))) == "ends (p(x) or q(x, y))"


def test_values_dates_and_events():
    at = parse_moment("2033-01-01", "America/Los_Angeles").instant
    assert format_formula(k.Reached(at), "America/Los_Angeles") == "from 2033-01-01 on"
    assert format_formula(k.Reached(at, only=True)) == "at 2033-01-01T08:00:00+00:00"
    assert format_formula(k.Fixed(1, "not published")) == 'unknown "not published"'
    event = k.EventAtom("paid", (("invoice", X), ("amount", Y)), (k.Const("Buyer"),), k.Var("e"))
    assert format_formula(event) == "paid(invoice = x, amount = y) by Buyer as e"
    total = k.Compare(">", k.Calc("+", X, k.Calc("min", Y, k.Const(3))), k.Const("a b"))
    assert format_formula(total) == '(x + min(y, 3)) > "a b"'


def test_every_definition_of_every_bundled_contract_is_printed():
    for name in ("microsoft_openai", "software_licence", "meat_sale"):
        meaning = tenure.load(name).meaning()
        texts = [format_definition(d, "UTC") for d in meaning.program.definitions]
        texts += [format_act_rule(rule) for rules in meaning.program.acts.values() for rule in rules]
        assert all(" := " in t or " is effective if " in t for t in texts)
        assert not any("Rel(" in t or "Struct" in t or "None" in t for t in texts)


def test_a_duty_shows_its_ladder():
    definitions = tenure.load("software_licence").meaning().program.definitions
    (duty,) = (d for d in definitions if isinstance(d, k.Duty) and d.clause == "L4")
    lines = format_definition(duty).splitlines()
    assert lines[0].startswith("force:L4#")
    assert " := when " in lines[0]
    assert lines[1].startswith("    owed: access_given(")
