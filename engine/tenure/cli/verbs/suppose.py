"""``tenure suppose``: what changes if events are added, dropped, moved or changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from attrs import evolve
from cyclopts import Parameter

from tenure.cli.asking import Question, check_names, only_projected, positions_about, read
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import difference_shape, timeline_shape
from tenure.cli.supposing import readings, supposition
from tenure.diagnostics import UsageError
from tenure.norms import Position
from tenure.time import Instant
from tenure.timeline import Breach, EdgeCause, Timeline
from tenure.timeline.diff import Diff, Difference
from tenure.timeline.suppose import Supposition, load_supposition
from tenure.views.words import edge_text, moment_text, sentence


def suppose(
    contract: str,
    history: str | None = None,
    /,
    *,
    name: Annotated[str | None, Parameter(help="what the supposition is called")] = None,
    on: Annotated[str | None, Parameter(help="FILE: a saved supposition, on which this one stands")] = None,
    save: Annotated[str | None, Parameter(help="FILE: write the supposition there")] = None,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """What changes if events are added (--add), dropped (--drop), moved (--move) or changed (--change).

    A reading that is given is part of what is supposed.  With --holder, --act and so on only those rights are compared.
    """
    only_projected(asking)
    deal, record, out = read(contract, history, asking)
    made = evolve(supposition(deal, asking, name), readings=tuple(readings(asking).items()))
    if on is not None:
        made = made.standing_on(load_supposition(on))
    if not made:
        raise UsageError.of(
            "TEN620", "nothing is supposed", help="give `--add`, `--drop`, `--move` or `--change`"
        )
    before = deal.evaluate(record, known_at=asking.known_at, horizon=asking.horizon)
    after = before.suppose(made)
    check_names(after, about, out)
    _save(made, save)
    question = Question(deal, after, out)
    compared = [*_positions(before, about), *_positions(after, about)]
    _print(question, before, after.diff(), dict.fromkeys(compared))
    return 0


def _save(made: Supposition, path: str | None) -> None:
    if path is not None:
        made.save(path)


def _positions(timeline: Timeline, about: About) -> Iterator[Position]:
    return (position for position, _ in positions_about(timeline, about))


def _print(question: Question, before: Timeline, diff: Diff, compared: dict[Position, None]) -> None:
    after, out = question.timeline, question.out
    changed = [d for d in diff.changed if d.position in compared]
    for void in after.void:
        if void.event.supposed:
            out.say(f"note: {void.event.id} {void.event.type} is void: {void.reason}")
    if out.format == "json":
        out.json(_shape(before, after, changed, compared))
        return
    if not diff:
        out.lines(["nothing changes"])
    for difference in changed:
        out.lines(_lines(before, after, difference))
    for sign, voids, breaches in (("-", diff.mended, diff.healed), ("+", diff.void, diff.breaches)):
        out.lines(f"{sign} void: {v.event.id} {v.event.type}: {v.reason}" for v in voids)
        out.lines(f"{sign} breach{_breach(after, breach)}" for breach in breaches)


def _breach(timeline: Timeline, breach: Breach) -> str:
    clause = f" of {breach.clause}" if breach.clause else ""
    event = f" ({breach.event})" if breach.event else ""
    return (
        f"{clause}: {breach.party} {breach.act} at {moment_text(timeline, breach.at)}{event}, {breach.basis}"
    )


def _lines(before: Timeline, after: Timeline, difference: Difference) -> Iterator[str]:
    """The right, how it changes, and the spans that only one of the two timelines has, with both causes."""
    right = sentence(before, before.verdict(difference.position, before.horizon))
    yield f"{right}: {difference.kind}"
    for sign, spans in (("-", difference.only_before), ("+", difference.only_after)):
        for span in spans:
            begin = _edge(before, after, span.start, span.start_cause)
            end = _edge(before, after, span.end, span.end_cause, ends=True)
            yield f"  {sign} {span.status.replace('_', ' ')} {begin or 'always'} to {end}"


def _edge(
    before: Timeline, after: Timeline, at: Instant | None, cause: EdgeCause | None, *, ends: bool = False
) -> str:
    """An edge with its cause, which is an event of one of the two timelines."""
    named = before if cause and cause.event and after.event(cause.event) is None else after
    return edge_text(named, at, cause, ends=ends)


def _shape(
    before: Timeline, after: Timeline, changed: list[Difference], compared: dict[Position, None]
) -> dict[str, Any]:
    shown = [
        timeline_shape(timeline, [p for p in compared if p in timeline.line.sources])
        for timeline in (before, after)
    ]
    return {
        "before": shown[0],
        "after": shown[1],
        "changed": [difference_shape(before, difference) for difference in changed],
    }
