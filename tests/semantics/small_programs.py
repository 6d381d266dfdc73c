"""One definition of each kind that lasts or looks back, over a few events: small enough to ask every question of it."""

from __future__ import annotations

from random import Random

from tests.semantics.oracle import ticks

from tenure.history import Event
from tenure.logic import definitions as k
from tenure.time import MIN_INSTANT

_ON, _OFF = k.EventAtom("on"), k.EventAtom("off")
_STATE = k.Inertial("state", (), _ON, _OFF)
_WITHIN, _TERM = k.Limit("within", ticks(1)), k.Limit("term", ticks(2))
_N = (k.Var("n"),)
_DATE = k.DueDate(k.Calc("+", k.Const(MIN_INSTANT), k.Var("n")))
_NAMING = k.EventAtom("on", (("n", k.Var("n")),))

SMALL: dict[str, k.Definition] = {
    "once": k.Recent("it", (), _ON, _WITHIN),
    "once, for good": k.Recent("it", (), _ON),
    "held for": k.Lasting("it", (), k.Rel("state"), _TERM),
    "since": k.SinceThen("it", (), k.Rel("state"), _OFF),
    "since its beginning": k.SinceThen("it", (), k.Rel("state"), _ON),
    "a date that is named": k.Passed("it", _N, _NAMING, _DATE),
    "the day that is named": k.Passed("it", _N, _NAMING, _DATE, only=True),
}


def small_program(name: str) -> k.Program:
    """The definition called ``name``, with the state that it may be about."""
    return k.Program((_STATE, SMALL[name]), {})


def small_history(random: Random) -> tuple[Event, ...]:
    """Some events within six ticks, no two at once."""
    at = sorted(random.sample(range(6), random.randint(1, 4)))
    return tuple(
        Event(f"e{i}", MIN_INSTANT + t, False, None, random.choice(("on", "on", "off")), (),
              (("n", random.choice((2, 4))),), MIN_INSTANT + t)
        for i, t in enumerate(at)
    )  # fmt: skip
