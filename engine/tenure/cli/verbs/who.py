"""``tenure who``: who holds what at an instant, or on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from cyclopts import Parameter

from tenure.cli.asking import Question, check_names, positions_about, put, view_of
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import change_shape, guaranteed_shape, instant_shape, position_shape
from tenure.diagnostics import UsageError
from tenure.time import Instant
from tenure.timeline import Change, Timeline, Verdict
from tenure.timeline.sought import check_relation
from tenure.timeline.verdict import View
from tenure.timeline.viewed import Against, guaranteed_until, viewed_verdict

FINE, ANSWER_IS_NO = 0, 3


def who(
    contract: str,
    history: str | None = None,
    /,
    *,
    at: Annotated[
        str | None, Parameter(help="an instant; a bare date is its first (default: the horizon)")
    ] = None,
    on: Annotated[str | None, Parameter(help="a whole day: every change in it, and how it ends")] = None,
    exit_code: Annotated[bool, Parameter(help="exit with 3 where nothing is held")] = False,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """Who holds which right at an instant.

    With --holder, --act and --object it is one position, whatever its status; else all that are held, unknown or
    disputed.
    """
    if at is not None and on is not None:
        raise UsageError.of("TEN620", "`--at` and `--on` are two questions", help="give one of them")
    question = put(contract, history, asking, only_act=about.act, at=at or on)
    check_names(question.timeline, about, question.out)
    view = view_of(question.timeline, asking)
    instant, day = _when(question, at, on)
    verdicts = verdicts_about(question, about, instant, *view)
    changes = _changes(question, about, *day) if day else []
    _print(question, instant, verdicts, changes, on, view)
    return ANSWER_IS_NO if exit_code and not any(v.status == "held" for v in verdicts) else FINE


def verdicts_about(
    question: Question, about: About, at: Instant, view: View = "projected", against: Against = None
) -> list[Verdict]:
    """One verdict where holder, act and object are given, else all that are not plainly `not_held`."""
    timeline = question.timeline
    if about.holder is not None and about.act is not None and about.object is not None:
        relation = check_relation(about.relation or "liberty")
        who, act = about.holder, about.act
        found = timeline.holds(
            who, act, about.object, at=at, relation=relation, counterparty=about.counterparty
        )
        return [viewed_verdict(timeline, found.position, at, view, seen_as=found.seen_as, against=against)]
    verdicts = (
        viewed_verdict(timeline, position, at, view, seen_as=seen, against=against)
        for position, seen in positions_about(timeline, about)
    )
    listed = [verdict for verdict in verdicts if verdict.status != "not_held"]
    return listed or _by_default(timeline, about, at)


def _by_default(timeline: Timeline, about: About, at: Instant) -> list[Verdict]:
    """The liberty that an action without an object gives where nothing forbids it: no clause lists it."""
    if about.holder is None or about.act is None or about.relation not in (None, "liberty"):
        return []
    if timeline.vocabulary.parameters(about.act):
        return []
    verdict = timeline.holds(about.holder, about.act, at=at, counterparty=about.counterparty)
    return [verdict] if verdict.status == "held" else []


def _when(
    question: Question, at: str | None, on: str | None
) -> tuple[Instant, tuple[Instant, Instant] | None]:
    """The instant of the answer, and the day whose changes are wanted."""
    timeline = question.timeline
    if on is None:
        return (timeline.horizon if at is None else timeline.instant(at)), None
    calendar = timeline.vocabulary.calendar
    day = calendar.day_of(timeline.instant(on))
    start, end = calendar.start_of_day(day), calendar.start_of_day(day + timedelta(days=1))
    return end - 1, (start, end)


def _changes(question: Question, about: About, start: Instant, end: Instant) -> list[tuple[Change, Verdict]]:
    timeline = question.timeline
    wanted = dict(positions_about(timeline, about))
    return [
        (change, timeline.verdict(change.position, change.at, wanted[change.position]))
        for change in timeline.changes(start=start, end=end)
        if change.position in wanted
    ]


def _shape(timeline: Timeline, verdict: Verdict, view: View, against: Against) -> dict[str, Any]:
    if view == "projected":
        return position_shape(timeline, verdict)
    holder = verdict.holder or verdict.position.holder
    until = guaranteed_until(timeline, verdict.position, holder, against)
    return guaranteed_shape(timeline, verdict, until)


def _print(
    question: Question,
    at: Instant,
    verdicts: list[Verdict],
    changes: list[tuple[Change, Verdict]],
    on: str | None,
    view: tuple[View, Against],
) -> None:
    timeline, out = question.timeline, question.out
    if out.format == "json":
        answer: dict[str, Any] = {
            "at": instant_shape(timeline, at),
            "horizon": instant_shape(timeline, timeline.horizon),
        }
        if on is not None:
            answer |= {"on": on, "changes": [change_shape(timeline, c, v) for c, v in changes]}
        out.json({**answer, "positions": [_shape(timeline, v, *view) for v in verdicts]})
        return
    from tenure.views.text import verdict_card, verdict_lines, verdict_table
    from tenure.views.words import cause_text, moment_text, sentence

    for change, verdict in changes:
        why = cause_text(timeline, change.cause)
        line = f"{moment_text(timeline, change.at)}  {sentence(timeline, verdict)}: {change.before} to {change.after}"
        out.lines([f"{line} ({why})" if why else line])
    if on is not None and not changes:
        out.say(f"note: nothing changes on {on}")
    if len(verdicts) == 1:
        out.lines(f"{name}: {value}" for name, value in verdict_card(timeline, verdicts[0]))
        if view[0] != "projected":
            until = _shape(timeline, verdicts[0], *view)["guaranteed_until"]
            out.lines([f"guaranteed until: {until or 'open'}"])
    elif out.human and verdicts:
        basis = "recorded" if at <= timeline.horizon else view[0]
        out.show(
            verdict_table(
                timeline, verdicts, title=f"{question.contract.name} at {moment_text(timeline, at)} ({basis})"
            )
        )
    elif verdicts:
        out.lines(verdict_lines(timeline, verdicts))
    else:
        out.say(f"note: nobody holds such a position at {moment_text(timeline, at)}")
