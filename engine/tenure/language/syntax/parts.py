"""The parts that qualify a rule: when it runs, for what, under which exceptions, by which deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tenure.diagnostics import Place
from tenure.language.syntax.formulas import Atom, Formula, KindExpression, Recurring
from tenure.language.syntax.shared import NO_COMMENTS, Comments, Node
from tenure.language.syntax.terms import Date, Length, Term

if TYPE_CHECKING:
    from tenure.language.syntax.rules import Norm


class When(Node, frozen=True, eq=False):
    """``when A1 is end2032 or unstated``: the part counts only under these values of the reading."""

    reading: str
    values: tuple[str, ...]
    place: Place | None = None


class From(Node, frozen=True, eq=False):
    """``from φ`` or ``from DATE``."""

    begin: Formula | Date | After
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Through(Node, frozen=True, eq=False):
    """``through X``: ends at the start of what follows X."""

    date: Date
    place: Place | None = None


class Unpublished(Node, frozen=True, eq=False):
    """``unpublished "why", at least through X``: the end exists or not, nobody outside knows."""

    why: str | None = None
    at_least: Date | None = None
    place: Place | None = None


class After(Node, frozen=True, eq=False):
    """``30 days after φ``, as an end."""

    length: Length
    event: Formula
    place: Place | None = None


End = Formula | Date | Through | Unpublished | After


class Until(Node, frozen=True, eq=False):
    """``until E1, or E2, whichever is first``; ``finally until`` ends for good.

    A bare :class:`Date` ends at its start.  ``last`` is ``whichever is last``.
    """

    ends: tuple[End, ...]
    last: bool = False
    final: bool = False
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class ForLength(Node, frozen=True, eq=False):
    """``for 30 days``: a term that runs from each beginning; ``renews``: each new beginning restarts it."""

    length: Length
    renews: bool = False
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Condition(Node, frozen=True, eq=False):
    """``while φ``: only as long as φ holds; ``if φ``: φ must hold (entering) when the span begins or the act is done."""

    word: Literal["while", "if"]
    of: Formula
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Unless(Node, frozen=True, eq=False):
    """``unless φ``: defeated while φ holds; a clause id in φ means that clause, for the same act and object."""

    of: Formula
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Rank(Node, frozen=True, eq=False):
    """``despite C03, C04``: this clause prevails over them; ``subject to C07``: they prevail over this one."""

    word: Literal["despite", "subject to"]
    clauses: tuple[str, ...]
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class ForVariable(Node, frozen=True, eq=False):
    """``for x: model or product, owned by Licensor``; the kind may be ``party`` or ``thing``."""

    variable: str
    kinds: KindExpression
    owner: Term | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class ForEach(Node, frozen=True, eq=False):
    """``for each invoiced(invoice, amount)``, ``for each "last day of each month"``: one instance for each of them."""

    trigger: Atom | Recurring
    condition: Formula | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Deadline(Node, frozen=True, eq=False):
    """``within D [of φ]``, ``by X`` (the whole of X counts), ``before X``, ``no sooner than X``."""

    word: Literal["within", "by", "before", "no sooner than"]
    limit: Length | Date
    of: Formula | None = None
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Otherwise(Node, frozen=True, eq=False):
    """``otherwise NORM``: what is owed once the duty is breached; ``cumulative``: beside the duty, not in its place."""

    norm: Norm
    cumulative: bool = False
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Manner(Node, frozen=True, eq=False):
    """A word that says how: ``in parts`` (amounts may be met in parts), ``survives termination``, ``clock runs``,
    ``clock stops``, ``clock drops`` (on suspension).
    """

    word: Literal["in parts", "survives termination", "clock runs", "clock stops", "clock drops"]
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Excused(Node, frozen=True, eq=False):
    """``excused while φ``: the duty cannot be breached while φ holds."""

    of: Formula
    place: Place | None = None
    comments: Comments = NO_COMMENTS


Part = (
    From | Until | ForLength | Condition | Unless | Rank | ForVariable | ForEach | Deadline | Otherwise | Manner | Excused
)  # fmt: skip
