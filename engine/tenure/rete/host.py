"""durable_rules, held at arm's length: one session, one lock, unique ids, nothing rejected in silence.

The C engine is driven directly.  What its Python layer adds is what has to be lived without: timers by the wall
clock, threads that dispatch them, and consequents whose exceptions vanish.
"""

from __future__ import annotations

import json
from collections import deque
from threading import RLock
from typing import Any

from msgspec.json import decode

#: The most facts that may wait at one time: some 10 KB each.  Ids up to here have hashes of their own (tested).
WORKING_SET = 50_000
#: The facts that meet the patterns of a rule, by token.
Tokens = dict[str, dict[str, Any]]
_TAKEN = (0, 1)  # matched, or of no interest to any rule


class HostError(Exception):
    """The engine did not take a message or a ruleset."""


class WorkingSetError(Exception):
    """More facts would have to wait than the host keeps."""


class Host:
    """One ruleset in this process."""

    def __init__(self, name: str, rules: dict[str, Any], *, limit: int = WORKING_SET) -> None:
        import durable_rules_engine

        self._engine = durable_rules_engine
        self._lock = RLock()
        self._free = deque(map(str, range(1, limit + 1)))
        #: The ids of the facts that wait.
        self.live: set[str] = set()
        try:
            self._handle = self._engine.create_ruleset(name, json.dumps(rules))
        except Exception as refused:
            raise HostError(f"durable_rules does not take ruleset `{name}`: {refused}") from refused
        #: The engine's handle of the session; it crashes when it is asked before the first fact.
        self._state: int | None = None
        self._assert, self._retract = self._engine.assert_fact, self._engine.retract_fact
        #: Whether anything was posted since matches were taken, and those that had to be taken early.
        self._fresh = False
        self._early: list[tuple[str, Tokens]] = []
        #: How many of the matches that were told last were taken early: their facts may have gone since.
        self.doubtful = 0

    def close(self) -> None:
        """Give the ruleset back."""
        with self._lock:
            self._engine.delete_ruleset(self._handle)

    def post(self, body: str) -> str:
        """Let a fact wait, given its fields as JSON without braces; returns its id.  A rejection is an error."""
        with self._lock:
            if not self._free:
                raise WorkingSetError
            id = self._free.popleft()
            try:
                code, self._state = self._assert(self._handle, f'{{"sid":"0","id":"{id}",{body}}}')
            except self._engine.error as refused:
                raise HostError(f"durable_rules does not take fact {id}: {refused}") from refused
            if code not in _TAKEN:
                raise HostError(f"durable_rules rejected fact {id} (code {code}): {body}")
            self.live.add(id)
            self._fresh = True
        return id

    def withdraw(self, id: str) -> None:
        """Let fact ``id`` wait no longer.

        A rule that has once matched it would lose what it has come to match since: that is taken before.
        """
        with self._lock:
            if self._fresh:
                self._early.extend(self._take())
            code, self._state = self._retract(self._handle, f'{{"sid":"0","id":"{id}"}}')
            if code not in _TAKEN:
                raise HostError(f"durable_rules did not give up fact {id} (code {code})")
            self.live.remove(id)
            self._free.append(id)

    def matches(self) -> list[tuple[str, Tokens]]:
        """The rules whose patterns have come to be met, each with the facts that meet them; each is told once.

        All of them are taken before anything is done about the first: where a running rule withdraws a fact that it
        has itself matched, the engine loses another one.
        """
        with self._lock:
            found = [*self._early, *self._take()] if self._early else self._take()
            self.doubtful = len(self._early)
            self._early.clear()
        return found

    def _take(self) -> list[tuple[str, Tokens]]:
        found: list[tuple[str, Tokens]] = []
        self._fresh = False
        if self._state is not None:
            started = self._engine.start_action_for_state(self._handle, self._state)
            text = started[1] if started else None
            while text:
                found.extend(decode(text).items())
                text = self._engine.complete_and_start_action(self._handle, self._state)
        return found
