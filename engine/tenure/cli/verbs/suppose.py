"""``tenure suppose``: what changes if events are added, dropped, moved or changed; many suppositions in one table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from attrs import evolve
from cyclopts import Parameter

from tenure.cli.asking import Question, check_names, only_projected, positions_about, read
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import difference_shape, timeline_shape
from tenure.cli.supposing import readings, supposition
from tenure.cli.tabling import put_table
from tenure.diagnostics import UsageError
from tenure.language.markdown import read_text
from tenure.norms import Position
from tenure.timeline import Timeline
from tenure.timeline.diff import Diff
from tenure.timeline.suppose import Supposition, load_supposition
from tenure.views.differences import breach_line, difference_lines


def suppose(
    contract: str,
    history: str | None = None,
    /,
    *,
    name: Annotated[str | None, Parameter(help="what the supposition is called")] = None,
    on: Annotated[str | None, Parameter(help="FILE: a saved supposition, on which this one stands")] = None,
    save: Annotated[str | None, Parameter(help="FILE: write the supposition there")] = None,
    replace: Annotated[
        tuple[str, ...], Parameter(help="FILE: clauses written anew, in `tenure` blocks")
    ] = (),
    from_: Annotated[
        str | None, Parameter(name="--from", help="FILE: many suppositions, compared in a table")
    ] = None,
    at: Annotated[
        str | None, Parameter(help="with --from: the instant of the answers (default: the horizon)")
    ] = None,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """What changes if events are added (--add), dropped (--drop), moved (--move) or changed (--change).

    A reading that is given, and a clause written anew (--replace), is part of what is supposed. With --holder, --act and so
    on only those rights are compared. With --from FILE each supposition in it is a row of a table.
    """
    only_projected(asking)
    deal, record, out = read(contract, history, asking)
    clauses = [read_text(Path(file)) for file in replace]
    made = evolve(supposition(deal, asking, name, clauses), readings=tuple(readings(asking).items()))
    if on is not None:
        made = made.standing_on(load_supposition(on))
    if from_ is not None:
        return put_table(deal, record, out, made, from_, about, at, asking)
    if not made:
        raise UsageError.of(
            "TEN620", "nothing is supposed", help="give `--add`, `--drop`, `--move`, `--change` or `--from`"
        )
    before = deal.evaluate(record, known_at=asking.known_at, horizon=asking.horizon, executor=asking.executor)
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
        out.json(_shape(before, after, diff, compared))
        return
    if not diff:
        out.lines(["nothing changes"])
    for difference in changed:
        out.lines(difference_lines(before, after, difference))
    for sign, voids, breaches in (("-", diff.mended, diff.healed), ("+", diff.void, diff.breaches)):
        out.lines(f"{sign} void: {v.event.id} {v.event.type}: {v.reason}" for v in voids)
        out.lines(f"{sign} breach{breach_line(after, breach)}" for breach in breaches)


def _shape(before: Timeline, after: Timeline, diff: Diff, compared: dict[Position, None]) -> dict[str, Any]:
    shown = [
        timeline_shape(timeline, [p for p in compared if p in timeline.line.sources])
        for timeline in (before, after)
    ]
    changed = [
        difference_shape(before if d.position in before.line.sources else after, d)
        for d in diff.changed
        if d.position in compared
    ]
    return {"before": shown[0], "after": shown[1], "changed": changed}
