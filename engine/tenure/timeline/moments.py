"""Instants as callers give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tenure.diagnostics import TimeError
from tenure.time import Instant, parse_moment

When = str | int | datetime | date
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_of(at: When, zone: str) -> Instant:
    """Text in ``zone``, a ``datetime`` (without an offset: in ``zone``), a ``date``, or integer microseconds."""
    if isinstance(at, bool):
        raise TimeError.of("TEN501", f"`{at}` is not a time", help='write it like "2031-06-01"')
    if isinstance(at, int):
        return at
    if isinstance(at, datetime) and at.tzinfo is not None:
        return (at - _EPOCH) // timedelta(microseconds=1)
    text = at if isinstance(at, str) else at.isoformat()
    return parse_moment(text, zone).instant
