"""One piece of a history put to the host: restarted from its snapshot where it died, and its refusals as errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenure.diagnostics import HistoryError, TenureError
from tenure.history import Event
from tenure.rete.host import WORKING_SET
from tenure.rete.process import KEEPER, MOST_DEATHS, HostDiedError
from tenure.rete.records import Happening
from tenure.rete.ruleset import Ruleset
from tenure.time import Calendar, Instant


class RuleHostError(TenureError):
    """The host of the rulesets is missing, rejected something or died."""


class Conversation:
    """One run with the host; ``name`` gives the ids of events for messages."""

    def __init__(self, ruleset: Ruleset, calendar: Calendar, name: Callable[[int], str]) -> None:
        self.ruleset = ruleset
        self.calendar = calendar
        self.name = name
        self.snapshot: bytes | None = None
        self._begun_by: int | None = None

    def take(self, piece: list[Happening], to: Instant | None) -> tuple[list[Any], list[Any]]:
        """The edges and the judged acts of ``piece``, and with ``to`` of all limits up to it."""
        for _ in range(MOST_DEATHS):
            try:
                return self._ask(piece, to)
            except HostDiedError:
                KEEPER.end()
        where = f"at event {self.name(piece[0].id)} or soon after" if piece else "before any event"
        raise RuleHostError.of(
            "TEN827",
            f"the host of the rulesets died {MOST_DEATHS} times {where}",
            help="use the reference executor: leave `executor` out",
        )

    def _ask(self, piece: list[Happening], to: Instant | None) -> tuple[list[Any], list[Any]]:
        host = KEEPER.host
        if self._begun_by != host.pid:
            self._checked(host.ask("begin", self.ruleset, self.calendar, self.snapshot))
            self._begun_by = host.pid
        _, edges, judged, self.snapshot = self._checked(host.ask("take", piece, to))
        return edges, judged

    def _checked(self, reply: tuple[Any, ...]) -> tuple[Any, ...]:
        match reply:
            case ("order", events):
                raise order_unknown(tuple(map(self.name, events)))
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
            case _:
                return reply


def order_unknown(events: tuple[str, ...]) -> HistoryError:
    """The error for events of one instant whose order decides."""
    return HistoryError.of(
        "TEN824",
        f"the order of {' and '.join(events)} decides, and they happened at one instant",
        help="give `seq`, or use the reference executor, which answers `unknown`",
    )


def unknown_value(event: Event, attribute: str) -> HistoryError:
    """The error for an event of which a rule would have to guess a value."""
    return HistoryError.of(
        "TEN823",
        f"`{attribute}` of event {event.id} is unknown, and rules of the rete executor decide by it",
        place=event.place,
        help="give its value, or use the reference executor, which answers `unknown` where it matters",
    )
