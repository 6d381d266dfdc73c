"""Reactions as rules of durable_rules: each pattern is a rule over one change, each ``when_all`` one that joins changes.

A change is posted as facts of small integers: its columns, its clauses, and the parts of its object.  What a pattern
says is said by constants; a value that no pattern names is 0.  What it says beside (``where``, a variable that stands
twice) is asked of whatever matches, so the rules may take too much, and never too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tenure.live.matching import Candidate
from tenure.live.patterns import Pattern, Var, When, WhenAll, patterns_of, value_in
from tenure.norms import Vocabulary
from tenure.rete.matches import Fact
from tenure.rete.ruleset import Condition, Effect, Rule
from tenure.rete.ruleset import Pattern as FactPattern
from tenure.timeline.changes import Change
from tenure.timeline.objects import value_text

#: The most patterns of a ``when_all``, and the most facts that one pattern is about, that the engine joins well.
MOST_JOINED = 12
#: The columns of a change after its number, as far as they are fields of their own.
_FIELDS = ("holder", "counterparty", "relation", "act", "instance", "state", "event", "named")
_COLUMNS = ("kind", "withdrawn", "within", *_FIELDS, "object", "width", "given")
_NOTHING = Effect("", "", ())
#: The types of values for which a constant says just what ``==`` says.
_PLAIN = (str, int, bool, type(None))
#: A fact that a pattern is about, and what it says of it: columns with constants.
_Said = tuple[str, list[tuple[int, int]]]


class Ruleset:
    """The rules of the reactions ``whens``, and how changes are put into facts for them."""

    def __init__(self, vocabulary: Vocabulary, whens: dict[str, When]) -> None:
        self.vocabulary = vocabulary
        self._numbers: dict[Any, int] = {}
        self.patterns = [
            (name, place, p) for name, when in whens.items() for place, p in enumerate(patterns_of(when))
        ]
        self.rules: list[Rule] = []
        #: The pattern (by its place in ``patterns``) that a rule over one change stands for.
        self.stands_for: dict[str, int] = {}
        for number, (_, _, pattern) in enumerate(self.patterns):
            for way, said in enumerate(self._ways(pattern)):
                name = f"p{number}_{way}"
                self.rules.append(Rule(name, 0, tuple(_about_one_change(said)), _NOTHING))
                self.stands_for[name] = number
        #: The reaction whose changes a rule joins.
        self.joins: dict[str, str] = {}
        for name, when in whens.items():
            if isinstance(when, WhenAll) and when.patterns:
                self.joins[f"j{len(self.joins)}"] = name
                self.rules.append(self._join(f"j{len(self.joins) - 1}", name))
        self._constants = len(self._numbers)

    def number(self, value: Any) -> int:
        """The number that stands for ``value``."""
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    # ------------------------------------------------------------ rules

    def _ways(self, pattern: Pattern) -> Iterator[list[_Said]]:
        """What ``pattern`` says, as alternatives; what an object given in parts means depends on its width."""
        columns: list[tuple[int, int]] = [(_place("withdrawn"), self.number(pattern.is_withdrawn))]
        if pattern.kind is not None:
            columns.append((_place("kind"), self.number(pattern.kind)))
        if pattern.within is not None:
            columns.append((_place("within"), self.number(pattern.within)))
        others: list[_Said] = []
        for name, wanted in pattern.values.items():
            if type(wanted) not in _PLAIN:
                continue
            if name == "clause":
                others.append(("clause", [(1, self.number(wanted))]))
            elif name != "object" or wanted is not None:
                columns.append((_place(name), self.number(wanted)))
        parts = pattern.values.get("object")
        if not isinstance(parts, tuple):
            yield [("change", columns), *others]
            return
        width, texts = (
            (_place("width"), self.number(("width", len(parts)))),
            [value_text(part) for part in parts],
        )
        given = [
            ("part", [(1, self.number(("place", place))), (2, self.number(text))])
            for place, (part, text) in enumerate(zip(parts, texts, strict=True))
            if part is not None
        ]
        yield [("change", [*columns, width]), *others, *given[: MOST_JOINED - 2]]
        yield [("change", [*columns, (_place("given"), self.number(("given", *texts)))]), *others]

    def _join(self, name: str, reaction: str) -> Rule:
        """One change for each pattern, none twice; variables of one name have one value."""
        found: list[FactPattern] = []
        where: dict[str, tuple[str, str]] = {}
        mine = [(number, p) for number, (of, _, p) in enumerate(self.patterns) if of == reaction]
        for place, (number, pattern) in enumerate(mine):
            token = f"m{place}"
            conditions = [Condition("c0", "!=", (f"m{other}", "c0")) for other in range(place)]
            for column, variable in enumerate(variables_of(pattern), 1):
                if variable in where:
                    conditions.append(Condition(f"c{column}", "=", where[variable]))
                else:
                    where[variable] = (token, f"c{column}")
            found.append(FactPattern(token, _waiting(number), tuple(conditions)))
        return Rule(name, 0, tuple(found), _NOTHING)

    # ------------------------------------------------------------ facts

    def of_change(self, number: int, change: Change) -> list[Fact]:
        """The facts of a change, the how-manieth is ``number``."""
        texts = [value_text(value) for value in change.things]
        given = [value_text(value) for value in change.things if value is not None]
        values = (
            change.kind,
            change.news == "withdrawn",
            change.within,
            *(value_in(change, name) for name in _FIELDS),
            change.things_text(self.vocabulary),
            ("width", len(texts)),
            ("given", *given),
        )
        known = self._numbers.get
        facts: list[Fact] = [(None, "change", (number, *(known(value, 0) for value in values)))]
        facts += [(None, "clause", (number, known(clause, 0))) for clause in dict.fromkeys(change.clauses)]
        facts += [
            (None, "part", (number, known(("place", place), 0), known(text, 0)))
            for place, text in enumerate(texts)
        ]
        return facts

    def of_candidate(self, pattern: int, candidate: Candidate) -> Fact:
        """The fact that a change waits for others."""
        _, _, written = self.patterns[pattern]
        values = tuple([self.number(("value", candidate.values[name])) for name in variables_of(written)])
        return ((pattern, candidate.number), _waiting(pattern), (candidate.number, *values))


def _place(column: str) -> int:
    return _COLUMNS.index(column) + 1


def _waiting(pattern: int) -> str:
    return f"w{pattern}"


def variables_of(pattern: Pattern) -> list[str]:
    """The names of the variables in ``pattern``."""
    return sorted({value.name for value in pattern.values.values() if isinstance(value, Var)})


def _about_one_change(said: Sequence[_Said]) -> Iterator[FactPattern]:
    """The patterns of a rule over the facts of one change: their first column is its number."""
    for place, (symbol, columns) in enumerate(said):
        conditions = [Condition(f"c{column}", "=", value) for column, value in columns]
        if place:
            conditions.append(Condition("c0", "=", ("m0", "c0")))
        yield FactPattern(f"m{place}", symbol, tuple(conditions))
