"""durable_rules, held at arm's length: one session, one lock, unique ids, nothing rejected in silence.

The C engine is driven directly.  What its Python layer adds is what has to be lived without: timers by the wall
clock, threads that dispatch them, and consequents whose exceptions vanish.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from threading import RLock
from typing import Any

from attrs import frozen

#: The most facts that may wait at one time: some 10 KB each.  Ids up to here have hashes of their own (tested).
WORKING_SET = 50_000
_SESSION = "0"
_TAKEN = (0, 1)  # matched, or of no interest to any rule


class HostError(Exception):
    """The engine did not take a message or a ruleset."""


class WorkingSetError(Exception):
    """More facts would have to wait than the host keeps."""


@frozen
class Firing:
    """A rule whose patterns are met, and the facts that meet them by token."""

    rule: str
    tokens: dict[str, dict[str, Any]]


class Host:
    """One ruleset in this process."""

    def __init__(self, name: str, rules: dict[str, Any], *, limit: int = WORKING_SET) -> None:
        import durable_rules_engine

        self._engine = durable_rules_engine
        self._lock = RLock()
        self._free = deque(range(1, limit + 1))
        try:
            self._handle = self._engine.create_ruleset(name, json.dumps(rules))
        except Exception as refused:
            raise HostError(f"durable_rules does not take ruleset `{name}`: {refused}") from refused
        self._state = 1

    def close(self) -> None:
        """Give the ruleset back."""
        with self._lock:
            self._engine.delete_ruleset(self._handle)

    def post(self, fact: dict[str, int]) -> int:
        """Let ``fact`` wait; returns its id.  A rejection is an error."""
        with self._lock:
            if not self._free:
                raise WorkingSetError
            id = self._free.popleft()
            body = "".join([f',"{name}":{value}' for name, value in fact.items()])
            code, self._state = self._engine.assert_fact(
                self._handle, f'{{"sid":"{_SESSION}","id":"{id}"{body}}}'
            )
        if code not in _TAKEN:
            raise HostError(f"durable_rules rejected fact {id} (code {code}): {fact}")
        return id

    def withdraw(self, id: int) -> None:
        """Let fact ``id`` wait no longer."""
        with self._lock:
            code, self._state = self._engine.retract_fact(
                self._handle, f'{{"sid":"{_SESSION}","id":"{id}"}}'
            )
            self._free.append(id)
        if code not in _TAKEN:
            raise HostError(f"durable_rules did not give up fact {id} (code {code})")

    def firings(self) -> Iterator[Firing]:
        """What fires now; facts may be posted and withdrawn between two firings.  Each is reported once."""
        with self._lock:
            started = self._engine.start_action_for_state(self._handle, self._state)
            found = started[1] if started else None
            while found:
                for rule, tokens in json.loads(found).items():
                    yield Firing(rule, tokens)
                found = self._engine.complete_and_start_action(self._handle, self._state)
