"""What an event costs a session, and how the cost grows with the history (`make bench`)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

import tenure

SIZES = (1_000, 10_000)
CONSOLE = Console()
RENT = """
contract rent
parties Landlord, Tenant
fact invoiced(invoice)
fact paid(invoice)
action pay(invoice) done by paid(invoice)
clause F "Rent"
  Tenant must pay(invoice) to Landlord for each invoiced(invoice) within 14 days
"""


def rents(events: int) -> list[dict[str, Any]]:
    """An invoice every hour, each paid ten days later: what is open does not grow, whatever the history."""
    start, rows, n = datetime(2026, 1, 1, tzinfo=UTC), [], 0
    while len(rows) < events:
        at = start + timedelta(hours=n)
        rows.append({"id": f"i{n}", "at": at.isoformat(), "type": "invoiced", "data": {"invoice": f"{n}"}})
        if n >= 240:
            paid = {
                "id": f"p{n}",
                "at": (at + timedelta(minutes=30)).isoformat(),
                "type": "paid",
                "by": "Tenant",
            }
            rows.append({**paid, "data": {"invoice": f"{n - 240}"}})
        n += 1
    return rows[:events]


def test_a_post_in_order_costs_the_same_however_long_the_history() -> None:
    deal = tenure.Contract.from_text(RENT)
    columns = ("events", "µs a post", "times that of 1,000", "a late event, ms", "a fork, ms")
    table, first = Table(*columns, title="sessions"), None
    for size in track(SIZES, description="sessions", console=CONSOLE, transient=True):
        events = deal.read(rents(size)).events
        session = deal.session()
        for event in events[: size // 2]:
            session.post(event)
        # The second half alone: what comes first compiles what is solved.
        start = time.process_time()
        for event in events[size // 2 :]:
            session.post(event)
        cost = (time.process_time() - start) / (size - size // 2) * 1e6
        first = first or cost
        start = time.process_time()
        fork = session.fork()
        forked = time.process_time() - start
        late = events[-300]
        start = time.process_time()
        fork.post(
            {
                "id": "late",
                "at": session.text(late.at),
                "type": "paid",
                "by": "Tenant",
                "data": {"invoice": "0"},
            }
        )
        lately = time.process_time() - start
        table.add_row(
            f"{size:,}", f"{cost:.0f}", f"{cost / first:.2f}", f"{lately * 1e3:.0f}", f"{forked * 1e3:.0f}"
        )
    CONSOLE.print(table)
