"""A second judge of the kernel: programs as answer sets, one for all stages of a short time line (DESIGN §2 to §4).

A stage is an integer: 2t before the events of tick t, 2t + 1 with them, and tick 0 is the beginning of time.  What
each operator means is a few rules, below; a formula becomes the body of a rule.  The solver knows nothing of time,
order or strata: it looks for a set of atoms that the rules justify, and finds just one or the program has no meaning.

The atoms: ``r(name, key, T)`` for a relation, ``when(name, role, key, T)`` for a formula of a definition,
``value(name, group, V, T)`` for a measure, ``event(E, type, T)``, ``data(E, attribute, V)``, ``by(E, party)``, and
``effective(E)``.  Only what is two-valued is judged, and at most one event a tick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from attrs import define, field, frozen

from tenure.history import Event
from tenure.logic import definitions as k
from tenure.time import MIN_INSTANT

Key = tuple[Any, ...]

# ---------------------------------------------------------------- what the operators mean

#: In all rules, ``Me`` stands for the name of the definition and ``length(Me, D)`` for the ticks until its limit.
INERTIAL = """
r(expires(Me),X,T) :- run(Me,X,S,T-1), length(Me,D), T = 2*(S/2+D), stage(T).
ends(Me,X,T)  :- when(Me,"end",X,T).
ends(Me,X,T)  :- r(expires(Me),X,T).
opens(Me,X,T) :- when(Me,"begin",X,T), not ends(Me,X,T), not r(Me,X,T-1), not closed(Me,X,T-1).
again(Me,X,T) :- when(Me,"begin",X,T), not ends(Me,X,T), r(Me,X,T-1), renews(Me).
run(Me,X,T,T) :- opens(Me,X,T).
run(Me,X,T,T) :- again(Me,X,T).
run(Me,X,S,T) :- run(Me,X,S,T-1), stage(T), not ends(Me,X,T), not again(Me,X,T).
r(Me,X,T)     :- run(Me,X,S,T).
closed(Me,X,T) :- final(Me), r(Me,X,T-1), stage(T), not r(Me,X,T).
closed(Me,X,T) :- closed(Me,X,T-1), stage(T).
"""

WINDOW = """
window(Me,S,T) :- stage(S), stage(T), S <= T, length(Me,D), T < 2*(S/2+D).
window(Me,S,T) :- stage(S), stage(T), S <= T, endless(Me).
window(Me,T,T) :- stage(T), level(Me).
"""

RECENT = """
r(Me,X,T) :- when(Me,"body",X,S), window(Me,S,T).
"""

LASTING = """
since(Me,X,T,T) :- when(Me,"body",X,T), not when(Me,"body",X,T-1).
since(Me,X,S,T) :- since(Me,X,S,T-1), when(Me,"body",X,T).
r(Me,X,T)       :- since(Me,X,S,T), length(Me,D), T >= 2*(S/2+D).
"""

SINCE_THEN = """
r(Me,X,T) :- when(Me,"start",X,T).
r(Me,X,T) :- r(Me,X,T-1), when(Me,"body",X,T).
"""

#: ``item(Me, G, W, I, S)``: at stage S the solution I adds W to group G.
MEASURE = """
seen(Me,G,W,I,S,T) :- item(Me,G,W,I,S), window(Me,S,T).
some(Me,G,T)       :- seen(Me,G,W,I,S,T).
total(Me,G,V,T)    :- some(Me,G,T), number(V), V = #aggregate { W,I,S : seen(Me,G,W,I,S,T) }.
value(Me,G,V,T)    :- total(Me,G,V,T).
value(Me,G,0,T)    :- group(Me,G), stage(T), not some(Me,G,T), zero(Me).
"""

#: One instance for each triggering event, whose id is in the key K: it is born once.
DUTY = """
born(Me,K,T)  :- when(Me,"trigger",K,T).
older(Me,J,K) :- born(Me,J,S), born(Me,K,T), S < T.

limit(Me,K,2*(S/2+D)) :- born(Me,K,S), length(Me,D).
limit(Me,K,2*D)       :- born(Me,K,S), due_at(Me,D), 2*D > S.
limit(Me,K,S+1)       :- born(Me,K,S), due_at(Me,D), 2*D <= S.
early(Me,K,T)         :- born(Me,K,S), stage(T), after(Me,D), T < 2*(S/2+D).

