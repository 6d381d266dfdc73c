"""Amendments: each is a state that begins for good, and versions the clauses that it ends or replaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from tenure.diagnostics import ContractError, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.algebra import FALSEHOOD, some

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

_Change = tuple[s.Amendment, s.ClauseEnds | s.Replaces, str]


class AmendmentLowering:
    """What amendments do to clauses, under the chosen readings."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary = lowering.vocabulary

    def define(self) -> None:
        """Add ``amendment:R`` for each amendment."""
        for amendment in self.vocabulary.amendments.values():
            self.lowering.piece(f"amendment/{amendment.name}", partial(self._define, amendment))

    def _define(self, amendment: s.Amendment) -> None:
        begin = self.lowering.spans.begin(s.From(amendment.begin), frozenset(), amendment.name)
        if amendment.retroactive is not None:
            since = self.lowering.formulas.start_of(amendment.retroactive)
            begin = self.lowering.reaching_back(some(begin, frozenset()), since, (), amendment.name)
        self.lowering.add(
            k.Inertial(f"amendment:{amendment.name}", (), begin, FALSEHOOD, clause=amendment.name)
        )

    def ended_by(self, clause: str) -> tuple[str, ...]:
        """The amendments that end or replace ``clause``."""
        return tuple(
            dict.fromkeys(a.name for a, change, _ in self._ends.get(clause, ()) if self._counts(change))
        )

    def begun_by(self, clause: str) -> k.Formula | None:
        """When a clause that replaces another begins, unless it says so itself."""
        for amendment, _, _ in self._replaces.get(clause, ()):
            return k.begins(k.Rel(f"amendment:{amendment.name}"))
        return None

    @cached_property
    def _ends(self) -> dict[str, list[_Change]]:
        """The changes that end each clause."""
        found: dict[str, list[_Change]] = {}
        for amendment, change in self._changes():
            for name in change.clauses if isinstance(change, s.ClauseEnds) else (change.old,):
                for clause in self._under(name, change):
                    found.setdefault(clause, []).append((amendment, change, name))
        return found

    @cached_property
    def _replaces(self) -> dict[str, list[_Change]]:
        """The changes that put each clause in place of another."""
        found: dict[str, list[_Change]] = {}
        for amendment, change in self._changes():
            if isinstance(change, s.Replaces):
                for clause in self._under(change.new, change):
                    found.setdefault(clause, []).append((amendment, change, change.old))
        return found

    def _changes(self) -> Iterator[tuple[s.Amendment, s.ClauseEnds | s.Replaces]]:
        for amendment in self.vocabulary.amendments.values():
            for change in amendment.changes:
                yield amendment, change

    def predecessors(self, clause: str) -> tuple[str, ...]:
        """The clauses that ``clause`` replaces, and those that they replaced."""
        found: list[str] = []
        wanted = [clause]
        while wanted:
            for _, change, old in self._replaces.get(wanted.pop(), ()):
                older = [c for c in self._under(old, change) if c not in found]
                found.extend(older)
                wanted.extend(older)
        return tuple(found)

    def _counts(self, change: s.ClauseEnds | s.Replaces) -> bool:
        return self.lowering.spans.counts(change.when)

    def _under(self, name: str, change: s.ClauseEnds | s.Replaces) -> tuple[str, ...]:
        found = self.vocabulary.clauses_under(name)
        if not found:
            advice = did_you_mean(name, self.vocabulary.clauses)
            raise ContractError.of("TEN205", f"`{name}` is not a clause", place=change.place, help=advice)
        return found
