"""The rules for dates: those that recur, and those that an event names."""

from __future__ import annotations

from datetime import date

from tenure.diagnostics import TimeError
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import Dates, Passed, Stage, before_events
from tenure.logic.terms import Env, value_of
from tenure.proofs.rules import Premises, Rule, chosen, need, row_of
from tenure.proofs.steps import Choice, Claim, UnfitError
from tenure.proofs.theory import FIRST, Theory


def on_date(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """A recurring date is so at the first stage of its day, and at no other."""
    _, _ = row_of(theory, claim, Dates)
    day, instant = claim.row.key
    stage = before_events(theory.limits.calendar.start_of_day(date.fromisoformat(day)))
    if claim.at_least:
        need(claim.start == claim.end == stage, "the date is another")
        need((day, instant) in theory.possible.keys(claim.row.name), "no such date recurs")
    else:
        need(not claim.start <= stage <= claim.end, "the date is so then")
    return ()


def due_stage(theory: Theory, passed: Passed, env: Env) -> Stage:
    """The stage at which the date of a row comes."""
    try:
        value = value_of(passed.date.date, env)
        if value is UNKNOWN_VALUE:
            raise UnfitError("the date is unknown")
        return before_events(theory.limits.due(passed.date, value))
    except KeyError as missing:
        raise UnfitError(f"{missing} has no value") from missing
    except TimeError as error:
        raise UnfitError("the date is outside the calendar") from error


def _named(theory: Theory, claim: Claim) -> tuple[Passed, Env, Stage]:
    """The definition of a row with a date, its bindings, and when the date comes."""
    passed, env = row_of(theory, claim, Passed)
    need(not theory.possible.has_unknown(passed.name), "a row with an unknown column may be this one")
    return passed, env, due_stage(theory, passed, env)


def named_date(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """The date was named at ``at`` and has come; one that is so only when it comes, comes when it is named later."""
    passed, env, due = _named(theory, claim)
    stage = chosen(how.at, "when it was named is not said")
    need(claim.at_least and FIRST <= stage <= claim.start, "not a date that was named before")
    body = claim.about(passed.body, env)
    if not passed.only or claim.start == claim.end == due:
        need(due <= claim.start, "the date has not come")
        return (body.at(stage),)
    need(due < stage == claim.start == claim.end, "the date came at another stage")
    before = Claim.most(passed.body, stage - 1, stage - 1, claim.level - 1).about(passed.body, env)
    return body.at(stage), before


def not_reached(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """The date has not come, or was not named before it was to count."""
    passed, env, due = _named(theory, claim)
    need(not claim.at_least, "not a date that is denied")
    if claim.end < due:
        return ()
    start = claim.start if passed.only and claim.start > due else FIRST
    return (claim.about(passed.body, env).during(start, claim.end),)


DATE_RULES: dict[str, Rule] = {
    "date": on_date,
    "named date": named_date,
    "date not reached": not_reached,
}
