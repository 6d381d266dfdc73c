"""What a run needs to go on in another process: a checkpoint of it as plain data, with the edges of what holds there.

Nodes, readers and tables are called by their numbers and names, so an image says nothing of how they work; it fits a run
of the same program only, and ``shape`` tells whether a program is the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, frozen

from tenure.logic.agenda import Action, Plans
from tenure.logic.checkpoint import Checkpoint, tables_of
from tenure.logic.definitions import Stage
from tenure.logic.finished import finished_tables
from tenure.logic.nodes import Node
from tenure.logic.readers import Reader
from tenure.logic.tables import Edge, Key, Row, Table
from tenure.logic.truth import Causes
from tenure.logic.world import Pulses
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

#: The methods of a run that wait for a next stage; an image names no others.
_ACTIONS = ("_again", "_look_back", "_settle_again", "put")


@frozen
class Ref:
    """A node or a reader by its number, or a table by its name."""

    kind: Literal["node", "reader", "table"]
    of: int | str


@frozen
class Image:
    """A run as it stood at the end of ``stage``; of what was before :attr:`known` it holds nothing but what still is.

    ``edges`` are, by relation and row, the last of each row that holds; of relations that are to be known from the
    beginning of time all of them.
    """

    shape: str
    stage: Stage
    rows: dict[str, tuple[dict[Key, Row], bool]]
    edges: dict[str, dict[Key, list[Edge]]]
    memories: tuple[dict[str, dict[Any, Any]], ...]
    limits: list[tuple[Stage, int, int, Key, Stage]]
    dates: list[tuple[Stage, int, int, Causes]]
    actions: list[tuple[str, tuple[Any, ...]]]
    next_stage: Stage
    number: int
    pulses: Pulses
    wound_up: Instant | None

    @property
    def known(self) -> Instant:
        """From when on a run that stands here can take events that come late."""
        return known_from(self)


def known_from(mark: Checkpoint | Image) -> Instant:
    """The first instant of which ``mark`` knows nothing, neither its dates nor its events."""
    after = mark.stage // 2 + 1
    return after if mark.wound_up is None else max(after, mark.wound_up + 1)


def shape_of(run: Evaluation) -> str:
    """What tells the program of ``run`` from others: its definitions in their order, and what each of them reads."""
    said = [
        (type(node).__name__, node.definition.name, node.memory, [(r.role, r.atom) for r in node.readers])
        for node in run.nodes
    ]
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def image_at(run: Evaluation, mark: Checkpoint, but: frozenset[str]) -> Image:
    """``run`` as it stood at ``mark``; of the relations ``but`` all edges up to there are kept."""
    mark = without_finished(run, mark)
    return Image(
        shape=shape_of(run),
        stage=mark.stage,
        rows=mark.rows,
        edges={table.name: _edges(table, mark, table.name in but) for table in tables_of(run)},
        memories=mark.memories,
        limits=[(s, n, node.index, key, anchor) for s, n, node, key, anchor in mark.plans.limits],
        dates=[(s, n, reader.number, causes) for s, n, reader, causes in mark.plans.dates],
        actions=[_named(action) for action in mark.plans.actions],
        next_stage=mark.plans.stage,
        number=mark.plans.number,
        pulses=mark.pulses,
        wound_up=mark.wound_up,
    )


def without_finished(run: Evaluation, mark: Checkpoint) -> Checkpoint:
    """``mark`` without the rows of instances that were over by then and that nothing reads."""
    rows = dict(mark.rows)
    for name, owed in finished_tables(run, mark.memories):
        found, has_unknown = rows[name]
        rows[name] = {key: row for key, row in found.items() if key in owed}, has_unknown
    return evolve(mark, rows=rows)


def _edges(table: Table, mark: Checkpoint, whole: bool) -> dict[Key, list[Edge]]:  # noqa: FBT001
    found = {}
    for key in table.edges if whole else mark.rows[table.name][0]:
        edges = table.edges.get(key, [])
        count = bisect_right(edges, mark.stage, key=lambda edge: edge.stage)
        if count:
            found[key] = edges[:count] if whole else edges[count - 1 : count]
    return found


def _named(action: Action) -> tuple[str, tuple[Any, ...]]:
    if isinstance(action, partial):
        return action.func.__name__, tuple(map(_referred, action.args))
    return action.__name__, ()


def _referred(value: Any) -> Any:
    match value:
        case Node():
            return Ref("node", value.index)
        case Reader():
            return Ref("reader", value.number)
        case Table():
            return Ref("table", value.name)
        case _:
            return value


def stand_at(run: Evaluation, image: Image) -> Checkpoint:
    """Let ``run``, to which nothing has happened, stand where ``image`` was made; the checkpoint that it stands at.

    Raises :class:`ValueError` for an image of another program.
    """
    if image.shape != shape_of(run):
        raise ValueError("the image is of another program")
    mark = Checkpoint(
        stage=image.stage,
        rows=image.rows,
        memories=image.memories,
        plans=_plans(run, image),
        pulses=image.pulses,
        wound_up=image.wound_up,
        size=sum(len(found) for found, _ in image.rows.values()),
    )
    for table in tables_of(run):
        table.edges = dict(image.edges[table.name])
    mark.restore(run)
    return mark


def _plans(run: Evaluation, image: Image) -> Plans:
    return Plans(
        limits=[(s, n, run.nodes[index], key, anchor) for s, n, index, key, anchor in image.limits],
        dates=[(s, n, run.readers[number], causes) for s, n, number, causes in image.dates],
        actions=[_action(run, name, args) for name, args in image.actions],
        stage=image.next_stage,
        number=image.number,
    )


def _action(run: Evaluation, name: str, args: Iterable[Any]) -> Action:
    if name not in _ACTIONS:
        raise ValueError(f"a run does no `{name}`")
    found: Action = getattr(run, name)
    things: Mapping[str, Any] = {"node": run.nodes, "reader": run.readers, "table": run.world.tables}
    given = [things[arg.kind][arg.of] if isinstance(arg, Ref) else arg for arg in args]
    return partial(found, *given) if given else found
