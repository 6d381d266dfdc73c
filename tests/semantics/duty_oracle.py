"""A second judge of duties: one instance after the other, one tick after the other.

Written from DESIGN §2 to §4 and docs/reference/language/duties.md, spans.md and powers.md, not from the evaluator.  It
takes the plain data of duty_plain.py, knows one clause and nothing of formulas, and walks every instant at which
something may change: at each, first what time does (limits, the clause's own end), then what the event does.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from attrs import define, field, frozen
from tests.semantics.duty_calendar import HOUR, Clause, Days
from tests.semantics.duty_plain import PERFORMED_BY, Duty, Rung

IN_FORCE = ("pending", "excused", "breached")

#: Of one rung of an instance: debtor, creditor, state.
Row = tuple[str, str, str]


@frozen
class Happening:
    """An event: what, when (microseconds), by whom, and its attributes."""

    id: str
    at: int
    type: str
    by: tuple[str, ...]
    data: dict[str, Any] = field(factory=dict)


@define
class Owed:
    """One rung of an instance, from when it is owed."""

    rung: Rung
    act: str
    since: int
    state: str = "pending"
    limits: list[tuple[int, int]] = field(factory=list)  # when it is over, and since when it runs
    rest: int | None = None

    @property
    def limit(self) -> int | None:
        return min((limit for limit, _ in self.limits), default=None)


@define
class Instance:
    """One debt: who owes it to whom, what it is about, and its rungs so far."""

    id: str
    about: Any
    debtor: str
    creditor: str
    due: date | None = None
    owed: list[Owed] = field(factory=list)
    stopped_since: int | None = None
    performers: set[str] = field(factory=set)

    def rows(self) -> dict[tuple[str, str], Row]:
        stopped = self.stopped_since is not None
        return {
            (self.id, o.act): (
                self.debtor,
                self.creditor,
                "suspended" if stopped and o.state == "pending" else o.state,
            )
            for o in self.owed
        }


@define
class Judge:
    """What is owed at each instant, as the history goes on."""

    duty: Duty
    first: int | None
    days: Days = field(init=False)
    clause: Clause = field(init=False)
    instances: list[Instance] = field(factory=list)
    creditor: str = "B"
    debtor: str = "A"
    creditors: dict[Any, str] = field(factory=dict)
    debtors: dict[Any, str] = field(factory=dict)
    icy: bool = False
    kept: int | None = None
    gone: bool = False
    stopped: bool = False
    stopped_about: set[Any] = field(factory=set)
    gone_about: set[Any] = field(factory=set)
    demanded: dict[Any, list[int]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.days = Days.named(self.duty.zone)
        self.clause = Clause(self.duty.span, self.days)

    # ------------------------------------------------------------ time

    def pass_time(self, t: int) -> None:
        """The first stage of the tick ``t``."""
        for instance in self.instances:
            for owed in list(instance.owed):
                self.run_out(instance, owed, t)
        was = self.in_force
        self.clause.by_time(t, self.kept)
        self.began_or_ended(was, t)
        day = self.days.of(t)
        is_monday = day.weekday() == 0 and t == self.days.start(day)
        recorded = self.first is not None and t >= self.first
        if self.duty.trigger == "monday" and is_monday and recorded and self.in_force:
            self.arise(day.isoformat(), None, t, None, None)

    def run_out(self, instance: Instance, owed: Owed, t: int) -> None:
        if owed.state != "pending" or instance.stopped_since is not None:
            return
        if owed.limit is not None and t >= owed.limit:
            if self.duty.excused and self.icy:
                owed.state = "excused"
            else:
                self.breach(instance, owed, t)

    def breach(self, instance: Instance, owed: Owed, t: int) -> None:
        owed.state = "breached"
        self.owe(instance, t)

    def owe(self, instance: Instance, t: int) -> None:
        """The next rung, if there is one."""
        number = len(instance.owed)
        if number == len(self.duty.rungs):
            return
        rung = self.duty.rungs[number]
        owed = Owed(rung, self.duty.acts[number], t)
        instance.owed.append(owed)
        if rung.limit is None:
            return
        if "named" in rung.limit.kind:
            assert instance.due is not None
            whole = timedelta(rung.limit.kind == "by named")
            self.start_clock(owed, self.days.start(instance.due + whole), t)
        elif rung.limit.of is None:
            self.start_clock(owed, self.days.limit(rung.limit, t), t)
        else:
            for demand in self.demanded.get(instance.about, [])[-1:]:
                self.start_clock(owed, self.days.limit(rung.limit, demand), t)

    def start_clock(self, owed: Owed, limit: int, t: int) -> None:
        """What is over already is a breach one tick later."""
        owed.limits.append((max(limit, t + 1), t))

    # ------------------------------------------------------------ the clause

    @property
    def in_force(self) -> bool:
        return self.clause.runs and not self.gone and not (self.duty.while_warm and self.icy)

    def began_or_ended(self, was: bool, t: int) -> None:
        """A duty without trigger arises with its clause, and lapses with it."""
        if self.duty.trigger != "beginning" or was == self.in_force:
            return
        if self.in_force:
            self.arise(f"begun {t}", None, t, None, None)
        else:
            self.lapse(self.instances)

    def lapse(self, instances: list[Instance]) -> None:
        for owed in (o for i in instances for o in i.owed[:1]):
            if owed.state in ("pending", "excused"):
                owed.state = "lapsed"

    def arise(self, id: str, about: Any, t: int, rest: int | None, due: date | None) -> None:
        debtor, creditor = self.debtors.get(about, self.debtor), self.creditors.get(about, self.creditor)
        instance = Instance(id, about, debtor, creditor, due, performers={debtor})
        self.instances.append(instance)
        self.owe(instance, t)
        instance.owed[0].rest = rest
        if self.stopped or about in self.stopped_about:
            instance.stopped_since = t

    # ------------------------------------------------------------ events

    def happen(self, event: Happening) -> None:
        """The second stage of the tick of ``event``."""
        was, t = self.in_force, event.at
        match event.type:
            case "cold":
                self.icy = True
            case "warm":
                self.icy = False
                self.excuse_ends(t)
            case "opened":
                self.clause.open(t)
            case "closed":
                self.clause.close(t)
            case "kept":
                self.kept = t
            case "demanded":
                self.demand(event)
            case "asked":
                meant = self.duty.trigger == "asked" and event.data["x"] not in self.gone_about
                if meant and was and not (self.duty.if_warm and self.icy):
                    self.arise(event.id, event.data["x"], t, event.data["n"], event.data["due"])
        self.began_or_ended(was, t)
        self.performed(event)
        for effect in self.duty.effects:
            if effect.event == event.type:
                self.act(effect.verb, effect, event)

    def excuse_ends(self, t: int) -> None:
        for instance in self.instances:
            for owed in list(instance.owed):
                if owed.state == "excused" and instance.stopped_since is None:
                    self.breach(instance, owed, t)

    def demand(self, event: Happening) -> None:
        self.demanded.setdefault(event.data["x"], []).append(event.at)
        for instance in self.instances:
            if instance.about == event.data["x"]:
                for owed in instance.owed:
                    if owed.rung.limit is not None and owed.rung.limit.of and owed.state == "pending":
                        self.start_clock(owed, self.days.limit(owed.rung.limit, event.at), event.at)

    def performed(self, event: Happening) -> None:
        rest = event.data.get("n")
        for instance in list(self.instances):
            for owed in list(instance.owed):
                if owed.state in IN_FORCE and self.fits(instance, owed, event):
                    if owed.act == "do_some":
                        rest = self.pay(instance, owed, rest)
                        continue
                    self.discharge(instance, owed)
                    return

    def is_early(self, owed: Owed, t: int) -> bool:
        return bool(owed.rung.not_before) and t < self.days.january(owed.rung.not_before)

    def fits(self, instance: Instance, owed: Owed, event: Happening) -> bool:
        return (
            event.type == PERFORMED_BY[owed.act]
            and not self.is_early(owed, event.at)
            and bool(instance.performers & set(event.by))
            and (self.duty.trigger != "asked" or owed.act == "do_some" or event.data["x"] == instance.about)
            and (event.type != "did" or not self.duty.to_creditor or event.data["to"] == instance.creditor)
        )

    def pay(self, instance: Instance, owed: Owed, amount: int) -> int:
        """What is left of ``amount`` after the debt has taken what it needs."""
        taken = min(amount, owed.rest)
        owed.rest -= taken
        if owed.rest == 0:
            self.discharge(instance, owed)
        return amount - taken

    def discharge(self, instance: Instance, owed: Owed) -> None:
        owed.state = "late" if owed.state == "breached" else "performed"
        number = instance.owed.index(owed)
        while number and not instance.owed[number].rung.cumulative:
            number -= 1
            if instance.owed[number].state == "breached":
                instance.owed[number].state = "cured"

    # ------------------------------------------------------------ acts on the clause

    def act(self, verb: str, effect: Any, event: Happening) -> None:
        about = event.data.get("x")
        meant = [i for i in self.instances if effect.whole or i.about == about]
        if verb in ("assign", "novate", "delegate"):
            self.pass_on(verb, effect.whole, meant, event)
            return
        powerful = "A" if verb.startswith("set off") else "B"
        if powerful not in event.by:
            return
        match verb:
            case "waive":
                for owed in (o for i in meant for o in i.owed if o.state in IN_FORCE):
                    owed.state = "waived"
                self.gone = self.gone or effect.whole
            case "terminate" if not self.duty.survives:
                self.lapse(meant)
                self.gone = self.gone or effect.whole
                self.gone_about |= set() if effect.whole else {about}
            case "suspend":
                self.suspend(effect.whole, meant, about, event.at)
            case "resume":
                self.resume(effect.whole, meant, about, event.at)
            case "extend" | "accelerate":
                for owed in (o for i in meant for o in i.owed if o.state == "pending"):
                    self.move(verb, effect, owed, event.at)
            case "set off" | "set off part":
                self.set_off(meant, event.data.get("m"), event.at)

    def set_off(self, meant: list[Instance], amount: int | None, t: int) -> None:
        """As a performance does it: one debt, or as much as the amount is good for, the oldest first."""
        for instance in meant:
            owed = instance.owed[0]
            if owed.state not in IN_FORCE or self.is_early(owed, t):
                continue
            if amount is None:
                self.discharge(instance, owed)
                return
            amount = self.pay(instance, owed, amount)

    def move(self, verb: str, effect: Any, owed: Owed, t: int) -> None:
        if verb == "accelerate":
            today = self.days.start(self.days.of(t) + timedelta(1))
            owed.limits = [(min(limit, today), since) for limit, since in owed.limits]
        elif effect.unit == "days":
            owed.limits = [(self.days.later(limit, effect.n), since) for limit, since in owed.limits]
        else:
            owed.limits = [(limit + effect.n * HOUR, since) for limit, since in owed.limits]

    def suspend(self, whole: bool, meant: list[Instance], about: Any, t: int) -> None:
        self.stopped = self.stopped or whole
        self.stopped_about |= set() if whole else {about}
        for instance in meant:
            if instance.stopped_since is None:
                instance.stopped_since = t

    def resume(self, whole: bool, meant: list[Instance], about: Any, t: int) -> None:
        self.stopped = self.stopped and not whole
        self.stopped_about -= set() if whole else {about}
        for instance in meant:
            since = instance.stopped_since
            if since is None or self.stopped or instance.about in self.stopped_about:
                continue
            instance.stopped_since = None
            for owed in list(instance.owed):
                if owed.state == "pending":
                    self.restart(instance, owed, since, t)
            if not self.icy:
                self.excuse_ends(t)

    def restart(self, instance: Instance, owed: Owed, since: int, t: int) -> None:
        match self.duty.clock:
            case "drops":
                owed.limits = []
            case "runs":
                self.run_out(instance, owed, t)
            case _:
                owed.limits = [
                    (self.days.end_of_day(limit + t - max(since, begun)), begun)
                    for limit, begun in owed.limits
                ]

    def pass_on(self, verb: str, whole: bool, meant: list[Instance], event: Happening) -> None:
        to = event.data["to"]
        meant = [i for i in meant if any(o.state in IN_FORCE for o in i.owed)]
        if verb == "assign":
            for instance in meant:
                if instance.creditor in event.by:
                    instance.creditor = to
            if whole and self.creditor in event.by:
                self.creditor = to
            about = event.data.get("x")
            if not whole and self.creditors.get(about, "B") in event.by:
                self.creditors[about] = to
        elif "A" in event.by:
            if verb == "novate" and whole:
                self.debtor = to
            if verb == "novate" and not whole:
                self.debtors[event.data["x"]] = to
            for instance in meant:
                instance.debtor = to if verb == "novate" else instance.debtor
                instance.performers = {to} if verb == "novate" else {*instance.performers, to}


def judged(duty: Duty, history: tuple[Happening, ...], ticks: list[int]) -> list[dict[tuple[str, str], Row]]:
    """The rows of each of ``ticks``, which hold every instant at which something may change."""
    judge, answers = Judge(duty, min((event.at for event in history), default=None)), []
    happenings = {event.at: event for event in history}
    for t in ticks:
        judge.pass_time(t)
        if t in happenings:
            judge.happen(happenings[t])
        answers.append({k: row for instance in judge.instances for k, row in instance.rows().items()})
    return answers
