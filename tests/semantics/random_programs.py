"""Random kernel programs and histories for the judge: safe, stratified, small, and rich in coincidences."""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import define, field
from hypothesis import strategies as st
from tests.semantics.oracle import PERFORMING, Case, ticks

from tenure.history import Event
from tenure.history.values import UNKNOWN as NULL
from tenure.logic import definitions as k
from tenure.logic.formulas import occurrences
from tenure.logic.strata import NegativeCycle, stratify
from tenure.logic.truth import UNKNOWN
from tenure.time import MIN_INSTANT

#: Histories are played at the beginning of time, so that every stage there is can be judged.
FIRST = MIN_INSTANT
LAST = FIRST + 12
INDIVIDUALS = ("a", "b")
ACTORS = ("P", "Q")
FACTS = {"e0": ("x",), "e1": ("x", "y"), "pay": ("x", "n"), "ring": ()}
ACTS = {"act0": ("x",), "act1": ()}
TYPES = {**FACTS, **ACTS}


@define
class Features:
    """What a random case may contain; each test turns on what it judges."""

    same_tick: bool = False
    nulls: bool = False
    acts: bool = False
    going_on: bool = False
    kinds: tuple[str, ...] = ("holds", "inertial", "recent", "lasting", "since", "measure", "duty", "cycle")


