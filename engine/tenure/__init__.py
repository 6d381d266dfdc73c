"""Tenure: who holds which right, against whom, at any point in time, and why."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tenure.diagnostics import ContractError, Diagnostic, HistoryError, QueryError, TenureError
    from tenure.history import Event, History
    from tenure.timeline import Contract, Timeline, Verdict, load

__all__ = [
    "Contract",
    "ContractError",
    "Diagnostic",
    "Event",
    "History",
    "HistoryError",
    "QueryError",
    "TenureError",
    "Timeline",
    "Verdict",
    "load",
]
__version__ = "0.1.0"

# Loaded when asked for: whoever uses one room (the pytest plugin is one) does not wait for all of them.
_HOMES: Final = {
    "Contract": "timeline",
    "ContractError": "diagnostics",
    "Diagnostic": "diagnostics",
    "Event": "history",
    "History": "history",
    "HistoryError": "diagnostics",
    "QueryError": "diagnostics",
    "TenureError": "diagnostics",
    "Timeline": "timeline",
    "Verdict": "timeline",
    "load": "timeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tenure.{_HOMES[name]}"), name)
