"""All executors agree: those that are installed beside the reference evaluator."""

from __future__ import annotations

from collections.abc import Callable

from tenure.history import History
from tenure.logic.evaluator import Trace
from tenure.testing.stock.case import FINE, SILENT, Case, Seen, compared
from tenure.time import Instant
from tenure.timeline import Contract

#: Evaluates a contract over a history up to an instant; None where the contract is not of its fragment.
Executor = Callable[[Contract, History, Instant], Trace | None]
_EXECUTORS: dict[str, Executor] = {}


def register_executor(name: str, evaluate: Executor) -> None:
    """Let the stock property `executors` compare ``evaluate`` with the reference evaluator."""
    _EXECUTORS[name] = evaluate


def executors_agree(case: Case) -> Seen:
    """Every executor gives the same answers as the reference evaluator."""
    applied = False
    for name, evaluate in _EXECUTORS.items():
        found = evaluate(case.contract, case.history, case.to)
        if found is None or case.readings:
            continue
        applied = True
        seen = compared(case, found, f"the executor {name}")
        if seen.fault is not None:
            return seen
    return FINE if applied else SILENT
