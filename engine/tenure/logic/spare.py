"""Runs that have come to their end and are used again: what a run has compiled serves every history of its program."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

from tenure.logic.definitions import Program
from tenure.time import Calendar

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

#: How many programs have a run put by: those used last.
MOST = 64

_put_by: dict[int, tuple[ref[Program], Evaluation]] = {}


def spare_run(program: Program, calendar: Calendar) -> Evaluation | None:
    """A run of ``program`` that is nobody's, with nothing evaluated; who takes it has it alone."""
    known = _put_by.pop(id(program), None)
    if known is None or known[0]() is not program or known[1].limits.calendar is not calendar:
        return None
    return known[1]


def put_by(run: Evaluation, program: Program) -> None:
    """Let others use ``run``, of ``program``, from here on; what it has evaluated is forgotten."""
    run.empty()
    name = id(program)
    _put_by[name] = ref(program, lambda _: _put_by.pop(name, None)), run
    while len(_put_by) > MOST:
        _put_by.pop(next(iter(_put_by)), None)
