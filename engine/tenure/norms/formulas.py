"""From the formulas of the language to those of the kernel.

A variable that also stands outside a sub-formula is shared with its surroundings; one that stands only inside is
"some".  Operators that remember become definitions of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from tenure.diagnostics import ContractError, Place, TimeError, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.norms.scope import is_variable, variables_in
from tenure.norms.vocabulary import ANYTHING, PARTY, Vocabulary, constant
from tenure.time import CivilDate, Duration, Instant, Recurrence, parse_moment

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: States of duty instances that a formula may ask for, and of prohibitions.
DUTY_STATES = k.DUTY_STATES
CLAUSE_STATES = (*DUTY_STATES, "violated", "terminated")

Visible = frozenset[str]
T = TypeVar("T")
TRUTH = k.Fixed(TRUE)
FALSEHOOD = k.Fixed(FALSE)


def both(*formulas: k.Formula) -> k.Formula:
    """The conjunction, without what is always true."""
    parts = tuple(f for f in formulas if f != TRUTH)
    return parts[0] if len(parts) == 1 else k.And(parts) if parts else TRUTH


def either(*formulas: k.Formula) -> k.Formula:
    """The disjunction, without what is always false."""
    parts = tuple(f for f in formulas if f != FALSEHOOD)
    return parts[0] if len(parts) == 1 else k.Or(parts) if parts else FALSEHOOD


def some(formula: k.Formula, visible: Visible) -> k.Formula:
    """``formula`` for some value of the variables that its surroundings do not share."""
    local = free_variables(formula) - visible
    return k.Exists(tuple(sorted(local)), formula) if local else formula


def placed(place: Place | None, make: Callable[[], T]) -> T:
    """What ``make`` makes; a fault of time in it is told at ``place``."""
    try:
        return make()
    except TimeError as error:
        raise ContractError(*(d.at(place) if place else d for d in error.diagnostics)) from error


class FormulaLowering:
    """Lowers formulas of one contract under one choice of readings; auxiliary definitions go to ``lowering``."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary: Vocabulary = lowering.vocabulary
        self._wildcards = 0

    # ------------------------------------------------------------ terms and dates

    def term(
        self, term: s.Term, variables: Visible = frozenset(), attribute: s.AttributeDeclaration | None = None
    ) -> k.Term:
        """A term of an atom; an aggregate is lowered where it is compared."""
        match term:
            case s.Wildcard():
                self._wildcards += 1
                return k.Var(f"_{self._wildcards}")
            case s.Name(text):
                if attribute is not None and text in attribute.choices:
                    return k.Const(text)
                return k.Var(text) if is_variable(text, self.vocabulary, variables) else k.Const(text)
            case s.Arithmetic(op, left, right):
                return k.Calc(op, self.term(left, variables), self.term(right, variables))
            case s.Length() | s.Aggregate():
                raise ContractError.of(
                    "TEN312", "a duration or an aggregate cannot stand here", place=term.place, help="compare it"
                )
            case _:
                return k.Const(constant(term, self.vocabulary.zone))

    def start_of(self, date: s.Date) -> Instant:
        """The first instant of a date of any precision, or the instant of a time."""
        if "T" in date.text:
            return parse_moment(date.text, self.vocabulary.zone).instant
        return self.vocabulary.calendar.start_of(CivilDate.parse(date.text))

    def end_of(self, date: s.Date) -> Instant:
        """The start of what follows a date; for a time, the tick after it."""
        if "T" in date.text:
            return parse_moment(date.text, self.vocabulary.zone).instant + 1
        return self.vocabulary.calendar.end_of(CivilDate.parse(date.text))

    @staticmethod
    def duration(length: s.Length) -> Duration:
        """The duration that is written."""
        parts = [Duration.of(n, unit, exact=length.exact) for n, unit in length.parts]
        total = parts[0]
        for part in parts[1:]:
            total += part
        return total

    # ------------------------------------------------------------ formulas

    def formula(self, formula: s.Formula, visible: Visible, clause: str | None = None) -> k.Formula:
        """Lower ``formula``, whose surroundings share the variables ``visible``."""
        match formula:
            case s.Atom():
                return self.atom(formula, visible, clause)
            case s.Compare():
                return self.comparison(formula, visible, clause)
            case s.Is():
                return self.membership(formula)
            case s.OwnedBy(thing, owner):
                return k.Rel("owner", (self.term(thing, visible), self.term(owner, visible)))
            case s.TimeIs(side, date):
                if side == "before":
                    return k.Not(k.Reached(self.start_of(date), clause))
                return k.Reached(self.end_of(date), clause)
            case s.Unknown(why):
                return k.Fixed(UNKNOWN, why)
            case s.Recurring():
                return k.Exists(("_date",), self.dates(formula, k.Var("_date"), clause))
            case s.And(parts):
                return both(*self._parts(parts, visible, clause))
            case s.Or(parts):
                return either(*(self.formula(p, visible, clause) for p in parts))
            case s.Not(of):
                return k.Not(some(self.formula(of, visible, clause), visible))
            case s.Implies(condition, consequence):
                held = s.And((condition, s.Not(consequence)))
                return self.formula(s.Not(held), visible, clause)
            case s.Exists(variables, of):
                inner = self.formula(of, visible | set(variables), clause)
                return k.Exists(variables, inner)
            case s.ForEvery(variables, domain, of):
                within = visible | set(variables)
                counter = both(self.formula(domain, within, clause), k.Not(some(self.formula(of, within, clause), within)))
                return k.Not(some(counter, visible))
            case s.Edge(kind, of):
                return self.edge(kind, of, visible, clause)
            case s.Once() | s.Historically() | s.Since() | s.HeldFor():
                return self.remembered(formula, visible, clause)
            case _:
                raise ContractError.of(
                    "TEN313",
                    "this operator looks into the future",
                    place=formula.place,
                    help="use it in a property; a rule can only look back",
                )

    def dates(self, recurring: s.Recurring, date: k.Term, clause: str | None) -> k.Rel:
        """A recurring date, as a relation over its dates."""
        name = f"dates:{recurring.text}"
        if name not in self.lowering.definitions:
            recurrence = placed(recurring.place, lambda: Recurrence.parse(recurring.text))
            self.lowering.add(k.Dates(name, recurrence, clause))
        return k.Rel(name, (date,))

    def _parts(self, parts: tuple[s.Formula, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        free = [variables_in(p, self.vocabulary, visible) for p in parts]
        lowered = []
        for i, part in enumerate(parts):
            around = visible.union(*(f for j, f in enumerate(free) if j != i))
            lowered.append(self.formula(part, around, clause))
        return lowered

    def edge(self, kind: str, of: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """``entering``, ``begins``, ``ends``, ``expires``."""
        inner = some(self.formula(of, visible, clause), visible)
        match kind:
            case "entering":
                return k.Earlier(inner, entering=True)
            case "begins":
                return k.begins(inner)
            case "ends":
                return k.ends(inner)
            case _:
                return self.expiry(of, visible)

    def expiry(self, of: s.Formula, visible: Visible) -> k.Formula:
        """``expires H``: H's own term ends it."""
        if isinstance(of, s.Atom) and of.name in self.vocabulary.states:
            args = tuple(self.term(a.term, visible) for a in of.args)
            return k.Rel(f"expires:state:{of.name}", args)
        if isinstance(of, s.Atom) and self.vocabulary.clauses_under(of.name):
            runs = [p.run for p in self.lowering.supports_of(of.name) if p.run]
            return either(*(some(k.Rel(f"expires:{r.name}", r.args), visible) for r in runs))
        raise ContractError.of(
            "TEN314", "only a state or a clause can expire", place=of.place, help="name one that has a term (`for 30 days`)"
        )

    def remembered(self, formula: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """An operator with a memory, as a relation of its own over the variables that it shares."""
        match formula:
            case s.Once(of, within):
                body = self.formula(of, visible, clause)
                limit = self.limit("within", within, clause)
                return self.lowering.remember(
                    "once", visible, (body,), lambda name, head: k.Recent(name, head, body, limit, clause), limit
                )
            case s.Historically(of, within):
                return k.Not(self.formula(s.Once(s.Not(of), within), visible, clause))
            case s.HeldFor(of, length):
                body = self.formula(of, visible, clause)
                term = self.limit("term", length, clause)
                assert term is not None
                return self.lowering.remember(
                    "lasting", visible, (body,), lambda name, head: k.Lasting(name, head, body, term, clause), term
                )
            case s.Since(of, start):
                shared = visible | (variables_in(of, self.vocabulary, visible) & variables_in(start, self.vocabulary, visible))
                begin = self.formula(start, shared, clause)
                body = some(self.formula(of, shared | free_variables(begin), clause), shared | free_variables(begin))
                return self.lowering.remember(
                    "since", visible, (begin, body), lambda name, head: k.SinceThen(name, head, body, begin, clause)
                )
            case _:
                raise TypeError(formula)

    def limit(self, kind: str, length: s.Length | None, clause: str | None) -> k.Limit | None:
        """A duration as an anchored limit."""
        return None if length is None else k.Limit(kind, self.duration(length), clause)  # type: ignore[arg-type]

    # ------------------------------------------------------------ atoms

    def atom(self, atom: s.Atom, visible: Visible, clause: str | None) -> k.Formula:
        """An event, a state, a clause, an amendment, or the state of a duty."""
        name = atom.name
        if name in self.vocabulary.events:
            return self.event(atom, visible)
        if name in self.vocabulary.states:
            return self._closed(k.Rel(f"state:{name}", self._state_args(atom, visible)), visible)
        if name in CLAUSE_STATES and atom.args:
            return self._clause_state(atom, visible)
        if name in self.vocabulary.amendments:
            return k.Rel(f"amendment:{name}")
        if self.vocabulary.clauses_under(name):
            terms = tuple(self.term(a.term, visible) for a in atom.args)
            return either(*(some(p.in_force(terms), visible) for p in self.lowering.supports_of(name)))
        raise self.unknown_name(name, atom.place)

    def unknown_name(self, name: str, place: Place | None) -> ContractError:
        """The error for a name that the contract declares nowhere."""
        known = (*self.vocabulary.events, *self.vocabulary.states, *self.vocabulary.clauses, *self.vocabulary.amendments)
        advice = did_you_mean(name, known) or "declare it as a fact, an act or a state"
        return ContractError.of("TEN202", f"`{name}` is not an event, a state or a clause", place=place, help=advice)

    def event(self, atom: s.Atom, visible: Visible, id_: k.Term | None = None) -> k.EventAtom:
        """An event atom; positional arguments follow the declared order of attributes."""
        declared = self.vocabulary.events[atom.name].attributes
        args = []
        for position, argument in enumerate(atom.args):
            attribute = self._attribute(atom, declared, argument, position)
            if any(name == attribute.name for name, _ in args):
                raise ContractError.of(
                    "TEN218",
                    f"`{atom.name}` is given `{attribute.name}` twice",
                    place=atom.place,
                    help="an argument without a name takes the next attribute in order: name them all",
                )
            if not isinstance(argument.term, s.Wildcard):
                args.append((attribute.name, self.term(argument.term, visible, attribute)))
        by = tuple(self.term(t, visible) for t in atom.by)
        return k.EventAtom(atom.name, tuple(args), by, id_)

    @staticmethod
    def _attribute(
        atom: s.Atom, declared: tuple[s.AttributeDeclaration, ...], argument: s.Argument, position: int
    ) -> s.AttributeDeclaration:
        if argument.name is None and position < len(declared):
            return declared[position]
        found = next((a for a in declared if a.name == argument.name), None)
        if found is None:
            wanted = argument.name or f"argument {position + 1}"
            names = [a.name for a in declared]
            advice = did_you_mean(argument.name or "", names) or f"it has: {', '.join(names) or 'no attributes'}"
            raise ContractError.of("TEN203", f"`{atom.name}` has no attribute `{wanted}`", place=atom.place, help=advice)
        return found

    def _state_args(self, atom: s.Atom, visible: Visible) -> tuple[k.Term, ...]:
        state = self.vocabulary.states[atom.name]
        if len(atom.args) != len(state.parameters):
            wanted = ", ".join(state.parameters)
            raise ContractError.of(
                "TEN204",
                f"`{atom.name}` takes {len(state.parameters)} arguments, not {len(atom.args)}",
                place=atom.place,
                help=f"write `{atom.name}({wanted})`" if wanted else f"write `{atom.name}`",
            )
        named = {a.name: a.term for a in atom.args if a.name is not None}
        if set(named) - set(state.parameters):
            advice = f"its parameters are {', '.join(state.parameters)}"
            raise ContractError.of("TEN203", f"`{atom.name}` has no parameter of that name", place=atom.place, help=advice)
        positional = iter(a.term for a in atom.args if a.name is None)
        return tuple(self.term(named[p] if p in named else next(positional), visible) for p in state.parameters)

    @staticmethod
    def _closed(formula: k.Formula, visible: Visible) -> k.Formula:
        """Wildcards are local: nothing else can name them."""
        local = {v for v in free_variables(formula) - visible if v.startswith("_")}
        return k.Exists(tuple(sorted(local)), formula) if local else formula

    def _clause_state(self, atom: s.Atom, visible: Visible) -> k.Formula:
        target = atom.args[0].term
        name = target.text if isinstance(target, s.Name) else str(getattr(target, "value", ""))
        if not self.vocabulary.clauses_under(name):
            advice = did_you_mean(name, self.vocabulary.clauses) or f"write `{atom.name}(CLAUSE)`"
            raise ContractError.of("TEN205", f"`{name}` is not a clause", place=atom.place, help=advice)
        terms = tuple(self.term(a.term, visible) for a in atom.args[1:])
        return self.lowering.clause_state(atom.name, name, terms, atom.place)

    # ------------------------------------------------------------ comparisons and kinds

    def membership(self, formula: s.Is) -> k.Formula:
        """``x is model or product``, or ``A3 is declared``: known once a reading is chosen."""
        subject, kinds = formula.subject, formula.kinds
        if isinstance(subject, s.Name) and subject.text in self.vocabulary.readings:
            chosen = self.lowering.choice[subject.text]
            self.lowering.touched_readings.add(subject.text)
            return TRUTH if chosen in kinds.any_of and chosen not in kinds.but_not else FALSEHOOD
        return self.kind_of(self.term(subject), kinds)

    def kind_of(self, term: k.Term, kinds: s.KindExpression) -> k.Formula:
        """Membership of a kind expression, with all kinds below the named ones, as a relation of its own."""
        name = f"is:{' or '.join(kinds.any_of)}" + "".join(f" but not {n}" for n in kinds.but_not)
        if name not in self.lowering.definitions:
            thing = k.Var("x")
            excluded = [k.Not(self._any_kind(thing, kinds.but_not, kinds.place))] if kinds.but_not else []
            body = both(self._any_kind(thing, kinds.any_of, kinds.place), *excluded)
            self.lowering.add(k.Holds(name, (thing,), body))
        return k.Rel(name, (term,))

    def _any_kind(self, thing: k.Term, names: Iterable[str], place: Place | None) -> k.Formula:
        below = self._below(names, place)
        parties = [k.Compare("=", thing, k.Const(a)) for a in self.vocabulary.actors] if PARTY in below else []
        return either(*(k.Rel("kind", (thing, k.Const(b))) for b in below if b != PARTY), *parties)

    def _below(self, names: Iterable[str], place: Place | None) -> list[str]:
        found: list[str] = []
        for name in names:
            if name == ANYTHING:
                found.extend(self.vocabulary.kinds)
            elif name == PARTY:
                found.append(PARTY)
            elif name in self.vocabulary.kinds:
                found.extend(self.vocabulary.descendants(name))
            else:
                advice = did_you_mean(name, self.vocabulary.kinds) or f"declare it: `kind {name}`"
                raise ContractError.of("TEN206", f"`{name}` is not a kind", place=place, help=advice)
        return list(dict.fromkeys(found))

    def comparison(self, formula: s.Compare, visible: Visible, clause: str | None) -> k.Formula:
        """A comparison; each aggregate in it becomes a measure whose value is compared."""
        measured: list[k.Formula] = []
        left = self._side(formula.left, visible, clause, measured)
        right = self._side(formula.right, visible, clause, measured)
        compared = k.Compare(formula.op, left, right)
        local = tuple(m.result.name for m in measured if isinstance(m, k.Value) and isinstance(m.result, k.Var))
        return k.Exists(local, both(*measured, compared)) if measured else compared

    def _side(self, term: s.Term, visible: Visible, clause: str | None, measured: list[k.Formula]) -> k.Term:
        match term:
            case s.Aggregate():
                value, result = self.measure(term, visible, clause)
                measured.append(value)
                return result
            case s.Arithmetic(op, left, right):
                sides = [self._side(t, visible, clause, measured) for t in (left, right)]
                return k.Calc(op, sides[0], sides[1])
            case _:
                return self.term(term, visible)

    def measure(self, aggregate: s.Aggregate, visible: Visible, clause: str | None) -> tuple[k.Formula, k.Var]:
        """The running aggregate as a relation from its group to its value."""
        over = self.formula(aggregate.over, visible, clause)
        group = tuple(k.Var(v) for v in sorted(free_variables(over) & visible))
        of = None if aggregate.of is None else self.term(aggregate.of, free_variables(over))
        if aggregate.kind == "days":
            within = self.duration(aggregate.within) if aggregate.within else None
            name = self.lowering.day_count(group, over, within, clause)
            value = self._value()
            return k.Value(name, group, value), value
        limit = self.limit("within", aggregate.within, clause)
        level = not is_pulse(over, self.lowering.pulses)
        name = self.lowering.measured(aggregate.kind, group, of, over, limit, level=level, clause=clause)
        value = self._value()
        return k.Value(name, group, value), value

    def _value(self) -> k.Var:
        self._wildcards += 1
        return k.Var(f"_value{self._wildcards}")
