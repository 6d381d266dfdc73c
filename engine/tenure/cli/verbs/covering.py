"""What ``tenure test --coverage`` adds to a test: which clauses it exercises."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tenure.cli.output import Printer
from tenure.diagnostics import UsageError
from tenure.language.markdown import contract_file, read_text
from tenure.testing.coverage.measuring import Coverage, measure
from tenure.testing.exemptions import exemptions_of
from tenure.testing.suite import suite_of
from tenure.timeline import Contract


def cover(contract: Contract, out: Printer) -> Coverage:
    """What the tests of ``contract`` exercise; exemptions that name nothing are told of."""
    suite, exempt = suite_of(contract), exemptions_of(contract)
    with progress("what the tests exercise", len(suite.tests)) as told:
        coverage = measure(suite, exempt.items, lambda _: told(1))
    out.complain(exempt.unused("items", (c.item.name for c in coverage.items)))
    return coverage


def write_page(contract: Contract, coverage: Coverage, html: Path) -> None:
    """Write the report beside the contract's text; raises :class:`UsageError` (TEN724) where that cannot be."""
    from tenure.testing.coverage.page import coverage_page

    text = read_text(contract_file(contract.path)) if contract.path else ""
    write(html, coverage_page(coverage, text, title=contract.title or contract.name))


def write(path: Path, text: str) -> None:
    """Write a report file."""
    from tenure.testing.mutation.state import unwritable

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from None


def propose(contract: Contract, output: Path | None, out: Printer) -> int:
    """Print proposals for what no test exercises, or write them to ``output``."""
    from tenure.testing.proposing.proposals import proposals

    suite, exempt = suite_of(contract, needed=False), exemptions_of(contract)
    coverage = measure(suite, exempt.items)
    with progress("proposals", len(coverage.missed)) as told:
        found = list(proposals(suite, coverage, told))
    text = "\n\n".join(proposal.text for proposal in found)
    if out.format == "json":
        blocks = [{"item": p.item.name, "kind": p.item.kind, "text": p.text} for p in found]
        out.json({"contract": contract.name, "missed": len(coverage.missed), "proposals": blocks})
    elif output is not None:
        write(output, f"{text}\n")
    elif found:
        out.lines([text])
    items = {proposal.item.name for proposal in found}
    where = f" in {output}" if output is not None else ""
    out.say(
        f"note: {len(coverage.missed)} items are not exercised; proposals for {len(items)} of them{where}: "
        "they expect what the engine answers today, so read them"
    )
    return 0


def check_options(names: Sequence[str], fail_under: float | None, html: Path | None, *, write: bool) -> None:
    """Refuse options that are out of range, or that are about one contract where several are named (TEN726)."""
    check_share(fail_under)
    for option, given in (("--html", html is not None), ("--write", write)):
        if given and len(names) > 1:
            advice = f"name one contract, or leave `{option}` out"
            raise UsageError.of("TEN726", f"`{option}` is for one contract", help=advice)


def check_share(fail_under: float | None) -> None:
    """Refuse a threshold that is no percentage (TEN726)."""
    if fail_under is not None and not 0 <= fail_under <= 100:
        message = f"`--fail-under {fail_under:g}` is no percentage"
        raise UsageError.of("TEN726", message, help="give a number from 0 to 100")


@contextmanager
def progress(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where somebody looks; what it gives is told how many more are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda more: bar.update(task, advance=more)
