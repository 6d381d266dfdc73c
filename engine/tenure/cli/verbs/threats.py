"""``tenure threats``: whose acts could end a right before its projected end."""

from __future__ import annotations

from typing import Any

from tenure.cli.asking import Question, only_reference, put_about_one
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.shapes import identity_shape, instant_shape
from tenure.timeline import Verdict
from tenure.timeline.future import Outlook, Threat
from tenure.views.words import moment_text, sentence


def threats(
    contract: str,
    history: str | None = None,
    /,
    *,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """The smallest sets of acts of others that could end a right, and by whom.

    Name it by --holder, --act and --object; acts that the holder has a part in are no threats.
    """
    only_reference(asking, "threats")
    question, right, holder = put_about_one(contract, history, about, asking, narrow=True)
    future = question.timeline.future
    found = future.threats(right.position, holder)
    _print(question, right, future.outlook(right.position, holder), found)
    return 0


def _print(question: Question, right: Verdict, outlook: Outlook, found: tuple[Threat, ...]) -> None:
    timeline, out = question.timeline, question.out
    if out.format == "json":
        out.json(_shape(question, right, outlook, found))
        return
    out.lines([sentence(timeline, right)])
    for name, until in (
        ("projected", outlook.projected_until),
        ("guaranteed", outlook.guaranteed_until),
        ("possible", outlook.possible_until),
    ):
        out.lines([f"  {name} until {moment_text(timeline, until)}"])
    if not found:
        out.lines(["  nobody else can end it before"])
    out.lines(f"  lost by {threat}" for threat in found)


def _shape(question: Question, right: Verdict, outlook: Outlook, found: tuple[Threat, ...]) -> dict[str, Any]:
    timeline = question.timeline
    return {
        **identity_shape(timeline, right),
        "horizon": instant_shape(timeline, timeline.horizon),
        "projected_until": instant_shape(timeline, outlook.projected_until),
        "guaranteed_until": instant_shape(timeline, outlook.guaranteed_until),
        "possible_until": instant_shape(timeline, outlook.possible_until),
        "threats": [
            {"acts": [{"type": act.type, "by": list(act.by), "joint": act.joint} for act in threat.acts]}
            for threat in found
        ],
    }
