"""What a program is compiled to: rules whose patterns match facts, and what each rule does when it fires.

A fact is a flat object of small integers: ``g`` and ``r`` are its relation, ``c0``, ``c1`` … are its columns, ``i`` the event
that it belongs to, ``s`` the stage since which it is there, ``n`` the stage at which its term began to run.
"""

from __future__ import annotations

from typing import Any, Literal

from attrs import Factory, frozen

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic import definitions as k
from tenure.logic.arithmetic import compare
from tenure.logic.definitions import Const
from tenure.logic.truth import TRUE, UNKNOWN
from tenure.rete.literals import Symbol
from tenure.rete.steps import Ladder
from tenure.time import Recurrence

#: A column of an earlier pattern, or a constant.
Operand = tuple[str, str] | int
#: A key's column when a rule fires: a column of one of its tokens, or a constant.
Source = tuple[str, str] | int
#: The columns of a row, in numbers.
Key = tuple[int, ...]


@frozen
class Condition:
    """``column op operand``, as a pattern says it."""

    column: str
    op: Literal["=", "!=", "<="]
    operand: Operand


@frozen
class Pattern:
    """Facts of ``symbol`` that meet the conditions: there is one (which is called ``token``), or there is none."""

    token: str
    symbol: Symbol
    conditions: tuple[Condition, ...]
    positive: bool = True


@frozen
class Projected:
    """Facts that a projection counts: those of ``symbol`` with ``fixed`` constants and ``same`` columns equal.

    The key of the projection is their ``columns``.
    """

    symbol: Symbol
    fixed: tuple[tuple[str, int], ...]
    same: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]


@frozen
class Effect:
    """What a firing records: ``kind`` of change, the definition or relation, and where its key is found."""

    kind: str
    target: str
    key: tuple[Source, ...]
    number: int = 0
    #: Which of several of its kind that the definition has: a rung, an extension, a transfer.
    place: int = 0


@frozen
class Rule:
    """When there are facts for all ``patterns``, ``effect``.  Lower priorities fire first."""

    name: str
    priority: int
    patterns: tuple[Pattern, ...]
    effect: Effect


@frozen
class Reading:
    """An atom of a definition: when it changes, which of the definition's keys that bears on.

    ``fixed`` are constants that the values must have, ``same`` pairs of values that must be equal.  ``columns`` pairs
    columns of the key with values; where they are the ``whole`` key it is known, else it bears on all that agree.
    ``echoes`` is the number of further stages at which the same change is one again.
    """

    definition: int
    role: str
    fixed: tuple[tuple[int, int], ...]
    same: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, int], ...]
    constants: tuple[tuple[int, int], ...]
    #: Where the values hold the key, if they hold all of it and nothing else is to be put in.
    places: tuple[int, ...] | None
    whole: bool
    earlier: bool
    echoes: int
    clause: str | None = None


@frozen
class Comparison:
    """Two values of one event (attributes by name, or constants), compared by size before they become numbers."""

    op: str
    left: str | Const
    right: str | Const

    @property
    def name(self) -> str:
        """What it is called as an attribute."""
        left, right = (side if isinstance(side, str) else str(side.value) for side in (self.left, self.right))
        return f"{left} {self.op} {right}"

    def of(self, data: dict[str, Any]) -> Any:
        """Its outcome for an event; unknown where a value is."""
        left, right = (
            data[side] if isinstance(side, str) else side.value for side in (self.left, self.right)
        )
        found = compare(self.op, left, right)
        return UNKNOWN_VALUE if found == UNKNOWN else found == TRUE


@frozen
class EventShape:
    """An event type: the attributes that some rule reads, and who is to be told of it."""

    symbol: Symbol
    columns: tuple[str, ...]
    is_act: bool
    #: For each reading: which of the columns (or ``i``, as -1) are its values, and whether void acts count.
    readings: tuple[tuple[Reading, tuple[int, ...], bool], ...]
    #: The attributes among the columns that are comparisons of others.
    compared: dict[str, Comparison]


@frozen
class Compiled:
    """A definition as the run knows it."""

    name: str
    index: int
    symbol: Symbol
    kind: str
    clause: str | None = None
    limits: tuple[k.Limit, ...] = ()
    level: bool = False
    final: bool = False
    #: The symbols that its end reads; a change of one in the same tick may make an order matter.
    end_symbols: frozenset[Symbol] = frozenset()
    ladder: Ladder | None = None
    recurrence: Recurrence | None = None


@frozen
class DateShape:
    """An absolute date: ``only`` is true at its own stage alone."""

    at: int
    symbol: Symbol
    only: bool


