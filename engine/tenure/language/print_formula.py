"""Terms and formulas as text, with no more parentheses than they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

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
from tenure.language.tokens import is_name

# How tightly each form binds; an operand that binds more loosely than its place asks for gets parentheses.
WHOLE: Final = 0
_OR, _AND, _BINARY, _PREFIX, _PRIMARY = 1, 2, 3, 4, 5
_SUM, _PRODUCT, _FACTOR = 1, 2, 3
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_GROUPED_FROM: Final = 10_000


# ---------------------------------------------------------------- words and leaves


def quote(text: str) -> str:
    """A text in double quotes."""
    return f'"{text.translate(_ESCAPES)}"'


def word_or_text(text: str) -> str:
    """A word as it is, anything else in quotes."""
    return text if is_name(text) else quote(text)


def format_decimal(value: Decimal) -> str:
    """``38_000_000_000``, ``1000.50``: digits in threes from ten thousand on."""
    grouped = f"{value:,f}".replace(",", "_")
    return grouped if abs(value) >= _GROUPED_FROM else grouped.replace("_", "")


def format_length(length: Length) -> str:
    """``1 year and 6 months``."""
    exact = "exact " if length.exact else ""
    return " and ".join(f"{n} {exact}{unit}{'' if n == 1 else 's'}" for n, unit in length.parts)


def format_term(term: Term, level: int = _SUM) -> str:
    """A term; ``level`` is how tightly its place binds."""
    match term:
        case Arithmetic():
            return _arithmetic(term, level)
        case Aggregate():
            return _aggregate(term)
        case Number(value):
            return f"{format_decimal(value.scaleb(2))}%" if term.percent else format_decimal(value)
        case Money(amount, currency):
            return f"{currency} {format_decimal(amount)}"
        case _:
            return _word(term)


def _word(term: Name | Text | Flag | Date | Length | Wildcard | Null) -> str:
    match term:
        case Name(text) | Date(text):
            return text
        case Text(value):
            return quote(value)
        case Flag(value=yes):
            return "yes" if yes else "no"
        case Length():
            return format_length(term)
        case Wildcard():
            return "_"
        case Null():
            return "null"


def _arithmetic(term: Arithmetic, level: int) -> str:
    if term.op in ("min", "max"):
        return f"{term.op}({format_term(term.left)}, {format_term(term.right)})"
    own = _SUM if term.op in "+-" else _PRODUCT
    text = f"{format_term(term.left, own)} {term.op} {format_term(term.right, own + 1)}"
    return f"({text})" if own < level else text


def _aggregate(term: Aggregate) -> str:
    bare = isinstance(term.over, Atom) and len(term.over.by) <= 1
    over = format_formula(term.over) if bare else f"({format_formula(term.over)})"
    counted = f"of {over}" if term.of is None else f"of {format_term(term.of)} over {over}"
    return f"{term.kind} {counted}{_within(term.within)}"


def _within(length: Length | None) -> str:
    return f" within {format_length(length)}" if length else ""


def format_arguments(arguments: Iterable[Argument]) -> str:
    """``a, k = v``."""
    return ", ".join(
        f"{a.name} = {format_term(a.term)}" if a.name else format_term(a.term) for a in arguments
    )


def format_kinds(kinds: KindExpression) -> str:
    """``ip or model but not research``."""
    excluded = f" but not {' or '.join(kinds.but_not)}" if kinds.but_not else ""
    return " or ".join(kinds.any_of) + excluded


# ---------------------------------------------------------------- formulas


def format_formula(formula: Formula, level: int = WHOLE) -> str:
    """A formula; ``level`` is how tightly its place binds."""
    own, text = _form(formula)
    return f"({text})" if own < level else text


def _form(formula: Formula) -> tuple[int, str]:
    """How tightly a formula binds, and its text."""
    match formula:
        case Or(parts):
            return _OR, " or ".join(_operands(parts, _AND))
        case And(parts):
            return _AND, " and ".join(_operands(parts, _BINARY))
        case Since(of, start):
            return _BINARY, f"{_left(of)} since {format_formula(start, _PREFIX)}"
        case HoldsUntil(of, end):
            return _BINARY, f"{_left(of)} holds until {format_formula(end, _PREFIX)}"
        case HeldFor(of, length):
            return _BINARY, f"{_left(of)} held for {format_length(length)}"
        case Not() | Once() | Historically() | Edge() | NextChange():
            return _PREFIX, _prefixed(formula)
        case Implies() | Always() | Eventually() | Exists() | ForEvery():
            return WHOLE, _wide(formula)
        case _:
            return _PRIMARY, _primary(formula)


def _prefixed(formula: Not | Once | Historically | Edge | NextChange) -> str:
    operand = format_formula(formula.of, _PREFIX)
    match formula:
        case Not():
            return f"not {operand}"
        case NextChange():
            return f"next change {operand}"
        case Edge(kind):
            return f"{kind} {operand}"
    word = "once" if isinstance(formula, Once) else "historically"
    if formula.within and takes_bound(formula.of) and not operand.startswith("("):
        operand = f"({operand})"
    return f"{word} {operand}{_within(formula.within)}"


def _wide(formula: Implies | Always | Eventually | Exists | ForEvery) -> str:
    match formula:
        case Implies(condition, consequence):
            return f"if {format_formula(condition, _OR)} then {format_formula(consequence)}"
        case Always(of):
            return f"always {format_formula(of)}"
        case Eventually(of, within):
            return f"eventually{_within(within)} {format_formula(of)}"
        case Exists(variables, of):
            return f"some {', '.join(variables)}: {format_formula(of)}"
        case ForEvery(variables, domain, of):
            return f"every {', '.join(variables)} in {format_formula(domain, _OR)}: {format_formula(of)}"


def _primary(formula: Formula) -> str:
    match formula:
        case Atom(name, args, by):
            doers = f" by {' and '.join(map(format_term, by))}" if by else ""
            return f"{name}({format_arguments(args)}){doers}" if args else f"{name}{doers}"
        case Compare(op, left, right):
            return f"{format_term(left)} {op} {format_term(right)}"
        case Is(subject, kinds):
            return f"{format_term(subject)} is {format_kinds(kinds)}"
        case OwnedBy(thing, owner):
            return f"{format_term(thing)} is owned by {format_term(owner)}"
        case TimeIs(side, date):
            return f"{side} {date.text}"
        case Unknown(why):
            return f"unknown {quote(why)}"
        case Recurring(text):
            return f"recurring {quote(text)}"
        case _:
            raise TypeError(formula)


def _operands(parts: tuple[Formula, ...], level: int) -> Iterator[str]:
    """Operands between which a word stands: none may swallow what follows it, or be swallowed."""
    for i, part in enumerate(parts):
        text = format_formula(part, level)
        swallows = i < len(parts) - 1 and _takes_word(part, level)
        swallowed = i > 0 and text[0].isdigit()
        bare = own_level(part) >= level
        yield f"({text})" if bare and (swallows or swallowed) else text


def _left(formula: Formula) -> str:
    """The operand before `since`, `held for` and the like: a list at its end must not lose its last name to them."""
    *_, last = spine(formula)
    text = format_formula(formula, _BINARY)
    lists = (isinstance(last, Is) and _lists(last.kinds)) or (isinstance(last, Atom) and len(last.by) > 1)
    return f"({text})" if lists and own_level(formula) >= _BINARY else text


def _lists(kinds: KindExpression) -> bool:
    return len(kinds.but_not or kinds.any_of) > 1


def own_level(formula: Formula) -> int:
    """How tightly a formula binds."""
    return _form(formula)[0]


def _takes_word(formula: Formula, level: int) -> bool:
    """Whether the formula's last leaf would take `or NAME` (a kind) or `and NAME` (an actor) for its own."""
    *_, last = spine(formula)
    if level == _AND:
        return isinstance(last, Is)
    return isinstance(last, Atom) and bool(last.by)


