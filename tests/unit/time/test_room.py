"""The room as a whole: what is public, what it may know, that its codes have pages, and that it is quick."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import tenure.diagnostics
import tenure.time
from tenure.time import Calendar, Duration, parse_moment

ROOM = Path(tenure.time.__file__).parent
PAGES = Path(tenure.diagnostics.__file__).parent / "pages"
SOURCE = {path.name: path.read_text(encoding="utf-8") for path in ROOM.glob("*.py")}


def test_public_names() -> None:
    assert set(tenure.time.__all__) == {
        *("Instant", "Moment", "parse_moment", "format_instant", "MIN_INSTANT", "MAX_INSTANT"),
        *("SECOND", "MINUTE", "HOUR", "Span", "SpanSet", "CivilDate", "Precision", "Duration"),
        *("Calendar", "MonthEnd", "MonthDay", "BusinessCalendar", "business_calendar"),
        *("Recurrence", "days_touched"),
    }
    assert all(hasattr(tenure.time, name) for name in tenure.time.__all__)


def test_time_knows_nothing_of_the_other_rooms() -> None:
    imported = set(re.findall(r"^(?:from|import) (tenure[\w.]*)", "\n".join(SOURCE.values()), re.MULTILINE))
    assert all(name.startswith(("tenure.time", "tenure.diagnostics")) for name in imported)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    raised = set(re.findall(r'"(TEN5\d\d)"', "\n".join(SOURCE.values())))
    pages = {path.stem for path in PAGES.glob("TEN5*.md")}
    assert raised == pages
    for code in pages:
        assert (PAGES / f"{code}.md").read_text(encoding="utf-8").startswith(f"# {code}: ")


def test_it_is_quick() -> None:
    """Ten thousand of each in a second is ten times slower than measured, so only a slip of kind fails here."""
    calendar, thousand = Calendar("America/Los_Angeles"), Duration.of(1000, "days")
    days = [date(1990, 1, 1) + timedelta(days=n) for n in range(10_000)]
    began = perf_counter()
    for day in days:
        start = parse_moment(day.isoformat(), calendar.zone).instant
        calendar.add(start, thousand)
        calendar.limit_within(start, thousand)
    assert perf_counter() - began < 2
