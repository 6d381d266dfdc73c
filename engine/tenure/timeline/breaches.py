"""What went wrong: breached duties, breached prohibitions, acts without the liberty that they take."""

from __future__ import annotations

from tenure.logic.truth import TRUE
from tenure.timeline.line import Line
from tenure.timeline.verdict import Breach


def breaches(line: Line) -> tuple[Breach, ...]:
    """Every breach on the record, in order of time."""
    found: list[Breach] = []
    for support in line.meaning.supports:
        if support.duty:
            for key, edges in line.trace.tables[f"breached:{support.force}"].edges.items():
                found += [
                    Breach(e.stage // 2, support.clause, key[1], support.act, tuple(key[3:]), key[0] or None)
                    for e in edges
                    if e.truth == TRUE
                ]
        elif support.relation == "duty_not":
            for key, edges in line.trace.tables[f"violation:{support.force}"].edges.items():
                found += [
                    Breach(e.stage // 2, support.clause, key[1], support.act, tuple(key[3:]), key[0])
                    for e in edges
                    if e.truth == TRUE
                ]
    for action in line.vocabulary.actions.values():
        table = line.trace.tables.get(f"unpermitted:{action.name}")
        for key, edges in table.edges.items() if table is not None else ():
            found += [
                Breach(e.stage // 2, None, key[1], action.name, tuple(key[2:]), key[0]) for e in edges if e.truth == TRUE
            ]
    return tuple(sorted(found, key=lambda b: b.at))