def takes_bound(formula: Formula) -> bool:
    """Whether a `within D` after the formula would belong to something inside it."""
    return any(isinstance(f, Once | Historically | Aggregate) and f.within is None for f in spine(formula))


def spine(node: Formula | Term) -> Iterator[Formula | Term]:
    """The node, what stands last in it, what stands last in that, …; parentheses end it."""
    while True:
        yield node
        level = WHOLE
        match node:
            case Or(parts) | And(parts):
                node, level = parts[-1], (_AND if isinstance(node, Or) else _BINARY)
            case Since(_, last) | HoldsUntil(_, last):
                node, level = last, _PREFIX
            case Not(of) | Edge(_, of) | NextChange(of) | Once(of, None) | Historically(of, None):
                node, level = of, _PREFIX
            case Implies(_, last) | Always(last) | Eventually(last) | Exists(_, last) | ForEvery(_, _, last):
                node = last
            case Compare(_, _, right):
                node = right
            case Aggregate(_, _, over, None) if isinstance(over, Atom) and len(over.by) <= 1:
                node = over
            case Arithmetic(op, _, right) if op not in ("min", "max"):
                if isinstance(right, Arithmetic):
                    return
                node = right
            case _:
                return
        if not isinstance(node, _TERMS) and own_level(node) < level:
            return


_TERMS: Final = (Name, Text, Number, Money, Flag, Date, Length, Wildcard, Null, Arithmetic, Aggregate)
