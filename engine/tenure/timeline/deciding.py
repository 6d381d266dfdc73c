"""When a property was decided, and by what.

More knowledge never takes a decision back, so the first stage with which it stands can be bisected.  A disjunction is
decided true with the first of its parts, and false with the last; where each value of a variable can be judged alone, only
the one that decides is looked at more than once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from tenure.logic.definitions import Stage, with_events
from tenure.logic.truth import ByEvent, ByLimit, Cause
from tenure.time import Instant
from tenure.timeline.judging import Env, Facts, Judgement
from tenure.timeline.skeleton import And, Implies, Node, Not, Or, Some, asks_for_changes
from tenure.timeline.verdict import EdgeCause


class Decider:
    """Judges nodes at ``origin`` with what is known up to one stage or another, up to ``known``."""

    def __init__(self, facts: Facts, origin: Stage, known: Stage) -> None:
        self.facts = facts
        self.origin = origin
        self.known = known
        self._judgements: dict[Stage, Judgement] = {}
        self._stages: dict[Node, list[Stage]] = {}

    def judgement(self, stage: Stage) -> Judgement:
        """The judgement with what is known up to ``stage``."""
        if stage not in self._judgements:
            self._judgements[stage] = Judgement(self.facts, self.origin, stage)
        return self._judgements[stage]

    def first(self, node: Node, env: Env, *, decided: bool, last: Stage) -> Stage | None:
        """The first stage up to ``last`` with which ``node`` is decided so; None where it is not."""
        match node:
            case Not(of):
                return self.first(of, env, decided=not decided, last=last)
            case Or(parts):
                return self._joined([(p, env, decided) for p in parts], any_=decided, last=last)
            case And(parts):
                return self._joined([(p, env, decided) for p in parts], any_=not decided, last=last)
            case Implies(condition, consequence):
                sides = [(condition, env, not decided), (consequence, env, decided)]
                return self._joined(sides, any_=decided, last=last)
            case Some(variables, of):
                chosen = self.judgement(last).candidates(variables, of, env)
                return self._joined([(of, values, decided) for values in chosen], any_=decided, last=last)
            case _:
                return self._bisected(node, env, decided=decided, last=last)

    def _joined(self, parts: Sequence[tuple[Node, Env, bool]], *, any_: bool, last: Stage) -> Stage | None:
        """The first of the parts' stages (``any_``), or the last of them."""
        best: Stage | None = None
        for node, env, decided in parts:
            found = self.first(node, env, decided=decided, last=last)
            if any_ and found is not None:
                best, last = found, found - 1
            elif not any_:
                if found is None:
                    return None
                best = found if best is None else max(best, found)
        return best

    def _bisected(self, node: Node, env: Env, *, decided: bool, last: Stage) -> Stage | None:
        """Most decisions fall with an edge, so those are tried first; a limit that passes in silence lies between two."""

        def stands(stage: Stage) -> bool:
            return self.judgement(stage).at_origin(node, env) is decided

        if not stands(last):
            return None
        first = min(self.origin - 1, last)
        stages = [first, *(s for s in self._edge_stages(node) if first < s < last), last]
        i = bisect_left(stages, 1, key=stands)
        if i == 0 or not stands(stages[i] - 1):
            return stages[i]
        low, high = stages[i - 1], stages[i]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if stands(middle) else (middle, high)
        return high

    def _edge_stages(self, node: Node) -> list[Stage]:
        if node not in self._stages:
            edges = (edge.stage for edge in self.facts.edges(node))
            self._stages[node] = sorted({*edges, *self._changes(node)})
        return self._stages[node]

    def _changes(self, node: Node) -> Mapping[Stage, Cause | None]:
        """The changes of positions, where the property is about the next one."""
        return self.facts.changes if asks_for_changes(node) else {}

    def what_decided(self, node: Node, *, decided: bool) -> tuple[Instant, EdgeCause | None]:
        """The instant and the cause of the decision: what changes there, or else the limit that passes.

        What is so at the beginning without an event has no cause.
        """
        stage = self.first(node, {}, decided=decided, last=self.known)
        assert stage is not None, node
        change = self._changes(node).get(stage)
        causes = {c for e in self.facts.edges(node) if e.stage == stage for c in e.causes}
        causes |= {change} if change else set()
        # An event acts at the later stage of its tick; at the stage after that it is over, which may decide as well.
        events = (e for e in self.facts.line.events if with_events(e.at) in (stage, stage - 1))
        happened = next((e for e in events if ByEvent(e.id) in causes), None)
        if happened is not None and stage >= self.origin:
            return happened.at, EdgeCause(event=happened.id)
        if stage <= self.origin:
            return self.origin // 2, None
        dated = next((c for c in causes if isinstance(c, ByLimit)), None)
        limit = stage // 2 if dated else (stage + 1) // 2
        return limit, EdgeCause(limit=limit, clause=dated.clause if dated else None)