intime(Me,K,T)  :- born(Me,K,T).
intime(Me,K,T)  :- r(pending(Me),K,T-1), stage(T), not limit(Me,K,T).
overdue(Me,K,T) :- r(pending(Me),K,T-1), stage(T), limit(Me,K,T).
overdue(Me,K,T) :- r(breached(Me),K,T-1), stage(T).

lapses(Me,K,T)  :- intime(Me,K,T), when(Me,"end",K,T).
open(Me,K,T)    :- intime(Me,K,T), not lapses(Me,K,T).
open(Me,K,T)    :- overdue(Me,K,T).
serves(Me,K,E,T) :- performs(Me,K,E,T), open(Me,K,T), not early(Me,K,T).
taken(Me,K,E,T)  :- serves(Me,K,E,T), serves(Me,J,E,T), older(Me,J,K).
met(Me,K,T)      :- serves(Me,K,E,T), not taken(Me,K,E,T).

r(pending(Me),K,T)   :- intime(Me,K,T), not lapses(Me,K,T), not met(Me,K,T).
r(performed(Me),K,T) :- intime(Me,K,T), not lapses(Me,K,T), met(Me,K,T).
r(lapsed(Me),K,T)    :- lapses(Me,K,T).
r(breached(Me),K,T)  :- overdue(Me,K,T), not met(Me,K,T).
r(late(Me),K,T)      :- overdue(Me,K,T), met(Me,K,T).
r(performed(Me),K,T) :- r(performed(Me),K,T-1), stage(T).
r(lapsed(Me),K,T)    :- r(lapsed(Me),K,T-1), stage(T).
r(late(Me),K,T)      :- r(late(Me),K,T-1), stage(T).
r(Me,K,T) :- r(pending(Me),K,T).
r(Me,K,T) :- r(breached(Me),K,T).
"""

# ---------------------------------------------------------------- from formulas to bodies


@frozen
class Body:
    """Conditions at stage T, and the variables in them."""

    literals: tuple[str, ...]
    variables: frozenset[str] = frozenset()


def quoted(value: Any) -> str:
    """A value as a term; relations of states, such as `expires:d0`, are functions of the definition's name."""
    return str(value) if isinstance(value, int) else f'"{value}"'


def relation(name: str) -> str:
    state, colon, of = name.partition(":")
    return f"{state}({quoted(of)})" if colon else quoted(name)


def variable(name: str) -> str:
    return "V_" + name.replace(" ", "_")


def term(of: k.Term) -> str:
    match of:
        case k.Var(name):
            return variable(name)
        case k.Const(value):
            return quoted(value)
        case k.Calc(op, left, right):
            return f"({term(left)}{op}{term(right)})"


def named(*terms: k.Term) -> frozenset[str]:
    found: set[str] = set()
    for each in terms:
        found |= named(each.left, each.right) if isinstance(each, k.Calc) else set()
        found |= {each.name} if isinstance(each, k.Var) else set()
    return frozenset(found)


def key(parts: Iterable[str]) -> str:
    """A tuple; also of none or one."""
    return "(" + "".join(f"{part}," for part in parts) + ")" if (parts := tuple(parts)) else "()"


def joined(bodies: Iterable[Body]) -> Body:
    bodies = tuple(bodies)
    return Body(
        tuple(literal for body in bodies for literal in body.literals),
        frozenset().union(*(body.variables for body in bodies)),
    )


