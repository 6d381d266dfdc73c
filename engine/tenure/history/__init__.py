"""Events and the histories they make: read strictly, kept bitemporally, varied by supposition.

What a contract declares about its events comes in as a :class:`Schema`; this room knows no clause.
"""

from tenure.history.building import event_from_mapping
from tenure.history.event import RETRACTION, Event
from tenure.history.files import ReadResult, read_history
from tenure.history.history import History
from tenure.history.schema import ATTRIBUTE_TYPES, Attribute, AttributeType, EventType, Schema
from tenure.history.values import REQUIRED, UNKNOWN, Money, Required, Unknown, Value
from tenure.history.writing import event_to_line, event_to_mapping, write_history

__all__ = [
    "ATTRIBUTE_TYPES",
    "REQUIRED",
    "RETRACTION",
    "UNKNOWN",
    "Attribute",
    "AttributeType",
    "Event",
    "EventType",
    "History",
    "Money",
    "ReadResult",
    "Required",
    "Schema",
    "Unknown",
    "Value",
    "event_from_mapping",
    "event_to_line",
    "event_to_mapping",
    "read_history",
    "write_history",
]