@frozen
class Ruleset:
    """A compiled program.

    ``projections`` are the facts that say that some of several others is there, ``tracked`` the symbols that are also read one stage back, ``constants`` the values that rules mention.
    """

    rights: tuple[Rule, ...]
    acts: tuple[Rule, ...]
    definitions: tuple[Compiled, ...]
    projections: dict[Symbol, tuple[Projected, ...]]
    tracked: frozenset[Symbol]
    judged: frozenset[Symbol]
    events: dict[str, EventShape]
    dates: tuple[DateShape, ...]
    readings: dict[Symbol, tuple[Reading, ...]]
    constants: tuple[Any, ...]
    #: The definitions with an atom that does not say the whole key: causes take a closer look there.
    partial: frozenset[int]
    #: Whether there are relations on the way, which may still hold what is over.
    lingers: bool
    #: For each type of acts, what its powers and conditions read.
    act_symbols: dict[str, frozenset[Symbol]] = Factory(dict)
    #: Whether consequents calculate: then values are numbered in the process of the host, which has to know them.
    calculates: bool = False
    #: Whether there are recurring dates, and the first date that the contract names: they come from then on.
    recurs: bool = False
    first: int | None = None


#: The most conditions on facts of one number: beyond 64 the engine's stack is full.
_MOST_CONDITIONS = 40
#: The most numbers of one group: with more than 512 the engine never comes back.
_GROUP = 200


@frozen
class Channel:
    """The form in which facts of a symbol are posted to some of its patterns: marks, and the columns that they read."""

    marks: dict[str, int]
    columns: tuple[str, ...]


#: A symbol that many patterns read is posted once for each of its channels.
Channels = dict[Symbol, tuple[Channel, ...]]


def as_json(rules: tuple[Rule, ...]) -> tuple[dict[str, Any], Channels]:
    """The rules in the form that durable_rules takes, and the form of the facts that they read."""
    numbers: dict[Symbol, list[int]] = {}
    weights: dict[int, int] = {}
    read: dict[int, dict[str, None]] = {}

    def number(pattern: Pattern) -> int:
        known, weight = numbers.setdefault(pattern.symbol, []), 1 + len(pattern.conditions)
        if not known or weights[known[-1]] + weight > _MOST_CONDITIONS:
            known.append(len(weights))
            weights[known[-1]] = 0
        weights[known[-1]] += weight
        return known[-1]

    def written(rule: Rule) -> dict[str, Any]:
        tokens = {pattern.token: (pattern, number(pattern)) for pattern in rule.patterns}
        for pattern, its in tokens.values():
            columns = read.setdefault(its, {})
            for condition in pattern.conditions:
                columns[condition.column] = None
                if isinstance(condition.operand, tuple):
                    other, column = condition.operand
                    read.setdefault(tokens[other][1] if other in tokens else its, {})[column] = None
        for source in rule.effect.key:
            if isinstance(source, tuple):
                read[tokens[source[0]][1]][source[1]] = None
        marks = {token: _marks(its) for token, (_, its) in tokens.items()}
        return {"all": [_pattern(pattern, marks) for pattern in rule.patterns]}

    found = {rule.name: written(rule) for rule in rules}
    return found, {
        symbol: tuple(Channel(_marks(its), tuple(read[its])) for its in several)
        for symbol, several in numbers.items()
    }


def _marks(number: int) -> dict[str, int]:
    group, place = divmod(number, _GROUP)
    return {"g": group, "r": place}


def _pattern(pattern: Pattern, marks: dict[str, dict[str, int]]) -> dict[str, Any]:
    name = pattern.token if pattern.positive else f"{pattern.token}$not"
    terms: list[dict[str, Any]] = [{field: value} for field, value in marks[pattern.token].items()]
    joined = None
    for condition in pattern.conditions:
        operand = condition.operand
        value = operand if isinstance(operand, int) else {operand[0]: operand[1]}
        terms.append(_OPERATORS[condition.op](condition.column, value))
        joined = joined if isinstance(operand, int) else operand[0]
    if joined is not None:
        here = marks[pattern.token]  # `$m` is the fact itself
        terms.append(_always(joined, marks.get(joined, here)["r"], here["r"]))
    return {name: {"$and": terms}}


def _always(token: str, there: int, here: int) -> dict[str, Any]:
    """A term that always holds, to stand last.

    Where the last term that joins two facts fails, the engine looks for the end of the terms behind it, and reads
    whatever memory comes there.
    """
    return {"$lte" if here <= there else "$gte": {"r": {token: "r"}}}


_OPERATORS: dict[str, Any] = {
    "=": lambda column, value: {column: value},
    "!=": lambda column, value: {"$neq": {column: value}},
    "<=": lambda column, value: {"$lte": {column: value}},
}