@define
class Translation:
    """Collects the rules of a program; ``formula`` gives conditions at stage T."""

    rules: list[str] = field(factory=list)
    numbers: Any = field(factory=count)

    def rule(self, head: str, body: Body, more: Iterable[str] = ()) -> None:
        """A rule at every stage T, for all values of the variables."""
        names = sorted(body.variables | set(more))
        guards = [f"dom({quoted(name)},{variable(name)})" for name in names]
        self.rules.append(f"{head} :- {', '.join(['stage(T)', *guards, *body.literals])}.")

    def named(self, *bodies: Body, hidden: Iterable[str] = ()) -> tuple[str, frozenset[str]]:
        """A new atom, but for its stage, that holds where one of ``bodies`` does, and its variables."""
        variables = joined(bodies).variables - set(hidden)
        atom = f"aux({next(self.numbers)},{key(map(variable, sorted(variables)))}"
        for body in bodies:
            self.rule(f"{atom},T)", body, variables)
        return atom, variables

    def formula(self, formula: k.Formula) -> Body:
        match formula:
            case k.And(parts):
                return joined(map(self.formula, parts))
            case k.Or(parts):
                atom, variables = self.named(*map(self.formula, parts))
                return Body((f"{atom},T)",), variables)
            case k.Not(of):
                atom, variables = self.named(self.formula(of))
                return Body((f"not {atom},T)",), variables)
            case k.Exists(hidden, of):
                atom, variables = self.named(self.formula(of), hidden=hidden)
                return Body((f"{atom},T)",), variables)
            case k.Earlier(of, entering):
                atom, variables = self.named(self.formula(of))
                return Body((f"{atom},{'T-T' + chr(92) + '2' if entering else 'T-1'})",), variables)
            case _:
                return self.atom(formula)

    def atom(self, atom: k.Formula) -> Body:
        match atom:
            case k.EventAtom():
                return self.event(atom)[1]
            case k.Rel(name, args):
                return Body((f"r({relation(name)},{key(map(term, args))},T)",), named(*args))
            case k.Value(name, group, result):
                literal = f"value({relation(name)},{key(map(term, group))},{term(result)},T)"
                return Body((literal,), named(*group, result))
            case k.Compare(op, left, right):
                return Body((f"{term(left)} {op} {term(right)}",), named(left, right))
            case k.Fixed(truth):
                assert truth != 1, "only what is two-valued is judged"
                return Body(("#true" if truth else "#false",))
            case k.Reached(at, _, only):
                return Body((f"T {'=' if only else '>='} {2 * (at - MIN_INSTANT)}",))
            case k.Start():
                return Body(("T = 0",))
        raise AssertionError(atom)

    def event(self, atom: k.EventAtom) -> tuple[str, Body]:
        """The event's own term, and the conditions on it."""
        event = f"E{next(self.numbers)}" if atom.id is None else term(atom.id)
        literals = [f"event({event},{quoted(atom.type)},T)"]
        literals += [f"data({event},{quoted(name)},{term(of)})" for name, of in atom.args]
        literals += [f"by({event},{term(party)})" for party in atom.by]
        literals += [] if atom.attempted else [f"effective({event})"]
        terms = [*(of for _, of in atom.args), *atom.by, *([atom.id] if atom.id else [])]
        return event, Body(tuple(literals), named(*terms))

    # ------------------------------------------------------------ definitions

    def fact(self, name: str, *args: Any) -> None:
        self.rules.append(f"{name}({','.join(map(str, args))}).")

    def definition(self, definition: k.Definition) -> None:
        me = quoted(definition.name)
        match definition:
            case k.Holds(head=head, body=body):
                self.rule(f"r({me},{key(map(term, head))},T)", self.formula(body), named(*head))
            case k.Inertial():
                self.inertial(definition, me)
            case k.Recent(within=within):
                self.operator(definition, WINDOW + RECENT, body=definition.body)
                self.window(me, within)
            case k.Lasting(length=length):
                self.operator(definition, LASTING, body=definition.body)
                self.window(me, length)
            case k.SinceThen(body=body, start=start):
                self.operator(definition, SINCE_THEN, body=body, start=start)
            case k.Measure():
                self.measure(definition, me)
            case k.Duty():
                self.duty(definition, me)
            case _:
                raise AssertionError(definition)

    def operator(self, definition: k.Definition, rules: str, **roles: k.Formula) -> None:
        """The rules of an operator, and a rule for each of its formulas."""
        me, head = quoted(definition.name), definition.head
        self.rules.append(rules.replace("Me", me))
        for role, formula in roles.items():
            atom = f"when({me},{quoted(role)},{key(map(term, head))},T)"
            self.rule(atom, self.formula(formula), named(*head))

    def window(self, me: str, limit: k.Limit | None) -> None:
        """Up to which tick after its anchor a limit lets pass: `within` includes the last tick, a term does not."""
        if limit is None:
            self.fact("endless", me)
        else:
            self.fact("length", me, limit.length.microseconds + (limit.kind == "within"))

    def inertial(self, span: k.Inertial, me: str) -> None:
        self.operator(span, INERTIAL, begin=span.begin, end=span.end)
        for limit in span.terms:
            self.window(me, limit)
        if span.final:
            self.fact("final", me)
        if span.renews:
            self.fact("renews", me)

    def measure(self, measure: k.Measure, me: str) -> None:
        aggregate = "sum" if measure.kind == "count" else measure.kind
        self.operator(measure, WINDOW + MEASURE.replace("aggregate", aggregate))
        if measure.level:
            self.fact("level", me)
        else:
            self.window(me, measure.within)
        if aggregate == "sum":
            self.fact("zero", me)
        group, body = key(map(term, measure.group)), self.formula(measure.over)
        solution = key(map(variable, sorted(body.variables)))
        worth = "1" if measure.of is None else term(measure.of)
        self.rule(f"item({me},{group},{worth},{solution},T)", body)
        self.rule(f"group({me},{group})", Body(()), named(*measure.group))
        row = key([*map(term, measure.group), "Total"])
        total = Body((f"total({me},{group},Total,T)",), named(*measure.group))
        self.rule(f"r({me},{row},T)", total)

    def duty(self, duty: k.Duty, me: str) -> None:
        (rung,) = duty.rungs
        more = (duty.excused, duty.waived, duty.suspended, duty.accelerated, duty.delegated, rung.anchor)
        assert not any((*more, duty.extensions, duty.transfers, rung.amount)), "a simple duty"
        self.operator(duty, DUTY, trigger=duty.trigger, end=duty.end)
        instance, event = key(map(term, rung.head)), term(k.PERFORMING)
        bound = named(*rung.head, k.PERFORMING)
        self.rule(f"performs({me},{instance},{event},T)", self.formula(rung.performance), bound)
        if isinstance(rung.deadline, k.Limit):
            self.window(me, rung.deadline)
        elif rung.deadline is not None:
            self.fact("due_at", me, rung.deadline - MIN_INSTANT)
        if rung.not_before is not None:
            assert isinstance(rung.not_before, k.Limit)
            self.fact("after", me, rung.not_before.length.microseconds)

    # ------------------------------------------------------------ acts and histories

    def act(self, rule: k.ActRule) -> None:
        """Effective, if at t⁻ there is a power and the condition holds."""
        attempt = k.EventAtom(rule.attempt.type, rule.attempt.args, rule.attempt.by, rule.attempt.id, True)
        event, attempted = self.event(attempt)
        at_minus = self.formula(k.Earlier(k.And((rule.power, rule.condition))))
        self.rule(f"effective({event})", joined((attempted, at_minus)))

    def happening(self, event: Event, *, act: bool) -> None:
        self.fact("event", quoted(event.id), quoted(event.type), k.with_events(event.at - MIN_INSTANT))
        for name, value in event.data:
            self.fact("data", quoted(event.id), quoted(name), quoted(value))
        for party in event.by:
            self.fact("by", quoted(event.id), quoted(party))
        if not act:
            self.fact("effective", quoted(event.id))


