"""The printer: syntax as text in the canonical layout.  Parsing what it prints gives the same syntax back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tenure.language.folding import SOFT, STEP, fold
from tenure.language.markdown import fences, is_rules_alone, markdown_tokens
from tenure.language.parser import parse_block
from tenure.language.print_formula import (
    format_arguments,
    format_formula,
    format_term,
    quote,
    word_or_text,
)
from tenure.language.print_rules import format_statement, format_when, moment, rule_lines, spaced, unit
from tenure.language.syntax import (
    ActionDeclaration,
    Actors,
    Amendment,
    Argument,
    AttributeDeclaration,
    Classify,
    Clause,
    ClauseEnds,
    Date,
    EventDeclaration,
    EventIs,
    Expectation,
    Happening,
    Header,
    Item,
    Kinds,
    Number,
    On,
    Owner,
    Property,
    Reading,
    Replaces,
    Scenario,
    Setting,
    State,
    Statement,
    StockOff,
)

__all__ = ["format_document_text", "format_formula", "format_item", "format_items", "format_term"]

_PATH: Final = re.compile(r"(?:[^\W\d]\w*|\d+)(?:[/+-](?:[^\W\d]\w*|\d+))*")
_GROUPS: Final[dict[type, int]] = {
    Header: 0, Setting: 0, Actors: 0, Kinds: 1, EventDeclaration: 2, ActionDeclaration: 3, Reading: 4, Classify: 5,
    Owner: 5, State: 6, On: 7,
}  # fmt: skip


def format_item(item: Item) -> str:
    """One item in canonical layout, without a line break at its end."""
    return "\n".join(_item_lines(item))


def format_items(items: Iterable[Item]) -> str:
    """Items one below the other; ends with a line break unless empty.

    An empty line stands between items of different sorts, and where one stood between items of one sort.
    """
    lines: list[str] = []
    previous: Item | None = None
    for item in items:
        if previous is not None:
            if isinstance(previous, Clause) and isinstance(item, State | Classify | Owner | On):
                lines.append("end clause")
            group = _GROUPS.get(type(item))
            if item.comments.apart or group is None or group != _GROUPS.get(type(previous)):
                lines.append("")
        lines += _item_lines(item)
        previous = item
    return "".join(f"{line}\n" for line in lines)


def format_document_text(text: str, file: str | None = None) -> str:
    """The same file with its rules in canonical layout; its prose and line ends stay as they are.

    Raises what :func:`~tenure.language.parser.parse_block` raises.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    if is_rules_alone(text, file):
        return _formatted(text, file, 0).replace("\n", ending)
    lines = re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+", text)
    for block in reversed(fences(text, markdown_tokens(text), file)):
        body = "".join(lines[block.first : block.end]) if not block.nested else block.content
        printed = _formatted(body, file, block.first)
        if not block.nested:
            lines[block.first : block.end] = [printed.replace("\n", ending)]
    return "".join(lines)


def _formatted(block: str, file: str | None, first: int) -> str:
    """A block in canonical layout; one without rules stays as it is."""
    items = parse_block(block, file, first)
    return format_items(items) if items else block


# ---------------------------------------------------------------- items


def _item_lines(item: Item) -> Iterator[str]:
    match item:
        case Classify() | Owner() | State() | On():
            yield from rule_lines(item, "")
        case Clause(name, title, rules):
            yield from unit("", f"clause {name}{_title(title)}", item.comments)
            yield from spaced((rule.comments, rule_lines(rule, STEP)) for rule in rules)
        case Amendment():
            yield from _amendment(item)
        case Scenario():
            yield from _scenario(item)
        case Property(name, formula):
            below = fold(format_formula(formula), STEP)
            yield from unit("", f"property {quote(name)}", item.comments, below=below)
        case StockOff(name, reason):
            yield from unit("", f"property {name} off because {quote(reason)}", item.comments)
        case _:
            yield from unit("", _declaration(item), item.comments)


def _title(title: str | None) -> str:
    return f" {quote(title)}" if title is not None else ""


def _declaration(item: Item) -> str:
    match item:
        case Header(name, title):
            return f"contract {name}{_title(title)}"
        case Setting(name, value):
            plain = name == "month end" or _PATH.fullmatch(value)
            return f"{name} {value if plain else quote(value)}"
        case Actors(word, names):
            return f"{word} {', '.join(map(word_or_text, names))}"
        case Kinds(names, parent):
            return f"kind {', '.join(names)}{f' of {parent}' if parent else ''}"
        case EventDeclaration():
            return _event(item)
        case ActionDeclaration():
            return _action(item)
        case Reading(name, about, values):
            shown = [f"{v.name}{' (default)' if v.default else ''}{_title(v.about)}" for v in values]
            return f"reading {name}{_title(about)}{SOFT}{f',{SOFT}'.join(shown)}"
        case _:
            raise TypeError(item)


