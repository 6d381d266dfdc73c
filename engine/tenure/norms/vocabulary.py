"""What a contract declares: its parties, kinds, events, actions, states, readings, clauses and amendments by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar

from attrs import field, frozen

from tenure.diagnostics import ContractError, Diagnostic, TimeError
from tenure.history import REQUIRED, Attribute, EventType, Schema
from tenure.history import Money as MoneyValue
from tenure.language import syntax as s
from tenure.language.markdown import section_of
from tenure.norms.named_dates import resolved
from tenure.time import Calendar, parse_moment
from tenure.time.periods import checked_month_day

Declared = TypeVar("Declared")

#: The act of a maintenance duty (`must keep φ`), whose object is φ as it is written.
KEEP = "keep"
#: Kinds of individuals that every contract has.
ANYTHING = "thing"
PARTY = "party"


@frozen
class Vocabulary:
    """The declarations of one contract, by name."""

    document: s.Document
    name: str
    title: str | None
    calendar: Calendar
    parties: tuple[str, ...]
    others: tuple[str, ...]
    kinds: dict[str, str | None]
    events: dict[str, s.EventDeclaration]
    actions: dict[str, s.ActionDeclaration]
    states: dict[str, s.State]
    readings: dict[str, s.Reading]
    clauses: dict[str, s.Clause]
    amendments: dict[str, s.Amendment]
    schema: Schema
    _descendants: dict[str, tuple[str, ...]] = field(factory=dict, eq=False, repr=False)
    _types: dict[str, tuple[str | None, ...]] = field(factory=dict, eq=False, repr=False)
    _under: dict[str, tuple[str, ...]] = field(factory=dict, eq=False, repr=False)

    @property
    def zone(self) -> str:
        """The contract's time zone (IANA name)."""
        return self.calendar.zone

    @property
    def actors(self) -> tuple[str, ...]:
        """All who may do something: the parties, then the others."""
        return (*self.parties, *self.others)

    def items(self, kind: type[Declared]) -> Iterator[Declared]:
        """The items of one class, in the order of the text."""
        return (item for item in self.document.items if isinstance(item, kind))

    def descendants(self, kind: str) -> tuple[str, ...]:
        """``kind`` and all kinds below it."""
        if kind not in self._descendants:
            below = [k for k, parent in self.kinds.items() if parent == kind]
            self._descendants[kind] = (kind, *(d for b in below for d in self.descendants(b)))
        return self._descendants[kind]

    def clauses_under(self, name: str) -> tuple[str, ...]:
        """The clauses that the id ``name`` names: itself and its sub-clauses ``name.…``."""
        if name not in self._under:
            self._under[name] = tuple(c for c in self.clauses if c == name or c.startswith(f"{name}."))
        return self._under[name]

    def default_choice(self) -> dict[str, str]:
        """Each reading's default; for a reading without one, its first value."""
        return {r.name: default_value(r) for r in self.readings.values()}

    def section(self, clause: str) -> s.Section | None:
        """The prose of ``clause``, or of the clause that it is a part of."""
        return section_of(self.document, clause)

    def parameter_types(self, act: str) -> tuple[str | None, ...]:
        """The types of an act's parameters: those of the attributes of events, also of the events that do an action."""
        if act in self.events:
            return tuple(a.type for a in self.events[act].attributes)
        if act not in self._types:
            action = self.actions.get(act)
            given = dict(_types_given(action, self.events)) if action is not None else {}
            self._types[act] = tuple(given.get(name) for name in self.parameters(act))
        return self._types[act]

    def parameters(self, act: str) -> tuple[str, ...]:
        """The names of an action's parameters, or of an event type's attributes."""
        if act == KEEP:
            return ("state",)
        if act in self.actions:
            return tuple(p.name for p in self.actions[act].parameters)
        if act in self.events:
            return tuple(a.name for a in self.events[act].attributes)
        return ()


def _types_given(
    action: s.ActionDeclaration, events: dict[str, s.EventDeclaration]
) -> Iterator[tuple[str, str | None]]:
    """The parameters of an action that its events name, with the types of the attributes that they are."""
    for pattern in action.done_by:
        declared = events[pattern.name].attributes if pattern.name in events else ()
        named = {a.name: a for a in declared}
        for i, argument in enumerate(pattern.args):
            found = named.get(argument.name or "", declared[i] if i < len(declared) else None)
            if isinstance(argument.term, s.Name) and found is not None:
                yield argument.term.text, found.type


def default_value(reading: s.Reading) -> str:
    """The value marked ``(default)``, else the first."""
    return next((v.name for v in reading.values if v.default), reading.values[0].name)


