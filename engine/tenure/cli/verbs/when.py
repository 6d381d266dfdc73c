"""``tenure when``: the spans of a position or of a state."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from tenure.cli.asking import Question, check_names, only_projected, put, view_of
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import span_shape
from tenure.diagnostics import QueryError, UsageError
from tenure.timeline import StatusSpan
from tenure.timeline.sought import check_relation
from tenure.timeline.viewed import viewed_spans
from tenure.views.rows import Strip
from tenure.views.words import edge_text, moment_text, sentence

FINE, ANSWER_IS_NO = 0, 3


def when(
    contract: str,
    history: str | None = None,
    /,
    *,
    state: Annotated[str | None, Parameter(help="a state, instead of a position")] = None,
    arg: Annotated[tuple[str, ...], Parameter(help="an argument of the state")] = (),
    exit_code: Annotated[bool, Parameter(help="exit with 3 where it is never held")] = False,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """When a right is held: its spans, each with what begins and what ends it.

    Name a position (--holder, --act, --object) or a state (--state, --arg).
    """
    if (state is None) == (about.act is None or about.holder is None):
        raise UsageError.of(
            "TEN620", "name a position or a state", help="give `--holder` and `--act`, or `--state`"
        )
    question = put(contract, history, asking, only_act=about.act)
    if state is not None:
        only_projected(asking)
        name, spans = " ".join((state, *arg)), _state(question, state, arg)
    else:
        name, spans = _position(question, about, asking)
    _print(question, name, spans)
    return ANSWER_IS_NO if exit_code and not any(span.status == "held" for span in spans) else FINE


def _state(question: Question, state: str, args: tuple[str, ...]) -> tuple[StatusSpan, ...]:
    timeline = question.timeline
    known = timeline.state_rows(state)
    wanted = next((len(row) for row in known), len(args))
    if len(args) != wanted:
        raise QueryError.of(
            "TEN608", f"`{state}` takes {wanted} arguments, not {len(args)}", help="give each with `--arg`"
        )
    row = next((row for row in known if tuple(map(str, row)) == args), args)
    return timeline.state_spans(state, *row)


def _position(question: Question, about: About, asking: Asking) -> tuple[str, tuple[StatusSpan, ...]]:
    timeline = question.timeline
    check_names(timeline, about, question.out)
    view, against = view_of(timeline, asking)
    relation = check_relation(about.relation or "liberty")
    verdict = timeline.holds(
        about.holder or "",
        about.act or "",
        about.object,
        at=timeline.horizon,
        relation=relation,
        counterparty=about.counterparty,
    )
    holder = verdict.holder or verdict.position.holder
    return sentence(timeline, verdict), viewed_spans(timeline, verdict.position, holder, view, against)


def _print(question: Question, name: str, spans: tuple[StatusSpan, ...]) -> None:
    timeline, out = question.timeline, question.out
    if out.format == "json":
        out.json({"spans": [span_shape(timeline, span) for span in spans]})
        return
    out.lines([name])
    for span in spans:
        begin = moment_text(timeline, span.start, open="always")
        if span.start is not None:
            begin = edge_text(timeline, span.start, span.start_cause)
        end = edge_text(timeline, span.end, span.end_cause, ends=True)
        clauses = f" [{', '.join(span.clauses)}]" if span.clauses else ""
        out.lines([f"  {span.status.replace('_', ' '):<8}  {begin} to {end}{clauses}"])
    shown = tuple(span for span in spans if span.status != "not_held")
    if out.human and shown:
        from tenure.views.text import timeline_text

        out.show(timeline_text(timeline, [Strip("", name, shown)]))
