"""Suppositions: a history with events added, dropped, moved or changed, other readings, clauses written anew.

A supposition is data and says nothing of one history: it is put to a history by :func:`supposed_history`.  One may
stand on another (``on``); what is beneath counts first.  How one is kept stands in :mod:`tenure.timeline.supposition_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, frozen

from tenure.diagnostics import HistoryError, Place, QueryError
from tenure.history import Event, History, event_from_mapping, event_to_mapping
from tenure.history.screening import near_id
from tenure.language.syntax import Clause
from tenure.norms import Vocabulary
from tenure.time import Instant, format_instant
from tenure.timeline.event_text import event_mapping
from tenure.timeline.moments import When, instant_of

if TYPE_CHECKING:
    from tenure.timeline.revision import NewClause

#: An event to add: a mapping as a line of a history has it (its `id` may be left out), or a line of text.
Added = Mapping[str, Any] | str
Moves = Mapping[str, When] | Iterable[tuple[str, When]]
Changes = Mapping[str, Mapping[str, Any]] | Iterable[tuple[str, Mapping[str, Any]]]


@frozen(repr=False)
class Supposition:
    """What is supposed.

    ``move`` holds instants as RFC 3339 text, ``change`` the new attributes of events, by id; ``replace`` clauses
    written anew, as the text of their rules.
    """

    add: tuple[Added, ...] = ()
    drop: tuple[str, ...] = ()
    move: tuple[tuple[str, str], ...] = ()
    change: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    replace: tuple[str, ...] = ()
    name: str | None = None
    on: Supposition | None = None

    @classmethod
    def of(
        cls,
        vocabulary: Vocabulary,
        *,
        add: Iterable[Added] = (),
        drop: Iterable[str] = (),
        move: Moves = (),
        change: Changes = (),
        readings: Mapping[str, str] | None = None,
        replace: Iterable[NewClause] = (),
        name: str | None = None,
    ) -> Self:
        """A supposition from what callers give; raises :class:`QueryError` (TEN630) where it contradicts itself."""
        moves = tuple(move.items() if isinstance(move, Mapping) else move)
        changes = tuple(change.items() if isinstance(change, Mapping) else change)
        zone = vocabulary.zone
        return cls(
            add=(add,) if isinstance(add, str) else tuple(add),
            drop=(drop,) if isinstance(drop, str) else tuple(dict.fromkeys(drop)),
            move=tuple((id, format_instant(instant_of(when, zone), zone)) for id, when in moves),
            change=tuple((id, tuple(data.items())) for id, data in changes),
            readings=tuple((readings or {}).items()),
            replace=_written(vocabulary, replace),
            name=name,
        ).checked()

    def checked(self) -> Self:
        """This, unless two parts of it speak of one event and cannot both be."""
        gone = set(self.drop)
        for verb, ids in (("move", [id for id, _ in self.move]), ("change", [id for id, _ in self.change])):
            for i, id in enumerate(ids):
                if id in gone:
                    raise _contradictory(f"`{id}` is dropped, and is to be {verb}d too")
                if id in ids[:i]:
                    raise _contradictory(f"`{id}` is to be {verb}d twice")
        return self

    def __bool__(self) -> bool:
        return any((self.add, self.drop, self.move, self.change, self.readings, self.replace, self.on))

    def __repr__(self) -> str:
        counts = (("add", self.add), ("drop", self.drop), ("move", self.move), ("change", self.change))
        words = [f"{word} {len(items)}" for word, items in counts if items]
        words += [f"{name}={value}" for name, value in self.readings]
        words += [f"replace {len(self.replace)}"] if self.replace else []
        on = f" on {self.on!r}" if self.on else ""
        return f"Supposition({', '.join(filter(None, (self.name, *words))) or 'nothing'}){on}"

    def layers(self) -> Iterator[Supposition]:
        """What it stands on, the lowest first, and then itself."""
        if self.on is not None:
            yield from self.on.layers()
        yield evolve(self, on=None)

    def standing_on(self, base: Supposition | None) -> Self:
        """This on ``base``, beneath all that it stands on already."""
        return evolve(self, on=base if self.on is None else self.on.standing_on(base))

    def all_readings(self) -> dict[str, str]:
        """The readings that it and what it stands on choose; the uppermost layer counts."""
        return {reading: value for layer in self.layers() for reading, value in layer.readings}

    def all_clauses(self) -> tuple[Clause, ...]:
        """The clauses that it and what it stands on write anew; the uppermost layer counts."""
        written = [text for layer in self.layers() for text in layer.replace]
        if not written:
            return ()
        from tenure.timeline.revision import clauses_of

        return clauses_of(written)

    def save(self, path: str | Path) -> None:
        """Write it as JSON (schema ``tenure:supposition:1``); raises :class:`QueryError` (TEN632) where it cannot."""
        from tenure.timeline.supposition_files import save

        save(self, path)


def load_supposition(path: str | Path) -> Supposition:
    """A supposition that was saved, or written by hand as JSON or TOML; raises :class:`QueryError` (TEN632, TEN651)."""
    from tenure.timeline.supposition_files import load_one

    return load_one(path)


def _written(vocabulary: Vocabulary, replace: Iterable[NewClause]) -> tuple[str, ...]:
    """Clauses as text; each must have one to replace."""
    given = (replace,) if isinstance(replace, str | Clause) else tuple(replace)
    if not given:
        return ()
    from tenure.language.printer import format_item
    from tenure.timeline.revision import clauses_of, unknown_clause

    clauses = [clause for item in given for clause in clauses_of([item])]
    names = [clause.name for clause in clauses]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise _contradictory(f"`{name}` is to be written anew twice")
        if name not in vocabulary.clauses:
            raise unknown_clause(name, vocabulary.clauses)
    return tuple(format_item(clause) for clause in clauses)


# ---------------------------------------------------------------- to a history


def supposed_history(vocabulary: Vocabulary, record: History, supposition: Supposition) -> History:
    """``record`` as supposed; neither is changed.

    Raises :class:`~tenure.diagnostics.TenureError`: TEN429 for an id that is not there, TEN630 for an event that an
    earlier layer dropped, TEN631 for a correction moved before what it corrects, TEN4xx for a malformed event.
    """
    if supposition.on is not None:
        record = supposed_history(vocabulary, record, supposition.on)
    _check_not_dropped(record, supposition)
    if supposition.drop:
        record = record.dropping(supposition.drop)
    if supposition.change:
        record = _changed(vocabulary, record, supposition)
    if supposition.move:
        moves = {id: instant_of(when, vocabulary.zone) for id, when in supposition.move}
        record = record.moving(moves)
        _check_causes(vocabulary, record, moves)
    return record.adding(_added(vocabulary, record, supposition.add)) if supposition.add else record


def _added(vocabulary: Vocabulary, record: History, items: Iterable[Added]) -> list[Event]:
    """The events to add; those without an id get the first free ones of S1, S2 and so on."""
    given = [
        (item, event_mapping(item, vocabulary) if isinstance(item, str) else dict(item)) for item in items
    ]
    taken = {*record.by_id, *(str(mapping["id"]) for _, mapping in given if "id" in mapping)}
    free = (name for i in range(1, 1_000_000) if (name := f"S{i}") not in taken)
    found = []
    for item, mapping in given:
        place = Place(f"--add '{item}'") if isinstance(item, str) else None
        found.append(
            _placed(place, vocabulary, mapping if "id" in mapping else {"id": next(free), **mapping})
        )
    return found


def _placed(place: Place | None, vocabulary: Vocabulary, mapping: Mapping[str, Any]) -> Event:
    try:
        return event_from_mapping(mapping, vocabulary.schema)
    except HistoryError as error:
        if place is None:
            raise
        raise HistoryError(*(d if d.place else d.at(place) for d in error.diagnostics)) from None


def _changed(vocabulary: Vocabulary, record: History, supposition: Supposition) -> History:
    changes = dict(supposition.change)
    for id in changes:
        if id not in record.by_id:
            message = f"cannot change `{id}`: there is no such event"
            raise HistoryError.of("TEN429", message, help=near_id(id, record.by_id))
    events = []
    for event in record.events:
        data = changes.get(_root(record, event)) if event.retracts is None else None
        events.append(event if data is None else _with_data(vocabulary, event, dict(data)))
    return evolve(record, events=tuple(events))


def _root(record: History, event: Event) -> str:
    """The id of the first record in whose place ``event`` stands."""
    while event.corrects is not None and event.corrects in record.by_id:
        event = record.by_id[event.corrects]
    return event.id


def _with_data(vocabulary: Vocabulary, event: Event, data: Mapping[str, Any]) -> Event:
    """``event`` with new values for some attributes, checked as those of a file are."""
    written = event_to_mapping(event, vocabulary.schema)
    known: Any = written.get("data", {})
    fresh = event_from_mapping({**written, "data": {**known, **data}}, vocabulary.schema, event.place)
    return evolve(fresh, supposed=True)


def _check_not_dropped(record: History, supposition: Supposition) -> None:
    """What an earlier layer dropped is gone for this one."""
    spoken_of = (*supposition.drop, *(id for id, _ in (*supposition.move, *supposition.change)))
    for id in spoken_of:
        if id in record.dropped:
            raise _contradictory(f"`{id}` is dropped already by what this supposition stands on")


def _check_causes(vocabulary: Vocabulary, record: History, moves: Mapping[str, Instant]) -> None:
    """A correction or retraction comes after what it names; an act before its power needs no check: it is void."""
    for event in record.events:
        if event.target is None or event.target not in record.by_id:
            continue
        target = record.by_id[event.target]
        begin = moves.get(target.id, target.at)
        if event.id in moves and moves[event.id] < begin:
            verb = "corrects" if event.corrects is not None else "retracts"
            when = format_instant(begin, vocabulary.zone)
            raise QueryError.of(
                "TEN631",
                f"cannot move `{event.id}` before `{target.id}`, which it {verb}",
                help=f"move it to {when} or later, or move `{target.id}` too",
            )


def _contradictory(message: str) -> QueryError:
    return QueryError.of(
        "TEN630", message, help="suppose one thing about an event; nest suppositions for more"
    )
