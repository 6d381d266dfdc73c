"""Rules asked directly: where all that a rule asks for is so, its claim must be so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from attrs import define, evolve
from tests.semantics.mutations import opposite, other_account
from tests.semantics.oracle import Case

from tenure.diagnostics import TenureError
from tenure.logic import definitions as k
from tenure.logic.formulas import bodies
from tenure.logic.terms import unify
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.proofs.checker import RULES
from tenure.proofs.reading import Reading
from tenure.proofs.rules import Premises, Rule
from tenure.proofs.spans import SPAN_RULES
from tenure.proofs.steps import Choice, Claim, Row, Step, UnfitError
from tenure.proofs.theory import FIRST, Theory

#: What a weakened rule may run into where it no longer tests what it is given.
_MISSHAPEN = (IndexError, TypeError, AttributeError, KeyError, AssertionError, ValueError)


@define
class Trial:
    """A claim and a rule that may give it, in one theory; the evaluation says what is so."""

    theory: Theory
    reading: Reading
    claim: Claim
    how: Choice

    def is_so(self, claim: Claim) -> bool:
        """Whether a claim is so, throughout, by the evaluation."""
        return self.reading.reach(claim) >= claim.end

    def asked(self, rule: Rule | None = None) -> Premises | None:
        """What the rule asks for; None where it does not fit."""
        if not FALSE <= self.claim.level <= TRUE or self.claim.start > self.claim.end:
            return None
        if self.claim.end > self.theory.until:
            return None
        try:
            return (rule or RULES[self.how.rule])(self.theory, self.claim, self.how)
        except (UnfitError, TenureError, *_MISSHAPEN):
            return None

    def is_false_inference(self, rule: Rule | None = None) -> bool:
        """Whether the rule gives a claim that is not so from claims that are."""
        needed = self.asked(rule)
        try:
            return needed is not None and not self.is_so(self.claim) and all(map(self.is_so, needed))
        except _MISSHAPEN:
            return False


def trials(case: Case, theory: Theory, reading: Reading, proof: Step, random: Random) -> Iterator[Trial]:
    """The steps of a proof with another claim, or by another choice, or by another rule."""
    names = [name for name in RULES if not name.startswith("trust")]
    for step in proof.steps():
        if step.how.rule not in RULES or step.how.rule.startswith("trust"):
            continue
        claims = [step.claim, opposite(step.claim)]
        claims += [evolve(step.claim, level=level) for level in range(3) if level != step.claim.level]
        for by in (-2, -1, 1, 2):
            claims += [step.claim.during(step.claim.start + by, step.claim.end)]
            claims += [step.claim.during(step.claim.start, step.claim.end + by)]
            claims += [opposite(claims[-1])]
        for claim in claims:
            for how in _choices(case, theory, step.how, names, random):
                yield Trial(theory, reading, claim, how)


#: The rules for the rows of a definition.
ROW_RULES: dict[type, tuple[str, ...]] = {
    k.Inertial: tuple(SPAN_RULES)[: list(SPAN_RULES).index("once")],
    k.Recent: ("once", "not once"),
    k.Lasting: ("lasts", "breaks"),
    k.SinceThen: ("since", "not since"),
    k.Passed: ("named date", "date not reached"),
}


def trials_of_rows(
    case: Case, theory: Theory, reading: Reading, random: Random, most: int
) -> Iterator[Trial]:
    """Claims about rows of what lasts and looks back that are not so, each with a rule that might give it."""
    rows = [
        (definition, theory.row(name, key))
        for definition in case.program.definitions
        if type(definition) in ROW_RULES
        for name, _ in k.relations_of(definition)
        for key in (*reading.trace.tables[name].edges, *_keys(case, definition))
    ]
    for _ in range(most if rows else 0):
        definition, row = random.choice(rows)
        stages = _stages(case, theory, reading, definition, row)
        start = random.choice(stages)
        end = min(start + random.choice((0, 0, 0, 1, 2, 5)), theory.until)
        claim = Claim(row, (), start, end, random.random() < 0.5, random.choice((FALSE, UNKNOWN, TRUE)))
        at = random.choice((*stages, start - 1, start, start + 1, end, end + 1))
        number, event = random.choice((None, 1)), random.choice((None, *theory.by_id))
        for rule in ROW_RULES[type(definition)]:
            trial = Trial(
                theory,
                reading,
                claim,
                Choice(rule, at=random.choice((at, at, None)), number=number, event=event),
            )
            if not trial.is_so(claim):
                yield trial


def all_trials(theory: Theory, reading: Reading, definition: k.Definition, most: int) -> Iterator[Trial]:
    """Every claim that is not so, of at most ``most`` stages, about a row of ``definition``, by every rule and choice."""
    stages = range(FIRST, theory.until + 1)
    for (name, _), rule in product(k.relations_of(definition), ROW_RULES[type(definition)]):
        for key in reading.trace.tables[name].edges or ((),):
            for start, longer, at, level in product(stages, range(most), (None, *stages), (FALSE, TRUE)):
                for at_least in (False, True):
                    claim = Claim(theory.row(name, key), (), start, start + longer, at_least, level)
                    trial = Trial(theory, reading, claim, Choice(rule, at=at))
                    if claim.end <= theory.until and not trial.is_so(claim):
                        yield trial


def _keys(case: Case, definition: Any) -> list[tuple[Any, ...]]:
    """Rows that may never have been."""
    names = [term.name for term in definition.head if isinstance(term, k.Var)]
    return list(case.keys(definition.head)) if set(names) <= case.domain.keys() else []


def _stages(case: Case, theory: Theory, reading: Reading, definition: Any, row: Row) -> list[int]:
    """The stages at which a row or what it hangs on changes, those beside them, and all others."""
    found = unify(definition.head, row.key, {})
    env = found[0] if found is not None else {}
    changes = [e.stage for e in reading.trace.tables[row.name].edges.get(row.key, ())]
    for formula in bodies(definition).values():
        changes += sorted(reading.changes(formula, env, case.stages[0], theory.until))
    near = [stage + by for stage in changes for by in (-1, 0, 1)]
    return [stage for stage in (*near, *case.stages) if case.stages[0] <= stage <= theory.until]


def _choices(case: Case, theory: Theory, how: Choice, names: list[str], random: Random) -> Iterator[Choice]:
    yield how
    at = random.choice(case.stages)
    yield evolve(how, at=at if how.at is None or random.random() < 0.5 else how.at + random.choice((-1, 1)))
    yield evolve(how, rule=random.choice(names), at=at, number=random.randint(0, 2))
    if theory.by_id:
        event = random.choice(list(theory.by_id))
        yield evolve(how, event=event, number=random.randint(0, 2))
    if how.rule == "account" and how.key:
        yield evolve(how, key=other_account(how.key, random))
    elif how.key:
        others = tuple(1 - v if v in (0, 1) else v for v in how.key)
        yield evolve(how, key=others)
        yield evolve(how, key=how.key[:-1])
