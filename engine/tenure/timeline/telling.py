"""What a line of a proof says of clauses, events and edges: titles, quotations, dates spelt out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.logic.tables import Edge
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, ByEvent, ByLimit, Cause
from tenure.norms import Support
from tenure.timeline.arithmetic import limit_text
from tenure.timeline.objects import typed_text
from tenure.timeline.proof import Proof

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: How true a line is, in a word.
TRUTHS = {TRUE: "yes", UNKNOWN: "unknown", FALSE: "no"}


class Teller:
    """Tells of one timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.line = timeline.line

    def title(self, support: Support) -> str:
        """The title of the clause, in brackets."""
        return self._title(support.clause)

    def _title(self, name: str) -> str:
        clause = self.timeline.vocabulary.clauses.get(name)
        return f" ({clause.title})" if clause is not None and clause.title else ""

    def quote(self, clause: str) -> str | None:
        """The text of the clause, where the contract quotes it."""
        section = self.timeline.vocabulary.section(clause)
        if section is None or not section.quotes:
            return None
        return " ".join(section.quotes[0].split()).strip('"“”')

    def date(self, edge: Edge) -> str:
        """When an edge was."""
        tick = edge.stage // 2
        return "the beginning" if not edge.causes else self.timeline.text(tick)

    def edge(self, support: Support, edge: Edge, claim: str, answer: str) -> Proof:
        """A line about an edge, with what brought it about."""
        causes = [self.cause(support, cause) for cause in edge.causes]
        event = next((c.event for c in edge.causes if isinstance(c, ByEvent)), None)
        return Proof(claim, answer, tuple(causes), support.clause, event=event, at=edge.stage // 2)

    def cause(self, support: Support, cause: Cause) -> Proof:
        """A line about an event or a limit."""
        if isinstance(cause, ByEvent):
            return self.event(cause.event)
        assert isinstance(cause, ByLimit)
        words = limit_text(self.timeline, support, cause)
        if cause.clause is not None and cause.clause != support.clause:
            words = f"{cause.clause}{self._title(cause.clause)}: {words}"
        return Proof(words, "", clause=cause.clause, at=cause.instant)

    def event(self, id: str) -> Proof:
        """A line about an event: by whom, of what, when, from which source."""
        event = self.timeline.event(id)
        if event is None:
            return Proof(f"event {id}", "")
        by = f" by {' and '.join(event.by)}" if event.by else ""
        vocabulary = self.timeline.vocabulary
        types = dict(
            zip(vocabulary.parameters(event.type), vocabulary.parameter_types(event.type), strict=True)
        )
        given = [(n, typed_text(vocabulary, v, types.get(n))) for n, v in event.data if str(v) != "none"]
        data = ", ".join(f"{n} = {text}" for n, text in given)
        source = event.evidence.get("url") if isinstance(event.evidence, dict) else None
        words = f"{id}: {event.type}{by}{f' ({data})' if data else ''} on {self.timeline.text(event.at)}"
        if event.supposed:
            words += ", supposed"
        return Proof(f"{words}{f'; source: {source}' if source else ''}", "", event=id, at=event.at)
