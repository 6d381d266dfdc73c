"""Finding a proof: the rules are tried as the finished evaluation suggests, from the claim down to events and dates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tenure.logic.definitions import (
    And,
    Compare,
    Dates,
    Definition,
    Duty,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Holds,
    Inertial,
    Lasting,
    Measure,
    Not,
    Or,
    Passed,
    Reached,
    Recent,
    Rel,
    SinceThen,
    Stage,
    Start,
    Value,
    Var,
)
from tenure.logic.formulas import bodies
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Edge
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE
from tenure.proofs.amounts import candidates
from tenure.proofs.checker import HYPOTHESIS, premises, same_side
from tenure.proofs.reading import Reading
from tenure.proofs.recounting import account_choices, day_choices, instance_choices
from tenure.proofs.remembering import past_choices
from tenure.proofs.steps import Choice, Claim, Row, Step, UnfitError
from tenure.proofs.theory import FIRST, Theory
from tenure.proofs.trust import KINDS

#: How many claims are looked at for one proof before the search is given up.
MOST_TRIES = 20_000
_UNTRUSTING = tuple(f"trust: {kind}" for kind in KINDS)


class UnprovedError(Exception):
    """A claim for which no proof was found."""


class Search:
    """Proofs of claims about one evaluation; claims that come again share their steps."""

    def __init__(self, theory: Theory, trace: Trace) -> None:
        self.theory = theory
        self.reading = Reading(theory, trace)
        self._known: dict[Any, Step | None] = {}
        self._path: dict[Any, Claim] = {}
        self._left = MOST_TRIES
        self._leaning: set[Any] = set()
        self._stuck: set[Any] = set()
        #: Claims whose names are known: a name holds as long as its formula lives.
        self._kept: list[Claim] = []

    def prove(self, claim: Claim) -> Step:
        """A proof of ``claim``; raises :class:`UnprovedError` where it is not so, or no rules were found for it."""
        name = (id(claim.formula), claim.bindings, claim.start, claim.end, claim.at_least, claim.level)
        if not self._path:
            self._left = MOST_TRIES
        if name in self._known:
            known = self._known[name]
            if known is None:
                raise UnprovedError(str(claim))
            return known
        if name in self._stuck:
            raise UnprovedError(str(claim))
        # A circle through a row is told at the row: nothing else can be supposed.
        is_within = name in self._path
        if is_within and (isinstance(claim.formula, Row) or not self._leads_back_by_row(name)):
            self._leaning.add(name)
            return self._supposed(name, claim)
        self._path[name] = claim
        step: Step | None = None
        try:
            step = self._prove(claim)
        finally:
            if not is_within:
                del self._path[name]
            self._leaning.discard(name)
            # What leans on a claim that is still being proved holds only below that claim.
            self._kept.append(claim)
            if not self._leaning:
                self._known[name] = step
                self._stuck.clear()
            elif step is None:
                self._stuck.add(name)
        return step

    def _leads_back_by_row(self, name: Any) -> bool:
        path = list(self._path)
        return any(isinstance(self._path[n].formula, Row) for n in path[path.index(name) :])

    def _supposed(self, name: Any, claim: Claim) -> Step:
        """The claim is being proved already: where it is denied and nothing else makes it so, that is a proof."""
        path = list(self._path)
        above = [self._path[n] for n in path[path.index(name) :]] + [claim]
        is_row = isinstance(claim.formula, Row) and self._is_plain(claim)
        if is_row and all(same_side(a, b) for a, b in pairwise(above)) and all(map(self._is_plain, above)):
            return Step(claim, Choice(HYPOTHESIS))
        raise UnprovedError(str(claim))

    def _is_plain(self, claim: Claim) -> bool:
        """Whether the claim is about neither an event nor what lasts or looks back (at the first stage, nothing does)."""
        if isinstance(claim.formula, Row):
            is_first = claim.start == claim.end == FIRST
            kinds = Holds | Inertial if is_first else Holds
            return isinstance(self.theory.definition(claim.formula.name), kinds)
        return not isinstance(claim.formula, EventAtom)

    def _prove(self, claim: Claim) -> Step:
        reach = self.reading.reach(claim)
        if reach < claim.end:
            raise UnprovedError(f"it is not so: {claim}")
        self._left -= 1
        if self._left < 0:
            raise UnprovedError("the search was given up")
        for how in self._all_choices(claim):
            try:
                needed = premises(self.theory, claim, how)
                return Step(claim, how, tuple([self.prove(below) for below in needed]))
            except (UnfitError, UnprovedError):
                continue
        raise UnprovedError(str(claim))

    # ------------------------------------------------------------ what to try

    def _all_choices(self, claim: Claim) -> Iterator[Choice]:
        is_row = isinstance(claim.formula, Row) and not self._is_plain(claim)
        if is_row and self.theory.possible.has_unknown(claim.row.name):
            yield Choice("trust: unknown value")
        yield from self._choices(claim)
        yield from map(Choice, _UNTRUSTING)

    def _choices(self, claim: Claim) -> Iterator[Choice]:
        if not claim.at_least and claim.end < FIRST:
            yield Choice("before time")
        if claim.start < FIRST <= claim.end:
            yield Choice("split", at=FIRST - 1)
            return
        match claim.formula:
            case And() | Or():
                yield from self._connective(claim)
            case Exists() if claim.at_least:
                yield from self._witnesses(claim, "inside")
            case Not() | Exists() | Earlier():
                yield Choice("inside")
                yield from self._halves(claim)
            case Compare() | Fixed() | Reached() | Start():
                yield Choice("calculated")
            case EventAtom():
                yield from self._event(claim)
            case Row():
                yield from self._row(claim)
            case Rel():
                yield from self._relation(claim)
            case Value():
                yield from self._value(claim)

    def _halves(self, claim: Claim) -> Iterator[Choice]:
        """Where a range has to be split: at whatever changes inside it."""
        changes = self.reading.changes(claim.formula, claim.env, claim.start, claim.end)
        inside = sorted(s for s in changes if claim.start < s <= claim.end)
        if inside:
            yield Choice("split", at=inside[len(inside) // 2] - 1)

    def _connective(self, claim: Claim) -> Iterator[Choice]:
        assert isinstance(claim.formula, And | Or)
        parts = claim.formula.parts
        if isinstance(claim.formula, And) == claim.at_least:
            if claim.at_least and claim.unbound:
                yield from self._witnesses(claim, "parts")
            else:
                yield Choice("parts")
            return
        reaches = [(self.reading.reach(claim.about(part)), -_cost(part), -i) for i, part in enumerate(parts)]
        full = [(cost, i) for reach, cost, i in reaches if reach >= claim.end]
        for _, i in sorted(full, reverse=True):
            yield Choice("part", number=-i)
        if not claim.at_least and claim.unbound:
            yield from self._cases(claim)
        best = max((r for r, _, _ in reaches), default=claim.start - 1)
        if claim.start <= best < claim.end:
            yield Choice("split", at=best)
        yield from self._halves(claim)

    def _cases(self, claim: Claim) -> Iterator[Choice]:
        yield Choice("cases")
        assert isinstance(claim.formula, And)
        for i, part in enumerate(claim.formula.parts):
            if isinstance(part, Value):
                for env, truth in self.reading.values(part, claim.env, claim.start):
                    if truth == TRUE:
                        yield Choice("valued", number=i, bindings=_new(env, claim.env))

    def _witnesses(self, claim: Claim, rule: str) -> Iterator[Choice]:
        """Witnesses by how far they reach."""
        of = claim.formula.of if isinstance(claim.formula, Exists) else claim.formula
        outside = claim.env
        if isinstance(claim.formula, Exists):
            outside = {n: v for n, v in outside.items() if n not in claim.formula.variables}
        best: Stage = claim.start - 1
        for env in self.reading.bindings(of, outside, claim.start):
            if self.reading.under(of, env, claim.start) < claim.level:
                continue
            reach = self.reading.reach(claim.about(of, env))
            if reach >= claim.end:
                yield Choice(rule, bindings=_new(env, outside))
            best = max(best, reach)
        if claim.start <= best < claim.end:
            yield Choice("split", at=best)

    def _event(self, claim: Claim) -> Iterator[Choice]:
        assert isinstance(claim.formula, EventAtom)
        yield Choice("no event")
        if not claim.at_least:
            yield Choice("power")
            yield from self._halves(claim)
            return
        for event in self.theory.events(claim.formula.type, claim.start, claim.start):
            yield Choice("event", event=event.id)
            for number in range(len(self.theory.program.acts.get(event.type, ())) * (len(event.by) + 1)):
                yield Choice("power", number=number)

    def _relation(self, claim: Claim) -> Iterator[Choice]:
        assert isinstance(claim.formula, Rel)
        if not claim.at_least:
            yield Choice("no row")
            yield from instance_choices(self, claim)
            yield from self._halves(claim)
            return
        table = self.reading.trace.tables[claim.formula.name]
        best = claim.start - 1
        for key in self.reading.keys(table, claim.formula.args, claim.env):
            reach = self.reading.reach(claim.about(self.theory.row(claim.formula.name, key), {}))
            if reach >= claim.end:
                yield Choice("row", key=key)
            best = max(best, reach)
        if claim.start <= best < claim.end:
            yield Choice("split", at=best)

    def _value(self, claim: Claim) -> Iterator[Choice]:
        assert isinstance(claim.formula, Value)
        definition = self.theory.definition(claim.formula.name)
        if claim.at_least and isinstance(definition, Measure):
            yield from self._amount(claim, definition)
        elif claim.at_least:
            yield from day_choices(self, claim)
        else:
            yield Choice("no amount")
            atom = Value(claim.formula.name, claim.formula.group, _ANY)
            for env, truth in self.reading.values(atom, claim.env, claim.start):
                if truth == TRUE:
                    yield Choice("other value", key=(env[_ANY.name],))
        yield from self._halves(claim)

    def _amount(self, claim: Claim, measure: Measure) -> Iterator[Choice]:
        assert isinstance(claim.formula, Value)
        try:
            values = tuple(value_of(term, claim.env) for term in claim.formula.group)
        except KeyError:
            return
        found = unify(measure.group, values, {})
        group: Env = found[0] if found is not None else {}
        try:
            entries = list(candidates(self.theory, measure, group, claim))
        except UnfitError:
            return
        flags = tuple(int(self.reading.truth(measure.over, env, start) == TRUE) for start, _, env in entries)
        yield Choice("amount", key=flags)

    # ------------------------------------------------------------ rows of relations

    def _row(self, claim: Claim) -> Iterator[Choice]:
        assert isinstance(claim.formula, Row)
        definition: Definition = self.theory.definition(claim.formula.name)
        match definition:
            case Holds():
                yield Choice("definition")
            case Dates():
                yield Choice("date")
            case Duty():
                yield from account_choices(self, claim)
            case Inertial() | Recent() | Lasting() | SinceThen() | Passed():
                yield from past_choices(self, claim, definition)
                yield from self._halves_of(claim, definition)
        yield from self._halves(claim)

    def _halves_of(self, claim: Claim, definition: Definition) -> Iterator[Choice]:
        """Where a range has to be split: at whatever changes in a formula of the definition."""
        assert isinstance(claim.formula, Row)
        found = unify(definition.head, claim.formula.key, {})
        env = found[0] if found is not None else {}
        changes = {
            stage
            for formula in bodies(definition).values()
            for stage in self.reading.changes(formula, env, claim.start, claim.end)
        }
        inside = sorted(s for s in changes if claim.start < s <= claim.end)
        if inside:
            yield Choice("split", at=inside[len(inside) // 2] - 1)

    def edges(self, row: Row) -> list[Edge]:
        """The edges of a row."""
        return self.reading.trace.tables[row.name].edges.get(row.key, [])

    def truth(self, row: Row, stage: Stage) -> int:
        """The truth of a row."""
        return row_at(self.reading.trace.tables[row.name], row.key, stage).truth if stage >= FIRST else FALSE


def _new(env: Env, known: Env) -> tuple[tuple[str, Any], ...]:
    return tuple((n, v) for n, v in sorted(env.items()) if n not in known)


def _cost(part: object) -> int:
    """Which part of a conjunction to refute first: what hangs on least."""
    match part:
        case Compare() | Fixed() | Reached() | Start():
            return 0
        case EventAtom():
            return 1
        case Not(of) | Earlier(of) | Exists(_, of):
            return 1 + _cost(of)
        case And(parts) | Or(parts):
            return 1 + max((_cost(p) for p in parts), default=0)
        case _:
            return 10


_ANY = Var("value of the measure")
