"""The proof checker: every step must follow by its rule from the claims of the steps below it.

It reads the proof, the definitions and the events, and nothing of the evaluator.  What it trusts beside its rules are
the calendar, arithmetic on values, and the steps that are marked as trusted, which it reports.
"""

from __future__ import annotations

from attrs import frozen

from tenure.logic.definitions import Holds, Inertial
from tenure.proofs.amounts import AMOUNT_RULES
from tenure.proofs.dates import DATE_RULES
from tenure.proofs.days import DAY_RULES
from tenure.proofs.duties import DUTY_RULES
from tenure.proofs.rules import FORMULA_RULES, Premises, Rule
from tenure.proofs.spans import SPAN_RULES
from tenure.proofs.steps import Choice, Claim, Row, Step, UnfitError
from tenure.proofs.theory import Theory
from tenure.proofs.trust import TRUST_RULES, trusted_kind

RULES: dict[str, Rule] = {
    **FORMULA_RULES,
    **SPAN_RULES,
    **AMOUNT_RULES,
    **DAY_RULES,
    **DATE_RULES,
    **DUTY_RULES,
    **TRUST_RULES,
}
#: A claim that is being proved above: nothing else makes it so (only where it is denied, within one stage).
HYPOTHESIS = "hypothesis"
#: The rules that stay within one stage and within what is denied.
_WITHIN_STAGE = frozenset(
    ("definition", "never", "no row", "parts", "part", "cases", "valued", "inside", "split")
)


@frozen
class Assumption:
    """A claim that a proof takes on trust, and the kind of trust."""

    kind: str
    claim: Claim


class RejectedError(Exception):
    """A step that does not follow, or a verdict that does not follow from its steps: which, and why."""

    def __init__(self, why: str, step: Step | None = None) -> None:
        super().__init__(why if step is None else f"{step.how.rule}: {why}")
        self.step = step
        self.why = why


def premises(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """What a claim follows from by a rule; raises :class:`UnfitError` where the rule does not give it."""
    rule = RULES.get(how.rule)
    if rule is None:
        raise UnfitError("there is no such rule")
    if claim.start > claim.end or claim.end > theory.until:
        raise UnfitError("the stages are not stages that the proof is about")
    return rule(theory, claim, how)


def check(theory: Theory, proof: Step) -> tuple[Assumption, ...]:
    """What ``proof`` takes on trust, once every step of it follows; raises :class:`RejectedError` where one does not."""
    assumptions: dict[Assumption, None] = {}
    done: set[tuple[int, frozenset[int]]] = set()
    waiting: list[tuple[Step, tuple[Claim, ...]]] = [(proof, ())]
    while waiting:
        step, supposed = waiting.pop()
        mark = (id(step), frozenset(map(id, supposed)))
        if mark in done:
            continue
        done.add(mark)
        if step.how.rule == HYPOTHESIS:
            if not any(_covers(known, step.claim) for known in supposed):
                raise RejectedError("nothing above proves it", step)
            continue
        needed = _needed(theory, step)
        kind = trusted_kind(step.how.rule)
        if kind is not None:
            assumptions[Assumption(kind, step.claim)] = None
        passed_on = _passed_on(theory, step, supposed)
        waiting += [
            (below, passed_on if same_side(step.claim, below.claim) else ()) for below in step.because
        ]
        if len(needed) != len(step.because):
            raise RejectedError(f"{len(needed)} steps are needed below it, not {len(step.because)}", step)
    return tuple(assumptions)


def _needed(theory: Theory, step: Step) -> Premises:
    try:
        needed = premises(theory, step.claim, step.how)
    except UnfitError as error:
        raise RejectedError(str(error), step) from error
    for claim, below in zip(needed, step.because, strict=False):
        if claim != below.claim:
            raise RejectedError("what is below it is about something else", step)
    return needed


def _covers(known: Claim, claim: Claim) -> bool:
    return (
        known.during(claim.start, claim.end) == claim
        and known.start <= claim.start
        and claim.end <= known.end
    )


def _passed_on(theory: Theory, step: Step, supposed: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """What may be supposed below: claims that deny a row of a relation, as long as nothing is inverted or earlier."""
    if step.how.rule not in _WITHIN_STAGE:
        return ()
    is_row = isinstance(step.claim.formula, Row) and not step.claim.at_least
    if is_row and isinstance(theory.definition(step.claim.row.name), Holds | Inertial):
        return (*supposed, step.claim)
    return supposed


def same_side(above: Claim, below: Claim) -> bool:
    """Whether the claim below denies as the one above does, at the same stages and to the same degree."""
    return (
        not above.at_least
        and not below.at_least
        and above.level == below.level
        and above.start <= below.start
        and below.end <= above.end
    )
