"""The syntax of a contract: frozen classes, one for each construct of the language.

The parser makes them from text, :mod:`tenure.language.printer` gives the text back, and a program may build
them directly.  They say what was *written*; names are resolved and meaning is given in :mod:`tenure.norms`.
``place`` and ``comments`` never take part in equality: two texts that differ only there are the same contract.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from attrs import field, frozen

from tenure.diagnostics import Place

# ---------------------------------------------------------------- shared fields


def _place() -> Any:
    return field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Comments:
    """What stands before a unit on lines of its own, and what follows it on the line of its head.

    After the last unit of a text, ``after`` may go on with the comment lines that close the text.
    """

    before: tuple[str, ...] = ()
    after: str | None = None


NO_COMMENTS = Comments()


def _comments() -> Any:
    return field(default=NO_COMMENTS, eq=False, repr=False, kw_only=True)


# ---------------------------------------------------------------- terms


@frozen
class Name:
    """A bare word: a variable or a constant; which of the two is decided where names are resolved."""

    text: str
    place: Place | None = _place()


@frozen
class Text:
    """A quoted constant."""

    value: str
    place: Place | None = _place()


@frozen
class Number:
    """An exact decimal; ``5%`` is 0.05 (``percent`` only remembers how it was written)."""

    value: Decimal
    percent: bool = field(default=False, eq=False, repr=False, kw_only=True)
    place: Place | None = _place()


@frozen
class Money:
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str
    place: Place | None = _place()


@frozen
class Flag:
    """``yes`` or ``no``."""

    value: bool
    place: Place | None = _place()


@frozen
class Date:
    """A civil date of some precision (``2032``, ``2032-Q3``, ``2032-05``, ``2032-05-01``) or a local or zoned
    time (``2028-09-15T10:00``), as written."""

    text: str
    place: Place | None = _place()


@frozen
class Length:
    """A duration as written: ``((30, "day"),)``; units are singular; ``exact`` days are 24 hours each."""

    parts: tuple[tuple[int, str], ...]
    exact: bool = False
    place: Place | None = _place()


@frozen
class Wildcard:
    """``_``: anything."""

    place: Place | None = _place()


@frozen
class Arithmetic:
    """``left op right`` over numbers and money; ``op`` is ``+ - * /`` or ``min``/``max``."""

    op: Literal["+", "-", "*", "/", "min", "max"]
    left: Term
    right: Term
    place: Place | None = _place()


@frozen
class Aggregate:
    """``count of φ``, ``sum of t over φ``, ``min``/``max`` likewise, ``days of φ`` (local days on which φ held);
    ``within`` bounds the window, unbounded where it is None."""

    kind: Literal["count", "sum", "min", "max", "days"]
    of: Term | None
    over: Formula
    within: Length | None = None
    place: Place | None = _place()


Term = Name | Text | Number | Money | Flag | Date | Length | Wildcard | Arithmetic | Aggregate

# ---------------------------------------------------------------- formulas


@frozen
class Argument:
    """An argument of an atom: positional when ``name`` is None."""

    name: str | None
    term: Term


@frozen
class Atom:
    """An event, a state, a clause, a regime or a built-in state such as ``breached(F1)``; ``by`` binds who did it."""

    name: str
    args: tuple[Argument, ...] = ()
    by: tuple[Term, ...] = ()
    place: Place | None = _place()


@frozen
class Compare:
    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Term
    right: Term
    place: Place | None = _place()


@frozen
class KindExpression:
    """``model or product``, ``ip but not research``."""

    any_of: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    place: Place | None = _place()


@frozen
class Is:
    """``x is model or product``, ``A3 is declared``."""

    subject: Term
    kinds: KindExpression
    place: Place | None = _place()


@frozen
class OwnedBy:
    """``x is owned by p``."""

    thing: Term
    owner: Term
    place: Place | None = _place()


@frozen
class TimeIs:
    """``before D``: true up to the start of D; ``after D``: true from the start of what follows D."""

    side: Literal["before", "after"]
    date: Date
    place: Place | None = _place()


@frozen
class Unknown:
    """``unknown "why"``: a term that was not published."""

    why: str
    place: Place | None = _place()


@frozen
class And:
    parts: tuple[Formula, ...]
    place: Place | None = _place()


@frozen
class Or:
    parts: tuple[Formula, ...]
    place: Place | None = _place()


@frozen
class Not:
    of: Formula
    place: Place | None = _place()


@frozen
class Implies:
    """``if φ then ψ``."""

    condition: Formula
    consequence: Formula
    place: Place | None = _place()


@frozen
class Exists:
    """``some x, y: φ``."""

    variables: tuple[str, ...]
    of: Formula
    place: Place | None = _place()


@frozen
class ForEvery:
    """``every x, y in φ: ψ``: whatever makes φ true makes ψ true."""

    variables: tuple[str, ...]
    domain: Formula
    of: Formula
    place: Place | None = _place()


@frozen
class Edge:
    """``entering φ`` (φ before the events of this tick), ``begins φ``, ``ends φ``, ``expires φ`` (its own limit ends it)."""

    kind: Literal["entering", "begins", "ends", "expires"]
    of: Formula
    place: Place | None = _place()


@frozen
class Once:
    """``once φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = _place()


