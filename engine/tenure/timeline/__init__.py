"""A contract applied to a history: timelines, verdicts, spans and causes."""

from tenure.timeline.contract import Contract, load
from tenure.timeline.timeline import Timeline
from tenure.timeline.verdict import Breach, Change, EdgeCause, StatusSpan, Verdict

__all__ = ["Breach", "Change", "Contract", "EdgeCause", "StatusSpan", "Timeline", "Verdict", "load"]
