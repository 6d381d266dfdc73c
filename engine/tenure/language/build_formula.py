"""Terms and formulas from their rules in the grammar."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tenure.language.machine import Spot, rule
from tenure.language.syntax import (
    Aggregate,
    Always,
    And,
    Argument,
    Arithmetic,
    Atom,
    Compare,
    Date,
    Edge,
    Eventually,
    Exists,
    Flag,
    ForEvery,
    Formula,
    HeldFor,
    Historically,
    HoldsUntil,
    Implies,
    Is,
    KindExpression,
    Length,
    Money,
    Name,
    NextChange,
    Not,
    Null,
    Number,
    Once,
    Or,
    OwnedBy,
    Recurring,
    Since,
    Term,
    Text,
    TimeIs,
    Unknown,
    Wildcard,
)
from tenure.language.tokens import Token

# ---------------------------------------------------------------- leaves


@rule("name", "actor", "who")
def name(spot: Spot, word: Token) -> Name | Text:
    """A bare word, or a quoted one where either may stand."""
    return text(spot, word) if word.kind == "STRING" else Name(word.text, place=spot.place)


@rule("text")
def text(spot: Spot, word: Token) -> Text:
    """A quoted text."""
    return Text(spot.unquote(word), place=spot.place)


@rule("wildcard")
def wildcard(spot: Spot) -> Wildcard:
    """``_``."""
    return Wildcard(place=spot.place)


@rule("number")
def number(spot: Spot, word: Token) -> Number:
    """``1_000.50`` or ``5%``."""
    value, percent = _decimal(word.text)
    return Number(value, percent=percent, place=spot.place)


@rule("negative")
def negative(spot: Spot, word: Token) -> Number:
    """``-5``."""
    value, percent = _decimal(word.text)
    return Number(value.copy_negate(), percent=percent, place=spot.place)


def _decimal(digits: str) -> tuple[Decimal, bool]:
    percent = digits.endswith("%")
    value = Decimal(digits.rstrip("%").replace("_", ""))
    return (value.scaleb(-2) if percent else value), percent


@rule("money")
def money(spot: Spot, word: Token) -> Money:
    """``USD 1_000.50``."""
    currency, digits = word.text.split()
    return Money(Decimal(digits.replace("_", "")), currency, place=spot.place)


@rule("flag")
def flag(spot: Spot, word: Token) -> Flag:
    """``yes`` or ``no``."""
    return Flag(word.text == "yes", place=spot.place)


@rule("null")
def null(spot: Spot, _: Token) -> Null:
    """``null``."""
    return Null(place=spot.place)


@rule("date", "date_term")
def date(spot: Spot, word: Token) -> Date:
    """A date as written."""
    return Date(word.text, place=spot.place)


@rule("length")
def length(spot: Spot, word: Token) -> Length:
    """``1 year and 6 months``."""
    return as_length(spot, word)


def as_length(spot: Spot, word: Token) -> Length:
    """A length from its token; raises TEN110 where only some of its parts are exact."""
    parts, kinds = [], set()
    for piece in (p.split() for p in word.text.split("and")):
        unit = piece[-1].removesuffix("s")
        qualifier = piece[1] if len(piece) > 2 else ""
        if qualifier == "business" and unit != "day":
            raise spot.fail(
                "TEN110", f"`business {piece[-1]}` is not a unit", "only days can be business days"
            )
        kinds.add(qualifier == "exact")
        parts.append(
            (int(piece[0].replace("_", "")), f"business {unit}" if qualifier == "business" else unit)
        )
    if len(kinds) > 1:
        raise spot.fail(
            "TEN110", "some parts of this length are exact and some are not", "say `exact` of each part"
        )
    return Length(tuple(parts), exact=True in kinds, place=spot.place)


def bound(spot: Spot, word: Token | None) -> Length | None:
    """The length of ``within D``, if there is one."""
    return as_length(spot, word) if word else None


@rule("names")
def names(_: Spot, *words: Token) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(w.text for w in words)


@rule("words")
def words(spot: Spot, *words: Token) -> tuple[str, ...]:
    """Names or quoted texts with commas between."""
    return tuple(plain(spot, w) for w in words)


def plain(spot: Spot, word: Token) -> str:
    """A word without its quotes."""
    return spot.unquote(word) if word.kind == "STRING" else word.text


# ---------------------------------------------------------------- terms


@rule("addition", "multiplication")
def arithmetic(spot: Spot, left: Term, op: Token, right: Term) -> Arithmetic:
    """``left op right``."""
    return Arithmetic(op.text, left, right, place=spot.place)  # type: ignore[arg-type]


@rule("plus", "times", "comparison", "edge_word", "time_side", "count_word", "fold_word", "extreme")
def only(_: Spot, word: Token) -> Token:
    """The word itself."""
    return word


@rule("least_or_most")
def least_or_most(spot: Spot, word: Token, left: Term, right: Term) -> Arithmetic:
    """``min(a, b)``."""
    return Arithmetic("min" if word.text.startswith("min") else "max", left, right, place=spot.place)


@rule("count")
def count(spot: Spot, word: Token, over: Formula, within: Token | None) -> Aggregate:
    """``count of φ within D``."""
    kind: Any = word.text.split()[0]
    return Aggregate(kind, None, over, bound(spot, within), place=spot.place)


@rule("fold")
def fold(spot: Spot, word: Token, of: Term, over: Formula, within: Token | None) -> Aggregate:
    """``sum of t over φ within D``."""
    kind: Any = word.text.split()[0]
    return Aggregate(kind, of, over, bound(spot, within), place=spot.place)


@rule("nested_term", "nested_formula", "formula")
def nested(_: Spot, inner: Any) -> Any:
    """What stands in parentheses."""
    return inner


# ---------------------------------------------------------------- atoms and the like


@rule("atom")
def atom(
    spot: Spot, word: Token, arguments: tuple[Argument, ...] | None, by: tuple[Term, ...] | None
) -> Atom:
    """``paid(to = x) by Buyer``."""
    return Atom(word.text, arguments or (), by or (), place=spot.place)


@rule("atom_by", "doings", "kind_names", "conditions")
def several(_: Spot, *children: Any) -> tuple[Any, ...]:
    """The children."""
    return children


@rule("arguments", "attributes", "parameters", "state_parameters")
def listed(_: Spot, *children: Any) -> tuple[Any, ...]:
    """The children of a list in parentheses, which may be empty."""
    return tuple(c for c in children if c is not None)


@rule("argument")
def argument(_: Spot, key: Token | None, value: Term) -> Argument:
    """``name = value`` or a value."""
    return Argument(key.text if key else None, value)


@rule("compare")
def compare(spot: Spot, left: Term, op: Token, right: Term) -> Compare:
    """``left < right``."""
    return Compare(op.text, left, right, place=spot.place)  # type: ignore[arg-type]


@rule("kind")
def kind(spot: Spot, any_of: tuple[Token, ...], but_not: tuple[Token, ...] | None) -> KindExpression:
    """``ip but not research``."""
    excluded = tuple(k.text for k in but_not or ())
    return KindExpression(tuple(k.text for k in any_of), excluded, place=spot.place)


@rule("is_kind")
def is_kind(spot: Spot, subject: Term, kinds: KindExpression) -> Is:
    """``x is model``."""
    return Is(subject, kinds, place=spot.place)


@rule("owned_by")
def owned_by(spot: Spot, thing: Term, owner: Term) -> OwnedBy:
    """``x is owned by p``."""
    return OwnedBy(thing, owner, place=spot.place)


@rule("time_is")
def time_is(spot: Spot, side: Token, at: Date) -> TimeIs:
    """``before 2031``."""
    return TimeIs(side.text, at, place=spot.place)  # type: ignore[arg-type]


@rule("recurring")
def recurring(spot: Spot, text: Token) -> Recurring:
    """``recurring "last day of each month"``."""
    return Recurring(spot.unquote(text), place=spot.place)


@rule("unknown")
def unknown(spot: Spot, why: Token) -> Unknown:
    """``unknown "why"``."""
    return Unknown(spot.unquote(why), place=spot.place)


# ---------------------------------------------------------------- operators


@rule("disjunction")
def disjunction(spot: Spot, *parts: Formula) -> Or:
    """``a or b``."""
    return Or(parts, place=spot.place)


@rule("conjunction")
def conjunction(spot: Spot, *parts: Formula) -> And:
    """``a and b``."""
    return And(parts, place=spot.place)


@rule("negation")
def negation(spot: Spot, of: Formula) -> Not:
    """``not a``."""
    return Not(of, place=spot.place)


@rule("once")
def once(spot: Spot, of: Formula, within: Token | None) -> Once:
    """``once a within D``."""
    return Once(of, bound(spot, within), place=spot.place)


@rule("historically")
def historically(spot: Spot, of: Formula, within: Token | None) -> Historically:
    """``historically a within D``."""
    return Historically(of, bound(spot, within), place=spot.place)


@rule("eventually")
def eventually(spot: Spot, within: Token | None, of: Formula) -> Eventually:
    """``eventually within D a``."""
    return Eventually(of, bound(spot, within), place=spot.place)


@rule("always")
def always(spot: Spot, of: Formula) -> Always:
    """``always a``."""
    return Always(of, place=spot.place)


@rule("edge")
def edge(spot: Spot, word: Token, of: Formula) -> Edge:
    """``entering a``."""
    return Edge(word.text, of, place=spot.place)  # type: ignore[arg-type]


@rule("next_change")
def next_change(spot: Spot, of: Formula) -> NextChange:
    """``next change a``."""
    return NextChange(of, place=spot.place)


@rule("since")
def since(spot: Spot, of: Formula, start: Formula) -> Since:
    """``a since b``."""
    return Since(of, start, place=spot.place)


@rule("holds_until")
def holds_until(spot: Spot, of: Formula, end: Formula) -> HoldsUntil:
    """``a holds until b``."""
    return HoldsUntil(of, end, place=spot.place)


@rule("held_for")
def held_for(spot: Spot, of: Formula, word: Token) -> HeldFor:
    """``a held for D``."""
    return HeldFor(of, as_length(spot, word), place=spot.place)


@rule("implies")
def implies(spot: Spot, condition: Formula, consequence: Formula) -> Implies:
    """``if a then b``."""
    return Implies(condition, consequence, place=spot.place)


@rule("exists")
def exists(spot: Spot, variables: tuple[str, ...], of: Formula) -> Exists:
    """``some x: a``."""
    return Exists(variables, of, place=spot.place)


@rule("for_every")
def for_every(spot: Spot, variables: tuple[str, ...], domain: Formula, of: Formula) -> ForEvery:
    """``every x in a: b``."""
    return ForEvery(variables, domain, of, place=spot.place)
