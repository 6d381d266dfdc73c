"""Why: the answer to a question as a tree of clauses, events, dates and exceptions, read off the same evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from tenure.language import syntax as s
from tenure.language.printer import format_formula
from tenure.logic.definitions import DUTY_STATES, with_events
from tenure.logic.snapshot import edge_at, row_at
from tenure.logic.solver import unify
from tenure.logic.tables import Edge, Key
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, ByEvent, ByLimit, Cause
from tenure.norms import Support
from tenure.time import Instant
from tenure.timeline.arithmetic import limit_text
from tenure.timeline.objects import value_text
from tenure.timeline.reasons import duty_state
from tenure.timeline.verdict import Verdict

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

_TRUTHS = {TRUE: "yes", UNKNOWN: "unknown", FALSE: "no"}


@frozen
class Proof:
    """One step: what is claimed, whether it is so (``yes``, ``no``, ``unknown`` or a status), and what it rests on.

    ``clause`` and ``quote`` name the text, ``event`` the record, ``at`` the instant that the claim turns on.
    """

    claim: str
    answer: str
    because: tuple[Proof, ...] = ()
    clause: str | None = None
    quote: str | None = None
    event: str | None = None
    at: Instant | None = None

    def folded(self, depth: int) -> Proof:
        """The same, cut below ``depth`` steps; what was cut is counted."""
        if depth <= 0 and self.because:
            count = sum(1 for _ in self.steps()) - 1
            return evolve(self, because=(Proof(f"… {count} more step{'s' * (count != 1)}", ""),))
        return evolve(self, because=tuple(p.folded(depth - 1) for p in self.because))

    def steps(self) -> Iterator[Proof]:
        """This step and all below it."""
        yield self
        for proof in self.because:
            yield from proof.steps()

    def __str__(self) -> str:
        return "\n".join(_lines(self, ""))


def _lines(proof: Proof, indent: str) -> Iterator[str]:
    answer = f": {proof.answer}" if proof.answer else ""
    yield f"{indent}{proof.claim}{answer}"
    if proof.quote:
        yield f"{indent}    “{proof.quote}”"
    for below in proof.because:
        yield from _lines(below, f"{indent}  ")


def prove(timeline: Timeline, verdict: Verdict, claim: str) -> Proof:
    """The tree under ``verdict``; ``claim`` says it in words."""
    prover = _Prover(timeline, verdict)
    answer = verdict.status + (f" ({verdict.reason})" if verdict.reason else "")
    found = [(p, step) for p in prover.candidates() if (step := prover.support(p)) is not None]
    steps = [step if p.clause in verdict.clauses else _brief(step) for p, step in found]
    steps += prover.silences()
    if verdict.status == "not_held":
        steps += prover.nearest()
    if not steps:
        steps = [Proof(f"no clause is about `{verdict.position.act}` by {verdict.position.holder}", "no")]
    return Proof(claim, answer, tuple(steps), at=verdict.at)


def _brief(step: Proof) -> Proof:
    """A clause that does not decide: only the first thing that it lacks."""
    lacking = next((below for below in step.because if _lacks(below)), None)
    return evolve(step, quote=None, because=(evolve(lacking, because=(), quote=None),) if lacking else ())


def _lacks(step: Proof) -> bool:
    return step.answer == ("yes" if step.claim.startswith("exception ") else "no")


class _Prover:
    """Explains one verdict."""

    def __init__(self, timeline: Timeline, verdict: Verdict) -> None:
        self.timeline = timeline
        self.line = timeline.line
        self.verdict = verdict
        self.at = verdict.at
        self.stage = with_events(verdict.at)

    def candidates(self) -> list[Support]:
        """The supports that could give the position: those that do first."""
        position = self.verdict.position
        found = [p for p in self.line.supports(position.act) if self.line.match(p, position) is not None]
        return sorted(found, key=lambda p: p.clause not in self.verdict.clauses)

    # ------------------------------------------------------------ one clause

    def support(self, support: Support) -> Proof | None:
        env = self.line.match(support, self.verdict.position)
        assert env is not None
        if support.norm is None:
            return Proof(f"`{support.clause}` is declared", "yes", clause=support.clause)
        if support.duty:
            return self._duty(support)
        truth = self._force(support, env)
        steps = [*self._span(support, env), *self._things(support, env), *self._conditions(support, env)]
        steps += self._exceptions(support, env)
        claim = f"{support.clause}{self._title(support)} gives it"
        return Proof(claim, _TRUTHS[truth], tuple(steps), support.clause, self._quote(support.clause))

    def _force(self, support: Support, env: Env) -> int:
        table = self.line.trace.tables[support.force]
        rows = [key for key in table.edges if unify(support.head, key, env) is not None]
        position = self.verdict.position
        mine = [key for key in rows if support.position(key) == position or len(rows) == 1]
        return max((row_at(table, key, self.stage).truth for key in mine), default=FALSE)

    def _title(self, support: Support) -> str:
        clause = self.timeline.vocabulary.clauses.get(support.clause)
        return f" ({clause.title})" if clause is not None and clause.title else ""

    def _quote(self, clause: str) -> str | None:
        section = self.timeline.vocabulary.section(clause)
        if section is None or not section.quotes:
            return None
        return " ".join(section.quotes[0].split()).strip('"“”')

    def _span(self, support: Support, env: Env) -> list[Proof]:
        """Since when the clause runs, and what ends it."""
        if support.run is None:
            return []
        table = self.line.trace.tables[support.run.name]
        keys = [key for key in table.edges if unify(support.run.args, key, env) is not None]
        if not keys:
            return [Proof(f"{support.clause} has begun to run", "no", clause=support.clause)]
        return [p for key in keys for p in self._edges(support, table.edges[key], f"{support.clause} runs")]

    def _edges(self, support: Support, edges: list[Edge], what: str) -> list[Proof]:
        now = edge_at(edges, self.stage)
        if now is None:
            first = edges[0]
            return [self._edge(support, first, f"{what} only from {self._date(first)}", "no")]
        following = next((e for e in edges if e.stage > self.stage), None)
        if now.truth == FALSE:
            return [self._edge(support, now, f"{what}: it ended {self._date(now)}", "no")]
        steps = [self._edge(support, now, f"{what} since {self._date(now)}", _TRUTHS[now.truth])]
        if following is not None:
            steps.append(self._edge(support, following, f"it ends {self._date(following)}", ""))
        if now.truth == UNKNOWN:
            steps += [Proof(reason, "unknown") for reason in sorted(now.reasons)]
        return steps

    def _date(self, edge: Edge) -> str:
        tick = edge.stage // 2
        return "the beginning" if not edge.causes else self.timeline.text(tick)

    def _edge(self, support: Support, edge: Edge, claim: str, answer: str) -> Proof:
        causes = [self._cause(support, cause) for cause in edge.causes]
        event = next((c.event for c in edge.causes if isinstance(c, ByEvent)), None)
        return Proof(claim, answer, tuple(causes), support.clause, event=event, at=edge.stage // 2)

    def _cause(self, support: Support, cause: Cause) -> Proof:
        if isinstance(cause, ByEvent):
            return self._event(cause.event)
        assert isinstance(cause, ByLimit)
        return Proof(limit_text(self.timeline, support, cause), "", clause=cause.clause, at=cause.instant)

    def _event(self, id: str) -> Proof:
        event = self.timeline.event(id)
        if event is None:
            return Proof(f"event {id}", "")
        by = f" by {' and '.join(event.by)}" if event.by else ""
        data = ", ".join(f"{n} = {value_text(v)}" for n, v in event.data if str(v) != "none")
        source = event.evidence.get("url") if isinstance(event.evidence, dict) else None
        words = f"{id}: {event.type}{by}{f' ({data})' if data else ''} on {self.timeline.text(event.at)}"
        if event.supposed:
            words += ", supposed"
        return Proof(f"{words}{f'; source: {source}' if source else ''}", "", event=id, at=event.at)

    # ------------------------------------------------------------ things, conditions, exceptions

    def _things(self, support: Support, env: Env) -> list[Proof]:
        """What kind of thing it is and whose, as the clause asks."""
        norm = support.norm
        assert norm is not None
        steps = []
        for part in norm.parts:
            if isinstance(part, s.ForVariable) and env.get(part.variable) is not None:
                thing = env[part.variable]
                steps.append(self._kind(support, part, thing))
                if part.owner is not None:
                    steps.append(self._owner(support, part, thing))
        return steps

    def _kind(self, support: Support, part: s.ForVariable, thing: Any) -> Proof:
        table = self.line.trace.tables.get("kind")
        found = []
        for key, edges in table.edges.items() if table is not None else ():
            edge = edge_at(edges, self.stage)
            if key[0] == thing and edge is not None and edge.truth:
                found.append(
                    self._edge(support, edge, f"{value_text(thing)} is {key[1]}", _TRUTHS[edge.truth])
                )
        wanted = " or ".join(part.kinds.any_of) + "".join(f" but not {n}" for n in part.kinds.but_not)
        formula = s.Is(s.Text(str(thing)), part.kinds)
        name = f"is:{wanted}"
        truth = (
            row_at(self.line.trace.tables[name], (thing,), self.stage).truth
            if name in self.line.trace.tables
            else 0
        )
        return Proof(f"{format_formula(formula)}", _TRUTHS[truth], tuple(found), support.clause)

    def _owner(self, support: Support, part: s.ForVariable, thing: Any) -> Proof:
        table = self.line.trace.tables["owner"]
        found = []
        for key, edges in table.edges.items():
            edge = edge_at(edges, self.stage)
            if key[0] == thing and edge is not None and edge.truth:
                found.append(
                    (key[1], self._edge(support, edge, f"{value_text(thing)} is owned by {key[1]}", "yes"))
                )
        wanted = getattr(part.owner, "text", getattr(part.owner, "value", None))
        owned = any(owner == wanted for owner, _ in found)
        return Proof(
            f"it was owned by {wanted} when the right began",
            _TRUTHS[TRUE if owned else FALSE],
            tuple(p for _, p in found),
        )

    def _conditions(self, support: Support, env: Env) -> list[Proof]:
        norm = support.norm
        assert norm is not None
        words = [p for p in norm.parts if isinstance(p, s.Condition) and p.word == "while"]
        steps = []
        for part, formula in zip(words, support.conditions, strict=False):
            row = self.line.snapshot(self.stage).solve(formula, env)
            steps.append(Proof(f"while {format_formula(part.of)}", _TRUTHS[row.truth], clause=support.clause))
        return steps

    def _exceptions(self, support: Support, env: Env) -> list[Proof]:
        """Every exception that was considered, and whether it stands in the way."""
        steps = []
        for defeat in support.defeats:
            row = self.line.snapshot(self.stage).solve(defeat.formula, env)
            quote = self._quote(defeat.clause) if defeat.clause and row.truth else None
            claim = f"exception {defeat.clause or defeat.words} stands in the way"
            steps.append(Proof(claim, _TRUTHS[row.truth], clause=defeat.clause, quote=quote))
        return steps

    # ------------------------------------------------------------ duties, silence, what is missing

    def _duty(self, support: Support) -> Proof | None:
        steps = []
        for source in self.line.sources.get(self.verdict.position, []):
            if source.support is support:
                state = duty_state(self.line, support, source.key, self.stage) or "not yet owed"
                steps += [Proof(f"its state is {state}", ""), *self._history(support, source.key)]
        if not steps:
            return None
        truth = self._force(support, {})
        claim = f"{support.clause}{self._title(support)} demands it"
        return Proof(claim, _TRUTHS[truth], tuple(steps), support.clause, self._quote(support.clause))

    def _history(self, support: Support, key: Key) -> list[Proof]:
        """Every state that the instance has been in so far."""
        tables = self.line.trace.tables
        found = [
            (edge, state)
            for state in DUTY_STATES
            for edge in tables[f"{state}:{support.force}"].edges.get(key, [])
            if edge.truth and edge.stage <= self.stage
        ]
        found.sort(key=lambda entry: entry[0].stage)
        return [
            self._edge(support, edge, f"{state} from {self._date(edge)}", _TRUTHS[edge.truth])
            for edge, state in found
        ]

    def silences(self) -> list[Proof]:
        """The contract's own word that it does not say."""
        if self.verdict.status != "unknown":
            return []
        return [
            Proof(f"{silence.clause} is silent on it: {silence.why}", "unknown", clause=silence.clause)
            for silence in self.line.meaning.silences
            if silence.act == self.verdict.position.act and f"silent: {silence.why}" in self.verdict.because
        ]

    def nearest(self) -> list[Proof]:
        """The nearest missing fact: without the event that ended the right, would it be held? Tried, not guessed."""
        cause = self.verdict.cause
        if cause is None or cause.event is None or self.timeline.history.by_id.get(cause.event) is None:
            return []
        without = self.timeline.suppose(drop=[cause.event])
        again = without.verdict(self.verdict.position, self.at, self.verdict.seen_as)
        if again.status != "held":
            return []
        event = self.timeline.event(cause.event)
        kind = event.type if event is not None else cause.event
        return [
            Proof(f"it would be held if {cause.event} ({kind}) had not occurred", "tried", event=cause.event)
        ]
