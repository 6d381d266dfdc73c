"""All executors agree: those that can run here beside the reference evaluator, where they take the contract."""

from __future__ import annotations

from tenure.diagnostics import HistoryError, TenureError
from tenure.testing.stock.case import FINE, Case, Seen, compared
from tenure.timeline.executors import executor_named, executor_names


def executors_agree(case: Case) -> Seen:
    """Every executor gives the same answers as the reference evaluator."""
    silent: list[str] = []
    applied = False
    for name in executor_names():
        if name == "reference":
            continue
        seen = _agrees(case, name)
        if seen.fault is not None:
            return seen
        applied = applied or seen.applied
        silent += [seen.why] if seen.why else []
    return FINE if applied else Seen(applied=False, why="; ".join(silent) or None)


def _agrees(case: Case, name: str) -> Seen:
    try:
        executor = executor_named(name)
    except TenureError as error:
        return Seen(applied=False, why=error.diagnostics[0].message)
    line = case.timeline.line
    refused = executor.supports(line.meaning.program)
    if refused:
        of, reason = next(iter(refused.items()))
        more = f", and {len(refused) - 1} more" if len(refused) > 1 else ""
        why = (
            f"the {name} executor does not take this contract (`{of.removeprefix('state:')}`: {reason}{more})"
        )
        return Seen(applied=False, why=why)
    try:
        found = executor.evaluate(
            line.meaning.program, line.events, case.contract.vocabulary.calendar, line.trace.to
        )
    except HistoryError as error:  # it would have to guess
        return Seen(applied=False, why=f"the {name} executor took no history: {error.diagnostics[0].message}")
    return compared(case, found, f"the executor {name}")
