"""Many suppositions in one table: a row for each, a column for each question, what differs from the record marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen

from tenure.diagnostics import Diagnostic, QueryError, TenureError
from tenure.norms import CORRELATIVES
from tenure.timeline.suppose import Supposition
from tenure.timeline.verdict import Verdict

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

Part = Literal["status", "since", "until"]
PARTS: tuple[Part, ...] = ("status", "since", "until")
#: Called with the number of suppositions done, and of all.
Progress = Callable[[int, int], None]


@frozen
class Question:
    """One position at one instant (default: the horizon), and what its column is called."""

    holder: str
    act: str
    object: str | tuple[Any, ...] | None = None
    at: str | None = None
    relation: str = "liberty"
    counterparty: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        named = self.object if isinstance(self.object, str) else ", ".join(map(str, self.object or ()))
        relation = "" if self.relation == "liberty" else f"{self.relation} "
        words = f"{self.holder} {relation}{self.act} {named}".rstrip()
        return self.name or (f"{words} at {self.at}" if self.at else words)

    def ask(self, timeline: Timeline) -> Verdict:
        """The verdict of ``timeline``; raises :class:`QueryError` on names that the contract does not have."""
        if self.relation not in CORRELATIVES:
            raise QueryError.of(
                "TEN604", f"`{self.relation}` is not a relation", help=f"relations: {', '.join(CORRELATIVES)}"
            )
        return timeline.holds(
            self.holder,
            self.act,
            self.object,
            at=timeline.horizon if self.at is None else self.at,
            relation=self.relation,
            counterparty=self.counterparty,
        )


@frozen
class Cell:
    """The verdict under one supposition, and in what it differs from that of the record."""

    verdict: Verdict
    changed: tuple[Part, ...] = ()


@frozen(repr=False)
class Row:
    """One supposition with its cells; ``void`` are its acts without effect, ``problems`` say why it could not be supposed."""

    supposition: Supposition
    cells: tuple[Cell, ...] = ()
    void: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """The supposition's name, or what it supposes."""
        return self.supposition.name or repr(self.supposition)


@frozen(repr=False)
class Table:
    """The answers of the record (``base``), and those under each supposition; not ``complete`` where it was stopped."""

    questions: tuple[Question, ...]
    base: tuple[Cell, ...]
    rows: tuple[Row, ...]
    timeline: Timeline = field(eq=False)
    complete: bool = True

    def __repr__(self) -> str:
        def line(name: str, cells: Iterable[Cell]) -> str:
            told = (f"{'* ' if c.changed else ''}{c.verdict.status}" for c in cells)
            return f"{name}: {' | '.join(told)}"

        head = f"Table of {' | '.join(map(str, self.questions))}"
        return "\n".join((head, line("the record", self.base), *(line(r.name, r.cells) for r in self.rows)))


def table(
    timeline: Timeline,
    suppositions: Iterable[Supposition],
    questions: Iterable[Question],
    progress: Progress = lambda _done, _all: None,
) -> Table:
    """Ask ``questions`` of ``timeline`` and under each of ``suppositions``; each is evaluated once, and only what it changes.

    A supposition that cannot be supposed has its problems in its row.  A keyboard interrupt ends with the rows so far.
    Raises :class:`QueryError` (TEN652) where there is nothing to ask, or a question names what is not there.
    """
    asked, wanted = tuple(questions), tuple(suppositions)
    if not asked:
        raise QueryError.of(
            "TEN652", "there is no question to ask", help="name a position: holder, act and object"
        )
    base = tuple(Cell(question.ask(timeline)) for question in asked)
    rows: list[Row] = []
    layers: dict[int, Timeline] = {}
    try:
        for supposition in wanted:
            progress(len(rows), len(wanted))
            rows.append(_row(timeline, supposition, asked, base, layers))
    except KeyboardInterrupt:
        return Table(asked, base, tuple(rows), timeline, complete=False)
    return Table(asked, base, tuple(rows), timeline)


def _row(
    timeline: Timeline,
    supposition: Supposition,
    questions: tuple[Question, ...],
    base: tuple[Cell, ...],
    layers: dict[int, Timeline],
) -> Row:
    try:
        supposed = _supposed(timeline, supposition, layers)
        verdicts = [question.ask(supposed) for question in questions]
    except TenureError as error:
        return Row(supposition, problems=error.diagnostics)
    cells = tuple(
        Cell(verdict, tuple(part for part in PARTS if getattr(verdict, part) != getattr(cell.verdict, part)))
        for verdict, cell in zip(verdicts, base, strict=True)
    )
    void = tuple(v.event.id for v in supposed.void if v.event.supposed)
    return Row(supposition, cells, void)


def _supposed(timeline: Timeline, supposition: Supposition, layers: dict[int, Timeline]) -> Timeline:
    """``timeline`` as supposed; what several suppositions stand on is evaluated once (``layers``, by identity)."""
    beneath = supposition.on
    if beneath is None:
        return timeline.suppose(supposition)
    if id(beneath) not in layers:
        layers[id(beneath)] = _supposed(timeline, beneath, layers)
    return layers[id(beneath)].suppose(evolve(supposition, on=None))
