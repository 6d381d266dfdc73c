"""W1 as histories of the bundled licence portfolio, and the answers of the plain Python automaton."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import tenure

HERE = Path(__file__).parent
STATES = ("held", "suspended", "active", "agi_pending", "agi_reached")
OPEN = 9999
_FIRST_DAY = date(2020, 1, 1)
_FIRST = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_DAY = 86_400_000_000


def generate(events: int, folder: Path) -> tuple[Path, Path]:
    """The events of W1 and the expected spans, as two files made by the project's copies of generator and automaton."""
    source = folder / f"w1_{events}.csv"
    expected = folder / f"w1_{events}.expected.csv"
    for command in (
        [sys.executable, str(HERE / "generate.py"), str(events), str(folder)],
        [sys.executable, str(HERE / "plain_python.py"), str(source), "--dump", str(expected)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return source, expected


def rows(source: Path) -> Iterator[dict[str, Any]]:
    """The events as mappings that the contract reads; day 0 is 2020-01-01."""
    with source.open() as lines:
        for number, row in enumerate(csv.DictReader(lines), 1):
            day = _FIRST_DAY + timedelta(days=int(row["t"]))
            data = {"licence": row["contract"]}
            yield {"id": f"E{number}", "at": day.isoformat(), "type": row["type"], "data": data}


def spans(timeline: tenure.Timeline) -> set[str]:
    """All spans as the expected files write them."""
    found = set()
    for state in STATES:
        for (licence,) in timeline.state_rows(state):
            for span in timeline.spans(state, licence):
                assert span.start is not None
                end = OPEN if span.end is None else (span.end - _FIRST) // _DAY
                found.add(f"{state},{licence},{(span.start - _FIRST) // _DAY},{end}")
    return found


def expected_spans(path: Path) -> set[str]:
    return set(path.read_text().split())
