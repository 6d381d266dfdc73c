"""A second judge of temporal formulas: stage by stage, by recursion over the syntax, with no regard for speed.

Time is a few ticks of a microsecond each.  Kleene's values are 0, 1 and 2, so that `and` is a minimum and `or` a
maximum.  Nothing happens before the first event or after the last, so a margin on both sides stands for all of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from tenure.language import syntax as s

Env = tuple[tuple[str, Any], ...]

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
        held = {t: self._state("a", "b", None, 2 * t + 1) for t in range(FIRST, LAST)}
        self.changes = [2 * t + 1 for t in range(FIRST + 1, LAST) if held[t] != held[t - 1]]

    def value(self, formula: s.Formula, stage: int) -> int:
        """The truth of a closed formula."""
        return self.at(formula, stage, ())

    def _at(self, f: s.Formula, i: int, env: Env) -> int:
        for judge in (self._here, self._ahead, self._back):
            truth = judge(f, i, env)
            if truth is not None:
                return truth
        raise TypeError(f)

    def _over(self, of: s.Formula, stages: Iterable[int], env: Env) -> list[int]:
        return [self.at(of, j, env) for j in stages if j in STAGES]

    def _here(self, f: s.Formula, i: int, env: Env) -> int | None:
        match f:
            case s.Atom(name, args):
                return 2 * self._atom(name, dict(env)[args[0].term.text] if args else None, i)
            case s.Unknown():
                return 1
            case s.And(parts) | s.Or(parts):
                truths = [self.at(p, i, env) for p in parts]
                return min(truths) if isinstance(f, s.And) else max(truths)
            case s.Not(of):
                return 2 - self.at(of, i, env)
            case s.Implies(condition, consequence):
                return max(2 - self.at(condition, i, env), self.at(consequence, i, env))
            case s.Exists((x,), of):
                return max(self.at(of, i, bound(env, x, d)) for d in DOMAIN)
            case s.ForEvery((x,), domain, of):
                envs = [bound(env, x, d) for d in DOMAIN]
                return min(max(2 - self.at(domain, i, e), self.at(of, i, e)) for e in envs)
        return None

    def _ahead(self, f: s.Formula, i: int, env: Env) -> int | None:
        end = STAGES.stop
        match f:
            case s.Always(of):
                return min(self._over(of, range(i, end), env))
            case s.Eventually(of, within):
                return max(self._over(of, range(i, 2 * over_at(i // 2, within) if within else end), env))
            case s.HoldsUntil(of, last):
                return max(
                    min([self.at(last, j, env), *self._over(of, range(i, j), env)]) for j in range(i, end)
                )
            case s.NextChange(of):
                coming = [c for c in self.changes if c > i]
                return self.at(of, coming[0], env) if coming else 0
        return None

    def _back(self, f: s.Formula, i: int, env: Env) -> int | None:
        so_far = range(STAGES.start, i + 1)
        match f:
            case s.Once(of, within):
                near = (j for j in so_far if not within or i < 2 * over_at(j // 2, within))
                return max(self._over(of, near, env))
            case s.Historically(of, within):
                return 2 - self.at(s.Once(s.Not(of), within), i, env)
            case s.Since(of, start):
                return max(
                    min([self.at(start, j, env), *self._over(of, range(j + 1, i + 1), env)]) for j in so_far
                )
            case s.HeldFor(of, length):
                # What holds at the first stage has always held.
                starts = (j for j in so_far if j == so_far.start or i >= 2 * (j // 2 + ticks(length)))
                return max((min(self._over(of, range(j, i + 1), env)) for j in starts), default=0)
            case s.Edge("entering", of):
                return self.at(of, i - i % 2, env)
            case s.Edge(kind, of):
                now = self.at(of, i, env)
                before = self.at(of, i - 1, env) if i > STAGES.start else now
                return min(now, 2 - before) if kind == "begins" else min(before, 2 - now)
        return None

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


def bound(env: Env, x: str, value: str) -> Env:
    """``env`` with ``x`` as ``value``."""
    return tuple(sorted({**dict(env), x: value}.items()))


def ticks(length: s.Length) -> int:
    """A length of microseconds."""
    return length.parts[0][0]


def over_at(tick: int, within: s.Length) -> int:
    """The instant before which what is within ``within`` of ``tick`` is in time: its last tick counts."""
    return tick + ticks(within) + 1
