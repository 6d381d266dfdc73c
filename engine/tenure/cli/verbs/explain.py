"""``tenure explain``: the page of an error code, offline."""

from __future__ import annotations

from tenure.cli.options import FormatOption
from tenure.cli.output import printer
from tenure.diagnostics import UsageError, did_you_mean
from tenure.diagnostics.pages import codes, page, title


def explain(code: str | None = None, /, *, format: FormatOption = None) -> int:
    """What an error code means, by an example, and how to mend it; without CODE, a list of all."""
    out = printer(format)
    if code is None:
        listed = [(known, title(page(known) or "")) for known in codes()]
        if out.format == "json":
            out.json({"codes": [{"code": known, "title": text} for known, text in listed]})
        else:
            out.lines(f"{known}  {text}" for known, text in listed)
        return 0
    text = page(code)
    if text is None:
        advice = did_you_mean(code, codes()) or "`tenure explain` lists all codes"
        raise UsageError.of("TEN625", f"`{code}` is not an error code", help=advice)
    if out.format == "json":
        out.json({"code": text[2:8], "title": title(text), "text": text})
    elif out.human:
        from rich.markdown import Markdown

        out.show(Markdown(text))
    else:
        out.lines([text.rstrip("\n")])
    return 0
