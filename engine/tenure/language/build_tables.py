"""``python -m tenure.language.build_tables``: writes ``grammar.tables.json`` from ``grammar.lark``."""

from __future__ import annotations

import json

from tenure.language.tables import SAVED, build


def text() -> str:
    """What the file must hold."""
    return json.dumps(build(), separators=(",", ":"), ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    SAVED.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
