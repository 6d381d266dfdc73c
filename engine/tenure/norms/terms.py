"""Terms, dates and lengths of rules, as the kernel takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from tenure.diagnostics import ContractError, Place, TimeError
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.algebra import Visible
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import Vocabulary, constant
from tenure.time import CivilDate, Duration, Instant, parse_moment

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

T = TypeVar("T")


def placed(place: Place | None, make: Callable[[], T]) -> T:
    """What ``make`` makes; a fault of time in it is told at ``place``."""
    try:
        return make()
    except TimeError as error:
        raise ContractError(*(d.at(place) if place else d for d in error.diagnostics)) from error


class TermLowering:
    """Lowers the terms of one contract under one choice of readings."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary: Vocabulary = lowering.vocabulary

    def term(
        self, term: s.Term, variables: Visible = frozenset(), attribute: s.AttributeDeclaration | None = None
    ) -> k.Term:
        """A term of an atom; an aggregate is lowered where it is compared."""
        match term:
            case s.Wildcard():
                return self.fresh()
            case s.Name(text):
                if attribute is not None and text in attribute.choices:
                    return k.Const(text)
                return k.Var(text) if is_variable(text, self.vocabulary, variables) else k.Const(text)
            case s.Arithmetic(op, left, right):
                return k.Calc(op, self.term(left, variables), self.term(right, variables))
            case s.Length() | s.Aggregate():
                raise ContractError.of(
                    "TEN312",
                    "a duration or an aggregate cannot stand here",
                    place=term.place,
                    help="compare it",
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

    def limit(self, kind: str, length: s.Length | None, clause: str | None) -> k.Limit | None:
        """A duration as an anchored limit."""
        return None if length is None else k.Limit(kind, self.duration(length), clause)  # type: ignore[arg-type]

    @staticmethod
    def due(
        name: s.DateName, at: Literal["start", "end"] = "start", length: k.Limit | None = None
    ) -> k.DueDate:
        """A limit at a date that an event names; the end of an instant is the tick after it."""
        return k.DueDate(k.Var(name.name), "tick" if at == "end" and name.exact else at, length)

    def fresh(self, word: str = "") -> k.Var:
        """A variable that nothing else names."""
        return k.Var(self.lowering.numbered(f"_{word}"))
