"""The pages that explain the error codes, as they ship with the package."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().with_name("pages")


def codes() -> tuple[str, ...]:
    """Every code that has a page, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("TEN*.md")))


def page(code: str) -> str | None:
    """The page of ``code`` as Markdown, or ``None`` where there is none; `410` and `ten410` are understood."""
    wanted = code.strip().upper()
    wanted = f"TEN{wanted}" if wanted.isdigit() else wanted
    return (_FOLDER / f"{wanted}.md").read_text(encoding="utf-8") if wanted in codes() else None


def title(text: str) -> str:
    """The title of a page: what its first line says after the code."""
    return text.partition("\n")[0].partition(": ")[2]
