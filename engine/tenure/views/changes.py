"""A change of a position or a state in the words of a reader."""

from __future__ import annotations

from typing import Final

from tenure.timeline import Verdict
from tenure.timeline.changes import Change
from tenure.timeline.reasons import DISCHARGED
from tenure.timeline.state_changes import StateChange
from tenure.views.words import Telling, cause_text, moment_text, sentence

#: What is not granted to anybody, but arises against somebody.
_BURDENS: Final = ("duty", "duty_not", "disability")


def change_text(told_by: Telling, change: Change) -> str:
    """``2031-01-01  Tenant may use flat against Landlord: ended (through 2030, L1)``."""
    what = f"{moment_text(told_by, change.at)}  {_subject(told_by, change)}: {_kind(told_by, change)}"
    ends = change.kind in ("ended", "about_to_end", "breached")
    why = ", ".join(filter(None, (cause_text(told_by, change.cause, ends=ends), _clauses(change))))
    news = "" if change.news == "new" else f" [{change.news}]"
    return f"{what} ({why}){news}" if why else f"{what}{news}"


def _subject(told_by: Telling, change: Change) -> str:
    if isinstance(change, StateChange):
        return str(change.row)
    seen = Verdict(
        at=change.at,
        position=change.position,
        status=change.after,
        since=None,
        until=None,
        cause=None,
        until_cause=None,
        clauses=change.clauses,
        reason=None,
        basis="recorded",
    )
    return sentence(told_by, seen)


def _kind(told_by: Telling, change: Change) -> str:
    if change.kind == "about_to_end":
        return f"about to end on {moment_text(told_by, change.until)}"
    if isinstance(change, StateChange):
        return "begins" if change.kind == "granted" else change.kind
    if change.kind == "ended" and change.state is not None:
        return f"ended, {DISCHARGED.get(change.state, change.state)}"
    if change.kind == "granted" and change.position.relation in _BURDENS:
        return "arises"
    return change.kind


def _clauses(change: Change) -> str:
    """The clauses that the cause does not name already."""
    named = change.cause.clause if change.cause else None
    return ", ".join(clause for clause in change.clauses if clause != named)