@frozen
class Historically:
    """``historically φ [within D]``: φ at every instant so far, or throughout the last D."""

    of: Formula
    within: Length | None = None
    place: Place | None = _place()


@frozen
class Since:
    """``φ since ψ``: ψ happened, and φ has held ever after."""

    of: Formula
    start: Formula
    place: Place | None = _place()


@frozen
class HeldFor:
    """``φ held for D``."""

    of: Formula
    length: Length
    place: Place | None = _place()


@frozen
class Always:
    of: Formula
    place: Place | None = _place()


@frozen
class Eventually:
    """``eventually φ [within D]``."""

    of: Formula
    within: Length | None = None
    place: Place | None = _place()


@frozen
class HoldsUntil:
    """``φ holds until ψ``."""

    of: Formula
    end: Formula
    place: Place | None = _place()


@frozen
class NextChange:
    """``next change φ``: φ right after the next change of any position."""

    of: Formula
    place: Place | None = _place()


Formula = (
    Atom | Compare | Is | OwnedBy | TimeIs | Unknown | And | Or | Not | Implies | Exists | ForEvery | Edge | Once
    | Historically | Since | HeldFor | Always | Eventually | HoldsUntil | NextChange
)  # fmt: skip

# ---------------------------------------------------------------- parts of a span and of a clause


@frozen
class When:
    """``when A1 is end2032 or unstated``: the part counts only under these values of the reading."""

    reading: str
    values: tuple[str, ...]
    place: Place | None = _place()


@frozen
class From:
    """``from φ`` or ``from DATE``."""

    begin: Formula | Date
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Through:
    """``through X``: ends at the start of what follows X."""

    date: Date
    place: Place | None = _place()


@frozen
class Unpublished:
    """``unpublished "why", at least through X``: the end exists or not, nobody outside knows."""

    why: str | None = None
    at_least: Date | None = None
    place: Place | None = _place()


@frozen
class After:
    """``30 days after φ``, as an end."""

    length: Length
    event: Formula
    place: Place | None = _place()


End = Formula | Date | Through | Unpublished | After


