"""Patterns over changes of positions: what a reaction waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from logging import getLogger
from typing import Any

from attrs import evolve, field, frozen

from tenure.norms import Vocabulary
from tenure.time import Duration
from tenure.timeline.changes import Change, Kind, PositionChange
from tenure.timeline.moments import length_of
from tenure.timeline.objects import values_match

#: What a pattern may say of a change.
FIELDS = (
    "holder",
    "counterparty",
    "relation",
    "act",
    "object",
    "instance",
    "clause",
    "state",
    "event",
    "named",
)
_log = getLogger("tenure.live")


@frozen
class Var:
    """A value that is the same wherever its name stands in one ``when_all``."""

    name: str


@frozen
class Pattern:
    """Changes of one ``kind`` (None: of any) with these values; a :class:`Var` stands for any value.

    They are changes of positions, or of named states where one is ``named``.
    ``where`` is asked last.  What has been told late counts as well as what is new; what is withdrawn matches only
    :func:`withdrawn`.
    """

    kind: Kind | None
    values: Mapping[str, Any] = field(factory=dict)
    within: Duration | None = None
    is_withdrawn: bool = False
    where: Callable[[Change], bool] | None = None

    def match(self, change: Change, vocabulary: Vocabulary) -> dict[str, Any] | None:
        """The values of variables for ``change``, or None where it does not match."""
        if isinstance(change, PositionChange) == ("named" in self.values):
            return None
        if self.kind not in (None, change.kind) or self.is_withdrawn != (change.news == "withdrawn"):
            return None
        if self.within is not None and self.within != change.within:
            return None
        found: dict[str, Any] = {}
        for name, wanted in self.values.items():
            if isinstance(wanted, Var):
                value = value_in(change, name)
                if found.setdefault(wanted.name, value) != value:
                    return None
            elif not _fits(change, name, wanted, vocabulary):
                return None
        return found if self.where is None or _asked(self.where, change) else None


@frozen
class WhenAll:
    """One change for each of ``patterns``, in any order; variables of one name have one value."""

    patterns: tuple[Pattern, ...]


@frozen
class WhenAny:
    """A change that matches one of ``patterns``."""

    patterns: tuple[Pattern, ...]


When = Pattern | WhenAll | WhenAny


def value_in(change: Change, name: str) -> Any:
    """What ``change`` has under one of :data:`FIELDS`."""
    match name:
        case "clause":
            return change.clauses[0] if change.clauses else None
        case "event":
            return change.cause.event if change.cause else None
        case "object":
            return change.things
        case "named":
            return None if isinstance(change, PositionChange) else change.row.name
        case "state":
            return change.state if isinstance(change, PositionChange) else None
        case _:
            return getattr(change.position, name) if isinstance(change, PositionChange) else None


def _fits(change: Change, name: str, wanted: Any, vocabulary: Vocabulary) -> bool:
    if name == "object":
        return values_match(change.things, change.things_text(vocabulary), wanted)
    if name == "clause":
        return wanted in change.clauses
    return bool(value_in(change, name) == wanted)


def _asked(where: Callable[[Change], bool], change: Change) -> bool:
    """Whether ``where`` says yes; one that fails is reported, and has not said so."""
    try:
        return bool(where(change))
    except Exception:  # noqa: BLE001  (whatever it raises is reported)
        _log.exception("`where` failed, and counts as no match: %s", change)
        return False


def patterns_of(when: When) -> tuple[Pattern, ...]:
    """The patterns in ``when``."""
    return (when,) if isinstance(when, Pattern) else when.patterns


def states_of(when: When) -> Iterator[str]:
    """The states that the patterns of ``when`` name."""
    for pattern in patterns_of(when):
        named = pattern.values.get("named")
        if isinstance(named, str):
            yield named


def lengths_of(when: When) -> Iterator[Duration]:
    """How far ahead the patterns of ``when`` look."""
    for pattern in patterns_of(when):
        if pattern.within is not None:
            yield pattern.within


# ---------------------------------------------------------------- as they are written


def _pattern(kind: Kind | None, where: Callable[[Change], bool] | None, values: dict[str, Any]) -> Pattern:
    for name in values:
        if name not in FIELDS:
            raise TypeError(f"a change has no `{name}`; it has {', '.join(FIELDS)}")
    return Pattern(kind, values, where=where)


def granted(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position that somebody has from now on."""
    return _pattern("granted", where, values)


def ended(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position that nobody has any more; a duty that was performed has the ``state`` ``"performed"``."""
    return _pattern("ended", where, values)


def suspended(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position whose clause, or a duty that, is suspended."""
    return _pattern("suspended", where, values)


def resumed(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position that was suspended and is held again."""
    return _pattern("resumed", where, values)


def breached(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A duty whose time has run out, a prohibition that was broken, or an act without the liberty that it takes."""
    return _pattern("breached", where, values)


def disputed(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position on which readings differ, or clauses of equal rank contradict each other."""
    return _pattern("disputed", where, values)


def unknown(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position that hangs on what is not known."""
    return _pattern("unknown", where, values)


def settled(*, where: Callable[[Change], bool] | None = None, **values: Any) -> Pattern:
    """A position that is held after all, where it was disputed or unknown."""
    return _pattern("settled", where, values)


def about_to_end(
    within: str | Duration, *, where: Callable[[Change], bool] | None = None, **values: Any
) -> Pattern:
    """A position that ends ``within`` that time, if nothing more happens; told once for each end."""
    return evolve(_pattern("about_to_end", where, values), within=length_of(within))


def withdrawn(
    kind: Kind | None = None, *, where: Callable[[Change], bool] | None = None, **values: Any
) -> Pattern:
    """A change that was told, and is not so after all, by an event that came late or was corrected."""
    return evolve(_pattern(kind, where, values), is_withdrawn=True)


def when_all(*patterns: Pattern) -> WhenAll:
    """All of ``patterns``."""
    return WhenAll(patterns)


def when_any(*patterns: Pattern) -> WhenAny:
    """Any of ``patterns``."""
    return WhenAny(patterns)
