"""The part of a contract's meaning that the positions about one act, and the reasons for them, depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from tenure.logic.definitions import EventAtom, Formula, Program, Rel, Value, relations_of
from tenure.logic.formulas import Atomic, occurrences
from tenure.logic.slicing import part_for
from tenure.norms import Meaning, Support


def meaning_for(meaning: Meaning, act: str) -> Meaning:
    """``meaning`` for questions about ``act``: each of them has the answer that it has under the whole."""
    supports = tuple(s for s in meaning.supports if s.act == act)
    silences = tuple(s for s in meaning.silences if s.act == act)
    program = meaning.program
    defined = [name for d in program.definitions for name, _ in relations_of(d)]
    asked = [formula for support in supports for formula in _judged(support)]
    events = {a.type for a in _atoms(asked) if isinstance(a, EventAtom)}
    rules = {event: program.acts[event] for event in events if event in program.acts}
    asked += [
        formula for several in rules.values() for rule in several for formula in (rule.power, rule.condition)
    ]
    wanted = {name for name in defined if name.startswith("query:") or name == f"unpermitted:{act}"}
    wanted.update(a.name for a in _atoms(asked) if isinstance(a, Rel | Value))
    wanted.update(silence.force for silence in silences)
    for support in supports:
        about = _about(support)
        wanted.update(name for name in defined if name in about or name.partition("#")[0] in about)
    part = part_for(program, sorted(wanted))
    narrow = Program(part.definitions, {**part.acts, **rules}, part.reaching, part.first)
    return evolve(meaning, program=narrow, supports=supports, silences=silences)


def _about(support: Support) -> frozenset[str]:
    """The relations of a support, and what may have been done to its clause: reasons name it."""
    own = {support.force, support.base, f"violation:{support.force}", support.run.name if support.run else ""}
    states = {f"{state}:{support.clause}" for state in ("suspended", "waived", "terminated")}
    return frozenset(own | states | {f"amendment:{name}" for name in support.amended_by})


def _judged(support: Support) -> tuple[Formula, ...]:
    """What is judged after the evaluation, to say why the support does not hold."""
    return (*(defeat.formula for defeat in support.defeats), *support.conditions)


def _atoms(formulas: Iterable[Formula]) -> Iterator[Atomic]:
    return (found.atom for formula in formulas for found in occurrences(formula))