@frozen
class Until:
    """``until E1, or E2, whichever is first``; ``finally until`` ends for good.

    A bare :class:`Date` ends at its start.  ``last`` is ``whichever is last``.
    """

    ends: tuple[End, ...]
    last: bool = False
    final: bool = False
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class ForLength:
    """``for 30 days``: a term that runs from each beginning; ``renews``: each new beginning restarts it."""

    length: Length
    renews: bool = False
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Condition:
    """``while φ``: only as long as φ holds; ``if φ``: φ must hold (entering) when the span begins or the act is done."""

    word: Literal["while", "if"]
    of: Formula
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Unless:
    """``unless φ``: defeated while φ holds; a clause id in φ means that clause, for the same act and object."""

    of: Formula
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Rank:
    """``despite C03, C04``: this clause prevails over them; ``subject to C07``: they prevail over this one."""

    word: Literal["despite", "subject to"]
    clauses: tuple[str, ...]
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class ForVariable:
    """``for x: model or product, owned by OpenAI``; the kind may be ``party`` or ``thing``."""

    variable: str
    kinds: KindExpression
    owner: Term | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class ForEach:
    """``for each invoiced(invoice, amount)``: one instance of the duty for each such event."""

    trigger: Atom
    condition: Formula | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Deadline:
    """``within D [of φ]``, ``by X`` (the whole of X counts), ``before X``, ``no sooner than X``."""

    word: Literal["within", "by", "before", "no sooner than"]
    limit: Length | Date
    of: Formula | None = None
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Otherwise:
    """``otherwise NORM``: what is owed once the duty is breached; ``cumulative``: beside the duty, not in its place."""

    norm: Norm
    cumulative: bool = False
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Manner:
    """A word that says how: ``in parts`` (amounts may be met in parts), ``survives termination``, ``clock runs``,
    ``clock stops``, ``clock drops`` (on suspension)."""

    word: Literal["in parts", "survives termination", "clock runs", "clock stops", "clock drops"]
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Excused:
    """``excused while φ``: the duty cannot be breached while φ holds."""

    of: Formula
    place: Place | None = _place()
    comments: Comments = _comments()


Part = (
    From | Until | ForLength | Condition | Unless | Rank | ForVariable | ForEach | Deadline | Otherwise | Manner | Excused
)  # fmt: skip

# ---------------------------------------------------------------- rules


@frozen
class ActPhrase:
    """``use x``, ``use x in y``, ``pay(invoice, amount)``; an argument's name is its preposition or attribute."""

    name: str
    args: tuple[Argument, ...] = ()
    call: bool = False
    place: Place | None = _place()


@frozen
class Keep:
    """``keep φ``: the content of a maintenance duty."""

    of: Formula
    place: Place | None = _place()


@frozen
class Holder:
    """Who holds: one party, or several ``each`` or ``together``."""

    parties: tuple[Term, ...]
    mode: Literal["each", "together"] | None = None


Relation = Literal["liberty", "claim", "duty", "duty_not", "power", "disability", "immunity"]


