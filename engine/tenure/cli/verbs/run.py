"""``tenure run``: the whole timeline in short: what is held, what went wrong, what is coming."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from cyclopts import Parameter

from tenure.cli.asking import Question, only_projected, put
from tenure.cli.options import NOTHING_SUPPOSED, Asking
from tenure.cli.shapes import breach_shape, timeline_shape
from tenure.time import Instant
from tenure.timeline.verdict import Basis
from tenure.views.words import cause_text, moment_text, sentence

_UPCOMING = 12
_TO_COME = ("breaches to come, if nothing more happens", "coming changes")


def run(
    contract: str,
    history: str | None = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help="the instant of the summary (default: the horizon)")] = None,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """The timeline in short: positions held, void acts, breaches, coming changes; as JSON all spans."""
    only_projected(asking)
    question = put(contract, history, asking, at=at)
    timeline = question.timeline
    instant = timeline.horizon if at is None else timeline.instant(at)
    if question.out.format == "json":
        question.out.json(_shape(question))
        return 0
    _print(question, instant)
    return 0


def _shape(question: Question) -> dict[str, Any]:
    timeline = question.timeline
    positions = [p for p in timeline.line.sources if not timeline.line.is_declared(p)]
    return {"contract": question.contract.name, **timeline_shape(timeline, positions)}


def _print(question: Question, at: Instant) -> None:
    from tenure.views.text import verdict_lines, verdict_table

    timeline, out = question.timeline, question.out
    verdicts = timeline.positions(at=at)
    if out.human:
        title = f"{question.contract.name} at {moment_text(timeline, at)}"
        out.show(verdict_table(timeline, verdicts, title=title)) if verdicts else out.lines([title])
    else:
        out.lines(verdict_lines(timeline, verdicts))
    for name, lines in (
        ("void acts", list(_void(question))),
        ("breaches", list(_breaches(question, "recorded"))),
        (_TO_COME[0], list(islice(_breaches(question, "projected"), _UPCOMING + 1))),
        (_TO_COME[1], list(islice(_coming(question, at), _UPCOMING + 1))),
    ):
        shown = lines[:_UPCOMING] if name in _TO_COME else lines
        out.lines(["", f"{name}: {'none' if not lines else ''}".rstrip(), *(f"  {line}" for line in shown)])
        if len(shown) < len(lines):
            out.lines(["  … and later ones"])


def _void(question: Question) -> Iterator[str]:
    timeline = question.timeline
    for void in timeline.void:
        by = f" by {', '.join(void.event.by)}" if void.event.by else ""
        yield f"{moment_text(timeline, void.event.at)}  {void.event.id} {void.event.type}{by}: {void.reason}"


def _breaches(question: Question, basis: Basis) -> Iterator[str]:
    timeline = question.timeline
    for breach in timeline.breaches:
        if breach.basis != basis:
            continue
        shape = breach_shape(timeline, breach)
        act = " ".join(filter(None, (breach.act, shape["object"])))
        against = f" against {breach.clause}" if breach.clause else " without leave"
        event = f" ({breach.event})" if breach.event else ""
        yield f"{moment_text(timeline, breach.at)}  {breach.party}: {act}{against}{event}"


def _coming(question: Question, at: Instant) -> Iterator[str]:
    timeline = question.timeline
    for change in timeline.changes(start=at + 1):
        verdict = timeline.verdict(change.position, change.at)
        why = cause_text(timeline, change.cause)
        line = f"{moment_text(timeline, change.at)}  {sentence(timeline, verdict)}: {change.before} to {change.after}"
        yield f"{line} ({why})" if why else line
