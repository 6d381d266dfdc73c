"""A text timeline: one strip a right, bars over years, edges labelled; laid out as lines of styled pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise, zip_longest
from textwrap import wrap
from typing import Final

from attrs import frozen

from tenure.time import MAX_INSTANT, MIN_INSTANT, Instant
from tenure.timeline import StatusSpan, Timeline
from tenure.views.rows import Strip
from tenure.views.words import edge_text, moment_text

#: Cells of a line: a label, the first day, the bar, and the end of the last span.
LABEL, START, BAR, END = 34, 10, 23, 30
Piece = tuple[str, str]
"""Text and its style: a status, ``side``, ``axis``, ``edge`` or nothing."""


@frozen
class Glyphs:
    """The characters of a bar."""

    held: str = "█"
    unknown: str = "░"
    disputed: str = "▒"
    not_held: str = "·"
    open: str = "▶"
    mark: str = "▼"


BOXES: Final = Glyphs()
ASCII: Final = Glyphs("=", "?", "!", ".", ">", "v")


@frozen
class Scale:
    """The years ``[first, last)`` over the cells of a bar."""

    first: int
    last: int

    def instant(self, cell: float) -> Instant:
        """The instant at ``cell`` of the bar."""
        low, high = _new_year(self.first), _new_year(self.last)
        return int(low + (high - low) * cell / BAR)

    def cell(self, instant: Instant) -> int:
        """The cell of ``instant``; may lie outside the bar."""
        low, high = _new_year(self.first), _new_year(self.last)
        return (instant - low) * BAR // (high - low)


def timeline_lines(
    timeline: Timeline, strips: Sequence[Strip], *, marks: Iterable[Instant] = (), glyphs: Glyphs = BOXES
) -> Iterator[list[Piece]]:
    """The lines of a text timeline, at most about 100 characters wide."""
    asked = list(marks)
    if not strips:
        return
    scale = _scale(strips, asked)
    gap = " " * (LABEL + START + 2)
    yield [(gap, ""), (_axis(scale), "axis")]
    if asked:
        cells = {scale.cell(t) for t in asked}
        line = "".join(glyphs.mark if i in cells else " " for i in range(BAR))
        yield [(gap, ""), (line, "edge"), (f" {', '.join(moment_text(timeline, t) for t in asked)}", "edge")]
    side = ""
    for strip in strips:
        if strip.side != side:
            side = strip.side
            yield [(side, "side")]
        yield from _strip_lines(timeline, strip, scale, glyphs)
    yield [(_legend(strips, glyphs), "axis")]


def _strip_lines(timeline: Timeline, strip: Strip, scale: Scale, glyphs: Glyphs) -> Iterator[list[Piece]]:
    first, last = strip.spans[0], strip.spans[-1]
    labels = _wrapped(strip.what)
    details = list(_parts(timeline, strip.spans)) if len(strip.spans) > 1 else []
    end = edge_text(timeline, last.end, None if details else last.end_cause, ends=True)
    if len(end) > END:
        end, _, why = end.partition(" ")
        details = [f"{why:>{START + BAR + 2 + END}}"]
    yield [
        (f"  {labels[0]:<{LABEL - 2}} ", ""),
        (f"{moment_text(timeline, first.start, open='')[:START]:>{START}} ", "edge"),
        *_bar(strip.spans, scale, glyphs),
        (f" {end}", "edge"),
    ]
    for label, detail in zip_longest(labels[1:], details, fillvalue=""):
        yield [(f"  {label:<{LABEL - 2}} ", ""), (detail, "edge")]


def _parts(timeline: Timeline, spans: tuple[StatusSpan, ...]) -> Iterator[str]:
    """Where one bar has several parts: each with its status and its edges."""
    for span in spans:
        begin = moment_text(timeline, span.start, open="always")
        yield f"{begin} to {edge_text(timeline, span.end, span.end_cause, ends=True)}: {span.status}"


def _bar(spans: tuple[StatusSpan, ...], scale: Scale, glyphs: Glyphs) -> Iterator[Piece]:
    cells = [_status_at(spans, scale.instant(i + 0.5)) for i in range(BAR)]
    start = 0
    edges = [i for i, (a, b) in enumerate(pairwise(cells), 1) if a != b]
    for end in [*edges, BAR]:
        status = cells[start]
        text = getattr(glyphs, status) * (end - start)
        if end == BAR and status != "not_held":
            text = text[:-1] + glyphs.open
        yield text, status
        start = end


def _status_at(spans: tuple[StatusSpan, ...], t: Instant) -> str:
    for span in spans:
        low = MIN_INSTANT if span.start is None else span.start
        high = MAX_INSTANT if span.end is None else span.end
        if low <= t < high:
            return span.status
    return "not_held"


def _scale(strips: Sequence[Strip], marks: list[Instant]) -> Scale:
    edges = [t for s in strips for span in s.spans for t in (span.start, span.end) if t is not None]
    years = [_year(t) for t in (*edges, *marks)] or [_year(0)]
    return Scale(min(years), max(*years, min(years) + 2) + 2)


def _axis(scale: Scale) -> str:
    """The years that have room, each where it begins."""
    text = " " * (BAR + 4)
    for step in (1, 2, 5, 10, 20, 50, 100, 1000):
        if BAR * step >= 6 * (scale.last - scale.first):
            break
    for year in range(scale.first, scale.last):
        if year % step == 0:
            cell = scale.cell(_new_year(year))
            text = f"{text[:cell]}{year:04}{text[cell + 4 :]}"
    return text.rstrip()


def _legend(strips: Sequence[Strip], glyphs: Glyphs) -> str:
    used = {span.status for strip in strips for span in strip.spans} | {"not_held"}
    names = [(s, getattr(glyphs, s)) for s in ("held", "unknown", "disputed", "not_held") if s in used]
    words = [f"{glyph} {status.replace('_', ' ')}" for status, glyph in names]
    return "  ".join([*words, f"{glyphs.open} goes on"])


def _wrapped(what: str) -> list[str]:
    """Act and objects in lines as wide as a label."""
    lines = wrap(what, LABEL - 2, subsequent_indent="  ", break_on_hyphens=False)
    return lines or [""]


def _new_year(year: int) -> Instant:
    start = datetime(min(max(year, 1), 9999), 1, 1, tzinfo=UTC)
    return int((start - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000


def _year(instant: Instant) -> int:
    seconds = (instant - _new_year(1970)) // 1_000_000
    return 1970 + int(seconds // 31_556_952)
