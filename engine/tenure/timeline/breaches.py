"""What went wrong: breached duties, states not kept, breached prohibitions, acts without the liberty that they take."""

from __future__ import annotations

from attrs import evolve

from tenure.logic.truth import TRUE
from tenure.norms.vocabulary import KEEP
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.verdict import Breach


def breaches(line: Line, horizon: Instant) -> tuple[Breach, ...]:
    """Every breach in order of time: on the record, and what will be one if nothing more happens."""
    found: list[Breach] = []
    for support in line.meaning.supports:
        if support.duty:
            relation = f"breached:{support.force}"
        elif support.relation == "duty_not" or support.act == KEEP:
            relation = f"violation:{support.force}"
        else:
            continue
        for key, edges in line.trace.tables[relation].edges.items():
            found += [
                Breach(e.stage // 2, support.clause, key[1], support.act, tuple(key[3:]), key[0] or None)
                for e in edges
                if e.truth == TRUE
            ]
    for action in line.vocabulary.actions.values():
        table = line.trace.tables.get(f"unpermitted:{action.name}")
        for key, edges in table.edges.items() if table is not None else ():
            found += [
                Breach(e.stage // 2, None, key[1], action.name, tuple(key[2:]), key[0])
                for e in edges
                if e.truth == TRUE
            ]
    placed = (
        evolve(b, basis="recorded" if b.at <= horizon else "projected", zone=line.vocabulary.zone)
        for b in found
    )
    return tuple(sorted(placed, key=lambda b: b.at))
