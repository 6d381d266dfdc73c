"""Searching random histories for one that breaks a property, and making the shortest story of it.

A search over many properties first looks at every history for all of them; each that is broken is then searched alone,
from the same seed, and shrunk.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tenure.diagnostics import QueryError, TenureError, did_you_mean
from tenure.history import History
from tenure.language import syntax as s
from tenure.testing.judge import Choice, Judge, declared_properties
from tenure.testing.outcome import Failure, Outcome
from tenure.testing.stock import STOCK, Case, StockProperty, off_in_file, stock_named
from tenure.testing.strategies import CHOICES, histories, picker, readings
from tenure.testing.telling import Focus
from tenure.timeline import Contract

#: Property or stock property, in the order in which they are reported.
Subject = s.Property | StockProperty
Progress = Callable[[int], None]
Look = Callable[[History, Choice, bytes], None]


class BrokenError(AssertionError):
    """A history in which a property is broken; hypothesis shrinks it."""


class _Enough(BaseException):
    """The time is over; hypothesis lets it through."""


@frozen
class Budget:
    """How much to search: histories, seconds, the seed of all choices, and whether readings vary too."""

    examples: int = 100
    seconds: float | None = None
    seed: int = 0
    max_events: int = 20
    every_reading: bool = False
    readings: Mapping[str, str] = field(factory=dict)


def subjects(contract: Contract, name: str | None = None) -> tuple[Subject, ...]:
    """The properties of the contract and the stock properties; with ``name`` that one alone (else TEN703)."""
    every: tuple[Subject, ...] = (*declared_properties(contract), *STOCK)
    found = tuple(p for p in every if name in (None, p.name))
    if not found:
        names = [p.name for p in every]
        advice = did_you_mean(str(name), names) or f"its properties: {', '.join(names)}"
        message = f"`{name}` is neither a property of `{contract.name}` nor a stock property"
        raise QueryError.of("TEN703", message, help=advice)
    return found


class Search:
    """One search of one contract; what it knows so far can be asked for at any time, also after an interrupt."""

    def __init__(
        self,
        contract: Contract,
        wanted: Iterable[Subject],
        *,
        without: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        about: Sequence[Focus] | None = None,
    ) -> None:
        self.contract = contract
        self.without = {**off_in_file(contract), **(without or {})}
        for name in self.without:
            stock_named(name)
        self.budget = budget or Budget()
        self._subjects = tuple(wanted)
        active = [p for p in self._subjects if p.name not in self.without or isinstance(p, s.Property)]
        self.stock = tuple(p for p in active if isinstance(p, StockProperty))
        self.judge = Judge(contract, (p for p in active if isinstance(p, s.Property)))
        #: What stories are told of: all that a property depends on, property by property.
        self.about = tuple(self.judge.about()) if about is None else about
        self.tried = 0
        self._awake: dict[str, set[Any]] = {}
        self._applied: set[str] = set()
        self._silent: dict[str, str] = {}
        self._broken: dict[str, Failure] = {}

    # ------------------------------------------------------------ searching

    def run(self, progress: Progress | None = None) -> tuple[Outcome, ...]:
        """Search, then shrink; an interrupt (Ctrl-C) leaves what was found so far to :attr:`outcomes`."""
        ends = None if self.budget.seconds is None else monotonic() + self.budget.seconds

        def look(history: History, choice: Choice, places: bytes) -> None:
            """One history, as long as there is time."""
            if ends is not None and monotonic() > ends:
                raise _Enough
            self.look(history, choice, places)
            if progress is not None:
                progress(self.tried)

        with suppress(_Enough):
            self._hypothesis(look, self._profile(Phase.generate))
        for name in list(self._broken):
            self._shrink(name)
        return self.outcomes

    def look(self, history: History, choice: Choice | None = None, places: bytes = b"") -> None:
        """Judge one history, random or not, for everything that is not broken yet."""
        self.tried += 1
        chosen = {**self.budget.readings, **(choice or {})}
        for number, judged in enumerate(self._judged(self.judge, history, chosen)):
            name = self.judge.properties[number].name
            self._awake.setdefault(name, set()).update(judged.awake)
            if judged.holds is False and name not in self._broken:
                self._broken[name] = Failure(history, "false", _pairs(chosen), shrunk=False, places=places)
        case = Case(self.contract, history, self.judge.reach(history), picker(places), chosen)
        for stock in self.stock:
            if stock.name not in self._broken:
                self._look_at_stock(stock, case, places)

    @staticmethod
    def _judged(judge: Judge, history: History, chosen: Choice) -> Sequence[Any]:
        try:
            return judge(history, chosen) if judge.properties else ()
        except TenureError:  # `has-an-answer` says so
            return ()

    def _look_at_stock(self, stock: StockProperty, case: Case, places: bytes) -> None:
        try:
            # Each looks from the first choice on, so that it finds the same fault when it is searched alone.
            seen = stock.check(case.looking(picker(places)))
        except TenureError:
            return
        if seen.applied:
            self._applied.add(stock.name)
        elif seen.why is not None:
            self._silent.setdefault(stock.name, seen.why)
        if seen.fault is not None:
            pairs = _pairs(case.readings)
            self._broken[stock.name] = Failure(
                case.history, seen.fault, pairs, seen.since, seen.cause, shrunk=False, places=places
            )

    def _hypothesis(self, look: Look, profile: settings, *, seeded: bool = True) -> None:
        choices = readings(self.contract) if self.budget.every_reading else st.just({})

        @settings(profile, deadline=None, suppress_health_check=list(HealthCheck))
        @given(self._histories(), choices, CHOICES)
        def story(history: History, choice: Choice, places: bytes) -> None:
            look(history, choice, places)

        with little_collecting():
            (seed(self.budget.seed)(story) if seeded else story)()

    def _histories(self) -> st.SearchStrategy[History]:
        """Stories of what the properties depend on, and some of everything."""
        return histories(self.contract, max_events=self.budget.max_events, about=self.about)

    def _profile(self, *phases: Phase) -> settings:
        return settings(max_examples=self.budget.examples, database=None, phases=phases, derandomize=False)

    # ------------------------------------------------------------ the shortest story

    def _shrink(self, name: str) -> None:
        """The same search for one property alone, which ends in the shortest story that breaks it."""
        (subject,) = (p for p in self._subjects if p.name == name)
        alone = Search(self.contract, (subject,), budget=self.budget, about=self.about)
        alone.run_alone(self._profile(Phase.generate, Phase.shrink), seeded=True)
        self._broken.update(alone._broken)

    def run_alone(self, profile: settings, *, seeded: bool = False) -> Outcome:
        """Search for a history that breaks the one property of this search, as ``profile`` of hypothesis says, and shrink it."""
        (subject,) = self._subjects
        shortest: list[Failure] = []

        def look(history: History, choice: Choice, places: bytes) -> None:
            self._broken.clear()
            self.look(history, choice, places)
            if self._broken:
                shortest[:] = [self._broken[subject.name]]
                raise BrokenError(subject.name)

        try:
            self._hypothesis(look, profile, seeded=seeded)
        except BrokenError:
            shorter = self._pruned(subject, evolve(shortest[0], shrunk=True))
            self._broken[subject.name] = self._told(subject, shorter)
        return self._outcome(subject)

    def _pruned(self, subject: Subject, failure: Failure) -> Failure:
        """Without every event that may be left out where it stands: dates that were counted from it keep theirs."""
        for event in reversed(failure.history.events):
            rest = [e for e in failure.history.events if e.id != event.id]
            if any(e.target == event.id for e in rest):
                continue
            alone = Search(self.contract, (subject,), budget=self.budget, about=())
            alone.look(History.from_events(rest), dict(failure.readings), failure.places)
            found = alone._broken.get(subject.name)
            if found is not None:
                return self._pruned(subject, evolve(found, shrunk=True))
        return failure

    def _told(self, subject: Subject, failure: Failure) -> Failure:
        """The failure with the instant and the cause that decide it."""
        if isinstance(subject, StockProperty):
            return failure
        verdict = Judge(self.contract, [subject]).verdict(0, failure.history, dict(failure.readings))
        return evolve(failure, why=verdict.found, since=verdict.decided_at, cause=verdict.cause)

    # ------------------------------------------------------------ results

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is known of each property by now."""
        return tuple(map(self._outcome, self._subjects))

    def _outcome(self, subject: Subject) -> Outcome:
        from tenure.language.printer import format_formula

        stock = isinstance(subject, StockProperty)
        text = subject.text if isinstance(subject, StockProperty) else format_formula(subject.formula)
        found = Outcome(
            subject.name,
            text,
            "held",
            self.tried,
            stock,
            declared=None if isinstance(subject, StockProperty) else subject,
        )
        if stock and subject.name in self.without:
            return evolve(found, status="switched off", why=self.without[subject.name])
        if subject.name in self._broken:
            failure = self._broken[subject.name]
            return evolve(found, status="falsified", why=failure.why, failure=failure)
        why = self._vacuous(subject)
        return found if why is None else evolve(found, status="vacuous", why=why)

    def _vacuous(self, subject: Subject) -> str | None:
        """Why a property said nothing in any history that was tried."""
        if isinstance(subject, StockProperty):
            silent = self._silent.get(subject.name, subject.silent)
            return None if subject.name in self._applied else silent
        number = self.judge.properties.index(subject)
        if not self.tried:
            return "no history was tried"
        if self.judge.conditions[number] <= self._awake.get(subject.name, set()):
            return None
        return "what it is about never happens"


@contextmanager
def little_collecting() -> Iterator[None]:
    """Leave what is there out of the garbage collections of a search: it is much, and stays."""
    known = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*known)
        gc.unfreeze()


def _pairs(chosen: Choice) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(chosen.items()))
