"""``tenure what-would``: the smallest sets of future acts that bring a right about, or end it."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

from cyclopts import Parameter

from tenure.cli.asking import Question, put_about_one
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import identity_shape, instant_shape
from tenure.timeline import Verdict
from tenure.timeline.abduction import Course, Courses
from tenure.timeline.abduction import what_would as search
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
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """The smallest sets of acts after which a right is held, or with --ends no longer held, by a date.

    Each was tried on a supposed history; who must act, in which order, and how late it may begin.
    """
    question, right, holder = put_about_one(contract, history, about, asking)
    timeline = question.timeline
    with _progress(f"looking for up to {most_acts} acts"):
        courses = search(
            timeline,
            right.position,
            holder,
            timeline.instant(by),
            ends=ends,
            with_consent=with_consent,
            most_acts=most_acts,
        )
    _print(question, right, courses, ends=ends, by=by)
    return 0


def _progress(text: str) -> AbstractContextManager[Any]:
    """Something that moves while the search goes on, where somebody looks."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def _print(question: Question, right: Verdict, courses: Courses, *, ends: bool, by: str) -> None:
    timeline, out = question.timeline, question.out
    if out.format == "json":
        answer = {**identity_shape(timeline, right), "by": instant_shape(timeline, timeline.instant(by))}
        found = [_shape(question, course) for course in courses.found]
        out.json({**answer, "ends": ends, "complete": courses.complete, "courses": found})
        return
    out.lines([f"{sentence(timeline, right)}: what would {'end it' if ends else 'bring it about'} by {by}"])
    if not courses.found:
        out.lines([f"  nothing that others can do in {courses.most_acts} acts was found"])
    for course in courses.found:
        out.lines([f"  {course}, begun by {moment_text(timeline, course.latest)}"])
    if not courses.complete:
        out.say("note: not complete: more acts, or other values and delays than were tried, might do it too")


def _shape(question: Question, course: Course) -> dict[str, Any]:
    return {
        "acts": [{"type": a.type, "by": list(a.by), "joint": a.joint} for a in course.acts],
        "latest": instant_shape(question.timeline, course.latest),
    }
