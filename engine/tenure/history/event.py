"""The event: something that happened, when it occurred, and when it became known."""

from __future__ import annotations

from attrs import field, frozen

from tenure.diagnostics import Place
from tenure.history.values import Value

#: The type of a retraction that names none.
RETRACTION = "retraction"


@frozen
class Event:
    """One record of a history.

    ``at`` and ``recorded`` are instants (microseconds since 1970 UTC); ``at`` includes the ``seq`` ticks.
    ``data`` has every declared attribute in declared order, defaults filled in, ``null`` as ``UNKNOWN``.
    ``supposed`` marks an event of a supposition.  Where an event was read does not count in comparing it.
    """

    id: str
    at: int
    is_date: bool
    seq: int | None
    type: str
    by: tuple[str, ...]
    data: tuple[tuple[str, Value], ...]
    recorded: int
    corrects: str | None = None
    retracts: str | None = None
    evidence: object = field(default=None, hash=False)
    place: Place | None = field(default=None, eq=False, repr=False)
    supposed: bool = False

    @property
    def target(self) -> str | None:
        """The id that this record corrects or retracts."""
        return self.corrects if self.retracts is None else self.retracts

    def value(self, name: str) -> Value:
        """The value of attribute ``name``; ``KeyError`` where the type declares none of that name."""
        for known, value in self.data:
            if known == name:
                return value
        raise KeyError(name)