@frozen
class Norm:
    """``Microsoft may use x against OpenAI …``: holder, relation, act, counterparty and the parts that qualify it."""

    relation: Relation
    holder: Holder
    act: ActPhrase | Keep
    counterparty: Term | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Silence:
    """``silent on use x "why" …``: the contract declares that it does not say; ``holder`` None is anyone."""

    holder: Term | None
    act: ActPhrase
    why: str
    parts: tuple[Part, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Classify:
    """``classify x as k from …``: a rule that gives things their kind; with priorities through ``despite``."""

    thing: str
    kind: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Owner:
    """``owner of x is p from …``."""

    thing: str
    owner: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class State:
    """``state s(x) means φ`` or ``state s(x) from … until …``."""

    name: str
    parameters: tuple[str, ...] = ()
    means: Formula | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class On:
    """``on φ suspend C1``: an event that acts on clauses: suspend, resume, assign … to p, waive, extend … by D, terminate."""

    trigger: Formula
    verb: Literal[
        "suspend", "resume", "assign", "delegate", "subcontract", "waive", "extend", "accelerate", "terminate",
        "novate", "set off",
    ]  # fmt: skip
    targets: tuple[str, ...]
    to: Term | None = None
    by: Length | None = None
    retroactive: bool = False
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class NoRule:
    """``no rule "why"``: the clause is quoted for the record and gives nobody anything."""

    why: str
    place: Place | None = _place()
    comments: Comments = _comments()


Rule = Norm | Silence | Classify | Owner | State | On | NoRule

# ---------------------------------------------------------------- items


@frozen
class Header:
    """``contract id "title"``."""

    name: str
    title: str | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Setting:
    """``zone Z``, ``month end last day``, ``business days US``, ``fiscal year ends 06-30``."""

    name: Literal["zone", "month end", "business days", "fiscal year ends"]
    value: str
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Actors:
    """``parties A, B`` or ``others P, Q``."""

    word: Literal["parties", "others"]
    names: tuple[str, ...]
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Kinds:
    """``kind model, product of ip``."""

    names: tuple[str, ...]
    parent: str | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class AttributeDeclaration:
    """``name: type = default``; the type ``api | non_api`` lists choices; None leaves it a thing."""

    name: str
    type: str | None = None
    choices: tuple[str, ...] = ()
    default: Term | None = None
    place: Place | None = _place()


@frozen
class EventDeclaration:
    """``fact e(…)`` or ``act e(…) by P and Q if φ``; ``joint`` says whether all of ``by`` are needed."""

    word: Literal["fact", "act"]
    name: str
    attributes: tuple[AttributeDeclaration, ...] = ()
    by: tuple[Term, ...] = ()
    joint: bool = True
    condition: Formula | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Parameter:
    """A parameter of an action; ``preposition`` is the word before it (``use x in y``)."""

    name: str
    preposition: str | None = None


@frozen
class ActionDeclaration:
    """``action use(x) done by used(asset = x), forbidden unless permitted``."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    done_by: tuple[Atom, ...] = ()
    condition: Formula | None = None
    default: Literal["permitted", "forbidden"] | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class ReadingValue:
    name: str
    default: bool = False
    about: str | None = None


@frozen
class Reading:
    """``reading A3 "about" verified (default), declared``."""

    name: str
    about: str | None
    values: tuple[ReadingValue, ...]
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Clause:
    """``clause C03 "title"`` and its rules."""

    name: str
    title: str | None = None
    rules: tuple[Rule, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class ClauseEnds:
    """``C02, C08 end``."""

    clauses: tuple[str, ...]
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Replaces:
    """``C19 replaces C03``."""

    new: str
    old: str
    when: When | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Amendment:
    """``amendment R4 "title" from φ`` (or ``agreement R0 …``) and the changes that it makes."""

    word: Literal["agreement", "amendment"]
    name: str
    title: str | None
    begin: Formula | Date
    retroactive: Date | None = None
    changes: tuple[ClauseEnds | Replaces, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


# ---------------------------------------------------------------- scenarios and properties


@frozen
class Happening:
    """A line of a story: ``2028-03-01 OpenAI agi_declared d1``; ``as E1`` names it."""

    at: Date
    by: tuple[str, ...]
    type: str
    args: tuple[Argument, ...] = ()
    name: str | None = None
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Statement:
    """``Microsoft may [not] use x [against P]``: a position that is held, or not."""

    relation: Relation
    positive: bool
    holder: Term
    act: ActPhrase
    counterparty: Term | None = None
    place: Place | None = _place()


@frozen
class EventIs:
    """``E1 is void``."""

    event: str
    status: Literal["void", "wrongful", "effective"]
    place: Place | None = _place()


@frozen
class Expectation:
    """``at T [under A3 is declared,] [unknown whether|disputed whether] … [until D] [because …]``."""

    at: Date
    that: Statement | EventIs | Formula
    status: Literal["unknown", "disputed"] | None = None
    under: tuple[When, ...] = ()
    until: Date | None = None
    because: tuple[str, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Scenario:
    """``scenario "name" without T14, under A4 is agi_gone`` and its lines.

    It starts from the contract's own history unless it says ``alone``.
    """

    name: str
    alone: bool = False
    without: tuple[str, ...] = ()
    under: tuple[When, ...] = ()
    known_at: Date | None = None
    lines: tuple[Happening | Expectation, ...] = ()
    place: Place | None = _place()
    comments: Comments = _comments()


@frozen
class Property:
    """``property "name" always …``."""

    name: str
    formula: Formula
    place: Place | None = _place()
    comments: Comments = _comments()


Item = (
    Header | Setting | Actors | Kinds | EventDeclaration | ActionDeclaration | Reading | Classify | Owner | State | On
    | Clause | Amendment | Scenario | Property
)  # fmt: skip

# ---------------------------------------------------------------- the whole


@frozen
class Section:
    """The prose under one heading of the Markdown file: what a clause quotes, and from where."""

    heading: str
    quotes: tuple[str, ...] = ()
    prose: str = ""
    place: Place | None = _place()


@frozen
class Document:
    """A contract as written: its items in order, and the prose section of each clause by the clause's id."""

    items: tuple[Item, ...]
    sections: tuple[tuple[str, Section], ...] = field(default=(), eq=False)
