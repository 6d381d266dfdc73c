"""What a session that keeps a part holds does not grow with a steady stream."""

from datetime import UTC, datetime, timedelta

from tests.unit.live.conftest import LEASE

import tenure
from tenure.logic import onward


def invoices(first, last):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(first, last):
        at = start + timedelta(hours=6 * n)
        yield {"id": f"i{n}", "at": at.isoformat(), "type": "invoiced", "data": {"invoice": f"{n}"}}
        if n >= 20:
            row = {"id": f"p{n}", "at": (at + timedelta(hours=1)).isoformat(), "type": "paid", "by": "Tenant"}
            yield {**row, "data": {"invoice": f"{n - 20}"}}


def held(session):
    """How much there is of everything that is kept for each event, position or row."""
    line = session._tracks.main
    run = line.run
    return {
        "records": len(session._arrivals.by_id),
        "told": len(session._log) + len(session._withdrawn),
        "positions": len(line._positions) + len(line._cases) + len(line._places),
        "judged": len(run._effective) + len(run._unsure) + len(run._void),
        "rows": sum(len(table.rows) + len(table.edges) for table in run.tables.values()),
        "checkpoints": sum(mark.size for mark in run._marks),
        "memories": sum(len(found) for node in run.nodes for found in node.remembered().values()),
    }


def test_a_steady_stream_takes_no_more_and_no_more(monkeypatch):
    monkeypatch.setattr(onward, "SPACING", 16)
    session = tenure.Contract.from_text(LEASE).session(keep="10 days")
    most = []
    for part in range(3):
        found = []
        for row in invoices(part * 200, part * 200 + 200):
            session.post(row)
            found.append(held(session))
        most.append({name: max(one[name] for one in found) for name in found[0]})
    _, before, after = most
    assert all(after[name] <= 1.1 * before[name] + 4 for name in after), (before, after)
    assert after["rows"] > 20
