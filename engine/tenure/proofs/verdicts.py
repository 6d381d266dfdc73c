"""What a verdict takes to be proved: how true the position is, how true what contradicts it, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from attrs import frozen

from tenure.logic.definitions import Const, Formula, Rel, Stage, Term, Var
from tenure.logic.terms import unify
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.norms import OPPOSITES, Meaning, Position, Support, Vocabulary
from tenure.proofs.checker import Assumption, RejectedError, check
from tenure.proofs.steps import Bindings, Claim, Row, Step
from tenure.proofs.theory import Theory


@frozen
class VerdictProof:
    """Why a position has a status at ``stage`` under one choice of readings.

    ``own`` is how true it is that some clause gives the position, ``against`` that some clause contradicts it; the
    status follows from the two (None: whatever follows).  ``anyone`` says that nothing is known of a counterparty, so that all are meant.
    ``silence`` is what a contract that is silent on the matter adds.
    """

    position: Position
    stage: Stage
    status: str | None
    own: Truth
    against: Truth
    anyone: bool
    steps: tuple[Step, ...]
    silence: Step | None = None

    def events(self) -> frozenset[str]:
        """The ids of the events that the proof rests on."""
        return frozenset().union(*(step.events() for step in self.steps))

    def rows(self) -> tuple[Row, ...]:
        """The rows of relations that the proof speaks of, each once."""
        formulas = (s.claim.formula for step in self.steps for s in step.steps())
        return tuple({(f.name, f.key): f for f in formulas if isinstance(f, Row)}.values())

    def missing(self) -> Iterator[Claim]:
        """The claims that no event of some description occurred, each once, the latest first."""
        found = {
            s.claim for step in self.steps for s in step.steps() if s.how.rule == "no event" and not s.because
        }
        longest: dict[tuple[Formula, Bindings], Claim] = {}
        for claim in found:
            name = (claim.formula, claim.bindings)
            if name not in longest or longest[name].end < claim.end:
                longest[name] = claim
        yield from sorted(longest.values(), key=lambda c: (-c.end, c.start, str(c)))


@frozen
class DisputeProof:
    """Why a position is disputed between readings: under each of two choices of them a status, and its proof."""

    sides: tuple[tuple[tuple[tuple[str, str], ...], VerdictProof], ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of both sides."""
        return tuple(step for _, proof in self.sides for step in proof.steps)


def status_of(own: Truth, against: Truth, *, permitted: bool) -> str:
    """The status of a position by how true it is and how true what contradicts it."""
    if own == FALSE:
        return "held" if permitted and against == FALSE else "not_held"
    if own == against == TRUE:
        return "disputed"
    return "unknown" if UNKNOWN in (own, against) else "held"


def is_permitted(vocabulary: Vocabulary, position: Position) -> bool:
    """An action that is permitted unless forbidden is a liberty where nothing forbids it."""
    action = vocabulary.actions.get(position.act)
    return position.relation == "liberty" and action is not None and action.default == "permitted"


# ---------------------------------------------------------------- the formulas of a position


def given_by(meaning: Meaning, position: Position, *, anyone: bool) -> Iterator[Rel]:
    """For each clause that could give the position, that it does."""
    other: Term = Var("_against") if anyone else Const(position.counterparty)
    for support in meaning.supports:
        if support.relation == position.relation and _is_about(support, position, other):
            yield _force(support, position, other, Const(position.instance or ""))


def contradicted_by(meaning: Meaning, position: Position) -> Iterator[Rel]:
    """For each clause that could contradict the position between the same parties, that it does."""
    parties: list[Term] = [Var("_against")]
    if position.counterparty is not None:
        parties = [Const(position.counterparty), Const(None)]
    for support in meaning.supports:
        if support.relation in OPPOSITES.get(position.relation, ()):
            for other in parties:
                if _is_about(support, position, other):
                    yield _force(support, position, other, Var("_instance"))


def _is_about(support: Support, position: Position, other: Term) -> bool:
    if support.act != position.act or len(support.object) != len(position.object):
        return False
    terms = [support.holder, *support.object]
    values = [position.holder, *position.object]
    if isinstance(other, Const):
        terms.append(support.counterparty)
        values.append(other.value)
    return unify(tuple(terms), tuple(values), {}) is not None


def _force(support: Support, position: Position, other: Term, instance: Term) -> Rel:
    objects = tuple(Const(v) for v in position.object)
    first = (instance,) if support.duty else ()
    return Rel(support.force, (*first, Const(position.holder), other, *objects))


# ---------------------------------------------------------------- checking


def silences_on(meaning: Meaning, position: Position) -> Iterator[Rel]:
    """For each way in which the contract could say that it is silent on a position, that it does."""
    columns = [dict.fromkeys((value, None)) for value in position.object]
    for silence in meaning.silences:
        if silence.act == position.act and silence.holder in (None, position.holder):
            for chosen in product(*columns):
                sides = (Var("_holder"), Var("_against"))
                yield Rel(silence.force, (*sides, *(Const(value) for value in chosen)))


def check_verdict(
    theory: Theory, meaning: Meaning, vocabulary: Vocabulary, proof: VerdictProof
) -> tuple[Assumption, ...]:
    """What a verdict's proof takes on trust; raises :class:`RejectedError` where it does not prove the verdict."""
    found = dict.fromkeys(a for step in proof.steps for a in check(theory, step))
    claims = {step.claim for step in proof.steps}
    sides = (
        (given_by(meaning, proof.position, anyone=proof.anyone), proof.own),
        (contradicted_by(meaning, proof.position), proof.against),
    )
    for side, truth in sides:
        _check_side(proof, tuple(side), truth, claims)
    status = status_of(proof.own, proof.against, permitted=is_permitted(vocabulary, proof.position))
    if proof.silence is not None and status == "not_held":
        found |= dict.fromkeys(check(theory, proof.silence))
        silent = proof.silence.claim
        if silent.at_least and any(silent.formula == f for f in silences_on(meaning, proof.position)):
            status = "unknown"
    if proof.status is not None and status != proof.status:
        raise RejectedError(f"the verdict that follows is {status}, not {proof.status}")
    return tuple(found)


def _check_side(proof: VerdictProof, side: tuple[Rel, ...], truth: Truth, claims: set[Claim]) -> None:
    """That the greatest truth of these formulas is ``truth``."""
    at = proof.stage
    if truth < TRUE:
        for formula in side:
            if Claim.most(formula, at, at, truth) not in claims:
                raise RejectedError(f"nothing shows that {formula.name} does not")
    if truth > FALSE and not any(Claim.least(f, at, at, truth) in claims for f in side):
        raise RejectedError("no clause is shown to do so")
