"""What the author of a contract says need not, or cannot, be tested, each with a reason: ``exemptions.toml`` beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from tenure.diagnostics import ContractError, Diagnostic, Place, did_you_mean
from tenure.language.markdown import contract_file
from tenure.timeline import Contract

FILE: Final = "exemptions.toml"
_TABLES: Final = ("items", "mutants")


@frozen
class Exemptions:
    """Coverage items by name, and mutants by id, each with the reason why it does not count."""

    items: Mapping[str, str] = field(factory=dict)
    mutants: Mapping[str, str] = field(factory=dict)
    path: Path | None = None

    def unused(self, table: str, known: Iterable[str]) -> tuple[Diagnostic, ...]:
        """A warning (TEN723) for each name in ``table`` that names nothing."""
        known = set(known)
        place = Place(str(self.path)) if self.path else None
        return tuple(
            Diagnostic(
                "TEN723",
                f"`{name}` names none of the {table} of this contract",
                "warning",
                place,
                help=did_you_mean(name, known) or "take it out: what it named has changed or gone",
            )
            for name in getattr(self, table)
            if name not in known
        )


def exemptions_of(contract: Contract) -> Exemptions:
    """The exemptions in the file beside ``contract``; raises :class:`ContractError` (TEN722) where it makes no sense."""
    if contract.path is None:
        return Exemptions()
    path = contract_file(contract.path).parent / FILE
    return read_exemptions(path) if path.is_file() else Exemptions()


def read_exemptions(path: Path) -> Exemptions:
    """The exemptions in a TOML file with the tables `items` and `mutants`."""
    import tomllib

    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _senseless(path, f"cannot be read: {error}") from None
    for table in read:
        if table not in _TABLES:
            raise _senseless(path, f"has a table `{table}`", did_you_mean(table, _TABLES))
    items, mutants = (_table(path, read.get(name, {})) for name in _TABLES)
    return Exemptions(items, mutants, path)


def _table(path: Path, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise _senseless(path, "has a value where a table should be")
    for name, reason in table.items():
        if not isinstance(reason, str) or not reason.strip():
            raise _senseless(path, f"gives no reason for `{name}`")
    return dict(table)


def _senseless(path: Path, what: str, help: str | None = None) -> ContractError:
    advice = help or 'write `"NAME" = "the reason"` under `[items]` or `[mutants]`'
    return ContractError.of("TEN722", f"`{path.name}` {what}", place=Place(str(path)), help=advice)
