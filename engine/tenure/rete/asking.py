"""One piece of a history put to the host: restarted from its snapshot where it died, and its refusals as errors."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import Any

from tenure.diagnostics import HistoryError, TenureError
from tenure.history import Event
from tenure.rete.host import WORKING_SET
from tenure.rete.process import KEEPER, MOST_DEATHS, HostDiedError, HostProcess
from tenure.rete.ruleset import Ruleset
from tenure.time import Calendar


class RuleHostError(TenureError):
    """The host of the rulesets is missing, rejected something or died."""


#: Work for the host: events to take, or the end to go on to.
Task = tuple[Any, ...]


class Conversation:
    """One run with the host; ``name`` gives the ids of events for messages."""

    def __init__(self, ruleset: Ruleset, calendar: Calendar, name: Callable[[int], str]) -> None:
        self.ruleset = ruleset
        self.calendar = calendar
        self.name = name
        self.snapshot: bytes | None = None
        self._host: HostProcess | None = None
        self._waiting: Task | None = None

    def through(self, tasks: Iterable[Task]) -> Generator[tuple[list[Any], list[Any]], None, None]:
        """The edges and the judged acts of each task, in order.

        The host works at one while the caller sees to what came of the last, and ``tasks`` makes the next.
        """
        try:
            for task in tasks:
                if self._waiting is None:
                    self._send(task)
                    continue
                found = self._reply()
                self._send(task)
                yield found
            if self._waiting is not None:
                yield self._reply()
        finally:
            if self._waiting is not None:  # its answer would be taken for another one's
                KEEPER.end()

    def _send(self, task: Task) -> None:
        self._waiting = task
        with suppress(HostDiedError):  # then there is no reply
            if self._host is None:
                self._host = KEEPER.host
                self._checked(self._host.ask("begin", self.ruleset, self.calendar, self.snapshot))
            self._host.send(*task)

    def _reply(self) -> tuple[list[Any], list[Any]]:
        task = self._waiting
        assert task is not None
        for _ in range(MOST_DEATHS):
            assert self._host is not None
            try:
                reply = self._host.reply()
            except HostDiedError:
                KEEPER.end()
                self._host = None
                self._send(task)
            else:
                self._waiting = None
                _, edges, judged, self.snapshot = self._checked(reply)
                return edges, judged
        kind, what = task
        where = f"at event {self.name(what[0].id)} or soon after" if kind == "take" else "before any event"
        raise RuleHostError.of(
            "TEN827",
            f"the host of the rulesets died {MOST_DEATHS} times {where}",
            help="use the reference executor: leave `executor` out",
        )

    def _checked(self, reply: tuple[Any, ...]) -> tuple[Any, ...]:
        match reply:
            case ("order", events):
                raise order_unknown(tuple(map(self.name, events)))
            case ("twice", clause):
                raise HistoryError.of(
                    "TEN831",
                    f"a duty of {clause} passes to somebody who owes or is owed the same by the same name already",
                    help="use the reference executor: leave `executor` out",
                )
            case ("full",):
                raise HistoryError.of(
                    "TEN825",
                    f"more than {WORKING_SET:,} facts would have to wait in the host at one time",
                    help="use the reference executor, or evaluate the history in parts that do not bear on each other",
                )
            case ("refused", text):
                raise RuleHostError.of(
                    "TEN826", text, help="use the reference executor: leave `executor` out"
                )
            case ("failed", error, diagnostics):  # what cannot be calculated, as the reference says it
                raise error(*diagnostics)
            case _:
                return reply


def order_unknown(events: tuple[str, ...]) -> HistoryError:
    """The error for events of one instant whose order decides."""
    return HistoryError.of(
        "TEN824",
        f"the order of {' and '.join(events)} decides, and they happened at one instant",
        help="give `seq`, or use the reference executor, which answers, and `unknown` where it has to",
    )


def unknown_value(event: Event, attribute: str) -> HistoryError:
    """The error for an event of which a rule would have to guess a value."""
    return HistoryError.of(
        "TEN823",
        f"`{attribute}` of event {event.id} is unknown, and rules of the rete executor decide by it",
        place=event.place,
        help="give its value, or use the reference executor, which answers `unknown` where it matters",
    )
