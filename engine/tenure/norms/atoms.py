"""Atoms of formulas: events, states, clauses and their states, kinds, comparisons and aggregates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from tenure.diagnostics import ContractError, Place, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse, term_variables
from tenure.norms.algebra import FALSEHOOD, TRUTH, Visible, both, either, some, told_apart
from tenure.norms.scope import variables_in
from tenure.norms.terms import TermLowering, placed
from tenure.norms.vocabulary import ANYTHING, PARTY
from tenure.time import Recurrence

if TYPE_CHECKING:
    from tenure.norms.formulas import FormulaLowering

#: States of duty instances that a formula may ask for, and of prohibitions.
DUTY_STATES = k.DUTY_STATES
CLAUSE_STATES = (*DUTY_STATES, "violated", "terminated")


class AtomLowering(TermLowering):
    """Lowers what a formula is made of; formulas inside an aggregate are lowered by the subclass."""

    # ------------------------------------------------------------ events, states, clauses

    def atom(self, atom: s.Atom, visible: Visible) -> k.Formula:
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
            self._fitting(atom, name, terms)
            return either(*(some(p.in_force(terms), visible) for p in self.lowering.supports_of(name)))
        raise self.unknown_name(name, atom.place)

    def unknown_name(self, name: str, place: Place | None) -> ContractError:
        """The error for a name that the contract declares nowhere."""
        known = (
            *self.vocabulary.events,
            *self.vocabulary.states,
            *self.vocabulary.clauses,
            *self.vocabulary.amendments,
        )
        advice = did_you_mean(name, known) or "declare it as a fact, an act or a state"
        return ContractError.of(
            "TEN202", f"`{name}` is not an event, a state or a clause", place=place, help=advice
        )

    def event(self, atom: s.Atom, visible: Visible, id_: k.Term | None = None) -> k.EventAtom:
        """An event atom; positional arguments follow the declared order of attributes."""
        declared = self.vocabulary.events[atom.name].attributes
        args: list[tuple[str, k.Term]] = []
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
            advice = (
                did_you_mean(argument.name or "", names) or f"it has: {', '.join(names) or 'no attributes'}"
            )
            raise ContractError.of(
                "TEN203", f"`{atom.name}` has no attribute `{wanted}`", place=atom.place, help=advice
            )
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
            raise ContractError.of(
                "TEN203", f"`{atom.name}` has no parameter of that name", place=atom.place, help=advice
            )
        positional = iter(a.term for a in atom.args if a.name is None)
        return tuple(
            self.term(named[p] if p in named else next(positional), visible) for p in state.parameters
        )

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
        self._fitting(atom, name, terms)
        return self.lowering.clause_state(atom.name, name, terms, atom.place)

    def _fitting(self, atom: s.Atom, clause: str, objects: tuple[k.Term, ...]) -> None:
        """Raise where a clause is asked about more objects than any of its rules speaks of."""
        widths = [len(p.object) for p in self.lowering.supports_of(clause)]
        if widths and len(objects) > max(widths):
            most = max(widths)
            raise ContractError.of(
                "TEN204",
                f"`{clause}` is about {most or 'no'} object{'' if most == 1 else 's'}, not {len(objects)}",
                place=atom.place,
                help="name the objects of its act, in their order, and no more",
            )

    def dates(self, recurring: s.Recurring, date: k.Term, instant: k.Term) -> k.Rel:
        """A recurring date, as a relation over its dates, each as text and as its first instant."""
        name = f"dates:{recurring.text}"

        def define() -> k.Definition:
            return k.Dates(name, placed(recurring.place, lambda: Recurrence.parse(recurring.text)))

        self.lowering.named_once(name, define)
        return k.Rel(name, (date, instant))

    @staticmethod
    def no_date(name: s.Name | s.DateName, advice: str | None = None) -> ContractError:
        """The error for a name that stands where a date should, and is none there."""
        text = name.text if isinstance(name, s.Name) else name.name
        bind = f"bind it in the event: `EVENT(… = {text})`, where the attribute is a `date` or an `instant`"
        return ContractError.of(
            "TEN326",
            f"nothing says what date `{text}` is",
            place=name.place,
            help=advice or bind,
        )

    # ------------------------------------------------------------ kinds

    def membership(self, formula: s.Is) -> k.Formula:
        """``x is model or product``, or ``A3 is declared``: known once a reading is chosen."""
        subject, kinds = formula.subject, formula.kinds
        if isinstance(subject, s.Name) and subject.text in self.vocabulary.readings:
            chosen = self.lowering.chosen(subject.text)
            return TRUTH if chosen in kinds.any_of and chosen not in kinds.but_not else FALSEHOOD
        return self.kind_of(self.term(subject), kinds)

    def kind_of(self, term: k.Term, kinds: s.KindExpression) -> k.Formula:
        """Membership of a kind expression, with all kinds below the named ones, as a relation of its own."""
        name = f"is:{' or '.join(kinds.any_of)}" + "".join(f" but not {n}" for n in kinds.but_not)

        def define() -> k.Definition:
            thing = k.Var("x")
            excluded = [k.Not(self._any_kind(thing, kinds.but_not, kinds.place))] if kinds.but_not else []
            return k.Holds(name, (thing,), both(self._any_kind(thing, kinds.any_of, kinds.place), *excluded))

        self.lowering.named_once(name, define)
        return k.Rel(name, (term,))

    def _any_kind(self, thing: k.Term, names: Iterable[str], place: Place | None) -> k.Formula:
        below = self._below(names, place)
        parties = (
            [k.Compare("=", thing, k.Const(a)) for a in self.vocabulary.actors] if PARTY in below else []
        )
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

    # ------------------------------------------------------------ comparisons

    def comparison(self, formula: s.Compare, visible: Visible, clause: str | None) -> k.Formula:
        """A comparison; each aggregate in it becomes a measure whose value is compared."""
        measured: list[k.Formula] = []
        left = self._side(formula.left, visible, clause, measured)
        right = self._side(formula.right, visible, clause, measured)
        compared = k.Compare(formula.op, left, right)
        local = tuple(
            m.result.name for m in measured if isinstance(m, k.Value) and isinstance(m.result, k.Var)
        )
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

    def _counted(self, over: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """What an aggregate runs over: each instance of a duty, and each value of a variable, counts for itself."""
        of = over.of if isinstance(over, s.Edge) else over
        if isinstance(of, s.Atom):
            visible = visible | variables_in(of, self.vocabulary, visible)
        lowered = told_apart(cast("FormulaLowering", self).formula(over, visible, clause))
        return _each(lowered) if isinstance(over, s.Atom) and over.name in CLAUSE_STATES else lowered

    def measure(
        self, aggregate: s.Aggregate, visible: Visible, clause: str | None
    ) -> tuple[k.Formula, k.Var]:
        """The running aggregate as a relation from its group to its value."""
        over = self._counted(aggregate.over, visible, clause)
        group = tuple(k.Var(v) for v in sorted(free_variables(over) & visible))
        of = None if aggregate.of is None else self.term(aggregate.of, free_variables(over))
        for name in sorted(term_variables(of) - free_variables(over) if of is not None else ()):
            message = f"nothing in the {aggregate.kind} says what `{name}` is"
            advice = f"bind `{name}` behind `over`, in an event (`over EVENT(… = {name})`)"
            raise ContractError.of("TEN207", message, place=aggregate.place, help=advice)
        if aggregate.kind == "days":
            within = self.duration(aggregate.within) if aggregate.within else None
            name = self.lowering.day_count(group, over, within, clause)
            value = self.fresh("value")
            return k.Value(name, group, value), value
        limit = self.limit("within", aggregate.within, clause)
        level = not is_pulse(over, self.lowering.pulses)
        name = self.lowering.measured(aggregate.kind, group, of, over, limit, level=level, clause=clause)
        value = self.fresh("value")
        return k.Value(name, group, value), value


def _each(formula: k.Formula) -> k.Formula:
    """``formula`` for each instance, instead of for some."""
    match formula:
        case k.Exists(_, of):
            return of
        case k.Or(parts):
            return k.Or(tuple(map(_each, parts)))
        case _:
            return formula
