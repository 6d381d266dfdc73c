"""The rules of duties (DESIGN §4): when an instance is owed, and all that can befall it.

The rules say that something befalls an instance.  What comes of it, by which rung it is owed and how much of it, is
kept beside the facts (:mod:`tenure.rete.duties`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tenure.logic import definitions as k
from tenure.logic.definitions import PERFORMED_AMOUNT, PERFORMER, PERFORMING, Const, Term, Var
from tenure.logic.formulas import free_variables, is_pulse, occurrences, term_variables
from tenure.rete import literals as lit
from tenure.rete.definition import Definition
from tenure.rete.literals import Case, Literal, Unfit, row_columns
from tenure.rete.steps import Ladder, Step

#: The steps of a duty's band, in the order in which the reference settles an instance; each transfer and each
#: extension has steps of its own.
NOTE, OWED, EXCUSED, TRANSFER = range(1, 5)
DELEGATED, SUSPENDED, DUE, RECALLED, OVER, WAIVED, EXTENDED = range(12, 19)
ACCELERATED, ANCHORED, DONE = range(22, 25)
_MOST = 4
_INSTANCE = Var("· instance")
_HELPER = Var("· helper")
_ASSIGNEE = "assignee"


def duty(d: Definition, owed: k.Duty) -> None:
    """A duty; raises :class:`Unfit` where what befalls it hangs on more than the facts of a stage."""
    _Duty(d, owed).compile()


class _Duty:
    """The rules of one duty."""

    def __init__(self, d: Definition, owed: k.Duty) -> None:
        self.d = d
        self.duty = owed
        self.once = isinstance(owed.head[0], Const)
        first: Term = _INSTANCE if self.once else owed.head[0]
        self.columns = row_columns((first, *owed.head[1:]))
        d.words.widths[f"live:{owed.name}"] = len(self.columns)
        self.live = Literal(f"live:{owed.name}", self.columns)

    def compile(self) -> None:
        """Add the rules."""
        duty = self.duty
        _check(duty)
        self._trigger()
        if duty.excused is not None:
            self._excused(duty.excused)
        for i, (_, formula) in enumerate(duty.transfers):
            self._transfer(i, formula)
        if duty.delegated is not None:
            self._befalls(DELEGATED, "delegate", duty.delegated, _ASSIGNEE)
        if duty.suspended is not None:
            self._suspended(duty.suspended)
        if any(rung.deadline is not None or rung.sooner for rung in duty.rungs):
            columns = (*self.columns, ("n", Var("· anchor")))
            limit = Literal(f"limit:{duty.name}", columns)
            self.d.add(DUE, "breach", Case(), before=[limit], key=self.columns)
        for case in self.d.cases(duty.end):
            self.d.add(OVER, "lapse", case, before=[self.live], key=self.columns)
        if duty.waived is not None:
            self._befalls(WAIVED, "waive", duty.waived)
        for i, (formula, _) in enumerate(duty.extensions):
            self._befalls(EXTENDED + i, "extend", formula, place=i)
        if duty.accelerated is not None:
            self._befalls(ACCELERATED, "accelerate", duty.accelerated)
        for i, rung in enumerate(duty.rungs):
            if rung.anchor is not None:
                self._anchored(i, rung.anchor)
            self._performed(i, rung)
        self._done()

    # ------------------------------------------------------------ beginnings

    def _trigger(self) -> None:
        duty, d = self.duty, self.d
        d.pulse(duty.trigger, "it is a duty that a state triggers, not an event")
        terms = (*(t for rung in duty.rungs for t in rung.head), *k.due_dates(duty))
        key = row_columns(terms)
        more = frozenset().union(*map(term_variables, terms))
        for case in d.cases(duty.trigger, more):
            d.add(OWED, "owe", case, key=key)
        for case in d.cases(duty.contested, more) if duty.contested is not None else ():
            d.add(OWED, "contest", case)

    def _anchored(self, i: int, formula: k.Formula) -> None:
        """The anchor is noted, also before there is an instance, and the clocks of those that there are begin."""
        if not all(
            isinstance(o.atom, k.EventAtom) and o.positive and not o.earlier for o in occurrences(formula)
        ):
            raise Unfit("it is a duty whose time runs from more than an event")
        part = row_columns(Var(name) for name in self._part(formula))
        for case in self.d.cases(formula):
            self.d.add(NOTE, "note", case, key=part, place=i)
            self.d.add(ANCHORED, "anchor", case, before=[self.live], key=self.columns, place=i)

    def _part(self, formula: k.Formula) -> list[str]:
        return sorted(free_variables(formula) & self.d.variables)

    # ------------------------------------------------------------ what befalls an instance

    def _befalls(
        self, step: int, kind: str, formula: k.Formula, who: str | None = None, place: int = 0
    ) -> None:
        """An event befalls what is owed; ``who`` is a variable that it binds."""
        self.d.pulse(formula, f"it is a duty that a state, not an event, can {kind}")
        key = self.columns if who is None else (("who", Var(who)), *self.columns)
        more = frozenset(() if who is None else (who,))
        for case in self.d.cases(formula, more):
            self.d.add(step, kind, case, before=[self.live], key=key, place=place)

    def _transfer(self, i: int, formula: k.Formula) -> None:
        step = TRANSFER + 2 * i
        self._befalls(step, "transfer", formula, _ASSIGNEE, place=i)
        moving = Literal(f"due:{self.duty.name}/{i}", self.columns)
        self.d.add(step + 1, "move", Case(), before=[moving], key=self.columns, place=i)

    def _excused(self, formula: k.Formula) -> None:
        cases = self.d.cases(formula)
        symbol = f"excuse:{self.duty.name}"
        self.d.words.widths[symbol] = len(self.columns)
        excuse = Literal(symbol, self.columns)
        for case in cases:
            self.d.add(EXCUSED, "aux+", case, before=[self.live], target=symbol, key=self.columns)
        for gone in self.d.absent(cases):
            self.d.add(EXCUSED, "aux-", gone, before=[excuse], target=symbol, key=self.columns)
            self.d.add(RECALLED, "recall", gone, before=[self.live], key=self.columns)

    def _suspended(self, formula: k.Formula) -> None:
        cases = self.d.cases(formula)
        for case in cases:
            self.d.add(SUSPENDED, "suspend", case, before=[self.live], key=self.columns)
        for gone in self.d.absent(cases):
            self.d.add(SUSPENDED, "resume", gone, before=[self.live], key=self.columns)

    def _performed(self, i: int, rung: k.Rung) -> None:
        """An event performs a rung: by its debtor, or by whom the debtor has delegated it to."""
        before = [self.live, *([self._rung(i, rung)] if i else [])]
        amount = () if rung.amount is None else (("amount", PERFORMED_AMOUNT),)
        key = (("i", PERFORMING), *amount, *self.columns)
        for case in self._performances(rung, rung.head[1]):
            self.d.add(DONE, "perform", case, before=before, key=key, place=2 * i)
        if self.duty.delegated is None:
            return
        helper = Literal(f"helper:{self.duty.name}", (("c0", _HELPER), *_shifted(self.columns, 1)))
        self.d.words.widths[helper.symbol] = len(helper.columns)
        for case in self._performances(rung, _HELPER):
            self.d.add(DONE, "perform", case, before=[*before, helper], key=key, place=2 * i + 1)

    def _rung(self, i: int, rung: k.Rung) -> Literal:
        """The key of a further rung, beside that of the first."""
        first: Term = _INSTANCE if self.once else rung.head[0]
        columns = (*self.columns, *_shifted(row_columns((first, *rung.head[1:])), len(self.columns)))
        symbol = f"rung{i}:{self.duty.name}"
        self.d.words.widths[symbol] = len(columns)
        return Literal(symbol, columns)

    def _performances(self, rung: k.Rung, performer: Term) -> Iterator[Case]:
        kept = self.d.variables | {PERFORMING.name, PERFORMED_AMOUNT.name, _HELPER.name}
        kept |= frozenset().union(*map(term_variables, rung.head))
        for found in self.d.reader.cases(rung.performance):
            case = lit.rename(found, {PERFORMER.name: performer})
            if not any(ltr.symbol.startswith("event:") and ltr.positive for ltr in case.literals):
                raise Unfit("it is a duty that no event performs")
            yield lit.solved(case, kept)

    # ------------------------------------------------------------ as the run knows it

    def _done(self) -> None:
        duty = self.duty
        places = {term.name: i for i, term in enumerate(duty.head) if isinstance(term, Var)}
        steps = tuple(
            Step(
                name=rung.name,
                width=len(rung.head),
                deadline=rung.deadline,
                not_before=rung.not_before,
                sooner=rung.sooner,
                amount=rung.amount,
                cumulative=rung.cumulative,
                anchor=None
                if rung.anchor is None
                else tuple(places[name] for name in self._part(rung.anchor)),
            )
            for rung in duty.rungs
        )
        once = self.d.words.constant(duty.head[0].value) if isinstance(duty.head[0], Const) else None
        extensions = tuple(length for _, length in duty.extensions)
        transfers = tuple(column for column, _ in duty.transfers)
        delegated = duty.delegated is not None
        atoms = [found.atom for found in occurrences(duty.end)]
        events = frozenset(atom.type for atom in atoms if isinstance(atom, k.EventAtom))
        ends = None if any(isinstance(atom, k.Rel) for atom in atoms) else events
        ladder = Ladder(steps, once, duty.clock, extensions, transfers, delegated, ends)
        self.d.done("duty", ladder=ladder)


def _shifted(columns: tuple[tuple[str, Term], ...], by: int) -> tuple[tuple[str, Term], ...]:
    return tuple((f"c{i + by}", term) for i, (_, term) in enumerate(columns))


def _check(duty: k.Duty) -> None:
    """Refuse what hangs on more than the facts of a stage: on which of its atoms the reference was told of."""
    if max(len(duty.transfers), len(duty.extensions)) > _MOST:
        raise Unfit(f"it is a duty with more than {_MOST} extensions or transfers")
    states = {"suspended": duty.suspended, "excused": duty.excused}
    for what, formula in states.items():
        if formula is not None and any(o.is_momentary for o in occurrences(formula)):
            raise Unfit(f"it is a duty that is {what} by an event, not a state")
    if duty.suspended is not None and duty.excused is not None and len(duty.rungs) > 1:
        raise Unfit("it is a duty of several steps that can be both suspended and excused")
    passing = {t.name for column, _ in duty.transfers if isinstance(t := duty.head[column], Var)}
    for what, formula in {**states, "ended": duty.end}.items():
        if formula is not None and passing & free_variables(formula) and not is_pulse(formula, frozenset()):
            raise Unfit(f"it is a duty that can be assigned, and is {what} by a state of one of its parties")
