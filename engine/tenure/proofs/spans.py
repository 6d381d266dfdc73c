"""The rules for what lasts and what looks back: spans with their terms, ``once``, ``held for`` and ``since`` (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile

from msgspec.structs import replace

from tenure.logic.definitions import (
    Formula,
    Inertial,
    Lasting,
    Recent,
    SinceThen,
    Stage,
)
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, TRUE
from tenure.proofs.rules import Premises, Rule, chosen, need, row_of
from tenure.proofs.steps import Choice, Claim, Row, UnfitError
from tenure.proofs.theory import FIRST, Theory

_NOBODY = "at which stage is not said"


def _span(theory: Theory, claim: Claim, *, expires: bool = False) -> tuple[Inertial, Env, Row]:
    """The span of a claim, its bindings and the row that it is; ``expires`` asks for its companion relation."""
    span, env = row_of(theory, claim, Inertial)
    need(not span.open, "an open future has no proof")
    assert isinstance(claim.formula, Row)
    need((claim.formula.name != span.name) == expires, "the rule is for another relation")
    key = claim.formula.key
    need(not theory.possible.has_unknown(span.name), "a row with an unknown column may be this one")
    return span, env, theory.row(span.name, key)


def expiries(theory: Theory, span: Inertial, anchor: Stage) -> Iterator[Stage]:
    """The stages at which the terms of an opening at ``anchor`` are over: the first, and each to which they may go on."""
    need(span.terms, "the span has no terms")
    terms, stage = span.terms, anchor
    for times in count(1):
        stage = max(min(theory.limit(term, anchor) for term in terms), stage + 1)
        yield stage
        if span.again is None:
            return
        # Counted from the beginning, so that the last day of a month stays one.
        more = times * span.again
        terms = tuple(replace(term, length=term.length + more) for term in span.terms)


def _over(theory: Theory, span: Inertial, anchor: Stage, last: Stage) -> list[Stage]:
    """When the terms of an opening at ``anchor`` are over, up to ``last``."""
    return list(takewhile(lambda stage: stage <= last, expiries(theory, span, anchor)))


def _goes_on(claim: Claim, span: Inertial, env: Env, stages: list[Stage]) -> Premises:
    """That a term which is over at these stages goes on there."""
    need(not stages or span.again is not None, "its terms have run out")
    if span.lapses is None:
        return ()
    return tuple(premise for stage in stages for premise in _denied(claim, span.lapses, env, stage, stage))


def _lapses(claim: Claim, span: Inertial, env: Env, stage: Stage) -> Premises:
    """That a term which is over at ``stage`` does not go on."""
    if span.again is None:
        return ()
    if span.lapses is None:
        raise UnfitError("its terms always go on")
    asked = claim if claim.at_least else claim.turned()
    return (asked.about(span.lapses, env).at(stage),)


def _denied(claim: Claim, formula: Formula, env: Env, start: Stage, end: Stage) -> Premises:
    """That ``formula`` is as little so, throughout, as the claim is so; nothing is needed for no stages."""
    if start > end:
        return ()
    turned = claim.turned() if claim.at_least else claim
    return (turned.about(formula, env).during(start, end),)


def _in_order(theory: Theory, claim: Claim, span: Inertial, env: Env, start: Stage, end: Stage) -> Premises:
    """That no beginning comes with an end by another event of its tick: which came first is not known then."""
    if claim.level != FALSE or start > end:
        return ()
    stages = theory.crowded(start, end, edge_types(theory, span))
    return tuple(claim.about(span.begin, env).at(stage) for stage in stages)


def edge_types(theory: Theory, span: Inertial) -> frozenset[str]:
    """The types of the events that may begin or end a span."""
    return theory.types_behind(span.begin) | theory.types_behind(span.end)


def _not_begun(theory: Theory, claim: Claim, span: Inertial, env: Env, start: Stage) -> Premises:
    """That the span is not begun from ``start`` to the end of the claim."""
    return (
        *_denied(claim, theory.opening(span), env, start, claim.end),
        *_in_order(theory, claim, span, env, start, claim.end),
    )


# ---------------------------------------------------------------- a span holds


def runs(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It began at ``at``, nothing has ended it since, and its terms have not run out."""
    span, env, row = _span(theory, claim)
    began = chosen(how.at, _NOBODY)
    need(claim.at_least and FIRST <= began <= claim.start, "not a span that began before")
    found: Premises = (
        claim.about(span.begin, env).at(began),
        *_denied(claim, span.end, env, began, claim.end),
    )
    if span.final:
        found += _denied(claim, row, {}, FIRST, began - 1)
    if span.terms:
        found += _goes_on(claim, span, env, _over(theory, span, began, claim.end))
        if span.renews:
            found += _denied(claim, theory.row(f"expires:{span.name}", row.key), {}, began, began)
        elif began > FIRST:
            found += _denied(claim, row, {}, began - 1, began - 1)
    return found


