"""The parse tables: made from ``grammar.lark`` by lark, kept as JSON, loaded in a few milliseconds.

Building LALR tables takes about half a second, loading them a hundredth of it, and nothing but the standard
library.  The file names the digest of the grammar that it was made from; if the grammar has changed since, the
tables are built anew in memory.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from attrs import frozen

STARTS: Final = ("block", "formula", "happening", "statement")
END: Final = "$END"
_HERE: Final = Path(__file__).parent
GRAMMAR: Final = _HERE / "grammar.lark"
SAVED: Final = _HERE / "grammar.tables.json"


@frozen
class Production:
    """A rule of the grammar: its ``action``, how many symbols it takes, and what becomes of each.

    ``plan`` has one letter a symbol: ``k`` keep, ``-`` drop, ``s`` splice; ``0`` stands for an absent option.
    ``passes``: with a single child the rule is transparent; a ``unit`` never has another.
    """

    origin: str
    action: str
    size: int
    plan: str
    passes: bool
    unit: bool


@frozen
class Tables:
    """``actions[state][terminal]`` is the next state, or ``~n`` to reduce by production ``n``."""

    starts: dict[str, int]
    ends: dict[str, int]
    actions: list[dict[str, int]]
    gotos: list[dict[str, int]]
    productions: list[Production]

    @property
    def terminals(self) -> frozenset[str]:
        """Every terminal of the grammar."""
        return frozenset(t for row in self.actions for t in row)


def digest() -> str:
    """The digest of the grammar as it is now (line ends do not count)."""
    return sha256(GRAMMAR.read_text(encoding="utf-8").encode()).hexdigest()


@cache
def load() -> Tables:
    """The tables of the grammar: the saved ones, or fresh ones when those are missing or stale."""
    try:
        saved = json.loads(SAVED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        saved = {}
    return decode(saved if saved.get("grammar") == digest() else build())


def decode(data: dict[str, Any]) -> Tables:
    """Tables from their JSON form; equal rows are shared."""
    names = data["symbols"]
    rows = [{names[s]: a for s, a in zip(row[::2], row[1::2], strict=True)} for row in data["rows"]]
    return Tables(
        starts=data["starts"],
        ends=data["ends"],
        actions=[rows[i] for i in data["actions"]],
        gotos=[rows[i] for i in data["gotos"]],
        productions=[
            Production(origin, action, size, plan, passes, unit=passes and plan == "k")
            for origin, action, size, plan, passes in data["productions"]
        ],
    )


def build() -> dict[str, Any]:
    """The JSON form of the tables, computed by lark from the grammar."""
    from lark import Lark
    from lark.lexer import PatternStr

    parser = Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="basic",
        start=list(STARTS),
        maybe_placeholders=True,
    )
    spelling = {t.name: t.pattern.value for t in parser.terminals if isinstance(t.pattern, PatternStr)}
    table: Any = parser.parser.parser._parse_table
    rules = sorted(parser.rules, key=_rule_key)
    number = {rule: i for i, rule in enumerate(rules)}
    order = _breadth_first(table)
    packer = _Packer()
    actions, gotos = [], []
    for state in order:
        moves: dict[str, int] = {}
        jumps: dict[str, int] = {}
        for symbol, (act, argument) in table.states[state].items():
            if str(act) == "Shift":
                (jumps if _is_rule(parser, symbol) else moves)[spelling.get(symbol, symbol)] = order[argument]
            else:
                moves[spelling.get(symbol, symbol)] = ~number[argument]
        actions.append(packer.row(moves))
        gotos.append(packer.row(jumps))
    return {
        "grammar": digest(),
        "starts": {s: order[table.start_states[s]] for s in STARTS},
        "ends": {s: order[table.end_states[s]] for s in STARTS},
        "symbols": packer.symbols,
        "rows": packer.rows,
        "actions": actions,
        "gotos": gotos,
        "productions": [_production(rule) for rule in rules],
    }


class _Packer:
    """Numbers symbols and equal rows."""

    def __init__(self) -> None:
        self.symbols: list[str] = []
        self.rows: list[list[int]] = []
        self._symbol: dict[str, int] = {}
        self._row: dict[tuple[int, ...], int] = {}

    def row(self, entries: dict[str, int]) -> int:
        flat: list[int] = []
        for name, value in sorted(entries.items()):
            if name not in self._symbol:
                self._symbol[name] = len(self.symbols)
                self.symbols.append(name)
            flat += [self._symbol[name], value]
        if tuple(flat) not in self._row:
            self._row[tuple(flat)] = len(self.rows)
            self.rows.append(flat)
        return self._row[tuple(flat)]


def _is_rule(parser: Any, symbol: str) -> bool:
    return symbol in {rule.origin.name for rule in parser.rules}


def _rule_key(rule: Any) -> tuple[str, str, tuple[str, ...]]:
    return rule.origin.name, rule.alias or "", tuple(s.name for s in rule.expansion)


def _breadth_first(table: Any) -> dict[Any, int]:
    """States numbered in the order in which they are reached, so that the file does not depend on lark's order."""
    order: dict[Any, int] = {}
    queue = [table.start_states[s] for s in STARTS]
    for state in queue:
        if state not in order:
            order[state] = len(order)
            moves = sorted(table.states[state].items())
            queue += [argument for _, (act, argument) in moves if str(act) == "Shift"]
    return order


def _production(rule: Any) -> list[Any]:
    absent = "".join("0" if empty else "." for empty in rule.options.empty_indices) or "." * len(
        rule.expansion
    )
    fates = iter(_fate(symbol, keep_all=rule.options.keep_all_tokens) for symbol in rule.expansion)
    plan = "".join("0" if mark == "0" else next(fates) for mark in absent)
    passes = bool(rule.options.expand1 and not rule.alias)
    return [rule.origin.name, rule.alias or rule.origin.name, len(rule.expansion), plan, passes]


def _fate(symbol: Any, *, keep_all: bool) -> str:
    if symbol.is_term:
        return "-" if symbol.filter_out and not keep_all else "k"
    return "s" if symbol.name.startswith("_") else "k"
