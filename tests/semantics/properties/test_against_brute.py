"""Every operator, nested in every other, against the brute-force judge; and what is decided stays decided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantics.properties.brute import TEXT, Brute
from tests.thoroughness import examples

from tenure.language import syntax as s
from tenure.timeline import Contract
from tenure.timeline.properties import PropertyVerdict

CONTRACT = Contract.from_text(TEXT)
AFTER = 29
Told = dict[int, tuple[str, str | None]]

judged = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def atom(name: str, *variables: str) -> s.Atom:
    return s.Atom(name, tuple(s.Argument(None, s.Name(v)) for v in variables))


lengths = st.builds(lambda n: s.Length(((n, "microsecond"),)), st.integers(1, 4))
bounds = st.none() | lengths
closed = st.sampled_from([atom("a"), atom("b"), atom("h"), s.Unknown("nobody knows")])
about_x = st.sampled_from([atom("p", "x"), atom("q", "x"), atom("g", "x")])
stories = st.dictionaries(
    st.integers(0, 7),
    st.sampled_from([("a", None), ("b", None), *((e, x) for e in "pq" for x in "uv")]),
    min_size=1,
    max_size=6,
)

UNARY = {
    "not": lambda f, _: s.Not(f),
    "always": lambda f, _: s.Always(f),
    "eventually": s.Eventually,
    "next change": lambda f, _: s.NextChange(f),
    "once": s.Once,
    "historically": s.Historically,
    "held for": lambda f, d: s.HeldFor(f, d or s.Length(((2, "microsecond"),))),
    "entering": lambda f, _: s.Edge("entering", f),
    "begins": lambda f, _: s.Edge("begins", f),
    "ends": lambda f, _: s.Edge("ends", f),
}
BINARY = {
    "and": lambda f, g: s.And((f, g)),
    "or": lambda f, g: s.Or((f, g)),
    "if": s.Implies,
    "holds until": s.HoldsUntil,
    "since": s.Since,
}


def nested(base: st.SearchStrategy[s.Formula], leaves: int) -> st.SearchStrategy[s.Formula]:
    def deeper(inner: st.SearchStrategy[s.Formula]) -> st.SearchStrategy[s.Formula]:
        unary = st.builds(lambda make, f, d: make(f, d), st.sampled_from(list(UNARY.values())), inner, bounds)
        binary = st.builds(
            lambda make, f, g: make(f, g), st.sampled_from(list(BINARY.values())), inner, inner
        )
        return unary | binary

    return st.recursive(base, deeper, max_leaves=leaves)


inside = nested(closed | about_x, 4)
quantified = st.builds(lambda f: s.Exists(("x",), f), inside) | st.builds(
    lambda d, f: s.ForEvery(("x",), d, f), about_x, inside
)
formulas = nested(closed | quantified, 4)


def moment(tick: int) -> str:
    return f"1970-01-01T00:00:00.{tick:06d}Z"


def verdict(told: Told, formula: s.Formula, horizon: int) -> PropertyVerdict:
    history = [
        {"id": f"e{tick}", "at": moment(tick), "type": name, "data": {} if x is None else {"x": x}}
        for tick, (name, x) in sorted(told.items())
    ]
    timeline = CONTRACT.evaluate(history, horizon=horizon, to=AFTER)
    (found,) = timeline.check(formula)
    return found


def check_projected(told: Told, formula: s.Formula) -> None:
    truth = Brute(told).value(formula, 2 * min(told) + 1)
    assert verdict(told, formula, AFTER).projected == {0: False, 1: None, 2: True}[truth]


def check_decided(told: Told, formula: s.Formula) -> None:
    """What is decided on a part of the record is so in the whole; and not much earlier than it says."""
    truth = Brute(told).value(formula, 2 * min(told) + 1)
    for horizon in range(min(told), max(told) + 3):
        early = verdict({t: e for t, e in told.items() if t <= horizon}, formula, horizon)
        assert early.status == "undecided" or truth == {"false": 0, "true": 2}[early.status]
        if early.decided_at is not None:
            assert early.decided_at <= horizon + 1
            assert verdict(told, formula, early.decided_at + 1).status == early.status
            if early.decided_at - 2 >= min(told):
                assert verdict(told, formula, early.decided_at - 2).status == "undecided"
            if early.cause is not None and early.cause.event is not None:
                assert early.cause.event == f"e{early.decided_at}"


@pytest.mark.parametrize("word", UNARY)
@settings(judged, max_examples=examples(15))
@given(data=st.data())
def test_a_prefix_operator(word: str, data: Any) -> None:
    formula = UNARY[word](data.draw(nested(closed, 2)), data.draw(bounds))
    check_projected(data.draw(stories), formula)


@pytest.mark.parametrize("word", BINARY)
@settings(judged, max_examples=examples(15))
@given(data=st.data())
def test_an_operator_between_two(word: str, data: Any) -> None:
    formula = BINARY[word](data.draw(nested(closed, 2)), data.draw(nested(closed, 2)))
    check_projected(data.draw(stories), formula)


@judged
@given(stories, quantified)
def test_quantifiers(told: Told, formula: s.Formula) -> None:
    check_projected(told, formula)


@pytest.mark.slow
@judged
@given(stories, formulas)
def test_all_operators_together(told: Told, formula: s.Formula) -> None:
    check_projected(told, formula)


@pytest.mark.slow
@judged
@given(stories, formulas)
def test_what_is_decided_stays_decided(told: Told, formula: s.Formula) -> None:
    check_decided(told, formula)


@pytest.mark.slow
@judged
@given(stories, st.sampled_from(["always", "eventually"]), bounds, inside)
def test_what_is_decided_of_each_stays_decided(
    told: Told, word: str, bound: s.Length | None, formula: s.Formula
) -> None:
    check_decided(told, UNARY[word](s.ForEvery(("x",), atom("p", "x"), s.Eventually(formula, bound)), None))
