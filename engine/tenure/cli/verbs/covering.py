"""What ``tenure test --coverage`` adds to a test: which clauses it exercises."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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


def checked_share(fail_under: float | None) -> float | None:
    """A threshold in per cent."""
    if fail_under is not None and not 0 <= fail_under <= 100:
        raise UsageError.of(
            "TEN726", f"`--fail-under {fail_under:g}` is no percentage", help="give a number from 0 to 100"
        )
    return fail_under


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
