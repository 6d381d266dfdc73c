"""``tenure what-would``: the smallest sets of future acts that bring a right about, or end it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from cyclopts import Parameter

from tenure.cli.asking import Question, only_reference, put_about_one
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import identity_shape, instant_shape
from tenure.time import Instant
from tenure.timeline import Timeline, Verdict
from tenure.timeline.abduction import what_would as search
from tenure.timeline.courses import Course, Courses
from tenure.timeline.future import Act
from tenure.views.words import moment_text, sentence


def what_would(
    contract: str,
    history: str | None = None,
    /,
    *,
    by: Annotated[str, Parameter(help="the date by which")],
    ends: Annotated[bool, Parameter(help="what would end it, instead of what would bring it about")] = False,
    with_consent: Annotated[bool, Parameter(help="the holder's own acts count too")] = False,
    most_acts: Annotated[int, Parameter(help="sets of up to so many acts are found")] = 3,
    must_not: Annotated[bool, Parameter(help="say what would undo each course again")] = False,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """The smallest sets of acts after which a right is held, or with --ends no longer held, by a date.

    Each was tried on a supposed history; who must act, in which order, and how late it may begin.
    """
    only_reference(asking, "what-would")
    question, right, holder = put_about_one(contract, history, about, asking)
    timeline = question.timeline
    with _progress(f"looking for up to {most_acts} acts") as progress:
        courses = search(
            timeline,
            right.position,
            holder,
            timeline.instant(by),
            ends=ends,
            with_consent=with_consent,
            most_acts=most_acts,
            must_not=must_not,
            progress=progress,
        )
    _print(question, right, courses, ends=ends, by=by)
    return 0


@contextmanager
def _progress(text: str) -> Iterator[Callable[[str], None]]:
    """Something that moves while the search goes on and says what is tried, where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield lambda acts: status.update(f"{text}: {acts}")


def _print(question: Question, right: Verdict, courses: Courses, *, ends: bool, by: str) -> None:
    timeline, out = question.timeline, question.out
    if out.format == "json":
        answer = {**identity_shape(timeline, right), "by": instant_shape(timeline, timeline.instant(by))}
        found = [_shape(question, course) for course in courses.found]
        done = {
            "complete": courses.complete,
            "interrupted": courses.interrupted,
            "alone": list(courses.alone),
        }
        out.json({**answer, "ends": ends, **done, "courses": found})
        return
    out.lines([f"{sentence(timeline, right)}: what would {'end it' if ends else 'bring it about'} by {by}"])
    if not courses.found:
        out.lines([f"  nothing that others can do in {courses.most_acts} acts was found"])
    for course in courses.found:
        out.lines(_lines(timeline, course))
    if courses.found:
        out.lines([f"  alone: {', '.join(courses.alone) or 'nobody'}"])
    if courses.interrupted:
        out.say("note: interrupted: these are the courses found by then")
        return
    if not courses.complete:
        out.say("note: not complete: more acts, or other values and delays than were tried, might do it too")


def _lines(timeline: Timeline, course: Course) -> Iterator[str]:
    """Who does what, and by when at the latest."""
    told = [f"{act}, {_limit(timeline, time)}" for act, time in zip(course.acts, course.times, strict=True)]
    yield f"  {'; then '.join(told)}"
    if course.must_not:
        yield f"    unless {' or '.join(map(str, course.must_not))}"


def _limit(timeline: Timeline, latest: Instant) -> str:
    """``before 2030-01-01`` where that is the first instant at which it is too late."""
    limit = moment_text(timeline, latest + 1)
    return (
        f"before {limit}"
        if len(limit) == len("2030-01-01")
        else f"at the latest {moment_text(timeline, latest)}"
    )


def _shape(question: Question, course: Course) -> dict[str, Any]:
    return {
        "acts": [
            {
                **_act_shape(act),
                "latest": instant_shape(question.timeline, time),
            }
            for act, time in zip(course.acts, course.times, strict=True)
        ],
        "latest": instant_shape(question.timeline, course.latest),
        "alone": list(course.alone),
        "must_not": [_act_shape(act) for act in course.must_not],
    }


def _act_shape(act: Act) -> dict[str, Any]:
    return {"type": act.type, "by": list(act.by), "joint": act.joint}