def translated(
    program: k.Program, events: Iterable[Event], last: int, domain: Mapping[str, Iterable[Any]]
) -> str:
    """``program`` and ``events`` as rules, up to tick ``last``; ``domain`` is what each variable ranges over."""
    translation = Translation()
    translation.fact("stage", f"0..{k.with_events(last - MIN_INSTANT)}")
    for name, values in domain.items():
        for value in values:
            translation.fact("dom", quoted(name), quoted(value))
    translation.rules.append('number(N) :- dom("value",N).')
    for definition in program.definitions:
        translation.definition(definition)
    for rules in program.acts.values():
        for rule in rules:
            translation.act(rule)
    for event in events:
        translation.happening(event, act=event.type in program.acts)
    return "\n".join(translation.rules)


# ---------------------------------------------------------------- answers


@frozen
class Answer:
    """What holds, as (relation, key, stage), and which events took effect."""

    rows: frozenset[tuple[str, Key, int]]
    effective: frozenset[str]


def solved(rules: str) -> Answer:
    """The one answer set of ``rules``; several, or none, are an error."""
    import clingo

    control = clingo.Control(["--warn=none", "--models=2"])
    control.add("base", [], rules + "\n#show r/3.\n#show effective/1.")
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        models = [model.symbols(shown=True) for model in handle]
    assert len(models) == 1, f"{len(models)} answer sets"
    rows = (atom.arguments for atom in models[0] if atom.name == "r")
    return Answer(
        frozenset((name_of(name), read(row), stage.number + 2 * MIN_INSTANT) for name, row, stage in rows),
        frozenset(atom.arguments[0].string for atom in models[0] if atom.name == "effective"),
    )


def name_of(symbol: Any) -> str:
    """The relation's name: `d0`, or `expires:d0` for the function of it."""
    return f"{symbol.name}:{symbol.arguments[0].string}" if str(symbol)[0] != '"' else symbol.string


def read(row: Any) -> Key:
    return tuple(part.string if str(part)[0] == '"' else part.number for part in row.arguments)
