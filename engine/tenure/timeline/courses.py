"""What `what would` answers with: courses of acts, who must do them, how late each may be done, what must not happen."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from tenure.time import Instant
from tenure.timeline.future import Act


@frozen
class Course:
    """A set of acts that brings the change about, in an order that does; no part of it does (that was tried).

    ``events`` are mappings as a history has them, and ``times`` the latest instants at which each of them still works,
    the later ones being done at theirs.  ``must_not`` are acts of which one, done between them or afterwards, undoes it.
    """

    acts: tuple[Act, ...]
    events: tuple[dict[str, Any], ...]
    times: tuple[Instant, ...]
    must_not: tuple[Act, ...] = ()

    @property
    def latest(self) -> Instant:
        """The latest instant at which the course may be begun."""
        return self.times[0]

    @property
    def alone(self) -> tuple[str, ...]:
        """The parties that can do all of it alone: no act needs another, and no fact has to happen."""
        doers = [
            frozenset(act.by) if not act.joint or len(act.by) == 1 else frozenset[str]() for act in self.acts
        ]
        return tuple(sorted(frozenset.intersection(*doers))) if doers else ()

    def __str__(self) -> str:
        return ", then ".join(str(act) for act in self.acts)


@frozen
class Courses:
    """The minimal courses of up to ``most_acts`` acts.

    ``complete`` is False where more acts might do it, or where acts that could matter were not shown to;
    ``interrupted`` says that the search was stopped before it was done.
    """

    found: tuple[Course, ...]
    most_acts: int
    complete: bool
    interrupted: bool = False

    @property
    def alone(self) -> tuple[str, ...]:
        """The parties of whom one alone can bring the change about, by one of these courses."""
        return tuple(sorted({party for course in self.found for party in course.alone}))
