"""The account of a duty, read off a finished evaluation: what was so of its instances, and where that was unknown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from tenure.logic.definitions import PERFORMING, DayCount, Stage
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.proofs.accounts import Asked, Entry, Formulas, Matter
from tenure.proofs.days import counted_of, left_by
from tenure.proofs.duties import formulas_of, replayed, told
from tenure.proofs.instances import Replay
from tenure.proofs.steps import Bindings, Choice, Claim, UnfitError
from tenure.proofs.theory import FIRST

if TYPE_CHECKING:
    from tenure.proofs.search import Search


def account_choices(search: Search, claim: Claim) -> Iterator[Choice]:
    """The account that explains a claim; where something of it is unknown, that."""
    try:
        formulas = formulas_of(search.theory, claim)
    except UnfitError:
        return
    reader = Reader(search, formulas, claim.end)
    try:
        replay = replayed(formulas, reader.entries, claim)
    except UnfitError:
        yield from reader.doubts([], claim)
        return
    asked = dict.fromkeys(replay.asked)
    said = [
        told(matter, entry)
        for matter in dict.fromkeys(a.matter for a in asked)
        for entry in reader.entries(matter)
        if any(a.matter == matter and a.start <= entry.end and entry.start <= a.end for a in asked)
    ]
    yield Choice("account", key=tuple(said))
    yield from reader.doubts(list(asked), claim)


def instance_choices(search: Search, claim: Claim) -> Iterator[Choice]:
    """When the instances of a duty without trigger began, where a claim denies that there is one of some description."""
    try:
        formulas = formulas_of(search.theory, claim)
        origins = formulas.origins()
    except UnfitError:
        return
    if formulas.is_of_clause:
        reader = Reader(search, formulas, claim.end)
        triggers = [Matter("trigger", origin) for origin in origins]
        yield Choice("no instance", key=tuple(told(m, e) for m in triggers for e in reader.entries(m)))


def retold(search: Search, claim: Claim) -> Replay | None:
    """What became of the instance that a row of a duty is about, up to the end of a claim; None where it is in doubt."""
    try:
        formulas = formulas_of(search.theory, claim)
        return replayed(formulas, Reader(search, formulas, claim.end).entries, claim)
    except UnfitError:
        return None


def day_choices(search: Search, claim: Claim) -> Iterator[Choice]:
    """When a state held, of which days are counted, since the first day that may still count."""
    counted, group, _ = counted_of(search.theory, claim)
    start = _first_counting(search, counted, claim)
    changes = search.reading.changes(counted.over, group, start, claim.end)
    ranges: list[tuple[Stage, Stage]] = []
    begun: Stage | None = None
    for stage in sorted(s for s in {start, *changes} if start <= s <= claim.end):
        truth = search.reading.truth(counted.over, group, stage)
        if truth == UNKNOWN:
            yield Choice("trust: days", at=stage)
            return
        if truth == TRUE and begun is None:
            begun = stage
        elif truth == FALSE and begun is not None:
            ranges.append((begun, stage - 1))
            begun = None
    if begun is not None:
        ranges.append((begun, claim.end))
    yield Choice("number of days", at=start, key=tuple(ranges))


def _first_counting(search: Search, counted: DayCount, claim: Claim) -> Stage:
    """The first stage whose day may still count at the beginning of a claim."""
    if counted.within is None:
        return FIRST
    low, high = FIRST, claim.start + 1
    while low < high:
        middle = (low + high) // 2
        if left_by(search.theory, counted, middle) <= claim.start:
            low = middle + 1
        else:
            high = middle
    return low


class Reader:
    """What an evaluation says of the instances of a duty up to ``end``."""

    def __init__(self, search: Search, formulas: Formulas, end: Stage) -> None:
        self.search = search
        self.formulas = formulas
        self.end = end
        self._entries: dict[Matter, list[Entry]] = {}
        self._unknown: dict[Matter, list[tuple[Stage, Stage]]] = {}

    def entries(self, matter: Matter) -> list[Entry]:
        """When the formula of a matter was so, and by what."""
        if matter not in self._entries:
            is_by_event = self.formulas.witnesses(matter.role) and matter.role != "trigger"
            found = self._by_event(matter) if is_by_event else self._throughout(matter)
            self._entries[matter] = sorted(found, key=lambda e: e.start)
        return self._entries[matter]

    def doubts(self, asked: list[Asked], claim: Claim) -> Iterator[Choice]:
        """Whatever was asked and is not known."""
        for matter, ranges in self._unknown.items():
            for start, end in ranges:
                stages = [max(start, a.start) for a in asked if a.matter == matter]
                for stage in stages if asked else [start]:
                    if stage <= end:
                        key = (matter.role, matter.key, matter.performer)
                        yield Choice("trust: duty", at=stage, key=key)
        types = [self.search.theory.types_behind(f) for f in self.formulas.by_role.values()]
        crowded = self.search.theory.crowded(FIRST, claim.end, frozenset[str]().union(*types))
        yield from (Choice("trust: duty", at=stage) for stage in crowded)

    def _stages(self, matter: Matter) -> list[Stage]:
        formula, env = self.formulas.formula(matter), self.formulas.env(matter)
        changes = self.search.reading.changes(formula, env, FIRST, self.end)
        return sorted(s for s in {FIRST, *changes} if FIRST <= s <= self.end)

    def _throughout(self, matter: Matter) -> Iterator[Entry]:
        """The ranges in which a formula is true."""
        formula, env = self.formulas.formula(matter), self.formulas.env(matter)
        stages = self._stages(matter)
        begun: Stage | None = None
        for stage, following in pairwise((*stages, self.end + 1)):
            truth = self.search.reading.truth(formula, env, stage)
            if truth == UNKNOWN:
                self._unknown.setdefault(matter, []).append((stage, following - 1))
            if truth == TRUE and begun is None:
                begun = stage
            elif truth != TRUE and begun is not None:
                yield self._entry(matter, begun, stage - 1)
                begun = None
        if begun is not None:
            yield self._entry(matter, begun, self.end)

    def _entry(self, matter: Matter, start: Stage, end: Stage) -> Entry:
        if not self.formulas.witnesses(matter.role):
            return Entry(start, end)
        formula, env = self.formulas.formula(matter), self.formulas.env(matter)
        found = self.search.reading.solutions(formula, env, start)
        return next(Entry(start, end, self.formulas.witness(matter, e)) for e, t in found if t == TRUE)

    def _by_event(self, matter: Matter) -> Iterator[Entry]:
        """The single stages at which a formula is true, for everything that makes it so."""
        formula, env = self.formulas.formula(matter), self.formulas.env(matter)
        for stage in self._stages(matter):
            found: dict[Bindings, Truth] = {}
            for solution, truth in self.search.reading.solutions(formula, env, stage):
                witness = self.formulas.witness(matter, solution)
                found[witness] = max(found.get(witness, FALSE), truth)
            if UNKNOWN in found.values():
                self._unknown.setdefault(matter, []).append((stage, stage))
            place = {w: self.search.theory.place(dict(w).get(PERFORMING.name)) for w in found}
            for witness in sorted(found, key=lambda w: place[w]):
                if found[witness] == TRUE:
                    yield Entry(stage, stage, witness)
