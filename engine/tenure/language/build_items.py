"""Declarations, amendments, scenarios and properties from their rules in the grammar."""

from __future__ import annotations

from typing import Any

from tenure.diagnostics import ContractError
from tenure.language.build_formula import plain
from tenure.language.machine import Spot, rule
from tenure.language.syntax import (
    ActionDeclaration,
    Actors,
    ActPhrase,
    Amendment,
    Argument,
    Atom,
    AttributeDeclaration,
    ClauseEnds,
    Date,
    EventDeclaration,
    EventIs,
    Expectation,
    Formula,
    Happening,
    Header,
    Item,
    Kinds,
    Parameter,
    Property,
    Reading,
    ReadingValue,
    Relation,
    Replaces,
    Scenario,
    Setting,
    Statement,
    StockOff,
    Term,
    When,
)
from tenure.language.tokens import Token

_STATEMENTS: dict[str, tuple[Relation, bool]] = {
    "may": ("liberty", True),
    "may not": ("liberty", False),
    "must": ("duty", True),
    "need not": ("duty", False),
    "must not": ("duty_not", True),
    "is free to": ("duty_not", False),
    "can": ("power", True),
    "cannot": ("power", False),
    "has claim that": ("claim", True),
    "has no claim that": ("claim", False),
    "is immune from": ("immunity", True),
    "is not immune from": ("immunity", False),
}


@rule("block")
def block(_: Spot, *items: Item) -> tuple[Item, ...]:
    """All items of a text."""
    return items


@rule(
    "month_end_policy", "actors_word", "event_word", "standing", "reading_default", "amendment_word", "alone",
    "whether", "event_status", "statement_modal", "statement_claim", "statement_immune",
)  # fmt: skip
def word(_: Spot, word: Token) -> Token:
    """The word itself."""
    return word


# ---------------------------------------------------------------- declarations


@rule("header")
def header(spot: Spot, name: Token, title: Token | None) -> Header:
    """``contract id "title"``."""
    return Header(name.text, spot.unquote(title) if title else None, place=spot.place, comments=spot.comments)


@rule("path")
def path(spot: Spot, *pieces: Token) -> str:
    """``America/Los_Angeles``, ``06-30``, or the same in quotes."""
    return "".join(plain(spot, p) for p in pieces)


@rule("zone")
def zone(spot: Spot, value: str) -> Setting:
    """``zone Z``."""
    return Setting("zone", value, place=spot.place, comments=spot.comments)


@rule("month_end")
def month_end(spot: Spot, value: Token) -> Setting:
    """``month end last day``."""
    return Setting("month end", value.text, place=spot.place, comments=spot.comments)


@rule("business_days")
def business_days(spot: Spot, value: str) -> Setting:
    """``business days US``."""
    return Setting("business days", value, place=spot.place, comments=spot.comments)


@rule("fiscal_year")
def fiscal_year(spot: Spot, value: str) -> Setting:
    """``fiscal year ends 06-30``."""
    return Setting("fiscal year ends", value, place=spot.place, comments=spot.comments)


@rule("actors")
def actors(spot: Spot, word: Token, names: tuple[str, ...]) -> Actors:
    """``parties A, B``."""
    return Actors(word.text, names, place=spot.place, comments=spot.comments)  # type: ignore[arg-type]


@rule("kinds")
def kinds(spot: Spot, names: tuple[str, ...], parent: Token | None) -> Kinds:
    """``kind a, b of c``."""
    return Kinds(names, parent.text if parent else None, place=spot.place, comments=spot.comments)


@rule("attribute")
def attribute(
    spot: Spot, name: Token, types: tuple[str, ...] | None, default: Term | None
) -> AttributeDeclaration:
    """``name: type = default``."""
    single = types[0] if types is not None and len(types) == 1 else None
    choices = types if types is not None and len(types) > 1 else ()
    return AttributeDeclaration(name.text, single, choices, default, place=spot.place)