@define
class Maker:
    """Draws formulas over the relations defined so far."""

    random: Random
    features: Features
    relations: dict[str, int] = field(factory=dict)
    pulses: list[tuple[str, int]] = field(factory=list)
    measures: dict[str, tuple[int, str]] = field(factory=dict)

    def one_of(self, *options: Any) -> Any:
        return self.random.choice(options)

    def often(self, times: int) -> bool:
        """True once in ``times``."""
        return self.random.randrange(times) == times - 1

    def length(self) -> k.Limit:
        return k.Limit(self.one_of("term", "within"), ticks(self.random.randint(1, 4)))

    # ------------------------------------------------------------ atoms

    def term(self, names: tuple[str, ...]) -> k.Term:
        if names and not self.often(5):
            return k.Var(self.one_of(*names))
        return k.Const(self.one_of(*INDIVIDUALS))

    def event(self, names: tuple[str, ...], kinds: tuple[str, ...] | None = None) -> k.EventAtom:
        kind = self.one_of(*(kinds or (tuple(TYPES) if self.features.acts else tuple(FACTS))))
        args = [(a, self.term(names)) for a in TYPES[kind] if a != "n" and not self.often(4)]
        if "n" in TYPES[kind] and self.often(3):
            args.append(("n", k.Const(self.random.randint(1, 3))))
        return k.EventAtom(kind, tuple(args), attempted=kind in ACTS and self.often(4))

    def relation(self, names: tuple[str, ...], *, pulse: bool = False) -> k.Formula:
        known = self.pulses if pulse else list(self.relations.items())
        if not known:
            return self.event(names)
        name, width = self.one_of(*known)
        return k.Rel(name, tuple(self.term(names) for _ in range(width)))

    def binding(self, name: str, *, pulse: bool) -> k.Formula:
        """An atom that gives ``name`` a value."""
        if pulse:
            found = [r for r in self.pulses if r[1]]
            if found and self.often(4):
                rel, width = self.one_of(*found)
                return k.Rel(rel, (k.Var(name), *(self.term((name,)) for _ in range(width - 1))))
            return self.binding_event(name)
        found = [r for r in self.relations.items() if r[1]]
        if not found or self.often(6):
            return self.binding_event(name)
        rel, width = self.one_of(*found)
        args = [self.term((name,)) for _ in range(width)]
        args[self.random.randint(0, width - 1)] = k.Var(name)
        atom: k.Formula = k.Rel(rel, tuple(args))
        return k.Earlier(atom, self.often(2)) if self.often(5) else atom

    def binding_event(self, name: str) -> k.EventAtom:
        kind, attribute = self.one_of(
            ("e0", "x"),
            ("e1", "x"),
            ("e1", "y"),
            ("pay", "x"),
            *([("act0", "x")] if self.features.acts else []),
        )
        more = [(a, self.term((name,))) for a in TYPES[kind] if a not in (attribute, "n") and self.often(2)]
        return k.EventAtom(kind, ((attribute, k.Var(name)), *more))

    def test(self, names: tuple[str, ...]) -> k.Formula:
        """A condition on variables that have values."""
        what = self.one_of(
            "rel", "not", "earlier", "compare", "reached", "exists", "value", "fixed", "not event"
        )
        match what:
            case "rel":
                return self.relation(names)
            case "not":
                return k.Not(self.relation(names))
            case "not event":
                return k.Not(self.event(names))
            case "exists" | "earlier":
                found = self.exists(names) if what == "exists" else self.earlier(names)
                return self.one_of(found, k.Not(found))
            case "value" if self.measures:
                return self.value(names)
            case _:
                return self.plain(names)

    def plain(self, names: tuple[str, ...]) -> k.Formula:
        unknown = [k.Fixed(UNKNOWN, self.one_of("w1", "w2"))] if self.features.nulls else []
        return self.one_of(
            k.Compare(self.one_of("=", "!="), self.term(names), self.term(names)),
            k.Reached(self.random.randint(FIRST, LAST), None, self.often(3)),
            k.Fixed(self.one_of(0, 2)),
            *unknown,
        )

    def earlier(self, names: tuple[str, ...]) -> k.Formula:
        return k.Earlier(self.one_of(self.relation(names), self.event(names)), self.often(2))

    def exists(self, names: tuple[str, ...]) -> k.Formula:
        return k.Exists(("z",), k.And((self.binding("z", pulse=False), self.relation((*names, "z")))))

    def value(self, names: tuple[str, ...]) -> k.Formula:
        name = self.one_of(*self.measures)
        width, _ = self.measures[name]
        group = tuple(self.term(names) for _ in range(width))
        if self.often(3):
            return k.Value(name, group, k.Const(self.random.randint(0, 3)))
        operator = self.one_of("=", "<", ">=", "!=")
        compared = k.Compare(operator, k.Var("n"), k.Const(self.random.randint(0, 4)))
        return k.Exists(("n",), k.And((k.Value(name, group, k.Var("n")), compared)))

    # ------------------------------------------------------------ formulas

    def formula(self, names: tuple[str, ...], *, pulse: bool = False, depth: int = 3) -> k.Formula:
        """A safe formula that binds ``names``; a pulse is true only at single stages."""
        if depth and self.often(4):
            return k.Or(tuple(self.formula(names, pulse=pulse, depth=depth - 1) for _ in range(2)))
        parts = [self.binding(name, pulse=pulse) for name in names]
        if not parts:
            parts = [
                self.moment() if pulse else self.one_of(self.event(()), self.relation(()), self.moment())
            ]
        for _ in range(self.one_of(0, 0, 1, 2)):
            parts.append(self.test(names))
        parts = self.random.sample(parts, len(parts))
        formula: k.Formula = parts[0] if len(parts) == 1 else k.And(tuple(parts))
        if pulse and not names and self.often(6):
            return k.begins(self.relation(()))
        if not pulse and self.often(8) and not any(o.earlier for o in occurrences(formula)):
            return self.one_of(k.begins, k.ends)(formula)
        return formula

    def moment(self) -> k.Formula:
        if self.often(5):
            return k.Start()
        if self.often(4):
            return k.Reached(self.random.randint(FIRST, LAST), None, only=True)
        if self.pulses and self.often(3):
            return self.relation((), pulse=True)
        return self.event(())

    # ------------------------------------------------------------ definitions

    def definition(self, index: int) -> k.Definition:
        names: tuple[str, ...] = self.one_of((), ("x",), ("x",), ("x", "y"))
        head = tuple(k.Var(n) for n in names)
        name, kind = f"d{index}", self.one_of(*self.features.kinds)
        made = getattr(self, f"make_{kind}")(name, names, head)
        if not isinstance(made, k.Measure | k.Duty | k.Passed):
            self.relations[name] = len(names)
        return made

    def make_holds(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        pulse = self.often(3)
        if pulse:
            self.pulses.append((name, len(names)))
        return k.Holds(name, head, self.formula(names, pulse=pulse))

    def make_cycle(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        """Reachability, or a formula that also follows from itself."""
        base = self.formula(names)
        if len(names) < 2:
            return k.Holds(name, head, k.Or((base, k.And((k.Rel(name, head), self.test(names))))))
        step = k.And((k.Rel(name, (k.Var("x"), k.Var("z"))), k.Rel(name, (k.Var("z"), k.Var("y")))))
        return k.Holds(name, head, k.Or((base, k.Exists(("z",), step))))

    def make_inertial(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        level = self.often(4)
        going_on = self.features.going_on and self.often(2)
        span = k.Inertial(
            name,
            head,
            begin=self.formula(names, pulse=not level),
            end=self.formula(names, pulse=self.often(2)),
            terms=tuple(k.Limit("term", self.length().length) for _ in range(self.one_of(0, 1, 1, 2))),
            final=self.often(4),
            renews=not level and self.often(4),
            level=level,
            again=ticks(self.random.randint(1, 3)) if going_on else None,
            lapses=self.formula(names) if going_on and not self.often(4) else None,
        )
        self.relations[f"expires:{name}"] = len(names)
        self.pulses.append((f"expires:{name}", len(names)))
        return span

    def make_recent(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        return k.Recent(name, head, self.formula(names), self.one_of(None, self.length(), self.length()))

    def make_lasting(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        return k.Lasting(name, head, self.formula(names), self.length())

    def make_passed(self, name: str, names: tuple[str, ...], _head: tuple[k.Term, ...]) -> k.Definition:
        """A date that an event names: every third tick, by the number in a payment."""
        head = (*(k.Var(n) for n in names[:1]), k.Var("n"))
        payment: k.Formula = k.EventAtom(
            "pay", (("x", head[0] if names else self.term(())), ("n", k.Var("n")))
        )
        body = k.And((payment, self.test(names[:1]))) if self.often(3) else payment
        tick = k.Calc("+", k.Const(FIRST), k.Calc("*", k.Const(3), k.Var("n")))
        date = k.DueDate(tick, self.one_of("start", "tick"), self.one_of(None, self.length()))
        return k.Passed(name, head, body, date, only=self.often(2))

    def make_since(self, name: str, names: tuple[str, ...], head: tuple[k.Term, ...]) -> k.Definition:
        return k.SinceThen(name, head, self.formula(names), self.formula(names, pulse=self.often(2)))

    def make_measure(self, name: str, names: tuple[str, ...], _head: tuple[k.Term, ...]) -> k.Definition:
        kind = self.one_of("count", "sum", "min", "max")
        group = tuple(k.Var(n) for n in names[:1])
        self.measures[name] = (len(group), kind)
        states = [r for r in self.relations.items() if r[1] == 2 and not r[0].startswith(k.DUTY_STATES)]
        if states and self.often(3):
            over: k.Formula = k.Rel(self.one_of(*states)[0], (group[0] if group else k.Var("y"), k.Var("z")))
            return k.Measure(name, group, "count", None, over, level=True)
        payment = k.EventAtom(
            "pay", (("x", group[0] if group else self.term(())), ("n", k.Var("n"))), id=k.Var("i")
        )
        tests = tuple(self.test(names[:1]) for _ in range(self.random.randint(0, 1)))
        of = None if kind == "count" else k.Var("n")
        over = k.And((payment, *tests)) if tests else payment
        return k.Measure(name, group, kind, of, over, self.one_of(None, self.length(), self.length()))

    def make_duty(self, name: str, _names: tuple[str, ...], _head: tuple[k.Term, ...]) -> k.Definition:
        head = (k.Var("i"), k.Var("x"))
        trigger: k.Formula = k.EventAtom(self.one_of("e0", "e1", "pay"), (("x", k.Var("x")),), id=k.Var("i"))
        if self.often(2):
            trigger = k.And((trigger, self.test(("x",))))
        performing = k.EventAtom(self.one_of("e0", "pay"), (("x", k.Var("x")),), id=k.Var(PERFORMING))
        performance: k.Formula = k.And((performing, self.test(("x",)))) if self.often(3) else performing
        for state in k.DUTY_STATES:
            self.relations[f"{state}:{name}"] = 2
        absolute = self.random.randint(FIRST, LAST)
        rung = k.Rung(
            name,
            head,
            performance,
            deadline=self.one_of(None, self.length(), self.length(), absolute),
            not_before=k.Limit("term", self.length().length) if self.often(4) else None,
        )
        end = self.formula(("x",), pulse=self.often(2)) if self.often(2) else k.Fixed(0)
        return k.Duty(name, trigger, (rung,), end)

    # ------------------------------------------------------------ acts and histories

    def rules(self) -> dict[str, tuple[k.ActRule, ...]]:
        if not self.features.acts:
            return {}
        return {kind: tuple(self.rule(kind) for _ in range(self.one_of(1, 1, 2))) for kind in ACTS}

    def rule(self, kind: str) -> k.ActRule:
        names = ("x",) if "x" in ACTS[kind] else ()
        by: tuple[k.Term, ...] = self.one_of((), (k.Var("p"),), (k.Const("P"),))
        attempt = k.EventAtom(kind, tuple((n, k.Var(n)) for n in names), by=by)
        free = ("x",) if names else ()
        power = self.one_of(self.relation(free), self.relation(free), k.Not(self.relation(free)), k.Fixed(2))
        if isinstance(power, k.EventAtom) or (isinstance(power, k.Not) and isinstance(power.of, k.EventAtom)):
            power = k.Fixed(2)
        return k.ActRule(attempt, power, k.Fixed(2))

    def history(self) -> tuple[Event, ...]:
        least = 0 if self.features.same_tick else 1
        at, events = FIRST + 1, []
        for number in range(self.random.randint(3, 8)):
            at += self.random.randint(least, 2)
            if at > LAST or sum(e.at == at for e in events) == 3:
                break
            events.append(self.happening(f"i{number}", at))
        return tuple(events)

    def happening(self, id: str, at: int) -> Event:
        kind = self.one_of(*(TYPES if self.features.acts else FACTS))
        data = []
        for name in TYPES[kind]:
            known = self.random.randint(1, 3) if name == "n" else self.one_of(*INDIVIDUALS)
            data.append((name, NULL if self.features.nulls and self.often(5) else known))
        return Event(id, at, False, None, kind, (self.one_of(*ACTORS),), tuple(data), at)


def random_case(random: Random, features: Features) -> Case:
    """A random case with these features."""
    maker = Maker(random, features)
    definitions = tuple(maker.definition(i) for i in range(random.randint(2, 4)))
    program = k.Program(definitions, maker.rules())
    history = maker.history()
    ids = tuple(e.id for e in history)
    amounts = (dict(e.data).get("n", 0) for e in history)
    most = max(len(INDIVIDUALS), sum(2 if amount is NULL else amount for amount in amounts))
    numbers = tuple(range(1 + most))
    domain: dict[str, tuple[Any, ...]] = {"x": INDIVIDUALS, "y": INDIVIDUALS, "z": INDIVIDUALS, "p": ACTORS}
    domain |= {"i": ids, PERFORMING: ids, "n": numbers, "value": numbers}
    domain |= {"null x": INDIVIDUALS, "null y": INDIVIDUALS, "null n": (1, 2)}
    return Case(program, history, LAST, domain)


def is_stratified(case: Case) -> bool:
    """Whether the program has a meaning."""
    return not isinstance(stratify(case.program.definitions), NegativeCycle)


def cases(features: Features) -> st.SearchStrategy[Case]:
    """Random cases that hypothesis can shrink."""
    drawn = st.randoms(use_true_random=False).map(lambda random: random_case(random, features))
    return drawn.filter(is_stratified)
