"""A contract applied to a history: timelines, verdicts, spans and causes."""

from tenure.timeline.contract import Contract, load
from tenure.timeline.diff import Diff
from tenure.timeline.properties import PropertyVerdict
from tenure.timeline.suppose import Supposition, load_supposition
from tenure.timeline.timeline import Timeline
from tenure.timeline.verdict import Breach, Change, EdgeCause, StatusSpan, Verdict

__all__ = [
    "Breach",
    "Change",
    "Contract",
    "Diff",
    "EdgeCause",
    "PropertyVerdict",
    "StatusSpan",
    "Supposition",
    "Timeline",
    "Verdict",
    "load",
    "load_supposition",
]
