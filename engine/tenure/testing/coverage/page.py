"""A coverage report as one HTML page: the contract's own text, its rules coloured by what the tests exercised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final

from attrs import frozen
from markdown_it import MarkdownIt

from tenure.diagnostics import Place
from tenure.testing.coverage.measuring import Coverage, Covered
from tenure.testing.coverage.report import PLURALS

_CLASSES: Final = {"fired": "fired", "never fired": "never", "always defeated": "defeated"}
_WORST: Final = ("never", "defeated", "fired", "exempt")


@frozen
class _Mark:
    """A stretch of one line of the text: columns count from 0, ``end`` is the first behind it."""

    start: int
    end: int
    covered: Covered


def coverage_page(coverage: Coverage, text: str, *, title: str) -> str:
    """The whole page for a contract whose Markdown is ``text``."""
    marks = _marks(coverage.items, text.splitlines())
    body = _rendered(text, marks)
    fired, whole = coverage.counts()
    rows = "".join(
        f"<tr><td>{PLURALS[kind]}<td class=n>{some}<td class=n>{of}<td><meter max={of} value={some}></meter>"
        for kind, some, of in coverage.kinds()
    )
    return _PAGE.format(
        title=escape(title),
        style=_STYLE,
        percent=coverage.percent,
        fired=fired,
        whole=whole,
        rows=rows,
        missed="".join(_missed(coverage)),
        body=body,
    )


def _missed(coverage: Coverage) -> Iterator[str]:
    for covered in (*coverage.missed, *coverage.exempt):
        line = covered.item.place.line if covered.item.place else None
        name = escape(covered.item.name)
        shown = name if line is None else f'<a href="#L{line}">{name}</a>'
        note = f"exempt: {escape(covered.reason)}" if covered.reason else covered.status
        yield f'<li class="{_class(covered)}">{shown} <small>{covered.item.kind}, {note}</small>'


def _class(covered: Covered) -> str:
    return "exempt" if covered.reason is not None else _CLASSES[covered.status]


# ---------------------------------------------------------------- marks


def _marks(items: Iterable[Covered], lines: Sequence[str]) -> dict[int, list[_Mark]]:
    """The marks of each line of the text, by its number from 1."""
    found: dict[int, list[_Mark]] = {}
    for covered in items:
        place = covered.item.place
        if place is not None and place.line is not None:
            for number, start, end in _stretches(covered, place, lines):
                found.setdefault(number, []).append(_Mark(start, end, covered))
    return found


def _stretches(covered: Covered, place: Place, lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """A whole rule is marked at its first line alone, a value of a reading where it is named."""
    assert place.line is not None
    last = place.end_line or place.line
    if covered.item.kind == "reading":
        for number in range(place.line, last + 1):
            start = lines[number - 1].find(f" {covered.item.case} ")
            if start >= 0:
                yield number, start + 1, start + 1 + len(covered.item.case)
                return
    if covered.item.part is None:
        last = place.line
    for number in range(place.line, last + 1):
        line = lines[number - 1]
        start = (place.column or 1) - 1 if number == place.line else len(line) - len(line.lstrip())
        end = len(line) if number < (place.end_line or 0) else (place.end_column or len(line) + 1) - 1
        yield number, start, min(end, len(line))


# ---------------------------------------------------------------- the text


def _rendered(text: str, marks: dict[int, list[_Mark]]) -> str:
    """The prose as HTML; the rules as numbered, coloured lines."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")

    def fence(tokens: Sequence[Any], i: int, _options: Any, _env: Any) -> str:
        token = tokens[i]
        first = token.map[0] + 2
        rows = (
            _line(first + n, line, marks.get(first + n, []))
            for n, line in enumerate(token.content.splitlines())
        )
        return f"<pre>{''.join(rows)}</pre>"

    renderer.renderer.rules["fence"] = fence  # type: ignore[attr-defined]
    if "```" not in text:
        text = f"```tenure\n{text}\n```"
        marks = {number + 1: several for number, several in marks.items()}
    return str(renderer.render(text))


