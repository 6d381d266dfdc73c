"""The state file of a mutation run: what has been judged, so that a run can be taken up again.

One JSON object a line: first what the run is of, then a judgement each.  Every line is written at once, so that nothing
is lost when the run is killed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from attrs import asdict

from tenure.diagnostics import Place, UsageError
from tenure.language.printer import format_items
from tenure.testing.mutation.judging import Judgement
from tenure.testing.mutation.operators import OPERATORS
from tenure.testing.suite import Suite


def identity_of(suite: Suite, version: str) -> dict[str, Any]:
    """What a run is of: the contract with its tests and its record, by their content, and the version of Tenure."""
    text = format_items(suite.contract.document.items) + "\n".join(map(repr, suite.record.events))
    return {
        "contract": suite.contract.name,
        "content": hashlib.sha256(text.encode()).hexdigest(),
        "stories": suite.stories,
        "tenure": version,
        "operators": list(OPERATORS),
    }


class StateFile:
    """The judgements so far, by the id of the mutant; each new one is appended.

    Raises :class:`UsageError`: TEN725 where the file is of another contract, other content or another version; TEN724
    where it cannot be written.
    """

    def __init__(self, path: Path, identity: dict[str, Any]) -> None:
        self.path = path
        self.judged: dict[str, Judgement] = {}
        if path.exists() and path.stat().st_size:
            self._read(identity)
        else:
            self._write(json.dumps(identity), "w")

    def keep(self, id: str, judgement: Judgement) -> None:
        """Note one judgement."""
        self.judged[id] = judgement
        self._write(json.dumps({"mutant": id, **asdict(judgement)}, ensure_ascii=False), "a")

    def _write(self, line: str, mode: str) -> None:
        try:
            with self.path.open(mode, encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise unwritable(self.path, error) from None

    def _read(self, identity: dict[str, Any]) -> None:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            found = json.loads(lines[0])
        except (OSError, ValueError):
            raise self._foreign("is no state of a mutation run") from None
        if not isinstance(found, dict) or found.keys() != identity.keys():
            raise self._foreign("is no state of a mutation run")
        for name, words in _OTHER.items():
            if found[name] != identity[name]:
                raise self._foreign(words.format(found=found[name], wanted=identity[name]))
        for line in lines[1:]:
            try:
                one = json.loads(line)
            except ValueError:
                continue  # the run was killed while it wrote this line
            id = one.pop("mutant")
            self.judged[id] = Judgement(**one)

    def _foreign(self, what: str) -> UsageError:
        advice = "name another file, or delete this one to begin anew"
        return UsageError.of("TEN725", f"`{self.path.name}` {what}", place=Place(str(self.path)), help=advice)


_OTHER = {
    "contract": "is of the contract `{found}`, not of `{wanted}`",
    "content": "is of an earlier text of this contract, of its tests or of its record",
    "stories": "was begun with other tests: with or without `--stories`",
    "tenure": "was begun by Tenure {found}; this is {wanted}",
    "operators": "was begun with other mutation operators",
}


def unwritable(path: Path, error: OSError) -> UsageError:
    """The error for a file that cannot be written."""
    why = (error.strerror or str(error)).lower()
    return UsageError.of(
        "TEN724", f"`{path}` cannot be written: {why}", help="name a file in a folder that you may write to"
    )
