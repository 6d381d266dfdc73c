"""A second judge of temporal formulas: stage by stage, by recursion over the syntax, with no regard for speed.

Time is a few ticks of a microsecond each.  Kleene's values are 0, 1 and 2, so that `and` is a minimum and `or` a
maximum.  Nothing happens before the first event or after the last, so a margin on both sides stands for all of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from tenure.language import syntax as s

FIRST, LAST = -24, 30
STAGES = range(2 * FIRST, 2 * LAST + 2)
#: Those that are ever named, and one who is not.
DOMAIN = ("u", "v", "someone else")

TEXT = """
contract short
zone UTC
parties A, B
action use(x), forbidden unless permitted
fact a
fact b
fact p(x)
fact q(x)
state h from a until b
state g(x) from p(x) until q(x)
clause K
  A may use "T" against B from a until b
"""


class Brute:
    """``told`` is the event of each tick at which there is one: its type and its argument."""

    def __init__(self, told: dict[int, tuple[str, str | None]]) -> None:
        self.told = told
        self.at = cache(self._at)
        self.changes = [2 * t + 1 for t in range(FIRST + 1, LAST) if self._state("a", "b", None, 2 * t + 1) != self._state("a", "b", None, 2 * t - 1)]

    def value(self, formula: s.Formula, stage: int) -> int:
        """The truth of a closed formula."""
        return self.at(formula, stage, ())

    def _at(self, f: s.Formula, i: int, env: tuple[tuple[str, Any], ...]) -> int:
        def now(of: s.Formula) -> int:
            return self.at(of, i, env)

        def over(of: s.Formula, stages: Iterator[int] | range) -> list[int]:
            return [self.at(of, j, env) for j in stages if j in STAGES]

        match f:
            case s.Atom(name, args):
                return 2 * self._atom(name, dict(env)[args[0].term.text] if args else None, i)
            case s.Unknown():
                return 1
            case s.And(parts):
                return min(map(now, parts))
            case s.Or(parts):
                return max(map(now, parts))
            case s.Not(of):
                return 2 - now(of)
            case s.Implies(condition, consequence):
                return max(2 - now(condition), now(consequence))
            case s.Exists((x,), of):
                return max(self.at(of, i, bound(env, x, d)) for d in DOMAIN)
            case s.ForEvery((x,), domain, of):
                return min(max(2 - self.at(domain, i, e), self.at(of, i, e)) for d in DOMAIN for e in [bound(env, x, d)])
            case s.Always(of):
                return min(over(of, range(i, STAGES.stop)))
            case s.Eventually(of, within):
                return max(over(of, range(i, STAGES.stop if within is None else 2 * over_at(i // 2, within))))
            case s.Once(of, within):
                return max(over(of, (j for j in range(STAGES.start, i + 1) if within is None or i < 2 * over_at(j // 2, within))))
            case s.Historically(of, within):
                return 2 - now(s.Once(s.Not(of), within))
            case s.HoldsUntil(of, end):
                return max(min([self.at(end, j, env), *over(of, range(i, j))]) for j in range(i, STAGES.stop))
            case s.Since(of, start):
                return max(min([self.at(start, j, env), *over(of, range(j + 1, i + 1))]) for j in range(STAGES.start, i + 1))
            case s.HeldFor(of, length):
                starts = (j for j in range(STAGES.start, i + 1) if i >= 2 * (j // 2 + ticks(length)))
                return max((min(over(of, range(j, i + 1))) for j in starts), default=0)
            case s.NextChange(of):
                coming = [c for c in self.changes if c > i]
                return self.at(of, coming[0], env) if coming else 0
            case s.Edge("entering", of):
                return self.at(of, i - i % 2, env)
            case s.Edge(kind, of):
                before = self.at(of, i - 1, env) if i > STAGES.start else now(of)
                return min(now(of), 2 - before) if kind == "begins" else min(before, 2 - now(of))
            case _:
                raise TypeError(f)

    def _atom(self, name: str, x: str | None, i: int) -> bool:
        if name == "h":
            return self._state("a", "b", None, i)
        if name == "g":
            return self._state("p", "q", x, i)
        return i % 2 == 1 and self.told.get(i // 2) == (name, x)

    def _state(self, begin: str, end: str, x: str | None, i: int) -> bool:
        held = False
        for tick in sorted(self.told):
            if 2 * tick + 1 <= i:
                held = self.told[tick] == (begin, x) or (held and self.told[tick] != (end, x))
        return held


def bound(env: tuple[tuple[str, Any], ...], x: str, value: str) -> tuple[tuple[str, Any], ...]:
    """``env`` with ``x`` as ``value``."""
    return tuple(sorted({**dict(env), x: value}.items()))


def ticks(length: s.Length) -> int:
    """A length of microseconds."""
    return length.parts[0][0]


def over_at(tick: int, within: s.Length) -> int:
    """The instant before which what is within ``within`` of ``tick`` is in time: its last tick counts."""
    return tick + ticks(within) + 1
