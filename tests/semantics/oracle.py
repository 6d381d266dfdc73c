"""An independent judge of the kernel: brute force, stage by stage, written from DESIGN §2 to §4.

It evaluates a program in *possible worlds*.  Whatever is unknown — an attribute that is null, a term that was not
published, the order of two events of one tick — is a choice, and in one world every choice has been made, so that
every formula is simply true or false there.  What all worlds agree on is certain.

Nothing here is clever: every relation is asked for every key at every stage by recursion over the definitions, and
quantifiers run through the whole domain.  Time is dense and short: every stage is judged, from the beginning of
time to a few ticks later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from typing import Any

from attrs import define, evolve, field, frozen

from tenure.history import Event
from tenure.history.values import UNKNOWN as NULL
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.logic.truth import UNKNOWN
from tenure.time import MIN_INSTANT, Duration

Key = tuple[Any, ...]
Env = dict[str, Any]
Events = tuple[Event, ...]
Choose = Callable[[Any, Sequence[Any]], Any]

PERFORMING = k.PERFORMING.name
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@frozen
class Case:
    """A program, a history, the last tick, and the values that variables range over, by the variable's name."""

    program: k.Program
    events: Events
    last: int
    domain: dict[str, tuple[Any, ...]]

    def keys(self, head: tuple[k.Term, ...]) -> Iterator[Key]:
        """Every key that a relation with this head can have."""
        return product(*(self.domain[t.name] if isinstance(t, k.Var) else (t.value,) for t in head))

    @property
    def stages(self) -> list[int]:
        """Every stage from the beginning of time to ``last``."""
        return list(range(2 * MIN_INSTANT, 2 * self.last + 2))


def worlds(case: Case, most: int) -> Iterator[World]:
    """The worlds of ``case``, at most ``most`` of them; each is read before the next is asked for."""
    script: list[int] = []
    for _ in range(most):
        made: list[tuple[int, int]] = []
        known: dict[Any, Any] = {}

        def choose(what: Any, options: Sequence[Any], made=made, known=known, script=tuple(script)) -> Any:
            if what not in known:
                i = script[len(made)] if len(made) < len(script) else 0
                made.append((i, len(options)))
                known[what] = options[i]
            return known[what]

        yield World(case, choose)
        while made and made[-1][0] + 1 == made[-1][1]:
            made.pop()
        if not made:
            return
        script = [i for i, _ in made[:-1]] + [made[-1][0] + 1]


@define
class Instance:
    """A duty's instance in one world."""

    born: int
    state: str
    breaks_at: tuple[int, ...] = ()
    not_before: int | None = None


