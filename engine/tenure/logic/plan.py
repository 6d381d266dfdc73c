"""What can be worked out about a program before any event: its strata, and what starts them.  Done once a program."""

from __future__ import annotations

from weakref import ref

from attrs import frozen

from tenure.diagnostics import ContractError
from tenure.logic.definitions import Definition, Program
from tenure.logic.profiles import Atoms, profile_of
from tenure.logic.strata import NegativeCycle, stratify


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
        for name in profile_of(definition).unbound:
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
    profiles = [profile_of(definition) for definition in ordered]
    return Plan(
        definitions=tuple(ordered),
        atoms=tuple(profile.atoms for profile in profiles),
        groups=groups,
        relations=tuple(name for profile in profiles for name in profile.relations),
        zeros=frozenset(
            d.name for d, profile in zip(ordered, profiles, strict=True) if profile.starts_at_zero
        ),
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
