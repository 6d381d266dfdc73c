"""The order in which definitions are settled within one stage, and the cycles that have no meaning."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from tenure.logic.definitions import Definition, Holds
from tenure.logic.profiles import profile_of


@frozen
class Stratum:
    """Definitions that depend on one another within a stage; one alone, unless ``cyclic``."""

    members: tuple[Definition, ...]
    cyclic: bool


@frozen
class NegativeCycle:
    """A cycle of relations through ``not``, an end or an aggregate: it has no meaning within one stage."""

    names: tuple[str, ...]


def stratify(definitions: tuple[Definition, ...]) -> tuple[Stratum, ...] | NegativeCycle:
    """Definitions in an order in which each comes after all that it reads (Tarjan 1972)."""
    profiles = [(d.name, profile_of(d)) for d in definitions]
    owner = {relation: name for name, profile in profiles for relation in profile.relations}
    by_name = {d.name: d for d in definitions}
    reads = {
        name: [(owner[relation], positive) for relation, positive in profile.reads if relation in owner]
        for name, profile in profiles
    }
    strata = []
    for component in _components({name: [n for n, _ in found] for name, found in reads.items()}):
        inside = set(component)
        cyclic = len(component) > 1 or any(n == component[0] for n, _ in reads[component[0]])
        if cyclic:
            monotone = all(isinstance(by_name[n], Holds) for n in component)
            if not monotone or any(n in inside and not p for m in component for n, p in reads[m]):
                return NegativeCycle(_cycle(component, reads))
        strata.append(Stratum(tuple(by_name[n] for n in component), cyclic))
    return tuple(strata)


def _cycle(component: list[str], reads: dict[str, list[tuple[str, bool]]]) -> tuple[str, ...]:
    """One cycle within a component, for the message."""
    inside, path, here = set(component), [component[0]], component[0]
    while True:
        here = next(n for n, _ in reads[here] if n in inside)
        if here in path:
            return (*path[path.index(here) :], here)
        path.append(here)


def _components(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """Strongly connected components, dependencies first; iterative, so that long chains do no harm."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root, reads in graph.items():
        if root in index:
            continue
        work = [(root, iter(reads))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            following = next(successors, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    yield _pop_component(node, stack, on_stack)
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(graph[following])))
            elif following in on_stack:
                low[node] = min(low[node], index[following])


def _pop_component(node: str, stack: list[str], on_stack: set[str]) -> list[str]:
    component = []
    while True:
        name = stack.pop()
        on_stack.discard(name)
        component.append(name)
        if name == node:
            return component
