"""Suppositions in files, as JSON or TOML: one, or many with the questions that they are compared by.

A file says nothing of one contract or history.  Ids, names and local times mean what they mean where it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from tenure.diagnostics import QueryError, did_you_mean
from tenure.timeline.suppose import Supposition
from tenure.timeline.table import Question

ONE: Final = "tenure:supposition:1"
MANY: Final = "tenure:suppositions:1"
_SCHEMA: Final = re.compile(r"tenure:(suppositions?):(\d+)")
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "name": str, "add": list, "drop": list, "move": dict, "change": dict, "readings": dict, "replace": list,
    "on": (dict, str),
}  # fmt: skip
_QUESTION: Final = ("holder", "act", "object", "relation", "counterparty", "at", "name")


@frozen
class Suppositions:
    """What one file holds: suppositions by name, and questions to ask of each."""

    suppositions: tuple[Supposition, ...]
    questions: tuple[Question, ...] = ()


# ---------------------------------------------------------------- writing


def save(supposition: Supposition, path: str | Path) -> None:
    """Write one supposition as JSON; raises :class:`QueryError` (TEN632) where it cannot be written."""
    try:
        text = json.dumps({"schema": ONE, **shape_of(supposition)}, indent=2, ensure_ascii=False, default=str)
        Path(path).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise _unusable(path, f"cannot be written: {(error.strerror or str(error)).lower()}") from None


def shape_of(supposition: Supposition) -> dict[str, Any]:
    """A supposition as JSON has it; parts that suppose nothing are left out."""
    whole = {
        "name": supposition.name,
        "add": [added if isinstance(added, str) else dict(added) for added in supposition.add],
        "drop": list(supposition.drop),
        "move": dict(supposition.move),
        "change": {id: dict(data) for id, data in supposition.change},
        "readings": dict(supposition.readings),
        "replace": list(supposition.replace),
        "on": shape_of(supposition.on) if supposition.on else None,
    }
    return {key: value for key, value in whole.items() if value}


# ---------------------------------------------------------------- reading


def load_one(path: str | Path) -> Supposition:
    """The supposition in a file; raises :class:`QueryError` (TEN632, TEN651) for what holds none."""
    found = _read(path, ONE)
    return _supposition(path, found, {})


def load_many(path: str | Path) -> Suppositions:
    """The suppositions and questions in a file, or the one supposition in it.

    ``on`` may name a supposition that stands before it.  Raises :class:`QueryError` (TEN632, TEN651).
    """
    found = _read(path, MANY, ONE)
    if "suppositions" not in found and "questions" not in found:
        return Suppositions((_supposition(path, found, {}),))
    for key in found:
        if key not in ("suppositions", "questions"):
            raise _unusable(path, f"has a part `{key}` that no file of suppositions has")
    named: dict[str, Supposition] = {}
    for number, shape in enumerate(_tables(path, found, "suppositions"), 1):
        made = _supposition(path, {"name": f"#{number}", **shape}, named)
        assert made.name is not None
        if made.name in named:
            raise _unusable(path, f"has two suppositions called `{made.name}`")
        named[made.name] = made
    questions = [_question(path, shape) for shape in _tables(path, found, "questions")]
    return Suppositions(tuple(named.values()), tuple(questions))


def _read(path: str | Path, *schemas: str) -> dict[str, Any]:
    try:
        text = Path(path).read_text(encoding="utf-8")
        found = _toml(text) if Path(path).suffix == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise _unusable(path, f"cannot be read: {reason}") from None
    schema = found.pop("schema", None) if isinstance(found, dict) else None
    if schema in schemas:
        return dict(found)
    if isinstance(schema, str) and (version := _SCHEMA.fullmatch(schema)) and schema not in (ONE, MANY):
        raise QueryError.of(
            "TEN651",
            f"`{path}` is written in version {version[2]} of its format, and this Tenure reads version 1",
            help="use the Tenure that wrote it, or write the file anew",
        )
    if schema in (ONE, MANY):
        advice = "`--from`" if schema == MANY else "`--on`"
        raise _unusable(
            path, f"holds {'many suppositions' if schema == MANY else 'one'}: give it with {advice}"
        )
    raise _unusable(path, f'is no supposition: it has no `"schema": "{schemas[0]}"`')


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def _tables(path: str | Path, found: Mapping[str, Any], part: str) -> Sequence[dict[str, Any]]:
    rows = found.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unusable(path, f"has `{part}` of the wrong form")
    return rows


def _question(path: str | Path, shape: Mapping[str, Any]) -> Question:
    for key, value in shape.items():
        if key not in _QUESTION:
            advice = did_you_mean(key, _QUESTION)
            raise _unusable(path, f"has a part `{key}` that no question has", advice)
        if not isinstance(value, str) and not (key == "at" and hasattr(value, "isoformat")):
            raise _unusable(path, f"has a question with a `{key}` of the wrong form")
    if "holder" not in shape or "act" not in shape:
        raise _unusable(path, "has a question without `holder` or `act`")
    at = shape.get("at")
    return Question(**{**shape, "at": at if at is None or isinstance(at, str) else at.isoformat()})


def _supposition(path: str | Path, shape: Mapping[str, Any], named: Mapping[str, Supposition]) -> Supposition:
    for key, value in shape.items():
        if key not in _TYPES:
            raise _unusable(path, f"has a part `{key}` that no supposition has", did_you_mean(key, _TYPES))
        if not isinstance(value, _TYPES[key]):
            raise _unusable(path, f"has a `{key}` of the wrong form")
    _check_parts(path, shape)
    return Supposition(
        add=tuple(shape.get("add", ())),
        drop=tuple(shape.get("drop", ())),
        move=tuple((id, _moment(when)) for id, when in shape.get("move", {}).items()),
        change=tuple((id, tuple(data.items())) for id, data in shape.get("change", {}).items()),
        readings=tuple(shape.get("readings", {}).items()),
        replace=tuple(shape.get("replace", ())),
        name=shape.get("name"),
        on=_beneath(path, shape["on"], named) if "on" in shape else None,
    ).checked()


def _check_parts(path: str | Path, shape: Mapping[str, Any]) -> None:
    texts = (*shape.get("drop", ()), *shape.get("readings", {}).values(), *shape.get("replace", ()))
    moments = shape.get("move", {}).values()
    rows = shape.get("change", {}).values()
    good = all(isinstance(t, str) for t in texts) and all(isinstance(row, dict) for row in rows)
    if not good or not all(isinstance(m, str) or hasattr(m, "isoformat") for m in moments):
        raise _unusable(path, "has an id, a time, a reading, a clause or a change of the wrong form")
    if not all(isinstance(added, str | dict) for added in shape.get("add", ())):
        raise _unusable(path, "adds something that is no event")


def _moment(when: Any) -> str:
    """TOML has times of its own."""
    return when if isinstance(when, str) else str(when.isoformat())


def _beneath(path: str | Path, on: Any, named: Mapping[str, Supposition]) -> Supposition:
    if isinstance(on, dict):
        return _supposition(path, on, named)
    if on not in named:
        advice = did_you_mean(on, named) or "a supposition stands on one that comes before it in the file"
        raise _unusable(path, f"has a supposition on `{on}`, which is not there", advice)
    return named[on]


def _unusable(path: str | Path, why: str, advice: str | None = None) -> QueryError:
    return QueryError.of(
        "TEN632",
        f"the supposition `{path}` {why}",
        help=advice or "write one with `save`, or `tenure suppose … --save FILE`",
    )
