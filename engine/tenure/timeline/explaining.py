"""Why: the answer to a question as a tree of clauses, events, dates and exceptions, read off the same evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from tenure.language import syntax as s
from tenure.language.printer import format_formula
from tenure.logic.definitions import Const, Formula, Rel, Stage, Term, Var, with_events
from tenure.logic.snapshot import edge_at, row_at
from tenure.logic.solver import unify
from tenure.logic.tables import Edge
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, UNKNOWN
from tenure.norms import Position, Support
from tenure.proofs.steps import Claim, Row, Step, bound
from tenure.timeline.grounds import GroundsOfVerdict
from tenure.timeline.instance_steps import instance_steps
from tenure.timeline.nearest import counterfactuals
from tenure.timeline.objects import value_text
from tenure.timeline.proof import Proof
from tenure.timeline.telling import TRUTHS, Teller
from tenure.timeline.verdict import Verdict

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline


def prove(timeline: Timeline, verdict: Verdict, claim: str) -> Proof:
    """The tree under ``verdict``; ``claim`` says it in words."""
    explainer = Explainer(timeline, verdict)
    answer = verdict.status + (f" ({verdict.reason})" if verdict.reason else "")
    found = [(p, step) for p in explainer.candidates() if (step := explainer.support(p)) is not None]
    steps = [step if p.clause in verdict.clauses else _brief(step) for p, step in found]
    steps += explainer.silences()
    if verdict.status == "not_held":
        tried = counterfactuals(timeline, verdict, explainer.grounds)
        steps += [Proof(f"it would be held {c.words}", "tried", event=c.event) for c in tried]
    if not steps:
        steps = [Proof(_nothing_about(timeline, verdict.position), "no")]
    told: set[str] = set()
    shown = tuple(explainer.with_grounds(_once_told(step, told)) for step in steps)
    return Proof(claim, answer, shown, at=verdict.at, is_answer=True, grounds=explainer.grounds)


def _nothing_about(timeline: Timeline, position: Position) -> str:
    """That no clause speaks of a position, and what those that speak of its act do instead."""
    about = [support for support in timeline.line.meaning.supports if support.act == position.act]
    others = [support for support in about if support.relation == position.relation]
    # What an act is of and was not named stands open.
    count = sum(value is not None for value in position.object)
    if others and all(len(support.object) != count for support in others):
        first = others[0]
        things = "1 thing" if count == 1 else f"{count} things"
        return (
            f"no clause is about `{position.act}` of {things}: in {first.clause} it is of {len(first.object)}"
        )
    words = f"no clause is about `{position.act}` by {position.holder}"
    if about and not others:
        words += f" as a {position.relation}: in {about[0].clause} it is a {about[0].relation}"
    return words


def _once_told(step: Proof, told: set[str]) -> Proof:
    """The same, with each event told in full where it comes first, and by its id after that."""
    if step.event is not None and step.event in told and step.claim.startswith(f"{step.event}: "):
        return evolve(step, claim=f"{step.event}, as above")
    because = tuple(_once_told(below, told) for below in step.because)
    if step.event is not None and step.claim.startswith(f"{step.event}: "):
        told.add(step.event)
    return evolve(step, because=because)


def _brief(step: Proof) -> Proof:
    """A clause that does not decide: only the first thing that it lacks."""
    lacking = next((below for below in step.because if _lacks(below)), None)
    if lacking is None:
        words = "what it takes has not come about" if step.answer == "no" else "it is unknown"
        lacking = Proof(words, "", clause=step.clause) if step.answer != "yes" else None
    return evolve(step, quote=None, because=(evolve(lacking, because=(), quote=None),) if lacking else ())


def _lacks(step: Proof) -> bool:
    return step.answer == ("yes" if step.claim.startswith("exception ") else "no")


class Explainer:
    """Explains one verdict."""

    def __init__(self, timeline: Timeline, verdict: Verdict) -> None:
        self.timeline = timeline
        self.line = timeline.line
        self.tell = Teller(timeline)
        self.verdict = verdict
        self.at = verdict.at
        self.stage = with_events(verdict.at)
        self.grounds = GroundsOfVerdict(timeline, verdict)

    def formally(self, formula: Formula, env: Env, truth: int, stage: Stage | None = None) -> Claim:
        """In formal terms, that a formula has a truth."""
        at = self.stage if stage is None else stage
        return Claim(formula, bound(formula, env), at, at, at_least=truth != FALSE, level=truth)

    def with_grounds(self, proof: Proof) -> Proof:
        """The same, with the formal proofs at hand of every line that says something in formal terms."""
        grounds = self.grounds if proof.says is not None else None
        return evolve(proof, grounds=grounds, because=tuple(map(self.with_grounds, proof.because)))

    def candidates(self) -> list[Support]:
        """The supports that could give the position: those that do first."""
        position = self.verdict.position
        found = [p for p in self.line.supports(position.act) if self.line.match(p, position) is not None]
        return sorted(found, key=lambda p: p.clause not in self.verdict.clauses)

    # ------------------------------------------------------------ one clause

    def support(self, support: Support) -> Proof | None:
        """Whether a support gives the position, and what that rests on; None where it has no such instance."""
        env = self.line.match(support, self.verdict.position)
        assert env is not None
        if support.norm is None:
            return Proof(f"`{support.clause}` is declared", "yes", clause=support.clause)
        if support.duty:
            return self._duty(support)
        truth = self._force(support, env)
        steps = [*self._span(support, env), *self._things(support, env), *self._conditions(support, env)]
        steps += self._exceptions(support, env)
        claim = f"{support.clause}{self.tell.title(support)} gives it"
        formal = self.formally(self._given(support), {}, truth)
        quote = self.tell.quote(support.clause)
        return Proof(claim, TRUTHS[truth], tuple(steps), support.clause, quote, says=formal)

    def _given(self, support: Support) -> Formula:
        """That the support gives the position."""
        position = self.verdict.position
        other: Term = Const(position.counterparty)
        if position.counterparty is None and position not in self.line.sources:
            other = Var("_against")
        first = (Const(position.instance or ""),) if support.duty else ()
        return Rel(support.force, (*first, Const(position.holder), other, *map(Const, position.object)))

    def _force(self, support: Support, env: Env) -> int:
        table = self.line.trace.tables[support.force]
        rows = [key for key in table.edges if unify(support.head, key, env) is not None]
        position = self.verdict.position
        mine = [key for key in rows if support.position(key) == position or len(rows) == 1]
        return max((row_at(table, key, self.stage).truth for key in mine), default=FALSE)

    def _span(self, support: Support, env: Env) -> list[Proof]:
        """Since when the clause runs, and what ends it."""
        if support.run is None:
            return []
        table = self.line.trace.tables[support.run.name]
        keys = [key for key in table.edges if unify(support.run.args, key, env) is not None]
        if not keys:
            return [Proof(f"{support.clause} has begun to run", "no", clause=support.clause)]
        found = []
        for key in keys:
            steps = self._edges(support, table.edges[key], f"{support.clause} runs")
            row = Row(support.run.name, tuple(map(Const, key)))
            formal = self.formally(row, {}, row_at(table, key, self.stage).truth)
            found += [evolve(step, says=formal if i == 0 else None) for i, step in enumerate(steps)]
        return found

    def _edges(self, support: Support, edges: list[Edge], what: str) -> list[Proof]:
        now = edge_at(edges, self.stage)
        if now is None:
            first = edges[0]
            return [self.tell.edge(support, first, f"{what} only from {self.tell.date(first)}", "no")]
        following = next((e for e in edges if e.stage > self.stage), None)
        if now.truth == FALSE:
            return [self.tell.edge(support, now, f"{what}: it ended {self.tell.date(now)}", "no")]
        steps = [self.tell.edge(support, now, f"{what} since {self.tell.date(now)}", TRUTHS[now.truth])]
        if following is not None:
            steps.append(self.tell.edge(support, following, f"it ends {self.tell.date(following)}", ""))
        if now.truth == UNKNOWN:
            steps += [Proof(reason, "unknown") for reason in sorted(now.reasons)]
        return steps

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
        """Whether the thing is of the kind that the clause asks for, and what made it so."""
        wanted = " or ".join(part.kinds.any_of) + "".join(f" but not {n}" for n in part.kinds.but_not)
        formula = Rel(f"is:{wanted}", (Const(thing),))
        claim = f"{value_text(thing)} is {wanted}"
        known = self.line.trace.tables.get(formula.name)
        truth = row_at(known, (thing,), self.stage).truth if known is not None else FALSE
        found: list[Proof] = []
        for kind, edge in self._rows_of("kind", thing, self.stage):
            step = self.tell.edge(support, edge, f"{value_text(thing)} is {kind}", TRUTHS[edge.truth])
            # What is of just that kind needs no second line to say so.
            found += step.because if step.claim == claim else (step,)
        formal = self.formally(formula, {}, truth) if known is not None else None
        return Proof(claim, TRUTHS[truth], tuple(found), support.clause, says=formal)

    def _owner(self, support: Support, part: s.ForVariable, thing: Any) -> Proof:
        """Whether the thing had the owner that the clause asks for when the right began, or has it now."""
        stage = self._opening(support, thing)
        wanted = getattr(part.owner, "text", getattr(part.owner, "value", None))
        rows = [edge for owner, edge in self._rows_of("owner", thing, stage) if owner == wanted]
        truth = max((edge.truth for edge in rows), default=FALSE)
        because = tuple(p for edge in rows for p in self.tell.edge(support, edge, "", "").because)
        when = f"was owned by {wanted} when the right began"
        if stage == self.stage:
            when = f"is owned by {wanted}"
        formal = self.formally(Rel("owner", (Const(thing), Const(wanted))), {}, truth, stage)
        return Proof(f"{value_text(thing)} {when}", TRUTHS[truth], because, support.clause, says=formal)

    def _rows_of(self, name: str, thing: Any, stage: Stage) -> list[tuple[Any, Edge]]:
        """The rows of a relation about ``thing`` that are not false at ``stage``, each with its second column."""
        table = self.line.trace.tables.get(name)
        rows = table.edges.items() if table is not None else ()
        found = [(key[1], edge_at(edges, stage)) for key, edges in rows if key[0] == thing]
        return [(value, edge) for value, edge in found if edge is not None and edge.truth]

    def _opening(self, support: Support, thing: Any) -> Stage:
        """The stage at which the right in ``thing`` began; this one where it never did."""
        edges = [
            edge.stage
            for key, found in self.line.trace.tables[support.base].edges.items()
            if thing in key
            for edge in found
            if edge.truth and edge.stage <= self.stage
        ]
        return max(edges, default=self.stage)

    def _origin(self, formal: Step | None) -> tuple[Proof, ...]:
        """The events that a formal proof rests on."""
        named = formal.events() if formal is not None else frozenset()
        return tuple(self.tell.event(e.id) for e in self.line.events if e.id in named)

    def _conditions(self, support: Support, env: Env) -> list[Proof]:
        norm = support.norm
        assert norm is not None
        words = [p for p in norm.parts if isinstance(p, s.Condition) and p.word == "while"]
        steps = []
        for part, formula in zip(words, support.conditions, strict=False):
            row = self.line.snapshot(self.stage).solve(formula, env)
            formal = self.formally(formula, env, row.truth)
            claim = f"while {format_formula(part.of)}"
            steps.append(Proof(claim, TRUTHS[row.truth], clause=support.clause, says=formal))
        return steps

    def _exceptions(self, support: Support, env: Env) -> list[Proof]:
        """Every exception that was considered, and whether it stands in the way."""
        steps = []
        for defeat in support.defeats:
            row = self.line.snapshot(self.stage).solve(defeat.formula, env)
            quote = self.tell.quote(defeat.clause) if defeat.clause and row.truth else None
            claim = f"exception {defeat.clause or defeat.words} stands in the way"
            formal = self.formally(defeat.formula, env, row.truth)
            because = self._origin(self.grounds.proved(formal)) if row.truth else ()
            steps.append(
                Proof(claim, TRUTHS[row.truth], because, clause=defeat.clause, quote=quote, says=formal)
            )
        return steps

    # ------------------------------------------------------------ duties, silence, what is missing

    def _duty(self, support: Support) -> Proof | None:
        steps, truth = instance_steps(self, support)
        if not steps:
            return None
        claim = f"{support.clause}{self.tell.title(support)} demands it"
        formal, quote = self.formally(self._given(support), {}, truth), self.tell.quote(support.clause)
        return Proof(claim, TRUTHS[truth], tuple(steps), support.clause, quote, says=formal)

    def silences(self) -> list[Proof]:
        """The contract's own word that it does not say."""
        if self.verdict.status != "unknown":
            return []
        return [
            Proof(f"{silence.clause} is silent on it: {silence.why}", "unknown", clause=silence.clause)
            for silence in self.line.meaning.silences
            if silence.act == self.verdict.position.act and f"silent: {silence.why}" in self.verdict.because
        ]
