"""Tenure: who holds which right, against whom, at any point in time, and why."""

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
