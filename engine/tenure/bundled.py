"""Where the contracts that ship with Tenure lie.

In a wheel they are inside the package (``tenure/_contracts``); in a source checkout or an editable install
they are the top-level ``contracts/`` folder, beside ``engine/``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def contracts_root() -> Path:
    """The folder that holds one folder for each bundled contract."""
    shipped = _PACKAGE / "_contracts"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "contracts"


def bundled_names() -> tuple[str, ...]:
    """The names of the bundled contracts, sorted: folders of :func:`contracts_root` with a ``deal.md``."""
    return tuple(sorted(deal.parent.name for deal in contracts_root().glob("*/deal.md")))