@rule("attribute_type")
def attribute_type(_: Spot, *names: Token) -> tuple[str, ...]:
    """``type`` or ``choice | choice``."""
    return tuple(n.text for n in names)


@rule("makers")
def makers(_: Spot, *who: Term) -> tuple[tuple[Term, ...], bool]:
    """``by A and B``: all of them."""
    return who, True


@rule("makers_any")
def makers_any(_: Spot, *who: Term) -> tuple[tuple[Term, ...], bool]:
    """``by A or B``: any of them."""
    return who, False


@rule("event")
def event(
    spot: Spot, word: Token, name: Token, attributes: tuple[AttributeDeclaration, ...] | None,
    made: tuple[tuple[Term, ...], bool] | None, condition: Formula | None,
) -> EventDeclaration:  # fmt: skip
    """``act e(…) by P if φ``."""
    by, joint = made or ((), True)
    kind: Any = word.text
    return EventDeclaration(
        kind, name.text, attributes or (), by, joint, condition, place=spot.place, comments=spot.comments
    )


@rule("parameter")
def parameter(_: Spot, first: Token, second: Token | None) -> Parameter:
    """``x`` or ``in y``."""
    return Parameter(second.text, first.text) if second else Parameter(first.text)


@rule("action")
def action(
    spot: Spot, name: Token, parameters: tuple[Parameter, ...] | None, done_by: tuple[Atom, ...] | None,
    condition: Formula | None, standing: Token | None,
) -> ActionDeclaration:  # fmt: skip
    """``action use(x) done by e, forbidden unless permitted``."""
    default: Any = standing.text.removeprefix(", ").split()[0] if standing else None
    return ActionDeclaration(
        name.text,
        parameters or (),
        done_by or (),
        condition,
        default,
        place=spot.place,
        comments=spot.comments,
    )


@rule("reading_value")
def reading_value(spot: Spot, name: Token, default: Token | None, about: Token | None) -> ReadingValue:
    """``name (default) "about"``."""
    return ReadingValue(name.text, default is not None, spot.unquote(about) if about else None)


@rule("reading")
def reading(spot: Spot, name: Token, about: Token | None, *values: ReadingValue) -> Reading:
    """``reading A1 "about" x (default), y``."""
    what = spot.unquote(about) if about else None
    return Reading(name.text, what, values, place=spot.place, comments=spot.comments)


# ---------------------------------------------------------------- amendments and properties


@rule("amendment")
def amendment(
    spot: Spot, word: Token, name: Token, title: Token | None, begin: Formula | Date, back: Date | None,
    *changes: ClauseEnds | Replaces,
) -> Amendment:  # fmt: skip
    """``amendment R1 "title" from φ`` and its changes."""
    kind: Any = word.text
    called = spot.unquote(title) if title else None
    return Amendment(kind, name.text, called, begin, back, changes, place=spot.place, comments=spot.comments)


@rule("ends")
def ends(spot: Spot, clauses: tuple[str, ...], when: When | None) -> ClauseEnds:
    """``C1, C2 end``."""
    return ClauseEnds(clauses, when, place=spot.place, comments=spot.comments)


@rule("replaces")
def replaces(spot: Spot, new: Token, old: Token, when: When | None) -> Replaces:
    """``C2 replaces C1``."""
    return Replaces(new.text, old.text, when, place=spot.place, comments=spot.comments)


@rule("stock_name")
def stock_name(_: Spot, *words: Token) -> str:
    """``one-holder``."""
    return "-".join(word.text for word in words)


@rule("property_off")
def property_off(spot: Spot, name: str, reason: Token) -> StockOff:
    """``property one-holder off because "…"``."""
    return StockOff(name, spot.unquote(reason), place=spot.place, comments=spot.comments)


@rule("property")
def property_(spot: Spot, name: Token, formula: Formula) -> Property:
    """``property "name" φ``."""
    return Property(spot.unquote(name), formula, place=spot.place, comments=spot.comments)


