"""The executors by name: the reference evaluator, the rete executor, and whatever else was registered."""

from __future__ import annotations

from collections.abc import Callable

from tenure.diagnostics import QueryError, did_you_mean
from tenure.logic.executor import Executor, Reference

REFERENCE = Reference()


def _rete() -> Executor:
    from tenure import rete

    return rete.executor()


_MAKERS: dict[str, Callable[[], Executor]] = {"reference": lambda: REFERENCE, "rete": _rete}


def register_executor(name: str, make: Callable[[], Executor]) -> None:
    """Let ``name`` stand for the executor that ``make`` returns; ``make`` raises where it cannot run here."""
    _MAKERS[name] = make


def executor_names() -> tuple[str, ...]:
    """The names that can be given as `executor`."""
    return tuple(_MAKERS)


def executor_named(name: str) -> Executor:
    """The executor of that ``name``.

    Raises :class:`~tenure.diagnostics.QueryError` (TEN820) where there is none, and TEN821 where it cannot run here.
    """
    if name not in _MAKERS:
        names = executor_names()
        advice = did_you_mean(name, names) or f"executors: {', '.join(names)}"
        raise QueryError.of("TEN820", f"`{name}` is not an executor", help=advice)
    return _MAKERS[name]()
