"""``tenure why``: the answer to a question as a tree of clauses, events, dates and exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from tenure.cli.asking import put_about_one
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import identity_shape, instant_shape
from tenure.proofs.checker import Assumption
from tenure.proofs.encoding import to_json
from tenure.proofs.trust import KINDS
from tenure.timeline import Timeline
from tenure.timeline.explaining import prove
from tenure.timeline.proof import Proof
from tenure.views.words import sentence


def why(
    contract: str,
    history: str | None = None,
    /,
    *,
    at: Annotated[
        str | None, Parameter(help="an instant; a bare date is its first (default: the horizon)")
    ] = None,
    depth: Annotated[int | None, Parameter(help="how many steps deep; the rest is counted")] = None,
    check: Annotated[
        bool | None,
        Parameter(
            negative="--no-check",
            help="put every step to the proof checker, and say what it takes on trust (default: except for JSON)",
        ),
    ] = None,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """Why a right is held or not: clauses with their text, events, dates spelt out, exceptions considered.

    Name it by --holder, --act and --object.
    """
    question, verdict, _ = put_about_one(contract, history, about, asking, at=at)
    timeline = question.timeline
    proof = prove(timeline, verdict, f"{sentence(timeline, verdict)} at {timeline.text(verdict.at)}")
    shown = proof if depth is None else proof.folded(depth)
    if question.out.format == "json":
        answer = {**identity_shape(timeline, verdict), "at": instant_shape(timeline, verdict.at)}
        formal = _formal_shape(proof, timeline.check_proof(proof)) if check else {}
        question.out.json({**answer, "proof": _shape(timeline, shown), **formal})
        return 0
    question.out.lines(_tree(shown, "", ""))
    if check or (check is None and proof.formal is not None):
        question.out.lines(_checked(proof, timeline.check_proof(proof)))
    elif check is None:
        question.out.lines(("not checked: no formal proof of this answer was found",))
    return 0


def _checked(proof: Proof, assumptions: tuple[Assumption, ...]) -> Iterator[str]:
    """What the checker says: how many steps follow, and which kinds of claim it was not shown."""
    roots = proof.formal.steps if proof.formal is not None else ()
    count = len({id(step) for root in roots for step in root.steps()})
    steps = "the only step follows" if count == 1 else f"all {count} steps follow"
    yield f"checked: {steps} from the definitions and the events"
    kinds = Counter(assumption.kind for assumption in assumptions)
    for kind, number in sorted(kinds.items()):
        yield f"on trust: {KINDS[kind]} ({number} claim{'s' * (number != 1)})"


def _formal_shape(proof: Proof, assumptions: tuple[Assumption, ...]) -> dict[str, Any]:
    kinds = sorted({assumption.kind for assumption in assumptions})
    return {"formal": to_json(proof.formal) if proof.formal is not None else None, "on_trust": kinds}


def _tree(proof: Proof, first: str, rest: str) -> Iterator[str]:
    """The proof as an indented tree; each quotation stands under its clause."""
    yield f"{first}{proof.claim}{f': {proof.answer}' if proof.answer else ''}"
    if proof.quote:
        yield f"{rest}{'│ ' if proof.because else '  '}“{proof.quote}”"
    for i, below in enumerate(proof.because):
        last = i == len(proof.because) - 1
        yield from _tree(below, f"{rest}{'└ ' if last else '├ '}", f"{rest}{'  ' if last else '│ '}")


def _shape(timeline: Timeline, proof: Proof) -> dict[str, Any]:
    return {
        "claim": proof.claim,
        "answer": proof.answer,
        "clause": proof.clause,
        "quote": proof.quote,
        "event": proof.event,
        "at": instant_shape(timeline, proof.at),
        "because": [_shape(timeline, below) for below in proof.because],
    }
