"""What a contract declares: twice, in a circle, without a default, without a head."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic, Place
from tenure.language import syntax as s
from tenure.norms.checks.findings import error, label, note, warning
from tenure.norms.checks.sites import Subject

#: Declarations whose names are used in the same places: two of one name could not be told apart.
_IN_FORMULAS = (s.EventDeclaration, s.State, s.Clause, s.Amendment)
_SPOKEN: dict[type, str] = {
    s.EventDeclaration: "event", s.State: "state", s.Clause: "clause", s.Amendment: "amendment", s.ActionDeclaration: "action",
}  # fmt: skip


def check_declarations(subject: Subject) -> Iterator[Diagnostic]:
    """Faults of the declarations themselves."""
    items = subject.vocabulary.document.items
    yield from _heads(items)
    yield from _names_twice(items)
    yield from _confusable(subject)
    yield from _kind_circles(subject)
    for reading in subject.vocabulary.items(s.Reading):
        yield from _reading(reading)
    for site in subject.sites:
        yield from _parameters_twice(site.unit)


def _heads(items: tuple[s.Item, ...]) -> Iterator[Diagnostic]:
    headers = [i for i in items if isinstance(i, s.Header)]
    start = items[0].place if items else None
    if not headers:
        yield warning("TEN317", "the contract has no name", start, 'begin with `contract NAME "title"`')
    for second in headers[1:]:
        help_ = "keep one of them: a file is one contract"
        yield error(
            "TEN317", "a second `contract` line", second.place, help_, *label(headers[0].place, "the first")
        )
    settings: dict[str, s.Setting] = {}
    for item in items:
        if isinstance(item, s.Setting):
            if item.name in settings:
                first = label(settings[item.name].place, "the first")
                yield error("TEN201", f"`{item.name}` is set twice", item.place, "keep one of them", *first)
            settings.setdefault(item.name, item)
    if "zone" not in settings:
        yield note(
            "TEN319",
            "no `zone`: days are those of UTC",
            start,
            "write the zone of the parties, such as `zone Europe/Paris`",
        )


def _names_twice(items: tuple[s.Item, ...]) -> Iterator[Diagnostic]:
    """Parties and kinds; `vocabulary` reports the others."""
    seen: dict[str, tuple[str, Place | None]] = {}
    for item in items:
        what = "kind" if isinstance(item, s.Kinds) else "actor"
        for name in item.names if isinstance(item, s.Kinds | s.Actors) else ():
            if name in seen:
                old, place = seen[name]
                both = (
                    f"{what} `{name}` is declared twice"
                    if old == what
                    else f"`{name}` is declared as {_a(old)} and as {_a(what)}"
                )
                yield error(
                    "TEN201", both, item.place, "give one of them another name", *label(place, "the first")
                )
            seen.setdefault(name, (what, item.place))


def _confusable(subject: Subject) -> Iterator[Diagnostic]:
    """One name for an event and a state, or an action and an event."""
    for family in (_IN_FORMULAS, (s.ActionDeclaration, s.EventDeclaration)):
        seen: dict[str, s.Item] = {}
        items = [
            i for i in (*subject.vocabulary.document.items, *subject.rules(s.State)) if isinstance(i, family)
        ]
        for item in items:
            assert isinstance(
                item, s.EventDeclaration | s.State | s.Clause | s.Amendment | s.ActionDeclaration
            )
            old = seen.setdefault(item.name, item)
            if type(old) is not type(item):
                message = (
                    f"`{item.name}` is declared as {_a(_SPOKEN[type(old)])} and as {_a(_SPOKEN[type(item)])}"
                )
                yield error(
                    "TEN201",
                    message,
                    item.place,
                    "give one of them another name",
                    *label(old.place, "the first"),
                )


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _parameters_twice(unit: object) -> Iterator[Diagnostic]:
    match unit:
        case s.EventDeclaration(_, name, attributes):
            names, what = [a.name for a in attributes], "attribute"
        case s.ActionDeclaration(name, parameters):
            names, what = [p.name for p in parameters], "parameter"
        case s.State(name, parameters_of_state):
            names, what = list(parameters_of_state), "parameter"
        case _:
            return
    for twice in dict.fromkeys(n for i, n in enumerate(names) if n in names[:i]):
        yield error(
            "TEN201",
            f"{what} `{twice}` of `{name}` is declared twice",
            unit.place,
            "give one of them another name",
        )


def _kind_circles(subject: Subject) -> Iterator[Diagnostic]:
    kinds = subject.vocabulary.kinds
    reported: set[str] = set()
    for kind in kinds:
        path, here = [kind], kinds[kind]
        while here is not None and here not in path:
            path.append(here)
            here = kinds.get(here)
        if here is not None and here not in reported:
            circle = [*path[path.index(here) :], here]
            reported.update(circle)
            place = next(k.place for k in subject.vocabulary.items(s.Kinds) if here in k.names)
            message = f"kind `{here}` is below itself: {' of '.join(circle)}"
            yield error("TEN217", message, place, "leave out one `of`")


def _reading(reading: s.Reading) -> Iterator[Diagnostic]:
    names = [v.name for v in reading.values]
    for twice in dict.fromkeys(n for i, n in enumerate(names) if n in names[:i]):
        yield error(
            "TEN201",
            f"value `{twice}` of `{reading.name}` is declared twice",
            reading.place,
            "leave one of them out",
        )
    defaults = [v.name for v in reading.values if v.default]
    if not defaults:
        message = f"reading `{reading.name}` has no default: what depends on it is disputed"
        yield warning(
            "TEN221",
            message,
            reading.place,
            f"mark one value, such as `{names[0]} (default)`, or leave it so on purpose",
        )
    elif len(defaults) > 1:
        yield error(
            "TEN221",
            f"reading `{reading.name}` has {len(defaults)} defaults",
            reading.place,
            "mark one value",
        )
