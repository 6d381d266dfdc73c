"""The parser: from the text of a ``tenure`` block, a formula, a line of a story or a statement to syntax."""

from __future__ import annotations

from functools import cache
from typing import Any

# Each of these registers what the rules of the grammar mean.
from tenure.language import build_formula, build_items, build_rules  # noqa: F401
from tenure.language.machine import Run
from tenure.language.syntax import Formula, Happening, Item, Statement
from tenure.language.tables import load
from tenure.language.tokens import Phrases, Source


def parse_block(text: str, file: str | None = None, line_offset: int = 0) -> tuple[Item, ...]:
    """The items of a block; ``line_offset`` is the number of lines before it in ``file``.

    Raises :class:`~tenure.diagnostics.ContractError` with the place of the first thing that does not fit.
    """
    items: tuple[Item, ...] = _parse("block", text, file, line_offset)
    return items


def parse_formula(text: str) -> Formula:
    """One formula, as it may stand after ``if`` or ``property "…"``."""
    formula: Formula = _parse("formula", text)
    return formula


def parse_happening(text: str) -> Happening:
    """One line of a story: ``2028-03-01 Seller,Buyer agreement_signed R3 k=v``."""
    happening: Happening = _parse("happening", text)
    return happening


def parse_statement(text: str) -> Statement:
    """One position: ``Buyer may use "GPT-5" against Seller``."""
    statement: Statement = _parse("statement", text)
    return statement


def _parse(start: str, text: str, file: str | None = None, line_offset: int = 0) -> Any:
    return Run(load(), _phrases(), Source(text, file, line_offset)).parse(start)


@cache
def _phrases() -> Phrases:
    """Every terminal that is written out in the grammar."""
    return Phrases(
        t for t in load().terminals if t.strip("_$") == "" or not t.strip("_$").replace("_", "").isupper()
    )
