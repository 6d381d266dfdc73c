"""Random duties with all that can befall them: ladders, parts, excuses, suspensions, extensions, transfers, helpers."""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import define
from hypothesis import strategies as st
from tests.semantics.oracle import Case, ticks
from tests.semantics.random_programs import is_stratified

from tenure.history import Event
from tenure.history.values import UNKNOWN as NULL
from tenure.logic import definitions as k
from tenure.time import MIN_INSTANT, Duration

FIRST = MIN_INSTANT
LAST = FIRST + 20
THINGS = ("a", "b")
PARTIES = ("P", "Q", "R")
TYPES = {
    "owe": ("x", "n"),
    "pay": ("x", "n"),
    "fine": ("x",),
    "on": ("x",),
    "off": ("x",),
    "change": ("x",),
    "pass": ("x", "to"),
}
HEAD = (k.Var("i"), k.Var("debtor"), k.Var("creditor"), k.Var("x"))


@define
class DutyMaker:
    """Draws one duty, the states that bear on it, and what happens."""

    random: Random
    same_tick: bool = False
    nulls: bool = False

    def one_of(self, *options: Any) -> Any:
        return self.random.choice(options)

    def length(self, most: int = 6) -> Duration:
        return ticks(self.random.randint(1, most))

    def event(self, kind: str, *args: tuple[str, k.Term]) -> k.EventAtom:
        about = () if self.one_of(1, 1, 0) == 0 else (("x", k.Var("x")),)
        return k.EventAtom(kind, (*about, *args))

    def state(self, name: str) -> k.Inertial:
        until = self.one_of(k.EventAtom("off", (("x", k.Var("x")),)), k.EventAtom("off"))
        terms = self.one_of((), (k.Limit("term", self.length(8)),))
        return k.Inertial(name, (k.Var("x"),), k.EventAtom("on", (("x", k.Var("x")),)), until, terms)

    def maybe(self, formula: k.Formula) -> k.Formula | None:
        return self.one_of(None, None, formula)

    def rung(self, name: str, kind: str, *, in_parts: bool, cumulative: bool = False) -> k.Rung:
        amount = k.PERFORMED_AMOUNT if in_parts else k.Var("_any")
        args: tuple[tuple[str, k.Term], ...] = (("x", k.Var("x")),) if self.one_of(1, 1, 0) else ()
        if in_parts:
            args = (*args, ("n", amount))
        done: k.Formula = k.EventAtom(kind, args, by=(k.PERFORMER,), id=k.PERFORMING)
        if self.one_of(0, 0, 1):
            done = k.And((done, k.Not(k.Rel("odd", (k.Var("x"),)))))
        deadline = self.one_of(
            None,
            *[k.Limit(self.one_of("term", "within"), self.length())] * 3,
            FIRST + self.random.randint(5, 15),
        )
        anchor = self.one_of(None, None, None, k.EventAtom("change", (("x", k.Var("x")),)))
        earliest = self.one_of(None, None, None, k.Limit("term", self.length(2)))
        head = (*HEAD, k.Var("n")) if in_parts else HEAD
        column = len(head) - 1 if in_parts else None
        return k.Rung(name, head, done, deadline, anchor, earliest, column, cumulative)

    def duty(self) -> k.Duty:
        in_parts = self.one_of(True, False)
        owe = k.EventAtom("owe", (("x", k.Var("x")), ("n", k.Var("n"))), id=k.Var("i"))
        sides = [k.Compare("=", k.Var(n), k.Const(p)) for n, p in (("debtor", "P"), ("creditor", "Q"))]
        trigger: k.Formula = k.And((owe, *sides))
        if not in_parts:
            trigger = k.Exists(("n",), trigger)
        rungs = [self.rung("d", "pay", in_parts=in_parts)]
        if self.one_of(0, 1):
            rungs.append(
                self.rung(
                    "d/2", self.one_of("fine", "pay"), in_parts=False, cumulative=self.one_of(True, False)
                )
            )
        assigned = k.EventAtom("pass", (("x", k.Var("x")), ("to", k.Var("assignee"))))
        return k.Duty(
            "d",
            trigger,
            tuple(rungs),
            self.one_of(k.Fixed(0), k.Fixed(0), self.event("off"), k.Not(k.Rel("odd", (k.Var("x"),)))),
            excused=self.maybe(k.Rel("excuse", (k.Var("x"),))),
            waived=self.maybe(self.event("change")),
            suspended=self.maybe(k.Rel("pause", (k.Var("x"),))),
            clock=self.one_of("runs", "stops", "drops"),
            extensions=self.one_of((), (), ((self.event("change"), self.length()),)),
            accelerated=self.maybe(self.event("fine")),
            transfers=self.one_of((), (), ((self.one_of(1, 2), assigned),)),
            delegated=self.maybe(assigned),
        )

    def history(self) -> tuple[Event, ...]:
        at, events = FIRST + 1, []
        for number in range(self.random.randint(4, 11)):
            at += self.random.randint(0 if self.same_tick else 1, 2)
            if at > LAST:
                break
            kind = "owe" if number == 0 else self.one_of("owe", "pay", "pay", *TYPES)
            values = {"x": self.one_of(*THINGS), "n": self.random.randint(1, 4), "to": self.one_of(*PARTIES)}
            data = tuple(
                (n, NULL if self.nulls and not self.random.randrange(6) else values[n]) for n in TYPES[kind]
            )
            by = (self.one_of("P", "P", "P", *PARTIES),)
            events.append(Event(f"i{number}", at, False, None, kind, by, data, at))
        return tuple(events)


def duty_case(random: Random, *, same_tick: bool, nulls: bool) -> Case:
    """A duty, the states that bear on it, and a history."""
    maker = DutyMaker(random, same_tick, nulls)
    states = tuple(maker.state(name) for name in ("excuse", "pause", "odd"))
    breached = k.Holds(
        "blame", (k.Var("debtor"),), k.Exists(("i", "creditor", "x"), k.Rel("breached:d", HEAD))
    )
    duty = maker.duty()
    if duty.rungs[0].amount is not None:
        whole = k.Rel("breached:d", (*HEAD, k.Var("n")))
        breached = k.Holds("blame", (k.Var("debtor"),), k.Exists(("i", "creditor", "x", "n"), whole))
    program = k.Program((*states, duty, breached), {})
    return Case(program, maker.history(), LAST, {})


def duty_cases(*, same_tick: bool = False, nulls: bool = False) -> st.SearchStrategy[Case]:
    """Random cases that hypothesis can shrink."""
    drawn = st.randoms(use_true_random=False)
    return drawn.map(lambda r: duty_case(r, same_tick=same_tick, nulls=nulls)).filter(is_stratified)
