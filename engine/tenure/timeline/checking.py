"""Checking a proof against the contract's definitions and the history's events: every line of it, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.diagnostics import QueryError
from tenure.logic.definitions import Reached, with_events
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.proofs.checker import Assumption, RejectedError, check
from tenure.proofs.theory import Theory
from tenure.proofs.verdicts import VerdictProof, check_verdict
from tenure.time import Instant
from tenure.timeline.proof import Proof

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

_LEAST = {"yes": (True, TRUE), "no": (False, FALSE), "unknown": (True, UNKNOWN)}


def check_proof(timeline: Timeline, proof: Proof) -> tuple[Assumption, ...]:
    """What ``proof`` takes on trust; raises :class:`QueryError` (TEN640) where it does not prove what it says."""
    if proof.formal is None or proof.at is None:
        raise QueryError.of(
            "TEN641",
            "this answer has no formal proof",
            help="ask `why` of the position itself; where the search gives up, the answer stands unchecked",
        )
    try:
        return tuple(dict.fromkeys(_check(timeline, proof, proof.formal, proof.at)))
    except RejectedError as error:
        advice = "the proof was changed, or is of another history"
        raise QueryError.of("TEN640", f"the proof does not hold: {error}", help=advice) from error


def _check(timeline: Timeline, proof: Proof, formal: VerdictProof, at: Instant) -> Iterator[Assumption]:
    """The verdict, and every line that says why."""
    theory = timeline.theory(at)
    if formal.stage != with_events(at):
        raise RejectedError("the proof is about another instant")
    if formal.status is not None and proof.answer.partition(" ")[0] != formal.status:
        raise RejectedError(f"the answer is {proof.answer}, the proof is of {formal.status}")
    yield from check_verdict(theory, timeline.line.meaning, timeline.vocabulary, formal)
    for line in proof.because:
        yield from _check_lines(timeline, theory, line)


def _reached_back(timeline: Timeline) -> set[tuple[str | None, Instant | None]]:
    """The events whose effects reach back, each with the instants at which they take effect."""
    program = timeline.line.meaning.program
    effects = {reaching.effect.name for reaching in program.reaching}
    formulas = (f for d in program.definitions if d.name in effects for f in bodies(d).values())
    atoms = (found.atom for formula in formulas for found in occurrences(formula))
    return {(atom.event, atom.at) for atom in atoms if isinstance(atom, Reached)}


def _check_lines(timeline: Timeline, theory: Theory, proof: Proof) -> Iterator[Assumption]:
    """The line and all below it: it says what its step proves, and names only events that there are."""
    if proof.says is not None:
        claim = proof.says
        if proof.step is None or proof.step.claim != claim:
            raise RejectedError(f"nothing proves `{proof.claim}`")
        yield from check(theory, proof.step)
        if _LEAST.get(proof.answer) != (claim.at_least, claim.level):
            raise RejectedError(
                f"`{proof.claim}` is said to be `{proof.answer}`, which is not what is proved"
            )
    if proof.event is not None and proof.answer != "tried":
        event = timeline.event(proof.event)
        at_once = event is not None and proof.at in (None, event.at)
        if not at_once and (proof.event, proof.at) not in _reached_back(timeline):
            raise RejectedError(f"`{proof.claim}`: there is no event {proof.event} at that instant")
    for below in proof.because:
        yield from _check_lines(timeline, theory, below)
