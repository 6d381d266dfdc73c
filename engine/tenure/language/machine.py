"""The parsing machine: runs the tables over tokens and calls one small function for each rule of the grammar.

The functions live in ``build_*.py`` and are registered with :func:`rule` under the rule's (or alias's) name; each
takes a :class:`Spot` (where its text stands) and the values of its children.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

from tenure.diagnostics import ContractError, Place
from tenure.language.syntax import NO_COMMENTS, Comments
from tenure.language.tables import END, Production, Tables
from tenure.language.tokens import Comment, Phrases, Source, Token, Tokens, scan, unquote
from tenure.language.trouble import unexpected

DEEPEST: Final = 100
_APART: Final = Comments(apart=True)
RULES: Final[dict[str, Callable[..., Any]]] = {}
_Rule = TypeVar("_Rule", bound=Callable[..., Any])


def rule(*names: str) -> Callable[[_Rule], _Rule]:
    """Registers a function as what the named rules of the grammar mean."""

    def register(function: _Rule) -> _Rule:
        for name in names:
            RULES[name] = function
        return function

    return register


class Spot:
    """The tokens that a rule covers: where they stand, and the comments that belong to them."""

    __slots__ = ("_run", "first", "last")

    def __init__(self, run: Run, first: int, last: int) -> None:
        self._run = run
        self.first = first
        self.last = last

    @property
    def place(self) -> Place:
        """From the first token to the last."""
        return self._run.place(self.first, self.last)

    @property
    def comments(self) -> Comments:
        """The comments of the unit that this rule makes; each comment is given out once."""
        return self._run.take_comments(self.first, self.last)

    @property
    def text(self) -> str:
        """The text between the first token and the last, as written."""
        tokens = self._run.tokens.all
        return self._run.source.text[tokens[self.first].start : tokens[self.last - 1].end]

    def fail(self, code: str, message: str, help: str | None = None) -> ContractError:
        """An error at this spot."""
        return ContractError.of(code, message, place=self.place, help=help)

    def unquote(self, token: Token) -> str:
        """The value of a quoted text."""
        return unquote(token, self._run.source.place(token.start, token.end))


class Run:
    """One parse of one text."""

    def __init__(self, tables: Tables, phrases: Phrases, source: Source) -> None:
        self.source = source
        tokens, comments = scan(source)
        self.tokens = Tokens(tokens, phrases)
        self._tables = tables
        self._ends = frozenset(tables.ends.values())
        self._loose: dict[int, list[Comment]] = {}
        for comment in comments:
            self._loose.setdefault(comment.gap, []).append(comment)
        self._gaps = sorted(self._loose)

    # ------------------------------------------------------------ the automaton

    def parse(self, start: str) -> Any:
        """The value of the start rule; raises TEN101, TEN102 or TEN106."""
        states, end = [self._tables.starts[start]], self._tables.ends[start]
        values: list[Any] = []
        firsts: list[int] = []
        depths: list[int] = []
        actions, gotos, productions = self._tables.actions, self._tables.gotos, self._tables.productions
        i, last, count = 0, 0, len(self.tokens.all)
        while True:
            row = actions[states[-1]]
            terminal, width = self._terminal(i, states) if i < count else (END, 0)
            while terminal != END or states[-1] != end:
                action = row.get(terminal)
                if action is None:
                    raise unexpected(self.tokens, self.source, i, self.expected(states))
                if action >= 0:
                    break
                production = productions[~action]
                if production.unit:
                    states.pop()
                    states.append(gotos[states[-1]][production.origin])
                else:
                    self._reduce(production, states, values, firsts, depths, i, last)
                row = actions[states[-1]]
            else:
                return values[0]
            states.append(action)
            values.append(self._value(terminal, i, width))
            firsts.append(i)
            depths.append(0)
            i += width
            last = i

    def _terminal(self, i: int, states: list[int]) -> tuple[str, int]:
        """The first reading of token ``i`` that can be taken in the end."""
        readings = self.tokens.readings(i, self._tables.actions[states[-1]])
        if len(readings) == 1:
            return readings[0]
        return next((r for r in readings if self._leads_on(states, r[0])), readings[-1])

    def _value(self, terminal: str, i: int, width: int) -> Token:
        token = self.tokens.all[i]
        if terminal in ("NAME", "STRING") or (width == 1 and token.kind not in ("WORD", "MARK")):
            return token
        text = token.text if terminal.isupper() or (terminal[0] == "_" and len(terminal) > 1) else terminal
        return Token(token.kind, text, token.start, self.tokens.all[i + width - 1].end)

    def _reduce(
        self, production: Production, states: list[int], values: list[Any], firsts: list[int], depths: list[int],
        i: int, last: int,
    ) -> None:  # fmt: skip
        size = production.size
        cut = len(values) - size
        first = firsts[cut] if size else i
        children = _children(production.plan, values, cut)
        depth = max(depths[cut:]) if size > 1 else depths[cut] if size else 0
        value: Any
        if production.origin[0] == "_":
            value = children
        elif production.passes and len(children) == 1:
            value = children[0]
        else:
            value = RULES[production.action](Spot(self, first, max(first, last)), *children)
            depth += 1
            if depth > DEEPEST:
                raise ContractError.of(
                    "TEN106", f"this is nested more than {DEEPEST} levels deep", place=self.place(first, last),
                    help="name a part of it as a state, and use the name",
                )  # fmt: skip
        del states[cut + 1 :], values[cut:], firsts[cut:], depths[cut:]
        states.append(self._tables.gotos[states[-1]][production.origin])
        values.append(value)
        firsts.append(first)
        depths.append(depth)

    def expected(self, states: list[int]) -> list[str]:
        """The terminals with which the text could go on."""
        return [t for t in self._tables.actions[states[-1]] if self._leads_on(states, t)]

    def _leads_on(self, states: list[int], terminal: str) -> bool:
        """Whether the terminal would in the end be taken, and not only lead to reductions."""
        action = self._tables.actions[states[-1]].get(terminal)
        if terminal != END and (action is None or action >= 0):
            return action is not None
        stack = list(states)
        while True:
            if terminal == END and stack[-1] in self._ends:
                return True
            action = self._tables.actions[stack[-1]].get(terminal)
            if action is None or action >= 0:
                return action is not None
            production = self._tables.productions[~action]
            del stack[len(stack) - production.size :]
            stack.append(self._tables.gotos[stack[-1]][production.origin])

    # ------------------------------------------------------------ places and comments

    def place(self, first: int, last: int) -> Place:
        """The place of tokens ``first`` to ``last - 1``."""
        tokens = self.tokens.all
        if first >= last:
            at = tokens[first].start if first < len(tokens) else len(self.source.text)
            return self.source.place(at, at)
        return self.source.place(tokens[first].start, tokens[last - 1].end)

    def take_comments(self, first: int, last: int) -> Comments:
        """The comments of a unit, whose parts have taken theirs already.

        What stands before it or inside it goes before it; what ends its line, and all that ends the text, after it.
        """
        apart = 0 < first < len(self.tokens.all) and self.tokens.all[first].apart
        if not self._gaps:
            return _APART if apart else NO_COMMENTS
        before = [c.text for c in self._take(first, trailing=False)]
        ending: list[str] = []
        for gap in self._gaps[bisect_right(self._gaps, first) : bisect_left(self._gaps, last)]:
            before += [c.text for c in self._take(gap, trailing=False)]
            ending += [c.text for c in self._take(gap, trailing=True)]
        for gap in (last, last + 1) if self.tokens.text(last) == "," else (last,):
            ending += [c.text for c in self._take(gap, trailing=True)]
        after = ending.pop() if ending else None
        if last == len(self.tokens.all):
            closing = [c.text for c in self._take(last, trailing=False)]
            after = "\n".join([after or "", *closing]) if closing else after
        return Comments((*before, *ending), after, apart)

    def _take(self, gap: int, *, trailing: bool) -> list[Comment]:
        """Removes and gives the comments of a gap that end the line before it, or those on lines of their own."""
        comments = self._loose.get(gap, [])
        self._loose[gap] = [c for c in comments if c.trailing != trailing]
        return [c for c in comments if c.trailing == trailing]


def _children(plan: str, values: list[Any], cut: int) -> list[Any]:
    """What a production hands to its function, of the values from ``cut`` on."""
    kept = _kept(plan)
    if kept is not None:
        return [values[cut + i] for i in kept]
    children: list[Any] = []
    i = cut
    for fate in plan:
        if fate == "0":
            children.append(None)
            continue
        if fate == "k":
            children.append(values[i])
        elif fate == "s":
            children += values[i]
        i += 1
    return children


@cache
def _kept(plan: str) -> tuple[int, ...] | None:
    """Which values ``plan`` keeps, where it does nothing else with any."""
    return tuple(i for i, fate in enumerate(plan) if fate == "k") if set(plan) <= {"k", "-"} else None
