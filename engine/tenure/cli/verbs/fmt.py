"""``tenure fmt``: the rules of a contract in canonical layout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import printer
from tenure.diagnostics import Place, UsageError
from tenure.language.markdown import contract_file, read_text
from tenure.language.printer import format_document_text


def fmt(
    *files: str,
    check: Annotated[bool, Parameter(help="write nothing; exit with 1 where a file would change")] = False,
    format: FormatOption = None,
) -> int:
    """Lay out the rules of contracts: FILE is a contract's file or its folder; prose stays as it is."""
    out = printer(format)
    if not files:
        raise UsageError.of("TEN620", "no file is named", help="write `tenure fmt FILE`")
    results = [_laid_out(contract_file(Path(file))) for file in files]
    changed = [path for path, before, after in results if before != after]
    if not check:
        for path, before, after in results:
            if before != after:
                _write(path, after)
    if out.format == "json":
        out.json({"files": [{"file": str(path), "changed": path in changed} for path, _, _ in results]})
    else:
        out.lines(str(path) for path in changed)
        verb = "would change" if check else "changed"
        out.say(f"{len(changed)} of {len(results)} files {verb}")
    return 1 if check and changed else 0


def _laid_out(path: Path) -> tuple[Path, str, str]:
    text = read_text(path)
    return path, text, format_document_text(text, str(path))


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        message = f"cannot write: {(error.strerror or str(error)).lower()}"
        raise UsageError.of(
            "TEN624", message, place=Place(str(path)), help="check the path and its permissions"
        ) from None