# ---------------------------------------------------------------- scenarios


@rule("without")
def without(_: Spot, names: tuple[str, ...]) -> tuple[str, ...]:
    """``without T1, T2``."""
    return names


@rule("known_at")
def known_at(_: Spot, at: Date) -> Date:
    """``known at T``."""
    return at


@rule("scenario")
def scenario(spot: Spot, name: Token, *rest: Any) -> Scenario:
    """``scenario "name" …`` and its lines; options of one sort add up, and the last ``known at`` counts."""
    dates = [r for r in rest if isinstance(r, Date)]
    return Scenario(
        spot.unquote(name),
        alone=any(isinstance(r, Token) for r in rest),
        without=tuple(n for r in rest if isinstance(r, tuple) for n in r),
        under=tuple(r for r in rest if isinstance(r, When)),
        known_at=dates[-1] if dates else None,
        lines=tuple(r for r in rest if isinstance(r, Happening | Expectation)),
        place=spot.place,
        comments=spot.comments,
    )


@rule("doers")
def doers(_: Spot, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """``-`` or ``A, B``."""
    return names


@rule("given_value")
def given_value(_: Spot, value: Term) -> Argument:
    """A value by position."""
    return Argument(None, value)


@rule("given_key")
def given_key(_: Spot, key: Token, value: Term) -> Argument:
    """``name = value``."""
    return Argument(key.text, value)


@rule("seq")
def seq(spot: Spot, _: Token, number: Token) -> int:
    """``seq 2``; raises TEN409 on what is no whole number."""
    if not number.text.isdigit():
        raise ContractError.of(
            "TEN409",
            "`seq` must be a whole number",
            place=spot.place,
            help="it orders the events of one day: 1, 2, 3",
        )
    return int(number.text)


@rule("happening")
def happening(
    spot: Spot, at: Date, number: int | None, by: tuple[str, ...], kind: Token, *rest: Any
) -> Happening:
    """``T seq N P e x k = v as E1``."""
    *args, name = rest
    called = name.text if name else None
    return Happening(at, by, kind.text, tuple(args), called, number, place=spot.place, comments=spot.comments)


@rule("happening_call")
def happening_call(
    spot: Spot, at: Date, number: int | None, by: tuple[str, ...], kind: Token, args: tuple[Argument, ...],
    name: Token | None,
) -> Happening:  # fmt: skip
    """``T seq N P e(x, k = v) as E1``."""
    called = name.text if name else None
    return Happening(at, by, kind.text, args, called, number, place=spot.place, comments=spot.comments)


@rule("statement", "statement_claimed", "statement_immunity")
def statement(spot: Spot, holder: Term, modal: Token, *rest: Any) -> Statement:
    """``P may use x against Q``, ``P has claim that Q e``, ``P is immune from e by Q``."""
    relation, positive = _STATEMENTS[modal.text]
    first, second = rest
    act, other = (second, first) if isinstance(second, ActPhrase) else (first, second)
    return Statement(relation, positive, holder, act, other, place=spot.place)


@rule("event_is")
def event_is(spot: Spot, event: Token, status: Token) -> EventIs:
    """``E1 is void``."""
    return EventIs(event.text, status.text.split()[1], place=spot.place)  # type: ignore[arg-type]


@rule("because")
def because(_: Spot, words: tuple[str, ...]) -> tuple[str, ...]:
    """``because A, B``."""
    return words


@rule("expectation")
def expectation(
    spot: Spot, at: Date, under: tuple[When, ...] | None, whether: Token | None,
    that: Statement | EventIs | Formula, until: Date | None, why: tuple[str, ...] | None,
) -> Expectation:  # fmt: skip
    """``at T under A is x, unknown whether … until D because …``."""
    status: Any = whether.text.split()[0] if whether else None
    return Expectation(
        at, that, status, under or (), until, why or (), place=spot.place, comments=spot.comments
    )
