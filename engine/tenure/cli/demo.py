"""``python -m tenure.cli.demo CONTRACT --at T …``: who holds what at some instants, as tables and as a text timeline."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tenure.cli.output import Printer, printer, printer_for
from tenure.diagnostics import TenureError, UsageError
from tenure.timeline import Timeline, load
from tenure.views.rows import strips, without_clause
from tenure.views.text import timeline_plain, timeline_text, verdict_lines, verdict_table
from tenure.views.words import moment_text


def main(argv: Sequence[str] | None = None) -> int:
    """Show a contract at each instant given by ``--at``, from the history beside it."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        contract, moments, out = _understood(words)
        deal = load(contract)
        _show(deal.title or deal.name, deal.evaluate(), moments, out)
    except TenureError as error:
        printer_for(words).complain(error.diagnostics)
        return 2
    return 0


def _understood(words: list[str]) -> tuple[str, list[str], Printer]:
    import argparse

    parser = argparse.ArgumentParser(prog="python -m tenure.cli.demo", exit_on_error=False)
    parser.add_argument("contract")
    parser.add_argument("--at", action="append", default=[])
    parser.add_argument("--format", default="human")
    try:
        given = parser.parse_args(words)
    except argparse.ArgumentError as error:
        raise UsageError.of("TEN620", str(error), help="give a contract and `--at TIME`") from None
    return given.contract, given.at, printer(given.format)


def _show(title: str, timeline: Timeline, moments: list[str], out: Printer) -> None:
    out.lines([title, f"({timeline.vocabulary.name}, recorded to {moment_text(timeline, timeline.horizon)})"])
    instants = [timeline.instant(moment) for moment in moments] or [timeline.horizon]
    for instant in instants:
        verdicts = timeline.positions(at=instant)
        heading = f"Who holds what at {moment_text(timeline, instant)}"
        out.lines([""])
        if out.human:
            out.show(verdict_table(timeline, verdicts, title=heading))
        else:
            out.lines([heading, *verdict_lines(timeline, verdicts)])
    seen = [v for t in instants for v in timeline.positions(at=t) if not without_clause(v)]
    shown = strips(timeline, dict.fromkeys((v.position, v.relation) for v in seen))
    out.lines([""])
    if out.human:
        out.show(timeline_text(timeline, shown, marks=instants))
    else:
        out.lines(timeline_plain(timeline, shown, marks=instants))


if __name__ == "__main__":
    sys.exit(main())
