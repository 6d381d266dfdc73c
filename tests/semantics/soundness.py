"""Rules asked directly: where all that a rule asks for is so, its claim must be so; and rules weakened, to see that this tells."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any, Self

from attrs import define, evolve, field
from tests.semantics.mutations import opposite, other_account
from tests.semantics.oracle import Case

from tenure.diagnostics import TenureError
from tenure.logic.truth import FALSE, TRUE
from tenure.proofs.checker import RULES
from tenure.proofs.reading import Reading
from tenure.proofs.rules import Premises, Rule
from tenure.proofs.steps import Choice, Claim, Step, UnfitError
from tenure.proofs.theory import Theory

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


# ---------------------------------------------------------------- rules weakened


@define
class Weakened:
    """A rule that asks for less: without the test in ``line`` of ``module``, or without one of its claims."""

    name: str
    module: ModuleType | None = None
    line: int = 0
    rule: str = ""
    number: int = 0
    within: str = ""
    before: Any = field(default=None, init=False)

    def concerns(self, trial: Trial) -> bool:
        """Whether the trial may turn out otherwise."""
        if self.rule:
            return trial.how.rule == self.rule
        rule = RULES[trial.how.rule]
        mine = [r.__name__ for r in RULES.values() if r.__module__ == getattr(self.module, "__name__", "")]
        return rule.__name__ == self.within if self.within in mine else rule.__name__ in mine

    def __enter__(self) -> Self:
        if self.rule:
            self.before = RULES[self.rule]
            RULES[self.rule] = self._asking_less
        else:
            assert self.module is not None
            self.before = self.module.need  # type: ignore[attr-defined]
            self.module.need = self._testing_less  # type: ignore[attr-defined]
        return self

    def __exit__(self, *_: object) -> None:
        if self.rule:
            RULES[self.rule] = self.before
        elif self.module is not None:
            self.module.need = self.before  # type: ignore[attr-defined]

    def _asking_less(self, theory: Theory, claim: Claim, how: Choice) -> Premises:
        found = self.before(theory, claim, how)
        if self.number >= len(found):
            raise UnfitError("as before")
        return (*found[: self.number], *found[self.number + 1 :])

    def _testing_less(self, condition: object, why: str) -> None:
        if sys._getframe(1).f_lineno != self.line:
            self.before(condition, why)


def weakened(modules: tuple[ModuleType, ...], most_claims: int = 4) -> Iterator[Weakened]:
    """Every test of the rules left out, and every claim that a rule asks for."""
    for module in modules:
        for function in ast.parse(inspect.getsource(module)).body:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "need":
                    within = getattr(function, "name", "")
                    name = f"{module.__name__}.{within}: {ast.unparse(node)}"
                    yield Weakened(name, module, node.lineno, within=within)
    for rule in RULES:
        if not rule.startswith("trust"):
            for number in range(most_claims):
                yield Weakened(f"{rule} without its claim {number + 1}", rule=rule, number=number)
