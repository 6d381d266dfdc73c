"""What `why`, its proof, its check and `what_would` cost on the flagship, in processor seconds (`make bench`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

import tenure

CONSOLE = Console()
RECIPE = ("Microsoft", "use", "training recipe")


def seconds(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """The least processor time of ``runs`` runs, and what the last of them returned."""
    times, found = [], None
    for _ in range(runs):
        start = time.process_time()
        found = work()
        times.append(time.process_time() - start)
    return min(times), found


def test_why() -> None:
    """The tree, then its formal proof, which is found when it is asked for, and the check of every step."""
    line = tenure.load("microsoft_openai").evaluate()
    table = Table("question", "why, s", "proof, s", "check, s", "steps", title="why on the flagship")
    for thing, at in (("training recipe", "2031-02-01"), ("GPT-5", "2031-02-01"), ("Jalapeño", "2027-01-01")):
        cost, proof = seconds(lambda thing=thing, at=at: line.why("Microsoft", "use", thing, at=at))
        proving, _ = seconds(lambda proof=proof: proof.formal, runs=1)
        checking, _ = seconds(lambda proof=proof: line.check_proof(proof))
        steps = len({id(s) for root in proof.formal.steps for s in root.steps()})
        table.add_row(f"{thing} at {at}", f"{cost:.4f}", f"{proving:.3f}", f"{checking:.3f}", str(steps))
    CONSOLE.print(table)


def test_what_would() -> None:
    """The growth by the number of acts; up to three stay under ten seconds."""
    deal = tenure.load("microsoft_openai")
    table = Table(
        "acts up to", "s", "courses", "complete", title="what would end the research rights by 2030"
    )
    for most in (1, 2, 3, 4):
        line = deal.evaluate()
        cost, courses = seconds(
            lambda line=line, most=most: line.what_would(*RECIPE, ends=True, by="2030-01-01", most_acts=most),
            runs=1,
        )
        table.add_row(str(most), f"{cost:.2f}", str(len(courses.found)), str(courses.complete))
        assert most > 3 or cost < 10
    CONSOLE.print(table)
