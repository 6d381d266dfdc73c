"""What an event costs, and how the cost grows; ratios of one run, printed as tables (`make bench`)."""

from __future__ import annotations

import gc
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from tests.benchmarks import workloads
from tests.benchmarks.w1 import portfolio
from tests.unit.rete.bare import needs_durable_rules

import tenure

SIZES = (1_000, 10_000, 100_000)
CONSOLE = Console()


def microseconds(contract: tenure.Contract, history: tenure.History, runs: int) -> float:
    """The least processor time an event takes of ``runs`` evaluations (others may be using the machine too)."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        contract.evaluate(history)
        times.append(time.process_time() - start)
    return min(times) / len(history.events) * 1e6


def _grow(title: str, contract: tenure.Contract, make: Callable[[int], Any]) -> None:
    table = Table("events", "µs an event", "times that of 1,000", title=title)
    first = None
    for size in track(SIZES, description=title, console=CONSOLE, transient=True):
        cost = microseconds(contract, contract.read(make(size)), runs=5 if size < 10_000 else 1)
        first = first or cost
        table.add_row(f"{size:,}", f"{cost:.1f}", f"{cost / first:.2f}")
    CONSOLE.print(table)


def test_w1(tmp_path: Path) -> None:
    """The licence portfolio of W1; the spans at 100,000 are exact."""
    deal = tenure.load("licence_portfolio")
    _grow("W1, the licence portfolio", deal, lambda n: portfolio.rows(portfolio.generate(n, tmp_path)[0]))
    source, expected = portfolio.generate(100_000, tmp_path)
    assert portfolio.spans(deal.evaluate(portfolio.rows(source))) == portfolio.expected_spans(expected)


def test_flagship() -> None:
    """The flagship with invented events of its own vocabulary."""
    _grow("the flagship", tenure.load("microsoft_openai"), workloads.flagship)


def test_windows() -> None:
    """A window costs the same however wide it is."""
    table = Table("window", "µs an event", "times that of 30 days", title="windows, 100,000 events")
    first = None
    for width in ("30 days", "365 days", "10 years"):
        deal = tenure.Contract.from_text(workloads.WINDOWS.format(width=width))
        cost = microseconds(deal, deal.read(workloads.windows(100_000)), runs=1)
        first = first or cost
        table.add_row(width, f"{cost:.1f}", f"{cost / first:.2f}")
    CONSOLE.print(table)


def test_question() -> None:
    """One question on the flagship's own history, process start included."""
    question = ["who", "microsoft_openai", "--at", "2031-06-01", "--holder", "Microsoft", "--act", "use"]
    command = [sys.executable, "-m", "tenure.cli", *question, "--object", "GPT-5", "--format", "json"]
    times = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    CONSOLE.print(
        f"a question, process start included: median {statistics.median(times):.3f} s of {len(times)} runs"
    )


#: Programs written by hand for W1, where the project stands beside them: what each needs, and how it says its speed.
BESIDE = Path(__file__).parents[3] / "shared" / "bench" / "w1"
BY_HAND = {"durable_rules_guarded.py": "durable"}


def _by_hand(program: str, source: Path, events: int) -> str | None:
    """Events a second of a program written for W1, as it says itself; None where it is not here or cannot run."""
    if not (BESIDE / program).is_file() or find_spec(BY_HAND[program]) is None:
        return None
    told = subprocess.run(
        [sys.executable, str(BESIDE / program), str(events)],
        env={**os.environ, "W1_DATA": str(source.parent)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    speed = re.search(r"(\d+) ev/s", told)
    return f"{int(speed[1]):,}" if speed else None


def _speed(deal: tenure.Contract, history: tenure.History, executor: str) -> tuple[float, tenure.Timeline]:
    """Events a second at the best of three (others may be using the machine), and what came out."""
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        line = deal.evaluate(history, executor=executor)
        line.state_rows("held")
        best = max(best, len(history.events) / (time.perf_counter() - start))
    return best, line


@needs_durable_rules
def test_w1_beside_rules(tmp_path: Path) -> None:
    """W1 by the reference, by the rete executor and by programs written by hand: wall time, process start aside."""
    deal = tenure.load("licence_portfolio")
    table = Table("events", "executor", "events a second", title="W1 by executor")
    for size in (1_000, 10_000):
        source, expected = portfolio.generate(size, tmp_path)
        history = deal.read(portfolio.rows(source))
        for executor in ("reference", "rete"):
            deal.evaluate(executor=executor).state_rows("held")  # the host's process has started
            speed, line = _speed(deal, history, executor)
            table.add_row(f"{size:,}", executor, f"{speed:,.0f}")
            assert portfolio.spans(line) == portfolio.expected_spans(expected)
        for program in BY_HAND:
            told = _by_hand(program, source, size)
            if told is not None:
                table.add_row(f"{size:,}", f"{program} by hand (of the six states: two)", told)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, str(portfolio.HERE / "plain_python.py"), str(source)],
            check=True,
            capture_output=True,
        )
        table.add_row(
            f"{size:,}",
            "plain Python by hand (with its process)",
            f"{size / (time.perf_counter() - start):,.0f}",
        )
    CONSOLE.print(table)


def _median(attempts: list[Callable[[], object]]) -> float:
    """Milliseconds of processor time that one of ``attempts`` takes in the middle."""
    times = []
    for attempt in attempts:
        start = time.process_time()
        attempt()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1e3


#: Milliseconds that a supposition may cost.
BOUND = 20


def _first(name: str) -> float:
    """Milliseconds of the first supposition of its kind, on a contract that was just loaded and evaluated once."""
    fresh = workloads.suppositions(tenure.load("microsoft_openai").evaluate())[name]
    gc.collect()  # what loading has left is none of its cost
    return _median([fresh])


def test_suppositions() -> None:
    """One supposition on the flagship after loading, by what it changes; a hundred in one table; readings compared."""
    deal = tenure.load("microsoft_openai")
    line = deal.evaluate()
    title = f"suppositions on the flagship (bound: {BOUND} ms each, the first of its kind too)"
    table = Table("supposition", "ms", "the first of its kind, ms", "within the bound", title=title)
    for name, supposed in workloads.suppositions(line).items():
        first = min(_first(name) for _ in range(3))
        supposed()
        usual = _median([supposed] * 9)
        table.add_row(name, f"{usual:.1f}", f"{first:.1f}", "yes" if max(usual, first) < BOUND else "no")
    CONSOLE.print(table)
    hundred = workloads.hundred(deal.vocabulary)
    question = [workloads.RECIPE]
    line.table(hundred[:1], question)
    start = time.process_time()
    assert len(line.table(hundred, question).rows) == 100
    CONSOLE.print(f"a hundred suppositions in a table: {time.process_time() - start:.2f} s (under 2 s)")
    for words in ((None, "Microsoft", "use", "GPT-5"), ()):
        fresh = tenure.load("microsoft_openai")
        start = time.process_time()
        found = fresh.compare_readings(*words)
        cost = time.process_time() - start
        about = " ".join(words[1:]) if words else "everything"
        CONSOLE.print(f"readings of {about}: {cost:.2f} s, {found.looked_at} of 18,432 choices")
