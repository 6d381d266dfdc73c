"""What can be worked out about a program before any event: its strata, and what starts them.  Done once a program."""

from __future__ import annotations

from weakref import ref

from attrs import frozen

from tenure.diagnostics import ContractError
from tenure.logic.definitions import DayCount, Definition, Measure, Program, relations_of
from tenure.logic.formulas import Occurrence, bodies, occurrences
from tenure.logic.safety import unbound
from tenure.logic.strata import NegativeCycle, stratify

#: A definition's atoms, each with the role of the formula in which it stands.
Atoms = tuple[tuple[str, Occurrence], ...]


@frozen
class Plan:
    """The definitions in the order in which they are settled, with their atoms.

    ``groups`` are the positions of those that are settled together, by the first of them.
    """

    definitions: tuple[Definition, ...]
    atoms: tuple[Atoms, ...]
    groups: dict[int, tuple[int, ...]]
    relations: tuple[str, ...]
    zeros: frozenset[str]


_known: dict[int, tuple[ref[Program], Plan]] = {}


def plan_of(program: Program) -> Plan:
    """The plan of ``program``; raises :class:`ContractError` (TEN301) where it contradicts itself."""
    # Hashing a program walks all of it, so it is known by its identity for as long as it lives.
    known = _known.get(id(program))
    if known is not None and known[0]() is program:
        return known[1]
    plan = _plan(program)
    name = id(program)
    _known[name] = (ref(program, lambda _: _known.pop(name, None)), plan)
    return plan


def _plan(program: Program) -> Plan:
    for definition in program.definitions:
        for name in unbound(definition):
            raise unsafe(definition, name)
    strata = stratify(program.definitions)
    if isinstance(strata, NegativeCycle):
        raise negative_cycle(strata)
    ordered: list[Definition] = []
    groups: dict[int, tuple[int, ...]] = {}
    for stratum in strata:
        if stratum.cyclic:
            group = tuple(range(len(ordered), len(ordered) + len(stratum.members)))
            groups.update(dict.fromkeys(group, group))
        ordered.extend(stratum.members)
    return Plan(
        definitions=tuple(ordered),
        atoms=tuple(_atoms(d) for d in ordered),
        groups=groups,
        relations=tuple(name for d in ordered for name, _ in relations_of(d)),
        zeros=frozenset(d.name for d in ordered if _starts_at_zero(d)),
    )


def _starts_at_zero(definition: Definition) -> bool:
    counts = isinstance(definition, Measure) and definition.kind in ("count", "sum")
    return counts or isinstance(definition, DayCount)


def _atoms(definition: Definition) -> Atoms:
    return tuple(
        (role, found) for role, formula in bodies(definition).items() for found in occurrences(formula)
    )


def unsafe(definition: Definition, name: str) -> ContractError:
    """The error for a variable that nothing gives a value."""
    where = getattr(definition, "clause", None) or definition.name.partition(":")[2] or definition.name
    return ContractError.of(
        "TEN207",
        f"nothing in `{where}` says what `{name}` is",
        help=f"bind `{name}` in an event (`from EVENT(… = {name})`) or with `for {name}: KIND`",
    )


def negative_cycle(cycle: NegativeCycle) -> ContractError:
    """The error for a contract whose definitions contradict themselves within one instant."""
    return ContractError.of(
        "TEN301",
        f"`{cycle.names[0]}` depends on its own absence: {' ← '.join(cycle.names)}",
        help="let one of them look at the instant before, with `entering`, or begin at an event",
    )
