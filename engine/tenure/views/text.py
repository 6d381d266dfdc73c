"""Tables of verdicts and text timelines: :mod:`rich` renderables for a terminal, lines of plain text for grep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from tenure.time import Instant
from tenure.timeline import Timeline, Verdict
from tenure.views.rows import Row, Strip, rows, without_clause
from tenure.views.words import cause_text, edge_text, moment_text, sentence, thing_text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: Final = {
    "held": "green",
    "unknown": "yellow",
    "disputed": "magenta",
    "not_held": "red",
    "side": "bold",
    "axis": "dim",
    "edge": "cyan",
    "": "",
}
_COLUMNS: Final = (
    *(
        "holder",
        "relation",
        "act",
        "object",
        "counterparty",
        "status",
        "since",
        "until",
        "clauses",
        "reason",
        "cause",
    ),
)


def verdict_table(timeline: Timeline, verdicts: Sequence[Verdict], *, title: str | None = None) -> Table:
    """Who holds what: one section for each holder and relation, one row for all objects that stand alike.

    What a declaration gives always and to all, such as the power to sign, is a caption below.
    """
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    declared = [v for v in verdicts if without_clause(v)]
    shown = verdicts if len(declared) == len(verdicts) else [v for v in verdicts if v not in declared]
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for name, width in (("right", 34), ("since", 22), ("until", 21), ("clause", 16)):
        table.add_column(name, max_width=width, overflow="fold")
    side = ""
    for row in rows(timeline, shown):
        if row.side != side:
            side = row.side
            table.add_row(Text(side, style="bold"))
        table.add_row(Padding(row.what, (0, 0, 0, 2)), row.since, row.until, _clause(row))
    if declared and shown is not verdicts:
        table.caption = f"and always: {'; '.join(sentence(timeline, v) for v in declared)}"
        table.caption_justify = "left"
    return table


def _clause(row: Row) -> Text:
    from rich.text import Text

    text = Text(row.clauses)
    if row.status != "held":
        text.append(f"\n{row.status.replace('_', ' ')}", style=_STYLES[row.status])
    return text.append(f"\n{row.why}" if row.why else "", style="italic")


def verdict_lines(timeline: Timeline, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One position a line in aligned columns, the names of the columns first; an empty field is ``-``."""
    table = [_COLUMNS, *(_fields(timeline, v) for v in verdicts)]
    yield from columns(table)


def columns(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of fields, each column as wide as its widest field, two blanks apart."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))] if table else []
    for row in table:
        yield "  ".join(f"{field:<{width}}" for field, width in zip(row, widths, strict=True)).rstrip()


def verdict_card(timeline: Timeline, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """One verdict as names and values, the sentence and its status first."""
    yield sentence(timeline, verdict), verdict.status.replace("_", " ")
    pairs = (
        ("at", moment_text(timeline, verdict.at)),
        ("since", edge_text(timeline, verdict.since, verdict.cause)),
        ("until", edge_text(timeline, verdict.until, verdict.until_cause, ends=True)),
        ("clauses", ", ".join(verdict.clauses)),
        ("state", verdict.state or ""),
        ("reason", verdict.reason or ""),
        ("cause", "" if verdict.since is not None else cause_text(timeline, verdict.cause)),
        ("basis", verdict.basis),
    )
    yield from ((name, value) for name, value in pairs if value)


def timeline_text(timeline: Timeline, strips: Sequence[Strip], *, marks: Iterable[Instant] = ()) -> Text:
    """A text timeline for a terminal."""
    from rich.text import Text

    from tenure.views.bars import BOXES, timeline_lines

    lines = [
        Text.assemble(*((text, _STYLES[style]) for text, style in line))
        for line in timeline_lines(timeline, strips, marks=marks, glyphs=BOXES)
    ]
    return Text("\n").join(lines)


def timeline_plain(
    timeline: Timeline, strips: Sequence[Strip], *, marks: Iterable[Instant] = ()
) -> Iterator[str]:
    """The same with letters only."""
    from tenure.views.bars import ASCII, timeline_lines

    for line in timeline_lines(timeline, strips, marks=marks, glyphs=ASCII):
        yield "".join(text for text, _ in line).rstrip()


def _fields(timeline: Timeline, v: Verdict) -> tuple[str, ...]:
    fields = (
        v.holder,
        v.relation,
        v.position.act,
        thing_text(timeline, v.position),
        v.counterparty,
        v.status,
        moment_text(timeline, v.since, open="always").replace(" ", "T"),
        moment_text(timeline, v.until).replace(" ", "T"),
        ",".join(v.clauses),
        v.reason,
        cause_text(timeline, v.cause),
    )
    return tuple(field or "-" for field in fields)
