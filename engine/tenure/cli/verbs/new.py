"""``tenure new``: a small contract to start from, which passes its own check and test."""

from __future__ import annotations

import re
from pathlib import Path

from tenure.cli.options import FormatOption
from tenure.cli.output import printer
from tenure.diagnostics import Place, UsageError

_SCAFFOLD = Path(__file__).resolve().parents[1] / "scaffold"
_FILES = ("deal.md", "history.jsonl", "README.md")
_NAME = re.compile(r"[^\W\d]\w*")


def new(name: str, /, *, format: FormatOption = None) -> int:
    """Make a folder NAME with a small contract, its history and a README."""
    out = printer(format)
    folder = Path(name)
    word = re.sub(r"[\s.-]+", "_", folder.name)
    if not _NAME.fullmatch(word):
        message = f"`{name}` cannot be the name of a contract"
        raise UsageError.of("TEN624", message, help="begin with a letter; use letters, digits, `_` and `-`")
    made = _make(folder, word)
    if out.format == "json":
        out.json({"created": [str(path) for path in made]})
    else:
        out.lines(map(str, made))
        out.say(f"next: tenure test {name}")
    return 0


def _make(folder: Path, word: str) -> list[Path]:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError.of(
                "TEN624", f"`{folder}` is there already", help="choose another name, or empty the folder"
            )
        folder.mkdir(parents=True, exist_ok=True)
        for file in _FILES:
            text = (_SCAFFOLD / file).read_text(encoding="utf-8")
            (folder / file).write_text(text.replace("CONTRACT_NAME", word), encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f"cannot make `{folder}`: {reason}"
        raise UsageError.of(
            "TEN624", message, place=Place(str(folder)), help="check the path and its permissions"
        ) from None
    return [folder / file for file in _FILES]
