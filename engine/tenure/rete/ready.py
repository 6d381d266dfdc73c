"""A rule as a memory takes its matches: where a firing finds its key, and what must not be there by its turn."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from tenure.rete.host import Tokens
from tenure.rete.literals import Symbol
from tenure.rete.ruleset import Key, Rule, Source


@frozen
class Ready:
    """A rule as the memory takes its matches: what its key and each fact that it denies are made of."""

    rule: Rule
    key: tuple[Source, ...]
    denied: tuple[tuple[Symbol, tuple[Source, ...]], ...]
    #: Where it matters since when a match was complete: the change that the rule makes.
    case: tuple[str, int] | None
    #: The token of the instance, where the oldest comes first.
    oldest: str | None
    #: Which of several like it comes first, where the age is the same.
    place: int

    @classmethod
    def of(cls, rule: Rule, partial: frozenset[int]) -> Ready:
        """``rule``, whose definition may be one of those to which causes take a closer look."""
        case = (rule.effect.kind, rule.effect.number) if rule.effect.number in partial else None
        instances = (p.token for p in rule.patterns if p.symbol.startswith("live:"))
        oldest = next(instances, None) if rule.effect.kind == "perform" else None
        return cls(rule, rule.effect.key, tuple(_denied(rule)), case, oldest, rule.effect.place)


def _denied(rule: Rule) -> Iterator[tuple[Symbol, tuple[Source, ...]]]:
    """What must not wait for ``rule`` to fire: each names a whole key, in the order of its columns."""
    for pattern in rule.patterns:
        if not pattern.positive:
            columns = sorted((column_place(c.column), c.operand) for c in pattern.conditions)
            yield pattern.symbol, tuple(operand for _, operand in columns)


def found_in(sources: tuple[Source, ...], tokens: Tokens) -> Key:
    """The values of ``sources`` in the facts that meet a rule."""
    return tuple([s if type(s) is int else tokens[s[0]][s[1]] for s in sources])  # type: ignore[index]


def column_place(column: str) -> int:
    """Where a column stands in a key; the id of an event stands last."""
    return -1 if column == "i" else int(column[1:])
