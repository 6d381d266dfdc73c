"""What a session needs to go on in another process, as data: images of its lines, and what it has told of late."""

from __future__ import annotations

from attrs import frozen

from tenure.history import Event
from tenure.logic.tables import Key
from tenure.time import Instant
from tenure.timeline.ahead import Coming
from tenure.timeline.changes import Change
from tenure.timeline.following import LineImage
from tenure.timeline.standing import Standing


@frozen
class SessionImage:
    """A session at ``now`` that forgets what was before ``known``: the events since then, what stands, and what was told.

    ``wrongs`` are rows of the tick that may still be open, by relation.
    """

    now: Instant
    known: Instant
    lines: list[LineImage]
    records: list[Event]
    effective: list[Event]
    taken: int
    standing: list[Standing]
    log: list[Change]
    withdrawn: dict[str, tuple[int, Instant]]
    announced: list[str]
    foreseen: list[Coming]
    wrongs: list[tuple[str, Key]]
