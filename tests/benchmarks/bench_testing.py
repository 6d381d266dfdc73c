"""How many random histories of twenty events of the flagship are told and evaluated in a second, on one core (`make bench`)."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from rich.console import Console
from rich.table import Table

import tenure
from tenure.testing.judge import Judge, declared_properties
from tenure.testing.search import little_collecting
from tenure.testing.strategies import histories, teller

CONSOLE = Console()
EXAMPLES = 200
#: The goal of the issue: so many a second, generation included.
GOAL = 50


def a_second(deal: tenure.Contract, look: Callable[[tenure.History], object]) -> float:
    """Histories a second of processor time."""

    @seed(7)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories(deal, min_events=20, max_events=20))
    def run(history: tenure.History) -> None:
        look(history)

    start = time.process_time()
    with little_collecting():
        run()
    return EXAMPLES / (time.process_time() - start)


def test_random_histories() -> None:
    """Told alone, evaluated whole, and judged for all properties of the contract."""
    deal = tenure.load("microsoft_openai")
    clock, judge = teller(deal).clock, Judge(deal, declared_properties(deal))
    deal.meaning()
    judge(tenure.History())
    table = Table("what is done", "histories a second", title="random histories of 20 events, the flagship")

    def evaluated(history: tenure.History) -> tenure.Timeline:
        return deal.evaluate(history, to=clock.reach(history.view()[-1].at if history.view() else 0))

    def read(history: tenure.History) -> None:
        line = evaluated(history).line
        for position in line.sources:
            line.segments(position)

    looks: dict[str, Callable[[tenure.History], object]] = {
        "told": lambda _history: None,
        "told and evaluated": evaluated,
        "told and evaluated, every position read": read,
        f"told and judged for {len(judge.properties)} properties": judge,
    }
    for name, look in looks.items():
        table.add_row(name, f"{a_second(deal, look):.0f}")
    CONSOLE.print(table)
    CONSOLE.print(f"the goal is {GOAL}")
