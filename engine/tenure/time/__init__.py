"""Instants, spans, civil dates, durations and calendars.  This room knows nothing of contracts."""

from tenure.time.business import BusinessCalendar, business_calendar
from tenure.time.calendar import Calendar, MonthEnd
from tenure.time.civil import CivilDate, Precision
from tenure.time.days import days_touched
from tenure.time.duration import Duration
from tenure.time.instant import (
    HOUR,
    MAX_INSTANT,
    MIN_INSTANT,
    MINUTE,
    SECOND,
    Instant,
    Moment,
    format_instant,
    parse_moment,
)
from tenure.time.periods import MonthDay
from tenure.time.recurrence import Recurrence
from tenure.time.spans import Span, SpanSet

__all__ = [
    "HOUR",
    "MAX_INSTANT",
    "MINUTE",
    "MIN_INSTANT",
    "SECOND",
    "BusinessCalendar",
    "Calendar",
    "CivilDate",
    "Duration",
    "Instant",
    "Moment",
    "MonthDay",
    "MonthEnd",
    "Precision",
    "Recurrence",
    "Span",
    "SpanSet",
    "business_calendar",
    "days_touched",
    "format_instant",
    "parse_moment",
]
