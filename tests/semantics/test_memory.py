"""What the evaluator keeps to go on with grows with what is open, not with all that was.

The record of what has been (the edges, which answers and proofs are read from) grows with the history, as it must.
"""

from __future__ import annotations

import tenure
from tenure.logic.evaluator import Evaluation
from tenure.logic.tables import Table
from tenure.time import Calendar

CONTRACT = """
contract steady
zone UTC
parties A, B
fact ordered(order)
fact paid(order)
fact missed(client)
fact measured(value: number)
fact opened
fact closed
action pay(order) done by paid(order)
state busy means (once missed(c) within 3 days) and not (once opened within 2 days)
state strained means count of missed(c) within 5 days >= 2
state least means min of v over measured(value = v) within 5 days < 3
state calm from opened until closed for 1 day
state long means calm held for 3 hours
clause F1
  A must pay(order) to B for each ordered(order) within 3 days
    otherwise A must pay(order) to B within 3 days
"""


def kept(days: int) -> int:
    """How many things the nodes remember after ``days`` days, on each of which the same happens."""
    deal = tenure.Contract.from_text(CONTRACT)
    rows = []
    for day in range(days):
        date = f"{2000 + day // 336}-{1 + day // 28 % 12:02}-{1 + day % 28:02}"
        for hour, (type, data) in enumerate(
            (
                ("ordered", {"order": f"o{day}"}),
                ("opened", {}),
                ("missed", {"client": f"c{day % 7}"}),
                ("measured", {"value": day % 11}),
                ("closed", {}),
                ("paid", {"order": f"o{day}"}),
            )
        ):
            rows.append(
                {
                    "id": f"{type}{day}",
                    "at": f"{date}T{hour * 4:02}:00",
                    "type": type,
                    "by": "A",
                    "data": data,
                }
            )
    history = deal.read(rows)
    run = Evaluation(deal.meaning().program, Calendar("UTC"))
    run.begin()
    events = history.view(None)
    run.take(events, events[-1].at)
    return sum(_size(value) for node in run.nodes for value in vars(node).values()) + len(run.agenda.dates())


def _size(value: object) -> int:
    if isinstance(value, Table):
        return len(value.rows)
    if isinstance(value, dict):
        return sum(
            1 + len(getattr(v, "extremes", ())) + len(getattr(v, "stages", ())) for v in value.values()
        )
    return 0


def test_what_is_kept_does_not_grow_with_the_history() -> None:
    short, long = kept(77), kept(231)
    # Both end at the same place of every cycle; a heap may hold some values that have left its window.
    assert long <= short + 16
