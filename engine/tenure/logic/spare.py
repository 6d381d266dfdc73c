"""Runs that have come to their end and are used again: what a run has compiled serves every history of its program.

It serves other programs too, for those of one contract, under other readings or with a clause written anew, share most of
their definitions.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from weakref import ref

from tenure.logic.definitions import Program
from tenure.time import Calendar

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

#: How many programs have a run put by: those used last; and how many of them are looked at for another program.
MOST = 64
LOOKED_AT = 4

_put_by: dict[int, tuple[ref[Program], Evaluation]] = {}


def spare_run(program: Program, calendar: Calendar) -> Evaluation | None:
    """A run of ``program`` that is nobody's, with nothing evaluated; who takes it has it alone."""
    known = _put_by.pop(id(program), None)
    if known is not None and known[0]() is program and known[1].limits.calendar == calendar:
        return known[1]
    for name, (_, run) in islice(reversed(_put_by.items()), LOOKED_AT):
        if run.limits.calendar == calendar and run.shares_most_with(program):
            del _put_by[name]
            run.turn_to(program)
            return run
    return None


def put_by(run: Evaluation, program: Program) -> None:
    """Let others use ``run``, of ``program``, from here on; what it has evaluated is forgotten."""
    run.empty()
    name = id(program)
    _put_by.pop(name, None)
    _put_by[name] = ref(program, lambda _: _put_by.pop(name, None)), run
    while len(_put_by) > MOST:
        _put_by.pop(next(iter(_put_by)), None)
