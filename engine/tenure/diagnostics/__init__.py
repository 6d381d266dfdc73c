"""What went wrong, where, and how to mend it: one structured object for every room.

A :class:`Diagnostic` is data; :mod:`tenure.diagnostics.render` turns it into text or JSON.  Every code has a
page in ``pages/`` (one Markdown file a code), shown by ``tenure explain CODE`` and in the docs.
"""

from tenure.diagnostics.model import (
    ContractError,
    Diagnostic,
    HistoryError,
    Label,
    Place,
    QueryError,
    Severity,
    TenureError,
    TimeError,
    UsageError,
    did_you_mean,
)

__all__ = [
    "ContractError",
    "Diagnostic",
    "HistoryError",
    "Label",
    "Place",
    "QueryError",
    "Severity",
    "TenureError",
    "TimeError",
    "UsageError",
    "did_you_mean",
]
