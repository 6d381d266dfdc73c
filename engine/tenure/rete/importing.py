"""An existing ruleset read in: plain event patterns as events and states, where they mean just that.

In durable_rules an event is used up by the first rule that takes it, whatever a rule does is Python, and what waits
has no date.  So only rules that look at one event, no two of them at the same, have an exact meaning as states: true
at the instant of an event that the rule would have taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from attrs import frozen

from tenure.diagnostics import ContractError
from tenure.language.markdown import parse_document
from tenure.language.syntax import Document

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMPARED = {"$neq": "!=", "$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}
#: Beyond this durable_rules compares integers as if they were not.
_LARGEST = 2**53


class _RefusedError(Exception):
    """Why a rule has no exact meaning."""


@frozen
class _Pattern:
    """What one event must be: its type, the fields that it mentions, those that are fixed, and a condition."""

    type: str
    fields: tuple[str, ...]
    fixed: dict[str, Any]
    condition: str

    def formula(self) -> str:
        """The same in the language of contracts."""
        given = ", ".join(f"{name} = {name}" for name in self.fields)
        event = f"{self.type}({given})" if given else self.type
        return f"{event} and {self.condition}" if self.condition else event

    def excludes(self, other: _Pattern) -> bool:
        """Whether no event can be both."""
        both = self.fixed.keys() & other.fixed.keys()
        return self.type != other.type or any(self.fixed[name] != other.fixed[name] for name in both)


def contract_of(ruleset: Mapping[str, Any], *, name: str, type_field: str = "type") -> Document:
    """The events and states of a ruleset in the form of ``get_host().get_ruleset(NAME).get_definition()``.

    ``type_field`` is the field by which messages say what they are.  Raises ContractError: TEN828 names a rule that
    has no exact meaning as a state, and why; TEN829 says that it is no ruleset at all.
    """
    reader = _Reader(type_field)
    rules = {rule: reader.rule(rule, written) for rule, written in _rules(ruleset)}
    _check_apart(rules)
    lines = [f"contract {_checked(name)}", "zone UTC", *reader.events()]
    lines += [f"state {_state(rule, patterns)}" for rule, patterns in rules.items()]
    return parse_document("\n".join(lines), None)


def _rules(ruleset: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for rule, written in ruleset.items():
        if rule == "$type" or not isinstance(written, Mapping) or not {"all", "any"} & written.keys():
            raise ContractError.of(
                "TEN829",
                f"`{rule}` is not a rule: it has neither `all` nor `any`",
                help="give what `get_ruleset(NAME).get_definition()` returns, of a ruleset and not of a chart",
            )
        yield rule, written


def _check_apart(rules: dict[str, tuple[_Pattern, ...]]) -> None:
    for (one, its), (other, others) in combinations(rules.items(), 2):
        if not all(a.excludes(b) for a in its for b in others):
            raise _refused(other, f"an event that it takes may be used up by `{one}`, which stands before it")


def _refused(rule: str, reason: str) -> ContractError:
    return ContractError.of(
        "TEN828",
        f"rule `{rule}` has no exact meaning as a state: {reason}",
        help="leave it out, and write what it is for as a state or a clause",
    )


def _state(rule: str, patterns: tuple[_Pattern, ...]) -> str:
    if len(patterns) == 1:
        (pattern,) = patterns
        columns = f"({', '.join(pattern.fields)})" if pattern.fields else ""
        return f"{rule}{columns} means {pattern.formula()}"
    cases = (f"(some {', '.join(p.fields)}: {p.formula()})" if p.fields else p.formula() for p in patterns)
    return f"{rule} means {' or '.join(cases)}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _RefusedError(f"`{name}` is not a name in the language")
    return name


def _patterns(written: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The patterns of a rule, where each of them stands for itself."""
    for word in written.keys() - {"all", "any", "run", "pri"}:
        raise _RefusedError(f"it says `{word}`")
    patterns = list(written.get("all") or written.get("any") or ())
    if len(patterns) != 1 and "all" in written:
        raise _RefusedError("it joins several events, each of which it uses up")
    if "any" in written and "$or" in repr(patterns):
        raise _RefusedError("it says `or` within `any`, and durable_rules then finds nothing")
    return patterns


class _Reader:
    """Reads rules, and remembers which fields events have and of what type they are."""

    def __init__(self, type_field: str) -> None:
        self.type_field = type_field
        self.fields: dict[str, dict[str, str]] = {}

    def events(self) -> Iterator[str]:
        """The declarations."""
        for type, fields in self.fields.items():
            given = ", ".join(f"{name}: {kind}" for name, kind in fields.items())
            yield f"fact {type}({given})" if given else f"fact {type}"

    def rule(self, name: str, written: Mapping[str, Any]) -> tuple[_Pattern, ...]:
        """The patterns of a rule, one of which an event must meet."""
        try:
            _checked(name)
            patterns = _patterns(written)
            return tuple(self._pattern(token, what) for one in patterns for token, what in one.items())
        except _RefusedError as refused:
            raise _refused(name, str(refused)) from refused

    def _pattern(self, token: str, what: Any) -> _Pattern:
        if "$" in token:
            raise _RefusedError(f"it says `{token.partition('$')[2]}`")
        terms = what["$and"] if what.keys() == {"$and"} else [what]
        fixed = {field: value for term in terms for field, value in term.items() if field[0] != "$"}
        type = fixed.pop(self.type_field, None)
        if not isinstance(type, str):
            raise _RefusedError(f"it does not say which `{self.type_field}` of event it takes")
        known = self.fields.setdefault(_checked(type), {})
        used: dict[str, None] = {}
        rest = [term for term in terms if self.type_field not in term]
        condition = " and ".join(self._condition(term, known, used) for term in rest)
        return _Pattern(type, tuple(used), fixed, condition)

    def _condition(self, term: Mapping[str, Any], known: dict[str, str], used: dict[str, None]) -> str:
        ((word, what),) = term.items()
        if word in ("$and", "$or"):
            parts = [self._condition(part, known, used) for part in what]
            return f"({f' {word[1:]} '.join(parts)})"
        if word in _COMPARED:
            ((field, value),) = what.items()
            return self._compared(field, _COMPARED[word], value, known, used)
        if word[0] == "$":
            raise _RefusedError(f"it says `{word[1:]}`")
        return self._compared(word, "=", what, known, used)

    def _compared(self, field: str, op: str, value: Any, known: dict[str, str], used: dict[str, None]) -> str:
        kind, text = _constant(value)
        if op not in ("=", "!=") and kind != "number":
            raise _RefusedError(f"it asks which of two texts is the greater, for `{field}`")
        if known.setdefault(_checked(field), kind) != kind:
            raise _RefusedError(f"`{field}` is compared with a {kind} and elsewhere with a {known[field]}")
        used[field] = None
        return f"{field} {op} {text}"


def _constant(value: Any) -> tuple[str, str]:
    """The type of a constant, and how the language writes it."""
    if isinstance(value, bool):
        return "flag", "yes" if value else "no"
    if isinstance(value, int) and abs(value) < _LARGEST:
        return "number", str(value)
    if isinstance(value, str) and '"' not in value and "\\" not in value and "\n" not in value:
        return "text", f'"{value}"'
    raise _RefusedError(f"it compares with {value!r}")
