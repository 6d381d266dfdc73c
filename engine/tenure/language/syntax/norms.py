"""Rules, and the parts that qualify them: when a rule runs, for what, under which exceptions, by which deadline."""

from __future__ import annotations

from typing import Literal

from tenure.diagnostics import Place
from tenure.language.syntax.expressions import (
    Argument,
    Atom,
    Date,
    Formula,
    KindExpression,
    Length,
    Name,
    Recurring,
    Term,
)
from tenure.language.syntax.shared import NO_COMMENTS, Comments, Node


class When(Node, frozen=True, eq=False):
    """``when A1 is end2032 or unstated``: the part counts only under these values of the reading."""

    reading: str
    values: tuple[str, ...]
    place: Place | None = None


class DateName(Node, frozen=True, eq=False):
    """A name that stands for a date that an event has given, or a recurring date; ``exact``: for an instant.

    A parsed text has none: a bare name is read as an atom or a term, until the events that it is bound by are known.
    """

    name: str
    exact: bool = False
    place: Place | None = None


class DateOf(Node, frozen=True, eq=False):
    """``d of φ``: the date ``d`` that the event φ has given."""

    date: Name | DateName
    event: Formula
    place: Place | None = None


class From(Node, frozen=True, eq=False):
    """``from φ``, ``from DATE`` or ``from d of φ``."""

    begin: Formula | Date | After | DateOf
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Through(Node, frozen=True, eq=False):
    """``through X``: ends at the start of what follows X."""

    date: Date | Name | DateName
    place: Place | None = None


class Unpublished(Node, frozen=True, eq=False):
    """``unpublished "why", at least through X``: the end exists or not, nobody outside knows."""

    why: str | None = None
    at_least: Date | None = None
    place: Place | None = None


class After(Node, frozen=True, eq=False):
    """``30 days after φ``, as an end."""

    length: Length
    event: Formula | DateName
    place: Place | None = None


End = Formula | Date | DateName | DateOf | Through | Unpublished | After


class Until(Node, frozen=True, eq=False):
    """``until E1, or E2, whichever is first``; ``finally until`` ends for good.

    A bare :class:`Date` ends at its start.  ``last`` is ``whichever is last``; ``said_first`` that ``whichever is first``,
    which goes without saying, was said.
    """

    ends: tuple[End, ...]
    last: bool = False
    final: bool = False
    when: When | None = None
    said_first: bool = False
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Then(Node, frozen=True, eq=False):
    """``then for 1 year each unless φ``: the term goes on for as long again, and again, unless φ holds when it is over."""

    length: Length
    unless: Formula | None = None
    place: Place | None = None


class ForLength(Node, frozen=True, eq=False):
    """``for 30 days``: a term that runs from each beginning; ``renews``: each new beginning restarts it."""

    length: Length
    renews: bool = False
    when: When | None = None
    then: Then | None = None
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
    """``for each invoiced(invoice, amount)``, ``for each "last day of each month" as d``: one instance for each of them."""

    trigger: Atom | Recurring
    condition: Formula | None = None
    named: str | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Deadline(Node, frozen=True, eq=False):
    """``within D [of φ]``, ``by X`` (the whole of X counts), ``before X``, ``no sooner than X``; X may be named by an event."""

    word: Literal["within", "by", "before", "no sooner than"]
    limit: Length | Date | Name | DateName
    of: Formula | Date | DateName | None = None
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
    """A word that says how.

    ``in parts`` (amounts may be met in parts), ``survives termination``, and what the clock of a duty does while it
    is suspended: ``clock runs``, ``clock stops``, ``clock drops``.
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


class ActPhrase(Node, frozen=True, eq=False):
    """``use x``, ``use x in y``, ``pay(invoice, amount)``; an argument's name is its preposition or attribute."""

    name: str
    args: tuple[Argument, ...] = ()
    call: bool = False
    place: Place | None = None


class Keep(Node, frozen=True, eq=False):
    """``keep φ``: the content of a maintenance duty."""

    of: Formula
    place: Place | None = None


class Holder(Node, frozen=True, eq=False):
    """Who holds: one party, or several ``each`` or ``together``."""

    parties: tuple[Term, ...]
    mode: Literal["each", "together"] | None = None


Relation = Literal["liberty", "claim", "duty", "duty_not", "power", "disability", "immunity"]


class Norm(Node, frozen=True, eq=False):
    """``Licensee may use x against Licensor …``: holder, relation, act, counterparty and the parts that qualify it."""

    relation: Relation
    holder: Holder
    act: ActPhrase | Keep
    counterparty: Term | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Silence(Node, frozen=True, eq=False):
    """``silent on use x "why" …``: the contract declares that it does not say; ``holder`` None is anyone."""

    holder: Term | None
    act: ActPhrase
    why: str
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Classify(Node, frozen=True, eq=False):
    """``classify x as k from …``: a rule that gives things their kind; with priorities through ``despite``."""

    thing: str
    kind: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Owner(Node, frozen=True, eq=False):
    """``owner of x is p from …``."""

    thing: str
    owner: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class State(Node, frozen=True, eq=False):
    """``state s(x) means φ`` or ``state s(x) from … until …``."""

    name: str
    parameters: tuple[str, ...] = ()
    means: Formula | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class On(Node, frozen=True, eq=False):
    """``on φ suspend C1``: an event that acts on clauses: suspend, resume, assign … to p, waive, extend … by D, terminate.

    ``retroactive``: from a date on, or as from when that which it acts on began (*ab initio*).
    """

    trigger: Formula
    verb: Literal[
        "suspend", "resume", "assign", "delegate", "subcontract", "waive", "extend", "accelerate", "terminate",
        "novate", "set off",
    ]  # fmt: skip
    targets: tuple[str, ...]
    to: Term | None = None
    by: Length | None = None
    retroactive: Date | Literal["ab initio"] | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class NoRule(Node, frozen=True, eq=False):
    """``no rule "why"``: the clause is quoted for the record and gives nobody anything."""

    why: str
    place: Place | None = None
    comments: Comments = NO_COMMENTS


Rule = Norm | Silence | Classify | Owner | State | On | NoRule
