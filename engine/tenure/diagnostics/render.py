"""Diagnostics for people, for other programs, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from tenure.diagnostics.model import Diagnostic, Place

#: Files larger than this are not read again to show a line of them.
_LARGEST: Final = 32_000_000
_WIDEST: Final = 96
_COLORS: Final = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "frame": "1;34",
    "message": "1",
    "help": "32",
}


def human(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """Each finding with the line it is about, a caret below it, and its advice; then how many there are."""
    paint = _Painter(color=color)
    parts = [_finding(diagnostic, paint) for diagnostic in diagnostics]
    return "\n\n".join([*parts, _tally(diagnostics, paint)]) if diagnostics else ""


def plain(diagnostics: Iterable[Diagnostic]) -> str:
    """``file:line:column: severity[code]: message``, one finding a line; notes and advice indented below."""
    lines: list[str] = []
    for d in diagnostics:
        where = f"{printable(str(d.place))}: " if d.place else ""
        lines.append(f"{where}{d.severity}[{d.code}]: {printable(d.message)}")
        lines += [f"  note: {printable(str(label.place))}: {printable(label.text)}" for label in d.labels]
        lines += [f"  help: {printable(line)}" for line in (d.help or "").splitlines()]
    return "\n".join(lines)


def as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Findings as JSON values, with the fields of :class:`Diagnostic`."""
    return [asdict(diagnostic) for diagnostic in diagnostics]


def tally(diagnostics: Iterable[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    named = ((n, severity) for severity in ("error", "warning", "note") if (n := counts[severity]))
    return ", ".join(f"{n} {severity}{'s' if n > 1 else ''}" for n, severity in named)


def printable(text: str) -> str:
    """``text`` with what could steer a terminal, or has no glyph, written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class _Painter:
    """Text in a colour, or plainly."""

    def __init__(self, *, color: bool) -> None:
        self.color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.color else text


def _finding(d: Diagnostic, paint: _Painter) -> str:
    head = paint(f"{d.severity}[{d.code}]", d.severity) + paint(f": {printable(d.message)}", "message")
    places = [(d.place, "", d.severity), *((label.place, label.text, "frame") for label in d.labels)]
    shown = [(place, text, style) for place, text, style in places if place is not None]
    gutter = max((len(str(place.line or "")) for place, _, _ in shown), default=0)
    lines = [head]
    for place, text, style in shown:
        lines += _excerpt(place, text, style, gutter, paint)
    edge = " " * (gutter + 1) + paint("=", "frame") if shown else " "
    lines += [f"{edge} {paint('help:', 'help')} {printable(line)}" for line in (d.help or "").splitlines()]
    return "\n".join(lines)


def _excerpt(place: Place, text: str, style: str, gutter: int, paint: _Painter) -> list[str]:
    """Where it is, the line, and the mark below the words meant."""
    space, bar = " " * gutter, paint("|", "frame")
    lines = [f"{space}{paint('-->', 'frame')} {printable(str(place))}"]
    source = _line(place.file, place.line) if place.file and place.line else None
    if source is None:
        return [*lines, f"{space}     {printable(text)}"] if text else lines
    column = place.column or 1
    width = _width(place, source)
    shown, start = _window(source, column)
    mark = " " * (column - 1 - start) + "^" * max(1, min(width, len(shown) - (column - 1 - start)))
    number = paint(f"{place.line:>{gutter}}", "frame")
    pointed = (
        [f"{space} {bar} {paint(f'{mark} {printable(text)}'.rstrip(), style)}"]
        if place.column or text
        else []
    )
    return [*lines, f"{space} {bar}", f"{number} {bar} {shown}", *pointed]


def _width(place: Place, source: str) -> int:
    if place.column is None or place.end_column is None:
        return 1
    if place.end_line in (None, place.line):
        return place.end_column - place.column
    return len(source.rstrip()) - place.column + 1


def _window(source: str, column: int) -> tuple[str, int]:
    """The part of a line around ``column`` that fits, one cell a character, and how many characters it skips."""
    start = max(0, column - 1 - _WIDEST // 2) if len(source) > _WIDEST else 0
    part = source[start : start + _WIDEST]
    shown = "".join(c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in part)
    shown = f"…{shown[1:]}" if start else shown
    return (f"{shown[:-1]}…" if start + _WIDEST < len(source) else shown.rstrip()), start


def _line(file: str, number: int) -> str | None:
    lines = _lines(file)
    return lines[number - 1] if lines is not None and 0 < number <= len(lines) else None


@lru_cache(maxsize=4)
def _lines(file: str) -> list[str] | None:
    try:
        path = Path(file)
        if path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes().decode("utf-8", "replace").split("\n")
    except (OSError, ValueError):
        return None


def _tally(diagnostics: Sequence[Diagnostic], paint: _Painter) -> str:
    worst = next((s for s in ("error", "warning") if any(d.severity == s for d in diagnostics)), "note")
    codes = list(dict.fromkeys(d.code for d in diagnostics))
    advice = f"`tenure explain {codes[0]}` says more" if codes else ""
    return f"{paint(tally(diagnostics), worst)}; {advice}"
