"""What a proof is made of: claims about formulas throughout ranges of stages, each with the rule that it follows by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from attrs import evolve, frozen

from tenure.logic.definitions import Const, Formula, Rel, Stage
from tenure.logic.formulas import free_variables
from tenure.logic.truth import FALSE, TRUE, Truth

Bindings = tuple[tuple[str, Any], ...]


class UnfitError(Exception):
    """A rule does not give a claim."""


class Row(Rel, frozen=True):
    """One row of a relation, and no other that an unknown column might make the same; ``args`` are constants."""

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of the columns."""
        return tuple(arg.value for arg in self.args if isinstance(arg, Const))


@frozen
class Claim:
    """At every stage from ``start`` to ``end`` (both included) the truth of ``formula`` is at least, or at most, ``level``.

    Variables without a binding are read as "some": at least for one value, at most for all.
    """

    formula: Formula
    bindings: Bindings
    start: Stage
    end: Stage
    at_least: bool
    level: Truth

    @classmethod
    def least(
        cls, formula: Formula, start: Stage, end: Stage, level: Truth = TRUE, bindings: Bindings = ()
    ) -> Self:
        """That ``formula`` is at least ``level`` throughout."""
        return cls(formula, bindings, start, end, at_least=True, level=level)

    @classmethod
    def most(
        cls, formula: Formula, start: Stage, end: Stage, level: Truth = FALSE, bindings: Bindings = ()
    ) -> Self:
        """That ``formula`` is at most ``level`` throughout."""
        return cls(formula, bindings, start, end, at_least=False, level=level)

    @property
    def env(self) -> dict[str, Any]:
        """The bindings as a mapping."""
        return dict(self.bindings)

    @property
    def unbound(self) -> frozenset[str]:
        """The variables that are read as "some"."""
        return free_variables(self.formula) - self.env.keys()

    @property
    def row(self) -> Row:
        """The row that the claim is about; raises :class:`UnfitError` where it is about something else."""
        if not isinstance(self.formula, Row):
            raise UnfitError("not about one row of a relation")
        return self.formula

    def about(self, formula: Formula, env: Mapping[str, Any] | None = None) -> Claim:
        """The same of another formula, under the same bindings or others."""
        return evolve(self, formula=formula, bindings=bound(formula, self.env if env is None else env))

    def during(self, start: Stage, end: Stage) -> Claim:
        """The same of other stages."""
        return evolve(self, start=start, end=end)

    def at(self, stage: Stage) -> Claim:
        """The same of one stage."""
        return self.during(stage, stage)

    def turned(self) -> Claim:
        """What must be so of a formula for this to be so of its negation."""
        return evolve(self, at_least=not self.at_least, level=TRUE - self.level)


def bound(formula: Formula, env: Mapping[str, Any]) -> Bindings:
    """The bindings of ``env`` that ``formula`` is about, in the order of their names."""
    return tuple((name, env[name]) for name in sorted(free_variables(formula) & env.keys()))


@frozen
class Choice:
    """A rule, and what is to be chosen when it is applied.

    ``at`` is a stage that the rule turns on, ``number`` says which part, ``key`` which row, ``event`` which event;
    ``bindings`` are witnesses.
    """

    rule: str
    at: Stage | None = None
    number: int | None = None
    key: tuple[Any, ...] | None = None
    event: str | None = None
    bindings: Bindings = ()


@frozen(eq=False)
class Step:
    """One step of a proof: a claim that follows by a rule from the claims of the steps below; steps may be shared."""

    claim: Claim
    how: Choice
    because: tuple[Step, ...] = ()

    def steps(self) -> Iterator[Step]:
        """This step and all below it, each once, those below first."""
        seen: set[int] = set()
        waiting: list[tuple[Step, bool]] = [(self, False)]
        while waiting:
            step, is_done = waiting.pop()
            if is_done:
                yield step
            elif id(step) not in seen:
                seen.add(id(step))
                waiting.append((step, True))
                waiting.extend((below, False) for below in reversed(step.because))

    def events(self) -> frozenset[str]:
        """The ids of the events that the proof rests on."""
        return frozenset(s.how.event for s in self.steps() if s.how.event is not None)
