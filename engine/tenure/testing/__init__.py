"""Tests of contracts: random histories that crowd the edges, properties over them, stateful machines, a pytest plugin.

Needs the extra ``testing`` (hypothesis and pytest).  The names are loaded when they are asked for: the pytest plugin
lives in this room, and a test run without contracts must not pay for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tenure.testing.machine import ContractMachine
    from tenure.testing.programs import contracts
    from tenure.testing.strategies import events, histories, readings, suppositions

_HOMES: Final = {
    "ContractMachine": "machine",
    "contracts": "programs",
    "events": "strategies",
    "histories": "strategies",
    "readings": "strategies",
    "suppositions": "strategies",
}
__all__ = ["ContractMachine", "contracts", "events", "histories", "readings", "suppositions"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tenure.testing.{_HOMES[name]}"), name)
