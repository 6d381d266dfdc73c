"""``tenure suppose --from FILE``: the suppositions of a file in one table."""

from __future__ import annotations

from tenure.cli.options import About, Asking
from tenure.cli.output import Printer
from tenure.cli.progress import progress
from tenure.cli.shapes import Shape, instant_shape, position_shape
from tenure.diagnostics import UsageError
from tenure.diagnostics.render import as_json
from tenure.history import History
from tenure.timeline import Contract
from tenure.timeline.suppose import Supposition
from tenure.timeline.supposition_files import load_many, shape_of
from tenure.timeline.table import Cell, Question, Row, Table, table
from tenure.views.text import columns
from tenure.views.words import moment_text

INTERRUPTED = 130


def put_table(
    deal: Contract,
    record: History,
    out: Printer,
    beneath: Supposition,
    file: str,
    about: About,
    at: str | None,
    asking: Asking,
) -> int:
    """Ask the questions of ``file``, or the one that the options name, under each supposition in it.

    What else is supposed (``beneath``) holds for every row, the record's too.
    """
    held = load_many(file)
    questions = [_asked(about, at)] if about.holder or about.act else list(held.questions)
    if not questions:
        raise UsageError.of(
            "TEN652",
            "there is no question to ask of the suppositions",
            help="name a right by `--holder`, `--act` and `--object`, or give the file `questions`",
        )
    acts = {question.act for question in questions}
    base = deal.evaluate(
        record,
        known_at=asking.known_at,
        horizon=asking.horizon,
        only_act=acts.pop() if len(acts) == 1 else None,
        executor=asking.executor,
    )
    base = base.suppose(beneath) if beneath else base
    with progress("suppositions") as shown:
        found = table(base, held.suppositions, questions, shown.of_all)
    _print(out, found)
    return _ended(out, found)


def _asked(about: About, at: str | None) -> Question:
    if about.holder is None or about.act is None:
        raise UsageError.of("TEN620", "no right is named", help="give `--holder`, `--act` and `--object`")
    return Question(
        about.holder, about.act, about.object, at, about.relation or "liberty", about.counterparty
    )


def _ended(out: Printer, found: Table) -> int:
    for row in found.rows:
        if row.problems:
            out.say(f"note: `{row.name}` cannot be supposed")
            out.complain(row.problems)
        for id in row.void:
            out.say(f"note: under `{row.name}` {id} is void")
    if not found.complete:
        out.say(f"note: interrupted after {len(found.rows)} suppositions")
        return INTERRUPTED
    return 2 if any(row.problems for row in found.rows) else 0


# ---------------------------------------------------------------- how it looks


def _print(out: Printer, found: Table) -> None:
    if out.format == "json":
        out.json(_shape(found))
        return
    for number, question in enumerate(found.questions, 1):
        out.lines([f"{number}: {question}"])
    head = ("supposition", *(str(i) for i in range(1, len(found.questions) + 1)))
    rows = [
        ("the record", *(_cell(found, cell) for cell in found.base)),
        *(_row(found, r) for r in found.rows),
    ]
    out.lines(columns([head, *rows]))
    out.lines(["* differs from the record"] if any(c.changed for r in found.rows for c in r.cells) else [])


def _row(found: Table, row: Row) -> tuple[str, ...]:
    if row.problems:
        codes = " ".join(dict.fromkeys(problem.code for problem in row.problems))
        return (row.name, *(codes for _ in found.questions))
    return (row.name, *(_cell(found, cell) for cell in row.cells))


def _cell(found: Table, cell: Cell) -> str:
    """``held 2025-08-07..2033-01-01*``: the star stands behind what is otherwise than in the record."""
    timeline, verdict = found.timeline, cell.verdict

    def marked(part: str, text: str) -> str:
        return f"{text}*" if part in cell.changed else text

    since = marked("since", moment_text(timeline, verdict.since, open="always"))
    until = marked("until", moment_text(timeline, verdict.until))
    return f"{marked('status', verdict.status.replace('_', ' '))} {since}..{until}"


def _shape(found: Table) -> Shape:
    timeline = found.timeline
    return {
        "horizon": instant_shape(timeline, timeline.horizon),
        "questions": [str(question) for question in found.questions],
        "record": [_cell_shape(found, cell) for cell in found.base],
        "rows": [
            {
                "name": row.name,
                "supposes": shape_of(row.supposition),
                "cells": [_cell_shape(found, cell) for cell in row.cells],
                "void": list(row.void),
                "problems": as_json(row.problems),
            }
            for row in found.rows
        ],
        "complete": found.complete,
    }


def _cell_shape(found: Table, cell: Cell) -> Shape:
    at = instant_shape(found.timeline, cell.verdict.at)
    return {"at": at, **position_shape(found.timeline, cell.verdict), "changed": list(cell.changed)}
