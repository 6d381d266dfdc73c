"""The caller's side of the matching process: begun when it is first needed, and anew with all that waits where it died."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import finalize

from tenure.live.rules import Ruleset
from tenure.rete.matches import Fact, Key
from tenure.rete.process import MOST_DEATHS, HostDiedError, HostProcess

#: After so many questions a new process begins: what it and the numbers of values take does not grow for ever.
MOST_ASKED = 50_000


class GivenUpError(Exception):
    """The engine cannot go on, for the reason that is given."""


class Engine:
    """A process that matches; ``ruleset`` makes its rules, ``waiting`` tells the facts that wait, whenever one begins."""

    def __init__(self, ruleset: Callable[[], Ruleset], waiting: Callable[[Ruleset], list[Fact]]) -> None:
        self._make = ruleset
        self._waiting = waiting
        self._ruleset: Ruleset | None = None
        self._process: HostProcess | None = None
        self._close: Callable[[], object] = lambda: None
        self._gone: list[Any] = []
        self._asked = 0

    @property
    def ruleset(self) -> Ruleset:
        """The rules that are in force."""
        if self._ruleset is None:
            self._ruleset, self._asked = self._make(), 0
        return self._ruleset

    @property
    def pid(self) -> int | None:
        """The id of the process; None where there is none."""
        return None if self._process is None else self._process.pid

    def forget(self, name: Any) -> None:
        """The fact of that name waits no longer, from the next question on."""
        self._gone.append(name)

    def ask(self, *, staying: list[Fact], passing: list[Fact]) -> list[tuple[str, Key]]:
        """The rules that match when facts are added; raises :class:`GivenUpError`."""
        self._asked += 1
        for deaths in range(1, MOST_DEATHS + 1):
            try:
                process = self._process or self._begun()
                kind, *found = process.ask("take", self._gone, staying, passing)
            except HostDiedError as error:
                self._drop()
                if deaths == MOST_DEATHS:
                    raise GivenUpError(f"its process died {deaths} times ({error})") from error
            except OSError as error:
                raise GivenUpError(f"its process does not begin: {error}") from error
            else:
                self._gone.clear()
                return _matched(kind, found)
        raise AssertionError

    def _begun(self) -> HostProcess:
        self._process = process = HostProcess("tenure.rete.matches")
        self._close = finalize(self, process.close)
        self._gone.clear()
        kind, *found = process.ask("begin", tuple(self.ruleset.rules), self._waiting(self.ruleset))
        if kind != "begun":
            _matched(kind, found)
        return process

    def _drop(self) -> None:
        self._close()
        self._process = None

    def renew(self) -> None:
        """Between two changes: let a process that has been asked often go."""
        if self._asked >= MOST_ASKED:
            self.end()

    def end(self) -> None:
        """End the process; the next question begins another, with rules made anew."""
        self._drop()
        self._ruleset = None


def _matched(kind: str, found: list[Any]) -> list[tuple[str, Key]]:
    match kind:
        case "matched":
            return list(found[0])
        case "full":
            raise GivenUpError("more changes wait for others than it keeps")
        case _:
            raise GivenUpError(*found)
