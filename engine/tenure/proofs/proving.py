"""Proofs of verdicts, read off a finished evaluation."""

from __future__ import annotations

from tenure.logic.definitions import Stage
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.norms import Meaning, Position
from tenure.proofs.search import Search, UnprovedError
from tenure.proofs.steps import Claim, Step
from tenure.proofs.verdicts import VerdictProof, contradicted_by, given_by, silences_on


def prove_verdict(
    search: Search,
    meaning: Meaning,
    position: Position,
    stage: Stage,
    status: str | None,
    *,
    anyone: bool,
    only: frozenset[str] = frozenset(),
) -> VerdictProof:
    """A proof of a verdict; raises :class:`UnprovedError` where none is found.

    With ``only``, no more than the part that is about relations of these names.
    """
    sides = (given_by(meaning, position, anyone=anyone), contradicted_by(meaning, position))
    truths, steps = [], []
    for side in (tuple(f for f in side if not only or f.name in only) for side in sides):
        truth = max((search.reading.truth(f, {}, stage) for f in side), default=FALSE)
        truths.append(truth)
        if truth < TRUE:
            steps += [search.prove(Claim.most(f, stage, stage, truth)) for f in side]
        if truth > FALSE:
            best = next(f for f in side if search.reading.truth(f, {}, stage) == truth)
            steps.append(search.prove(Claim.least(best, stage, stage, truth)))
    silence = None
    if status == "unknown" and truths[0] == FALSE:
        silence = _silence(search, meaning, position, stage)
    return VerdictProof(position, stage, status, truths[0], truths[1], anyone, tuple(steps), silence)


def _silence(search: Search, meaning: Meaning, position: Position, stage: Stage) -> Step:
    for formula in silences_on(meaning, position):
        if search.reading.truth(formula, {}, stage):
            return search.prove(Claim.least(formula, stage, stage, UNKNOWN))
    raise UnprovedError("no clause is silent on it")
