"""Sphinx settings.  `make docs` builds with warnings as errors; nothing is fetched."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexer import RegexLexer
from pygments.token import Comment, Keyword, Number, String, Text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
ERROR_PAGES = HERE.parent / "engine" / "tenure" / "diagnostics" / "pages"
ERRORS = HERE / "reference" / "errors"

project = "Tenure"
author = "the Tenure authors"
project_copyright = "the Tenure authors"
release = version = installed_version("tenure")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
# Error pages show bad JSON and bad contracts on purpose; a lexer's complaint about them is no fault.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = "Tenure"


class TenureLexer(RegexLexer):
    """Just enough colour for the `tenure` blocks of a contract."""

    name = "Tenure"
    aliases = ("tenure",)
    tokens = {  # noqa: RUF012 - the base class declares it so
        "root": [
            (r"--[^\n]*", Comment.Single),
            (r'"[^"\n]*"', String),
            (r"\d{4}-\d{2}-\d{2}(T[\d:.]+)?", Number),
            (r"\b(contract|zone|parties|others|kinds|act|fact|reading|clause|scenario|property)\b", Keyword),
            (r"\b(may|must|not|can|for|from|through|until|while|unless|despite|when|because|if)\b", Keyword),
            (r"\w+|\s+|.", Text),
        ]
    }


def write_error_pages(_app: Sphinx) -> None:
    """Lay the pages that `tenure explain CODE` shows under reference/errors, with an index."""
    ERRORS.mkdir(exist_ok=True)
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(ERROR_PAGES.glob("TEN*.md"))}
    entries = "\n".join(name.removesuffix(".md") for name in pages)
    pages["index.md"] = (
        "# Errors and warnings\n\nEach finding has a code; `tenure explain CODE` shows the same page offline.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"
    )
    for stale in set(ERRORS.glob("*.md")) - {ERRORS / name for name in pages}:
        stale.unlink()
    for name, text in pages.items():
        target = ERRORS / name
        # An unchanged file keeps its time, so that a second build is quick.
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Hook the generated pages and the lexer into the build."""
    app.connect("builder-inited", write_error_pages)
    app.add_lexer("tenure", TenureLexer)