def _attribute(attribute: AttributeDeclaration) -> str:
    kind = " | ".join(attribute.choices) or attribute.type
    default = f" = {format_term(attribute.default)}" if attribute.default is not None else ""
    return f"{attribute.name}{f': {kind}' if kind else ''}{default}"


def _event(item: EventDeclaration) -> str:
    attributes = f"({', '.join(map(_attribute, item.attributes))})" if item.attributes else ""
    joined = (" and " if item.joint else " or ").join(map(format_term, item.by))
    by = f"{SOFT}by {joined}" if item.by else ""
    condition = f"{SOFT}if {format_formula(item.condition)}" if item.condition is not None else ""
    return f"{item.word:<4} {item.name}{attributes}{by}{condition}"


def _action(item: ActionDeclaration) -> str:
    parameters = ", ".join(f"{p.preposition} {p.name}" if p.preposition else p.name for p in item.parameters)
    done = " or ".join(map(format_formula, item.done_by))
    condition = f"{SOFT}if {format_formula(item.condition)}" if item.condition is not None else ""
    standing = {
        "permitted": "permitted unless forbidden",
        "forbidden": "forbidden unless permitted",
        None: None,
    }
    default = standing[item.default]
    return (
        f"action {item.name}{f'({parameters})' if parameters else ''}{f'{SOFT}done by {done}' if done else ''}"
        f"{condition}{f',{SOFT}{default}' if default else ''}"
    )


def _amendment(item: Amendment) -> Iterator[str]:
    back = f" retroactive from {item.retroactive.text}" if item.retroactive else ""
    yield from unit(
        "", f"{item.word} {item.name}{_title(item.title)} from {moment(item.begin)}{back}", item.comments
    )
    for change in item.changes:
        match change:
            case ClauseEnds(clauses, when):
                head = f"{', '.join(clauses)} end{format_when(when)}"
            case Replaces(new, old, when):
                head = f"{new} replaces {old}{format_when(when)}"
        yield from unit(STEP, head, change.comments)


# ---------------------------------------------------------------- scenarios


def _scenario(item: Scenario) -> Iterator[str]:
    options = ["alone"] if item.alone else []
    options += [f"without {', '.join(item.without)}"] if item.without else []
    options += [format_when(w, "under").strip() for w in item.under]
    options += [f"known at {item.known_at.text}"] if item.known_at else []
    head = f"scenario {quote(item.name)} {', '.join(options)}".rstrip()
    yield from unit("", head, item.comments)
    stories = [line for line in item.lines if isinstance(line, Happening)]
    width = max((len(_when(line)) for line in item.lines), default=0)
    by_width = max((len(_doers(line)) for line in stories), default=0)
    yield from spaced((line.comments, _story_line(line, width, by_width)) for line in item.lines)


def _story_line(line: Happening | Expectation, width: int, by_width: int) -> Iterator[str]:
    told = f"{_doers(line):<{by_width}}  {_told(line)}" if isinstance(line, Happening) else _expected(line)
    return unit(STEP, f"{_when(line):<{width}}  {told}", line.comments, folds=False)


def _when(line: Happening | Expectation) -> str:
    if isinstance(line, Happening):
        return line.at.text if line.seq is None else f"{line.at.text} seq {line.seq}"
    return f"at {line.at.text}"


def _doers(line: Happening) -> str:
    return ",".join(map(word_or_text, line.by)) or "-"


def _told(line: Happening) -> str:
    name = f" as {line.name}" if line.name else ""
    if any(_needs_call(argument) for argument in line.args):
        return f"{line.type}({format_arguments(line.args)}){name}"
    shown = [f"{a.name}={format_term(a.term)}" if a.name else format_term(a.term) for a in line.args]
    return " ".join([line.type, *shown]) + name


def _needs_call(argument: Argument) -> bool:
    """A date or a year by position would look like the next line's."""
    term = argument.term
    return argument.name is None and isinstance(term, Date | Number)


def format_expectation(line: Expectation) -> str:
    """An expectation of a scenario on one line."""
    return f"{_when(line)} {_expected(line)}"


def _expected(line: Expectation) -> str:
    under = ", ".join(format_when(w, "under").strip() for w in line.under)
    status = f"{line.status} whether " if line.status else ""
    match line.that:
        case Statement():
            that = format_statement(line.that)
        case EventIs(event, value):
            that = f"{event} is {value}"
        case _:
            that = format_formula(line.that)
    until = f" until {line.until.text}" if line.until else ""
    because = f" because {', '.join(map(word_or_text, line.because))}" if line.because else ""
    return f"{f'{under}, ' if under else ''}{status}{that}{until}{because}"
