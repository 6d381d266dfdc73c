"""A contract that is made of pieces lowered before is the same as one that is lowered from nothing."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import tenure
from tenure.bundled import bundled_names
from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.logic.plan import plan_of
from tenure.norms import Meaning, Vocabulary, lower, vocabulary
from tenure.norms.lowering import Lowering
from tenure.norms.sharing import Pieces, Shared
from tenure.testing.mutation.mutants import Mutant, mutants_of

CONTRACTS = sorted(bundled_names())


@cache
def words(name: str) -> Vocabulary:
    return tenure.load(name).vocabulary


@cache
def changes(name: str) -> tuple[Mutant, ...]:
    """Contracts in which one thing is otherwise: a date, an exception, a party, a clause that is gone."""
    return mutants_of(words(name))


@st.composite
def versions(draw, name: str):
    """A version of a contract: one of its clauses changed, emptied, or with a part of another one; or as it is."""
    document = words(name).document
    clauses = [i for i, item in enumerate(document.items) if isinstance(item, s.Clause)]
    match draw(st.sampled_from(["as it is", "changed", "emptied", "mixed"])):
        case "changed" if changes(name):
            return draw(st.sampled_from(changes(name))).document(document)
        case "emptied" if clauses:
            return with_rules(document, draw(st.sampled_from(clauses)), lambda _: ())
        case "mixed" if clauses:
            other = document.items[draw(st.sampled_from(clauses))]
            assert isinstance(other, s.Clause)
            norms = tuple(rule for rule in other.rules if isinstance(rule, s.Norm))
            return with_rules(document, draw(st.sampled_from(clauses)), lambda rules: (*rules, *norms[:1]))
    return document


def with_rules(document: s.Document, number: int, rules) -> s.Document:
    clause = document.items[number]
    assert isinstance(clause, s.Clause)
    items = list(document.items)
    items[number] = replace(clause, rules=rules(clause.rules))
    return replace(document, items=tuple(items))


@st.composite
def stories(draw):
    """Versions of one contract under choices of readings, in the order in which they are asked for."""
    name = draw(st.sampled_from(CONTRACTS))
    values = {r.name: st.sampled_from([v.name for v in r.values]) for r in words(name).readings.values()}
    choices = st.fixed_dictionaries({}, optional=values)
    return draw(st.lists(st.tuples(versions(name), choices), min_size=2, max_size=6))


def lowered(document: s.Document, choice: dict[str, str], shared: Shared | None) -> object:
    """All that there is to know of a meaning, or the error in place of it."""
    try:
        found, _ = vocabulary(document)
        return told(lower(found, choice, shared=shared))
    except TenureError as error:
        return [(d.code, d.message) for d in error.diagnostics]


def told(meaning: Meaning) -> object:
    program = meaning.program
    order = [(d.name, tuple(sorted(meaning.read_by[d.name]))) for d in program.definitions]
    try:
        plan = plan_of(program)
        planned: object = (plan.definitions, plan.atoms, plan.groups, plan.relations, plan.zeros)
    except TenureError as error:
        planned = [(d.code, d.message) for d in error.diagnostics]
    return (
        order,
        program,
        list(program.acts),
        meaning.supports,
        meaning.silences,
        meaning.choice,
        meaning.touched_readings,
        meaning.read_by,
        planned,
    )


@settings(max_examples=25, deadline=None)
@given(stories())
def test_pieces_that_are_shared_make_the_same_contract(story):
    shared = Shared()
    for document, choice in story:
        assert lowered(document, choice, shared) == lowered(document, choice, None)


def test_most_pieces_are_shared(monkeypatch):
    """Under another value of one reading few clauses are lowered; the whole contract the first time only."""
    made: list[str] = []
    plain = Lowering._lowered
    monkeypatch.setattr(
        Lowering, "_lowered", lambda self, name, make: (made.append(name), plain(self, name, make))[1]
    )
    deal = tenure.load("microsoft_openai")
    deal.meaning()
    whole = len(made)
    assert whole > 90
    made.clear()
    deal.meaning({"A12": "floor"})
    assert made == ["C10", "C10.revival"]
    made.clear()
    deal.revised('clause C13 "none"').meaning()
    assert made[0] == "C13"
    assert len(made) < 5


RULES = """
contract shared
zone UTC
parties P, Q
kind tool
fact made(thing, kind: kind, owner: party)
fact shut
fact late(party)
fact paid(thing)
action use(x)
action show(x)
act told by P
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
reading R "which"
  one (default), two
state open from once made(_, _, _) until shut when R is one
clause A "a"
  P may use x against Q
    for x: tool
    from open
    unless count of paid(x) >= 2
clause B "b"
  P must not use x to Q
    for x: tool
    from count of paid(x) >= 2
clause C "c"
  on shut suspend A
clause D "d"
  P can told
    from B
"""

#: What a piece looks at, by sort, and a version in which just that is otherwise for some piece.
OTHERWISE = {
    "reading": ("", {"R": "two"}),
    "norms": ('clause B "b"\n  P must not show x\n    for x: tool\n    from shut\n', {}),
    "prevailing": (
        'clause B "b"\n  P must not use x to Q\n    for x: tool\n    from shut\n    despite A\n',
        {},
    ),
    "effects": ('clause C "c"\n  on shut terminate A\n', {}),
    "supports": ('clause D "d"\n', {}),
    "remembered": ('clause A "a"\n  P may use x against Q\n    for x: tool\n', {}),
}


@pytest.mark.parametrize("sort", sorted(OTHERWISE))
def test_a_piece_for_which_something_was_overlooked_is_noticed(monkeypatch, sort):
    """The comparison above would tell: pieces that do not heed one sort of what they have looked at are not the same."""
    deal = tenure.Contract.from_text(RULES)
    text, choice = OTHERWISE[sort]
    document = deal.revised(text).document if text else deal.document
    shared = Shared()
    lowered(deal.document, {}, shared)
    assert lowered(document, choice, shared) == lowered(document, choice, None)

    def careless(self, name, look):
        return next(
            (
                piece
                for piece in self.known.get(name, ())
                if all(sight[0] == sort or look(sight) == found for sight, found in piece.seen)
            ),
            None,
        )

    monkeypatch.setattr(Pieces, "find", careless)
    shared = Shared()
    lowered(deal.document, {}, shared)
    try:
        agrees = lowered(document, choice, shared) == lowered(document, choice, Shared())
    except AssertionError:  # a name is defined twice
        agrees = False
    assert not agrees
