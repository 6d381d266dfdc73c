"""What is supposed on the command line: ``--add``, ``--drop``, ``--move``, ``--change`` and ``--reading``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tenure.cli.options import Asking
from tenure.diagnostics import UsageError
from tenure.timeline import Contract
from tenure.timeline.event_text import attribute_changes

if TYPE_CHECKING:
    from tenure.timeline.suppose import Supposition


def pairs(option: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """``NAME=VALUE`` texts in two; raises :class:`UsageError` (TEN623) where a part is missing."""
    found = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.rpartition("="))
        if not equals or not name or not value:
            raise UsageError.of(
                "TEN623", f"`{option} {text}` has no NAME=VALUE", help=f"write `{option} NAME=VALUE`"
            )
        found.append((name, value))
    return tuple(found)


def refuse_suppositions(asking: Asking, option: str, *, known_at: bool = False) -> None:
    """Refuse what ``option`` has no use for."""
    given = (
        ("--add", asking.add), ("--drop", asking.drop), ("--move", asking.move), ("--change", asking.change),
        ("--known-at", asking.known_at if known_at else None), ("--horizon", asking.horizon if known_at else None),
    )  # fmt: skip
    for name, value in given:
        if value:
            raise UsageError.of(
                "TEN655",
                f"`{name}` does not go with `{option}`",
                help=f"leave `{name}` out, or ask `suppose`",
            )


def readings(asking: Asking) -> dict[str, str]:
    """The readings that the options choose."""
    return dict(pairs("--reading", asking.reading))


def supposition(
    deal: Contract, asking: Asking, name: str | None = None, replace: Iterable[str] = ()
) -> Supposition:
    """What the options add, drop, move and change, and the texts of clauses written anew; the readings are left out."""
    from tenure.timeline.suppose import Supposition

    return Supposition.of(
        deal.vocabulary,
        add=asking.add,
        drop=asking.drop,
        move=pairs("--move", asking.move),
        change=[attribute_changes(text) for text in asking.change],
        replace=replace,
        name=name,
    )