@define
class World:
    """One world: every question has a plain answer."""

    case: Case
    choose: Choose
    memo: dict[Any, Any] = field(factory=dict)
    path: list[Any] = field(factory=list)
    assumed: set[Any] = field(factory=set)
    stages: list[int] = field(init=False)
    owner: dict[str, k.Definition] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.stages = self.case.stages
        self.owner = {n: d for d in self.case.program.definitions for n, _ in k.relations_of(d)}

    # ------------------------------------------------------------ events

    def happened(self, p: int) -> Events:
        """The events of the stage at position ``p``, nulls filled in, whether effective or not."""
        stage = self.stages[p]
        return tuple(self.filled(e) for e in self.case.events if k.with_events(e.at) == stage)

    def filled(self, event: Event) -> Event:
        data = tuple(
            (n, self.choose((event.id, n), self.case.domain[f"null {n}"]) if v is NULL else v)
            for n, v in event.data
        )
        return evolve(event, data=data)

    def order(self, p: int) -> Events:
        """In which order the events of one tick happened: a choice."""
        events = self.happened(p)
        return self.choose(("order", p), list(permutations(events)))

    def effective(self, p: int) -> Events:
        """The events of a stage that took effect."""
        if ("effective", p) not in self.memo:
            events = self.happened(p)
            acts = [e for e in events if e.type in self.case.program.acts]
            found: Events = ()
            events_in_order = self.order(p) if acts and len(events) > 1 else events
            for event in events_in_order:
                others = found if event == events_in_order[-1] else ()
                if event not in acts or self.has_power(event, p, others):
                    found = (*found, event)
            self.memo["effective", p] = tuple(e for e in events if e in found)
        return self.memo["effective", p]

    def has_power(self, event: Event, p: int, before: Events) -> bool:
        """By the powers at t⁻, or, for the last event of a tick, as the others have changed them."""
        at_minus = self.empowered(event, p - 1, self.effective(p - 1))
        changed = before and self.empowered(event, p, before)
        if before and changed != self.empowered(event, p, ()):
            return changed
        return at_minus

    def empowered(self, event: Event, p: int, events: Events) -> bool:
        for rule in self.case.program.acts[event.type]:
            names = sorted(
                free_variables(rule.attempt) | free_variables(rule.power) | free_variables(rule.condition)
            )
            for env in self.environments(names):
                if matches(rule.attempt, event, env) and all(
                    self.true(f, env, p, events) for f in (rule.power, rule.condition)
                ):
                    return True
        return False

    def environments(self, names: Sequence[str]) -> Iterator[Env]:
        for values in product(*(self.case.domain[n] for n in names)):
            yield dict(zip(names, values, strict=True))

    # ------------------------------------------------------------ formulas

    def true(self, formula: k.Formula, env: Env, p: int, events: Events) -> bool:
        """Whether ``formula`` holds at position ``p`` if just ``events`` take effect there."""
        match formula:
            case k.EventAtom() | k.Rel() | k.Value():
                return self.atom(formula, env, p, events)
            case k.Compare() | k.Fixed() | k.Reached() | k.Start():
                return self.plain(formula, env, p)
            case k.And(parts):
                return all(self.true(part, env, p, events) for part in parts)
            case k.Or(parts):
                return any(self.true(part, env, p, events) for part in parts)
            case k.Not(of):
                return not self.true(of, env, p, events)
            case k.Exists(variables, of):
                return any(self.true(of, {**env, **more}, p, events) for more in self.environments(variables))
            case k.Earlier(of, entering):
                if entering and self.stages[p] % 2 == 0:
                    return self.true(of, env, p, events)
                return p > 0 and self.true(of, env, p - 1, self.effective(p - 1))

    def atom(self, atom: k.EventAtom | k.Rel | k.Value, env: Env, p: int, events: Events) -> bool:
        match atom:
            case k.EventAtom(attempted=attempted):
                return any(matches(atom, e, env) for e in (self.happened(p) if attempted else events))
            case k.Rel(name, args):
                return self.holds(name, tuple(value(t, env) for t in args), p, events)
            case k.Value():
                return self.has_value(atom, env, p, events)

    def has_value(self, atom: k.Value, env: Env, p: int, events: Events) -> bool:
        measure = self.owner[atom.name]
        assert isinstance(measure, k.Measure)
        total = self.total(measure, tuple(value(t, env) for t in atom.group), p, events)
        if total is None and measure.kind in ("count", "sum"):
            total = 0
        return total is not None and total == value(atom.result, env)

    def plain(self, formula: k.Formula, env: Env, p: int) -> bool:
        """What needs neither events nor relations."""
        match formula:
            case k.Compare(op, left, right):
                return _OPERATORS[op](value(left, env), value(right, env))
            case k.Fixed(truth, why):
                return self.choose(("fixed", why), (False, True)) if truth == UNKNOWN else bool(truth)
            case k.Reached(at, _, only):
                return self.stages[p] == 2 * at if only else self.stages[p] >= 2 * at
            case k.Start():
                return p == 0
        raise AssertionError(formula)

    def for_key(self, head: tuple[k.Term, ...], key: Key) -> Env:
        return {t.name: v for t, v in zip(head, key, strict=True) if isinstance(t, k.Var)}

    # ------------------------------------------------------------ relations

    def at(self, name: str, key: Key, p: int) -> bool:
        """The truth of a relation at position ``p``."""
        return self.holds(name, key, p, self.effective(p))

    def holds(self, name: str, key: Key, p: int, events: Events) -> bool:
        question = (name, key, p, tuple(e.id for e in events))
        if question in self.memo:
            return self.memo[question]
        if question in self.path:
            # A proof that needs itself is none: this is the least fixpoint of a positive cycle.
            self.assumed.add(question)
            return False
        self.path.append(question)
        answer = self.asked(name, key, p, events)
        self.path.pop()
        self.assumed.discard(question)
        if not self.assumed:
            self.memo[question] = answer
        return answer

    def asked(self, name: str, key: Key, p: int, events: Events) -> bool:
        definition = self.owner[name]
        env = self.for_key(definition.head, key)
        match definition:
            case k.Holds(body=body):
                return self.true(body, env, p, events)
            case k.Inertial():
                if name != definition.name:
                    return self.expires(definition, key, p)
                return self.anchor(definition, key, p, events) is not None
            case k.Passed():
                return any(self.stages[p] == r if definition.only else self.stages[p] >= r
                           for r in self.reached(definition, env, p, events))  # fmt: skip
            case k.Recent() | k.Lasting() | k.SinceThen():
                return self.looking_back(definition, key, env, p, events)
            case k.Measure():
                # Totals are remembered by themselves, and for every value at once.
                return self.total(definition, key[:-1], p, events) == key[-1]
            case k.Duty():
                instance = self.instances(definition, p, events).get(key)
                wanted = ("pending", "breached") if name == definition.name else (name.partition(":")[0],)
                return instance is not None and instance.state in wanted

    def looking_back(
        self, definition: k.Recent | k.Lasting | k.SinceThen, key: Key, env: Env, p: int, events: Events
    ) -> bool:
        match definition:
            case k.Recent(body=body, within=within):
                return any(
                    (within is None or self.stages[p] < self.limit(within, q))
                    and self.true(body, env, q, events if q == p else self.effective(q))
                    for q in range(p + 1)
                )
            case k.Lasting(body=body, length=length):
                since = p
                if not self.true(body, env, p, events):
                    return False
                while since and self.true(body, env, since - 1, self.effective(since - 1)):
                    since -= 1
                return self.stages[p] >= self.limit(length, since)
            case k.SinceThen(body=body, start=start):
                if self.true(start, env, p, events):
                    return True
                return p > 0 and self.at(definition.name, key, p - 1) and self.true(body, env, p, events)

    def reached(self, passed: k.Passed, env: Env, p: int, events: Events) -> Iterator[int]:
        """The stages at which the date of a row is reached: once it is known, which may be after it."""
        tick = value(passed.date.date, env) + (1 if passed.date.at == "tick" else 0)
        if passed.date.length is not None:
            tick += passed.date.length.length.microseconds + (1 if passed.date.length.kind == "within" else 0)
        for q in range(p + 1):
            if self.true(passed.body, env, q, events if q == p else self.effective(q)):
                yield max(2 * tick, self.stages[q])

    def limit(self, limit: k.Limit, p: int) -> int:
        """The stage of a limit anchored at position ``p``; lengths are ticks here, the calendar has its own tests."""
        ticks = limit.length.microseconds + (1 if limit.kind == "within" else 0)
        return 2 * (self.stages[p] // 2 + ticks)

    def total(self, measure: k.Measure, group: Key, p: int, events: Events) -> Any:
        """The aggregate, or ``None`` where there is nothing to aggregate."""
        question = ("total", measure.name, group, p, tuple(e.id for e in events))
        if question not in self.memo:
            self.memo[question] = self.aggregated(measure, group, p, events)
        return self.memo[question]

    def aggregated(self, measure: k.Measure, group: Key, p: int, events: Events) -> Any:
        found = []
        given = self.for_key(measure.group, group)
        for q in range(p if measure.level else 0, p + 1):
            if measure.within is None or self.stages[p] < self.limit(measure.within, q):
                here = events if q == p else self.effective(q)
                found += self.measured(measure, given, q, here)
        if not found:
            return None
        return {"count": sum, "sum": sum, "min": min, "max": max}[measure.kind](found)

    def measured(self, measure: k.Measure, given: Env, p: int, events: Events) -> list[Any]:
        """What is to be aggregated at one stage."""
        question = ("measured", measure.name, tuple(given.items()), p, tuple(e.id for e in events))
        if question not in self.memo:
            names = sorted(free_variables(measure.over) - given.keys())
            envs = [{**given, **env} for env in self.environments(names)]
            found = [env for env in envs if self.true(measure.over, env, p, events)]
            self.memo[question] = [1 if measure.of is None else value(measure.of, env) for env in found]
        return self.memo[question]

    # ------------------------------------------------------------ spans

    def anchor(self, span: k.Inertial, key: Key, p: int, events: Events) -> int | None:
        """The position at which the run of ``span`` that holds at ``p`` was opened; ``None`` if none holds."""
        question = ("anchor", span.name, key, p, tuple(e.id for e in events))
        if question not in self.memo:
            self.memo[question] = self.anchored(span, key, p, events)
        return self.memo[question]

    def anchored(self, span: k.Inertial, key: Key, p: int, events: Events) -> int | None:
        env = self.for_key(span.head, key)
        before = self.anchor(span, key, p - 1, self.effective(p - 1)) if p else None
        begin = self.true(span.begin, env, p, events) and not (span.final and self.has_ended(span, key, p))
        by_term = self.expires(span, key, p)
        end = self.true(span.end, env, p, events) or by_term
        if begin and end and len(events) > 1:
            return self.in_order(span, env, p, events, before, by_term)
        if end or not (begin or before is not None):
            return None
        return p if before is None or (span.renews and begin) else before

    def in_order(
        self, span: k.Inertial, env: Env, p: int, events: Events, before: int | None, by_term: bool
    ) -> int | None:
        """A beginning and an end in one tick: they act in the order of their events, and the end wins within one."""
        if by_term or self.true(span.end, env, p, ()):
            return None
        opened, closed, done = before, False, ()
        for event in (e for e in self.order(p) if e in events):
            ends = self.strikes(span.end, env, p, done, event)
            begins = self.strikes(span.begin, env, p, done, event)
            closed = closed or (ends and before is not None)
            if ends:
                opened = None
            elif begins and not (span.final and closed) and (opened is None or span.renews):
                opened = p
            done = (*done, event)
        return opened

    def strikes(self, formula: k.Formula, env: Env, p: int, before: Events, event: Event) -> bool:
        """Whether ``event``, after ``before``, makes ``formula`` true: with some of them it does, without it not."""
        return any(
            self.true(formula, env, p, (*some, event)) and not self.true(formula, env, p, some)
            for some in subsets(before)
        )

    def has_ended(self, span: k.Inertial, key: Key, p: int) -> bool:
        return any(self.at(span.name, key, q - 1) and not self.at(span.name, key, q) for q in range(1, p))

    def expires(self, span: k.Inertial, key: Key, p: int) -> bool:
        before = self.anchor(span, key, p - 1, self.effective(p - 1)) if p else None
        if before is None or not span.terms:
            return False
        over = min(self.limit(term, before) for term in span.terms)
        if span.again is None:
            return self.stages[p] == over
        # Whatever held before has not lapsed before.
        late = self.stages[p] - over
        env = self.for_key(span.head, key)
        is_over = late >= 0 and late % (2 * span.again.microseconds) == 0
        return is_over and span.lapses is not None and self.true(span.lapses, env, p, self.effective(p))

    # ------------------------------------------------------------ duties

    def instances(self, duty: k.Duty, p: int, events: Events) -> dict[Key, Instance]:
        """For a duty of one rung: every instance that there has been, with its state at position ``p``."""
        question = ("instances", duty.name, p, tuple(e.id for e in events))
        if question not in self.memo:
            old = self.instances(duty, p - 1, self.effective(p - 1)) if p else {}
            found = {key: evolve(instance) for key, instance in old.items()}
            self.step_instances(duty, p, events, found)
            self.memo[question] = found
        return self.memo[question]

    def step_instances(self, duty: k.Duty, p: int, events: Events, found: dict[Key, Instance]) -> None:
        for instance in found.values():
            if instance.state == "pending" and self.stages[p] in instance.breaks_at:
                instance.state = "breached"
        for key in self.case.keys(duty.head):
            if key not in found and self.true(duty.trigger, self.for_key(duty.head, key), p, events):
                found[key] = Instance(p, "pending")
        (rung,) = duty.rungs
        for key, instance in found.items():
            env = self.for_key(duty.head, key)
            starts = instance.born == p if rung.anchor is None else self.true(rung.anchor, env, p, events)
            if starts and instance.state in ("pending", "breached"):
                self.start_clock(rung, instance, p)
        in_order = sorted(
            found, key=lambda key: (found[key].born, [e.id for e in self.case.events].index(key[0]))
        )
        left = list(events)
        for key in in_order:
            self.settle_instance(duty, key, found[key], p, events, left)

    def start_clock(self, rung: k.Rung, instance: Instance, p: int) -> None:
        if isinstance(rung.deadline, k.Limit):
            instance.breaks_at = (*instance.breaks_at, self.limit(rung.deadline, p))
        elif rung.deadline is not None:
            instance.breaks_at = (*instance.breaks_at, max(2 * rung.deadline, self.stages[p] + 1))
        if rung.not_before is not None:
            first = rung.not_before
            if isinstance(first, k.Limit):
                first = self.stages[p] // 2 + first.length.microseconds
            instance.not_before = 2 * first

    def settle_instance(
        self, duty: k.Duty, key: Key, instance: Instance, p: int, events: Events, left: list[Event]
    ) -> None:
        if instance.state not in ("pending", "breached"):
            return
        env = self.for_key(duty.head, key)
        early = instance.not_before is not None and self.stages[p] < instance.not_before
        performing = (
            []
            if early
            else [
                e for e in left if self.true(duty.rungs[0].performance, {**env, PERFORMING: e.id}, p, events)
            ]
        )
        if instance.state == "pending" and self.ends_first(duty, env, instance, p, events, performing):
            instance.state = "lapsed"
        elif performing:
            instance.state = "performed" if instance.state == "pending" else "late"
            left.remove(performing[0])

    def ends_first(
        self, duty: k.Duty, env: Env, instance: Instance, p: int, events: Events, performing: list[Event]
    ) -> bool:
        """Whether the duty lapses, rather than be performed, at this stage."""
        if not self.true(duty.end, env, p, events):
            return False
        if len(events) < 2 or self.true(duty.end, env, p, ()):
            return True
        alive, done = instance.born != p, ()
        for event in (e for e in self.order(p) if e in events):
            alive = alive or self.strikes(duty.trigger, env, p, done, event)
            if alive and self.strikes(duty.end, env, p, done, event):
                return True
            if alive and event in performing:
                return False
            done = (*done, event)
        return False


def subsets(events: Events) -> Iterator[Events]:
    for chosen in product((False, True), repeat=len(events)):
        yield tuple(e for e, yes in zip(events, chosen, strict=True) if yes)


def matches(atom: k.EventAtom, event: Event, env: Env) -> bool:
    """Whether ``event`` is an instance of ``atom``."""
    return (
        event.type == atom.type
        and all(event.value(name) == value(term, env) for name, term in atom.args)
        and all(value(term, env) in event.by for term in atom.by)
        and (atom.id is None or event.id == value(atom.id, env))
    )


def value(term: k.Term, env: Env) -> Any:
    match term:
        case k.Var(name):
            return env[name]
        case k.Const(constant):
            return constant
        case k.Calc(op, left, right):
            a, b = value(left, env), value(right, env)
            return {"+": a + b, "-": a - b, "*": a * b, "min": min(a, b), "max": max(a, b)}[op]


def ticks(count: int) -> Duration:
    """A length of ``count`` ticks."""
    return Duration.of(count, "microseconds")
