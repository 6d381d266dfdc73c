"""``tenure fuzz``: random histories against all properties of a contract, its own and the stock properties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

from attrs import frozen
from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import Printer, printer
from tenure.diagnostics import UsageError
from tenure.timeline import Contract, load

if TYPE_CHECKING:  # hypothesis is slow to import, and an extra
    from tenure.testing.outcome import Outcome
    from tenure.testing.search import Search

_INTERRUPTED = 130


@frozen
class Ran:
    """One run of the fuzzer: what it found, whether it was stopped, and how long it took."""

    contract: Contract
    search: Search
    outcomes: tuple[Outcome, ...]
    interrupted: bool
    seconds: float


def fuzz(
    contract: str,
    *,
    examples: Annotated[int, Parameter(help="how many histories to try")] = 200,
    seconds: Annotated[float | None, Parameter(help="stop looking for more after so many seconds")] = None,
    seed: Annotated[int, Parameter(help="the same seed tells the same histories")] = 0,
    events: Annotated[int, Parameter(help="how many events a history has at most")] = 20,
    property: Annotated[str | None, Parameter(help="only this property, its own or a stock property")] = None,
    without: Annotated[tuple[str, ...], Parameter(help="NAME=REASON: switch a stock property off")] = (),
    reading: Annotated[tuple[str, ...], Parameter(help="NAME=VALUE: choose a reading")] = (),
    every_reading: Annotated[bool, Parameter(help="vary the readings too")] = False,
    format: FormatOption = None,
) -> int:
    """Look for histories that break a property; of each that is broken tell the shortest story."""
    out = printer(format)
    if examples < 1 or events < 1:
        raise UsageError.of(
            "TEN620", "there is nothing to try", help="give `--examples` and `--events` at least 1"
        )
    ran = _run(load(contract), _options(without, "without"), _options(reading, "reading"), locals(), out)
    if out.format == "json":
        out.json(_shape(ran))
    else:
        out.lines(_report(ran))
    if any(o.status == "falsified" for o in ran.outcomes):
        return 1
    return _INTERRUPTED if ran.interrupted else 0


def _run(
    deal: Contract, without: dict[str, str], reading: dict[str, str], given: dict[str, Any], out: Printer
) -> Ran:
    _needs_hypothesis()
    from tenure.testing.search import Budget, Search, subjects

    budget = Budget(
        examples=given["examples"],
        seconds=given["seconds"],
        seed=given["seed"],
        max_events=given["events"],
        every_reading=given["every_reading"],
        readings=reading,
    )
    deal.meaning(reading)  # a reading that is not there is an error before anything is tried
    search = Search(deal, subjects(deal, given["property"]), without=without, budget=budget)
    start = monotonic()
    try:
        outcomes = _with_progress(search, given["examples"], out)
    except KeyboardInterrupt:
        return Ran(deal, search, search.outcomes, interrupted=True, seconds=monotonic() - start)
    return Ran(deal, search, outcomes, interrupted=False, seconds=monotonic() - start)


def _needs_hypothesis() -> None:
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        raise UsageError.of(
            "TEN704",
            "contracts are tested with hypothesis, which is not installed",
            help="install `tenure[testing]`",
        )


def _with_progress(search: Search, examples: int, out: Printer) -> tuple[Outcome, ...]:
    """Progress goes to standard error, and only to a person."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not out.human) as shown:
        task = shown.add_task("histories", total=examples)
        return search.run(lambda tried: shown.update(task, completed=tried))


def _options(given: Iterable[str], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not value.strip():
            what = "REASON" if name == "without" else "VALUE"
            raise UsageError.of(
                "TEN705", f"`--{name} {text}` is not complete", help=f"write `--{name} NAME={what}`"
            )
        found[key.strip()] = value.strip()
    return found


# ---------------------------------------------------------------- how it reads


def _report(ran: Ran) -> Iterator[str]:
    from tenure.testing.outcome import report

    width = max((len(o.name) for o in ran.outcomes), default=0)
    for outcome in ran.outcomes:
        mark = (
            f"{outcome.status}: {outcome.why}"
            if outcome.why and outcome.status != "falsified"
            else outcome.status
        )
        yield f"{outcome.name:<{width}}  {mark}"
    for outcome in ran.outcomes:
        if outcome.failure is not None:
            yield ""
            yield from report(ran.contract, outcome, ran.search.judge.reach(outcome.failure.history))
    counted = Counter(o.status for o in ran.outcomes)
    words = ", ".join(f"{n} {status}" for status, n in counted.items())
    stopped = ", interrupted" if ran.interrupted else ""
    yield f"{ran.contract.name}: {ran.search.tried} histories{stopped}, {words or 'no property'}"


def _shape(ran: Ran) -> dict[str, Any]:
    return {
        "contract": ran.contract.name,
        "histories": ran.search.tried,
        "seed": ran.search.budget.seed,
        "milliseconds": round(1000 * ran.seconds),
        "interrupted": ran.interrupted,
        "passed": all(o.status != "falsified" for o in ran.outcomes),
        "properties": [_outcome_shape(ran, outcome) for outcome in ran.outcomes],
    }


def _outcome_shape(ran: Ran, outcome: Outcome) -> dict[str, Any]:
    from tenure.history import event_to_mapping
    from tenure.testing.outcome import scenario_of
    from tenure.time import format_instant

    failure, vocabulary = outcome.failure, ran.contract.vocabulary
    shape: dict[str, Any] = {
        "name": outcome.name,
        "text": outcome.text,
        "stock": outcome.stock,
        "status": outcome.status,
        "why": outcome.why,
        "failure": None,
    }
    if failure is not None:
        shape["failure"] = {
            "history": [event_to_mapping(e, vocabulary.schema) for e in failure.history.events],
            "readings": dict(failure.readings),
            "since": None if failure.since is None else format_instant(failure.since, vocabulary.zone),
            "shrunk": failure.shrunk,
            "scenario": scenario_of(ran.contract, outcome),
        }
    return shape