def _line(number: int, line: str, marks: list[_Mark]) -> str:
    edges = sorted({0, len(line), *(m.start for m in marks), *(m.end for m in marks)})
    parts = []
    for start, end in pairwise(edges):
        inside = [m.covered for m in marks if m.start <= start and end <= m.end]
        words = escape(line[start:end])
        parts.append(_span(words, inside) if inside else words)
    kind = next(
        (w for w in _WORST[:2] if any(_class(m.covered) == w for m in marks)), "fired" if marks else ""
    )
    return f'<span class="line" id="L{number}"><i class="{kind}">{number}</i><code>{"".join(parts)}</code></span>'


def _span(words: str, inside: list[Covered]) -> str:
    worst = min((_class(c) for c in inside), key=_WORST.index)
    told = "\n".join(f"{c.item.name}: {_told(c)}" for c in inside)
    return f'<span class="{worst}" title="{escape(told)}">{words}</span>'


def _told(covered: Covered) -> str:
    if covered.reason is not None:
        return f"exempt: {covered.reason}"
    more = len(covered.by) - 3
    by = ", ".join(covered.by[:3]) + (f" and {more} more" if more > 0 else "")
    return f"fired by {by}" if by else covered.status


_STYLE: Final = """
:root{color-scheme:light dark;--fired:#d7f0d8;--never:#ffd5d0;--defeated:#ffe9b8;--exempt:#e2e2ea;--ink:#1b1f24;--paper:#fff;--soft:#667}
@media(prefers-color-scheme:dark){:root{--fired:#1f4427;--never:#6b2420;--defeated:#5b4710;--exempt:#3a3d47;--ink:#e4e7eb;--paper:#14171b;--soft:#9aa3af}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{display:grid;grid-template-columns:22rem minmax(0,1fr);gap:2rem;max-width:96rem;margin:auto;padding:1.5rem}
aside{position:sticky;top:1rem;align-self:start;max-height:calc(100vh - 2rem);overflow:auto;font-size:.9rem}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0}.share{font-size:2rem;font-weight:600;margin:.4rem 0}
article h1,article h2{border-bottom:1px solid color-mix(in srgb,var(--soft) 35%,transparent)}
blockquote{margin:.6rem 0;padding-left:.9rem;border-left:3px solid var(--soft);color:var(--soft)}
pre{overflow-x:auto;padding:.5rem 0;border-radius:6px;background:color-mix(in srgb,var(--soft) 9%,transparent);font-size:.84rem;line-height:1.5}
pre,code{font-family:ui-monospace,Menlo,Consolas,monospace}
.line{display:block;padding-right:1rem;width:max-content;min-width:100%}.line:target{outline:2px solid var(--soft)}
.line i{display:inline-block;width:3.6rem;padding-right:.6rem;margin-right:.8rem;text-align:right;font-style:normal;color:var(--soft);user-select:none;border-right:5px solid transparent}
i.fired{border-color:#3a9d4b!important}i.never{border-color:#d0392b!important}i.defeated{border-color:#d39a10!important}
span.fired{background:var(--fired)}span.never{background:var(--never)}span.defeated{background:var(--defeated)}span.exempt{background:var(--exempt)}
.fired,.never,.defeated,.exempt{border-radius:3px}
aside table{border-collapse:collapse;width:100%}aside td{padding:.15rem .4rem}.n{text-align:right}meter{width:6rem}
aside ul{list-style:none;padding:0}aside li{margin:.3rem 0;padding:.25rem .5rem;overflow-wrap:anywhere}
li.never{background:var(--never)}li.defeated{background:var(--defeated)}li.exempt{background:var(--exempt)}
aside a{color:inherit}small{display:block;opacity:.75}article table{display:block;overflow-x:auto}
.legend span{white-space:nowrap;padding:.1rem .4rem;margin-right:.3rem}
@media(max-width:60rem){main{display:block;padding:1rem}aside{position:static;max-height:none;margin-bottom:1.5rem}pre{font-size:.78rem}.line i{width:2.9rem;margin-right:.5rem}}
"""

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}: clause coverage</title><style>{style}</style>
<main><aside><h1>{title}</h1><p class="share">{percent}%<p>of its clauses, exceptions, ends, powers, readings and reasons
are exercised by its tests: {fired} of {whole}.
<p class="legend"><span class="fired">fired</span><span class="never">never fired</span><span class="defeated">always
defeated</span><span class="exempt">exempt</span>
<table>{rows}</table><details open><summary>What is not exercised</summary><ul>{missed}</ul></details></aside><article>{body}</article></main></html>
"""
