"""Which engine evaluates: `reference`, or `rete` where durable_rules is installed and takes the contract."""

from __future__ import annotations

from collections.abc import Callable

from tenure.diagnostics import QueryError, did_you_mean
from tenure.history import Event
from tenure.logic.definitions import Program
from tenure.logic.evaluator import Trace
from tenure.time import Calendar, Instant

EXECUTORS = ("reference", "rete")
#: From a program, its events, a calendar and the end to what happened.
Executor = Callable[[Program, tuple[Event, ...], Calendar, Instant], Trace]


def executor_named(name: str) -> Executor | None:
    """The executor of that ``name``; None for the reference, which can also evaluate only what has changed."""
    if name == "reference":
        return None
    if name != "rete":
        advice = did_you_mean(name, EXECUTORS) or f"executors: {', '.join(EXECUTORS)}"
        raise QueryError.of("TEN820", f"`{name}` is not an executor", help=advice)
    from tenure import rete

    reason = rete.missing()
    if reason is not None:
        raise rete.RuleHostError.of(
            "TEN821", reason, help="leave `executor` out: the reference executor is built in"
        )
    return rete.evaluate