def keeps_on(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It was so at ``at``, however that came about, and nothing has ended it since; it has no terms."""
    span, env, row = _span(theory, claim)
    stage = chosen(how.at, _NOBODY)
    need(claim.at_least and FIRST <= stage < claim.start and not span.terms, "not a span without terms")
    return claim.about(row, {}).at(stage), *_denied(claim, span.end, env, stage + 1, claim.end)


# ---------------------------------------------------------------- a span does not hold


def never(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """It has never begun."""
    span, env, _ = _span(theory, claim)
    need(not claim.at_least, "not a span that is denied")
    return _not_begun(theory, claim, span, env, FIRST)


def ended(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """Something ended it at ``at``, and it has not begun anew."""
    span, env, _ = _span(theory, claim)
    stage = chosen(how.at, _NOBODY)
    need(not claim.at_least and stage <= claim.start, "not a span that ended before")
    return (
        claim.turned().about(span.end, env).at(stage),
        *_in_order(theory, claim, span, env, stage, stage),
        *_not_begun(theory, claim, span, env, stage + 1),
    )


def ended_for_good(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It held until it ended at ``at``, and it does not begin again after an end."""
    span, _, row = _span(theory, claim)
    stage = chosen(how.at, _NOBODY)
    need(
        span.final and not claim.at_least and FIRST < stage < claim.start,
        "not a final span that ended before",
    )
    return Claim.least(row, stage - 1, stage - 1, TRUE), claim.about(row, {}).at(stage)


def expired(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It began at ``at``, its terms ran out, and it has not begun anew.

    ``number`` 1 says that it held till then, ``key`` which end of its terms it was that they did not go on after.
    """
    span, env, row = _span(theory, claim)
    began = chosen(how.at, _NOBODY)
    over = _over(theory, span, began, claim.start)
    (which,) = how.key or (0,)
    need(not claim.at_least and 0 <= which < len(over), "its terms had not run out")
    expiry = over[which]
    found = _lapses(claim, span, env, expiry)
    if began > FIRST:
        found += (claim.about(row, {}).at(began - 1),)
    if how.number == 1 and not span.renews:
        held = Claim.least(row, began, expiry - 1, TRUE)
        return (*found, held, *_not_begun(theory, claim, span, env, expiry + 1))
    return (*found, *_denied(claim, span.begin, env, began + 1, claim.end))


def keeps_off(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It did not hold at ``at``, and has not begun since."""
    span, env, row = _span(theory, claim)
    stage = chosen(how.at, _NOBODY)
    need(not claim.at_least and FIRST <= stage < claim.start, "not a span that was denied before")
    return (claim.about(row, {}).at(stage), *_not_begun(theory, claim, span, env, stage + 1))


def begun_and_ended(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """One event both begins and ends it, so that the end wins, and no other event of the instant begins it."""
    span, env, _ = _span(theory, claim)
    need(not claim.at_least and claim.start == claim.end, "not one stage at which a span is denied")
    need(how.event in {e.id for e in theory.together(claim.start)}, "no event of that instant")
    assert how.event is not None
    by_it, by_others = theory.by(span.begin, how.event), theory.by(span.begin, how.event, is_other=True)
    surely = Claim.least(span.end, claim.start, claim.end)
    return (
        surely.about(theory.by(span.end, how.event), env),
        surely.about(by_it, env),
        Claim.most(by_others, claim.start, claim.end).about(by_others, env),
    )


# ---------------------------------------------------------------- whether its terms end it


def runs_out(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """At this stage the terms of what began at ``at`` run out."""
    span, env, row = _span(theory, claim, expires=True)
    began = chosen(how.at, _NOBODY)
    need(claim.at_least and claim.start == claim.end, "not one stage at which terms end")
    need(claim.start in _over(theory, span, began, claim.end), "the terms end elsewhere")
    found: Premises = (
        claim.about(row, {}).during(began, claim.end - 1),
        *_lapses(claim, span, env, claim.start),
    )
    if began > FIRST:
        found += _denied(claim, row, {}, began - 1, began - 1)
    if span.renews:
        found += _denied(claim, span.begin, env, began + 1, claim.end - 1)
    return found


def idle(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """What did not hold does not run out."""
    _, _, row = _span(theory, claim, expires=True)
    need(not claim.at_least, "not a term that is denied")
    return (claim.about(row, {}).during(claim.start - 1, claim.end - 1),)


def goes_on(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """What still holds has not run out."""
    _, _, row = _span(theory, claim, expires=True)
    need(not claim.at_least, "not a term that is denied")
    return (claim.turned().about(row, {}),)


def without_terms(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """A span without terms never runs out."""
    span, _, _ = _span(theory, claim, expires=True)
    need(not claim.at_least and not span.terms, "the span has terms")
    return ()


def not_yet_out(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """The terms of what began at ``at`` run out at another stage than this, or go on."""
    span, env, row = _span(theory, claim, expires=True)
    began = chosen(how.at, _NOBODY)
    need(not claim.at_least and FIRST <= began < claim.start == claim.end, "not one stage after it began")
    over = [stage for stage in _over(theory, span, began, claim.end) if stage == claim.start]
    held = Claim.least(row, began, claim.end - 1, TRUE)
    found: Premises = (held, *_goes_on(claim, span, env, over))
    if began > FIRST:
        found += (Claim.most(row, began - 1, began - 1, FALSE),)
    if span.renews:
        found += _denied(Claim.most(row, 0, 0, FALSE), span.begin, env, began + 1, claim.end - 1)
    return found


# ---------------------------------------------------------------- once, held for, since


def once(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It was so at ``at``, and that is not too long ago."""
    recent, env = row_of(theory, claim, Recent)
    stage = chosen(how.at, _NOBODY)
    need(claim.at_least and FIRST <= stage <= claim.start, "not something that was so before")
    is_now = stage == claim.start == claim.end
    need(recent.within is None or is_now or claim.end < theory.limit(recent.within, stage), "too long ago")
    return (claim.about(recent.body, env).at(stage),)


def not_once(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It has not been so since ``at``, and what came before is too long ago."""
    recent, env = row_of(theory, claim, Recent)
    stage = chosen(how.at, _NOBODY)
    need(not claim.at_least and FIRST <= stage <= claim.start, "not something that is denied")
    over = recent.within is not None and theory.limit(recent.within, stage - 1) <= claim.start
    need(stage == FIRST or over, "what came before is not too long ago")
    return (claim.about(recent.body, env).during(stage, claim.end),)


def lasts(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It has been so since ``at``, and for long enough."""
    lasting, env = row_of(theory, claim, Lasting)
    stage = chosen(how.at, _NOBODY)
    need(claim.at_least and FIRST <= stage <= claim.start, "not something that has lasted")
    need(theory.limit(lasting.length, stage) <= claim.start, "not for long enough")
    return (claim.about(lasting.body, env).during(stage, claim.end),)


def breaks(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It was not so at ``at``, and has not been so for long enough since; without ``at`` it is not so at all."""
    lasting, env = row_of(theory, claim, Lasting)
    need(not claim.at_least, "not something that is denied")
    if how.at is None:
        return (claim.about(lasting.body, env),)
    need(FIRST - 1 <= how.at <= claim.start, "not a stage before")
    need(theory.limit(lasting.length, how.at + 1) > claim.end, "long enough since")
    return () if how.at < FIRST else (claim.about(lasting.body, env).at(how.at),)


def since(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It began at ``at``, and has been so ever since."""
    then, env = row_of(theory, claim, SinceThen)
    stage = chosen(how.at, _NOBODY)
    need(claim.at_least and FIRST <= stage <= claim.start, "not something that began before")
    start = claim.about(then.start, env).at(stage)
    return (
        (start, claim.about(then.body, env).during(stage + 1, claim.end)) if stage < claim.end else (start,)
    )


def not_since(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """It was not so at ``at``, and has not begun anew; without ``at`` it has never begun."""
    then, env = row_of(theory, claim, SinceThen)
    need(not claim.at_least, "not something that is denied")
    if how.at is None:
        return (claim.about(then.start, env).during(FIRST, claim.end),)
    need(FIRST <= how.at <= claim.start, "not a stage before")
    return claim.about(then.body, env).at(how.at), claim.about(then.start, env).during(how.at, claim.end)


SPAN_RULES: dict[str, Rule] = {
    "runs": runs,
    "keeps on": keeps_on,
    "never": never,
    "ended": ended,
    "ended for good": ended_for_good,
    "expired": expired,
    "keeps off": keeps_off,
    "begun and ended": begun_and_ended,
    "runs out": runs_out,
    "idle": idle,
    "goes on": goes_on,
    "without terms": without_terms,
    "not yet out": not_yet_out,
    "once": once,
    "not once": not_once,
    "lasts": lasts,
    "breaks": breaks,
    "since": since,
    "not since": not_since,
}
