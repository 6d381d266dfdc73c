"""From an attribute's declaration to a function that checks and converts one value of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from tenure.diagnostics import ContractError, HistoryError, TimeError, did_you_mean
from tenure.history.fault import MismatchError, shown
from tenure.history.schema import Attribute, Schema
from tenure.history.values import Money, Value, exact_number, money_from_text, within_limits
from tenure.time import Moment

Check = Callable[[object], Value]
ReadMoment = Callable[[str], Moment]

_FLAGS = {"yes": True, "no": False, "true": True, "false": False}


def compile_check(attribute: Attribute, schema: Schema, moment: ReadMoment) -> Check:
    """The check of ``attribute``: takes a decoded value (never ``null``), raises :class:`MismatchError`."""
    name = attribute.name
    match attribute.type:
        case "party":
            return _one_of(name, schema.actors, "TEN411", "an actor of the contract")
        case "kind":
            return _one_of(name, schema.kinds, "TEN416", "a kind of the contract")
        case "choice":
            return _one_of(name, attribute.choices, "TEN416", "one of its choices")
        case "date" | "instant":
            return _time(name, moment, only_dates=attribute.type == "date")
        case plain if plain in _PLAIN:
            return _PLAIN[plain](name)
        case other:
            advice = "let `tenure check`, or `Contract.check()`, say where"
            raise ContractError.of("TEN215", f"`{other}`, of `{name}`, is not a type", help=advice)


def _wrong(name: str, value: object, wanted: str, help: str | None = None) -> MismatchError:
    return MismatchError("TEN415", f"`{name}` must be {wanted}, not `{shown(value)}`", help)


def _text(name: str) -> Check:
    def check(value: object) -> Value:
        if isinstance(value, str):
            return value
        raise _wrong(name, value, "text", "put it in quotes")

    return check


def _thing(name: str) -> Check:
    def check(value: object) -> Value:
        if isinstance(value, str) and value:
            return value
        raise _wrong(name, value, "the name of a thing", "write its name in quotes")

    return check


def _one_of(name: str, known: Iterable[str], code: str, wanted: str) -> Check:
    names = {k: k for k in known}

    def check(value: object) -> Value:
        # Names of the contract are shared, so that a large history holds each of them once.
        found = names.get(value) if isinstance(value, str) else None
        if found is not None:
            return found
        if not isinstance(value, str):
            raise _wrong(name, value, wanted)
        raise MismatchError(code, f"`{shown(value)}` in `{name}` is not {wanted}", suggestion(value, names))

    return check


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """A "did you mean", or else the list of what there is, where it is short."""
    names = sorted(known)
    near = did_you_mean(word, names) if len(word) <= 100 else None
    if near or not 0 < len(names) <= 8:
        return near
    return "known: " + ", ".join(f"`{n}`" for n in names)


def limited(name: str, number: int | Decimal) -> int | Decimal:
    """``number``, where it is within the limits; else :class:`MismatchError`."""
    if within_limits(number):
        return number
    raise MismatchError("TEN417", f"the number in `{name}` is too large or too fine", "use at most 60 digits")


def _number(name: str) -> Check:
    def check(value: object) -> Value:
        number = exact_number(value)
        if number is not None:
            return limited(name, number)
        if isinstance(value, float):
            raise _wrong(name, value, "an exact number", "a float is not exact: pass text or a Decimal")
        raise _wrong(name, value, "a number", 'write it like 100.5, or "100.5"')

    return check


def _money(name: str) -> Check:
    help = 'write "USD 100.50", or {"amount": "100.50", "currency": "USD"}'

    def check(value: object) -> Value:
        money = value if isinstance(value, Money) else None
        try:
            if isinstance(value, str):
                money = money_from_text(value)
            elif isinstance(value, dict):
                money = _money_from_object(name, value)
        except HistoryError as error:
            found = error.diagnostics[0]
            raise MismatchError(found.code, f"{found.message} in `{name}`", found.help) from None
        if money is None:
            raise _wrong(name, value, "an amount of money", help)
        return money

    return check


def _money_from_object(name: str, value: dict[str, object]) -> Money | None:
    amount, currency = exact_number(value.get("amount")), value.get("currency")
    if amount is None or not isinstance(currency, str) or len(value) != 2:
        return None
    return Money(Decimal(limited(name, amount)), currency)


def _flag(name: str) -> Check:
    def check(value: object) -> Value:
        found = value if isinstance(value, bool) else _FLAGS.get(value) if isinstance(value, str) else None
        if found is None:
            raise _wrong(name, value, "a flag", "write true or false")
        return found

    return check


def _time(name: str, moment: ReadMoment, *, only_dates: bool) -> Check:
    def check(value: object) -> Value:
        text = value.isoformat() if isinstance(value, date) else value
        if not isinstance(text, str):
            raise _wrong(name, value, "a date", 'write it like "2026-04-27"')
        try:
            found = moment(text)
        except TimeError as error:
            first = error.diagnostics[0]
            raise MismatchError(first.code, first.message, first.help) from None
        if only_dates and not found.is_date:
            raise _wrong(name, value, "a date without a time", 'write it like "2026-04-27"')
        return found.instant

    return check


_PLAIN: dict[str, Callable[[str], Check]] = {
    "text": _text,
    "thing": _thing,
    "number": _number,
    "money": _money,
    "flag": _flag,
}
