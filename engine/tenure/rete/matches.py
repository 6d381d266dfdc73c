"""Rules over facts that somebody else keeps: `python -m tenure.rete.matches`, a process that tells which rules match.

Whoever asks keeps the facts that wait, and begins a new process with them where this one dies.
"""

from __future__ import annotations

from typing import Any

from tenure.rete.host import Host, HostError, WorkingSetError
from tenure.rete.literals import Symbol
from tenure.rete.ruleset import Rule, as_json
from tenure.rete.worker import main

Key = tuple[int, ...]
#: What a fact is called by whoever asks, its symbol, and its columns; the first of them is told of a match.
Fact = tuple[Any, Symbol, Key]


class Matches:
    """The facts of one set of rules."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        written, self._channels = as_json(rules)
        self.host = Host("matches", written)
        self._tokens = {rule.name: [pattern.token for pattern in rule.patterns] for rule in rules}
        self._ids: dict[Any, list[str]] = {}

    def wait(self, facts: list[Fact]) -> None:
        """Let ``facts`` wait."""
        for name, symbol, key in facts:
            self._ids[name] = self._post(symbol, key)

    def pass_by(self, facts: list[Fact]) -> list[tuple[str, Key]]:
        """The rules that match while ``facts`` are there, each with the first columns of the facts that it matches."""
        ids = [id for _, symbol, key in facts for id in self._post(symbol, key)]
        found = [
            (rule, tuple([tokens[token]["c0"] for token in self._tokens[rule]]))
            for rule, tokens in self.host.matches()
        ]
        for id in ids:
            self.host.withdraw(id)
        return found

    def forget(self, names: list[Any]) -> None:
        """Let the facts that are called so wait no longer."""
        for name in names:
            for id in self._ids.pop(name, ()):
                self.host.withdraw(id)

    def _post(self, symbol: Symbol, key: Key) -> list[str]:
        columns = {f"c{i}": value for i, value in enumerate(key)}
        written = [{**channel.marks, **columns} for channel in self._channels.get(symbol, ())]
        return [
            self.host.post(",".join(f'"{name}":{value}' for name, value in one.items())) for one in written
        ]


class Worker:
    """One set of rules at a time."""

    def __init__(self) -> None:
        self._matches: Matches | None = None

    def answer(self, kind: str, *what: Any) -> tuple[Any, ...]:
        """The reply to one message: ``begin`` with rules and facts, or ``take`` with what goes, stays and passes."""
        try:
            if kind == "begin":
                rules, facts = what
                self.end()
                self._matches = Matches(rules)
                self._matches.wait(facts)
                self._matches.pass_by([])
                return ("begun",)
            gone, staying, passing = what
            assert self._matches is not None
            self._matches.forget(gone)
            self._matches.wait(staying)
            return ("matched", self._matches.pass_by(passing))
        except WorkingSetError:
            return ("full",)
        except HostError as error:
            return ("refused", str(error))

    def end(self) -> None:
        """Give the rules back to the engine."""
        if self._matches is not None:
            self._matches.host.close()
            self._matches = None


if __name__ == "__main__":
    main(Worker().answer)