def vocabulary(document: s.Document) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """Collect the declarations of ``document``; a name declared twice is reported and the first kept."""
    findings: list[Diagnostic] = []
    document = resolved(document)
    items = document.items
    header = next((i for i in items if isinstance(i, s.Header)), None)
    settings: dict[str, s.Setting] = {i.name: i for i in items if isinstance(i, s.Setting)}
    kinds = {n: k.parent for k in items if isinstance(k, s.Kinds) for n in k.names}
    parties = tuple(n for a in items if isinstance(a, s.Actors) and a.word == "parties" for n in a.names)
    others = tuple(n for a in items if isinstance(a, s.Actors) and a.word == "others" for n in a.names)
    events = _by_name("event", (i for i in items if isinstance(i, s.EventDeclaration)), findings)
    calendar = _calendar(settings)
    states = [i for i in items if isinstance(i, s.State)]
    states += [r for c in items if isinstance(c, s.Clause) for r in c.rules if isinstance(r, s.State)]
    return (
        Vocabulary(
            document=document,
            name=header.name if header else "contract",
            title=header.title if header else None,
            calendar=calendar,
            parties=parties,
            others=others,
            kinds=kinds,
            events=events,
            actions=_by_name("action", (i for i in items if isinstance(i, s.ActionDeclaration)), findings),
            states=_by_name("state", states, findings),
            readings=_by_name("reading", (i for i in items if isinstance(i, s.Reading)), findings),
            clauses=_by_name("clause", (i for i in items if isinstance(i, s.Clause)), findings),
            amendments=_by_name("amendment", (i for i in items if isinstance(i, s.Amendment)), findings),
            schema=Schema(
                zone=calendar.zone,
                event_types={e.name: event_type(e, calendar.zone) for e in events.values()},
                actors=frozenset((*parties, *others)),
                kinds=frozenset(kinds),
            ),
        ),
        tuple(findings),
    )


def _by_name(what: str, items: Iterable[Declared], findings: list[Diagnostic]) -> dict[str, Declared]:
    named: dict[str, Declared] = {}
    for item in items:
        name = item.name  # type: ignore[attr-defined]
        if name in named:
            message = f"{what} `{name}` is declared twice"
            place = item.place  # type: ignore[attr-defined]
            findings.append(Diagnostic("TEN201", message, place=place, help="give one of them another name"))
        else:
            named[name] = item
    return named


def _calendar(settings: dict[str, s.Setting]) -> Calendar:
    from tenure.time import business_calendar

    zone = settings["zone"].value if "zone" in settings else "UTC"
    month_end = settings["month end"].value.replace(" ", "_") if "month end" in settings else "error"
    business = fiscal = None
    with _placed(settings.get("business days")):
        if "business days" in settings:
            business = business_calendar(settings["business days"].value, range(1990, 2101))
    if "fiscal year ends" in settings:
        fiscal = _month_day(settings["fiscal year ends"])
    with _placed(settings.get("zone")):
        return Calendar(zone, month_end, business, fiscal)  # type: ignore[arg-type]


@contextmanager
def _placed(setting: s.Setting | None) -> Iterator[None]:
    """Errors of time get the place of the setting that they come from."""
    try:
        yield
    except TimeError as error:
        if setting is None or setting.place is None:
            raise
        raise ContractError(*(d.at(setting.place) for d in error.diagnostics)) from None


def _month_day(setting: s.Setting) -> tuple[int, int]:
    """``06-30`` as month and day."""
    month, dash, day = setting.value.partition("-")
    if not (dash and month.isdigit() and day.isdigit()):
        raise ContractError.of(
            "TEN515",
            f"`{setting.value}` is not the last day of a year",
            place=setting.place,
            help="write month and day: `fiscal year ends 06-30`",
        )
    with _placed(setting):
        return checked_month_day(int(month), int(day))


def event_type(declaration: s.EventDeclaration, zone: str) -> EventType:
    """The declaration as the history room reads it."""
    attributes = tuple(_attribute(a, zone) for a in declaration.attributes)
    return EventType(declaration.name, declaration.word, attributes)


def _attribute(declared: s.AttributeDeclaration, zone: str) -> Attribute:
    kind = "choice" if declared.choices else declared.type or "thing"
    default = REQUIRED if declared.default is None else constant(declared.default, zone)
    return Attribute(declared.name, kind, default, declared.choices)  # type: ignore[arg-type]


def constant(term: s.Term, zone: str) -> str | int | Decimal | bool | MoneyValue:
    """The value of a term without variables."""
    match term:
        case s.Name(text) | s.Text(text):
            return text
        case s.Number(value):
            return int(value) if value == value.to_integral_value() else value
        case s.Money(amount, currency):
            return MoneyValue(amount, currency)
        case s.Flag(value):
            return value
        case s.Date(text):
            return parse_moment(text, zone).instant
        case _:
            raise ContractError.of(
                "TEN216",
                "this is no value of its own",
                place=term.place,
                help="write a name, a text, a number or a date",
            )
