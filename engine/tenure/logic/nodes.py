"""What every kind of definition has in common, and the two simplest: ``:=`` and ``since``.

A node is told which keys an edge has touched, and settles each of them once a stage, after everything that it
depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tenure.logic.atoms import Solution, Solver
from tenure.logic.definitions import Definition, EventAtom, Formula, Rel, Stage, Term, Value, Var
from tenure.logic.formulas import bodies, is_silent, looks_back, term_variables
from tenure.logic.solver import NOW, Test, solver, test
from tenure.logic.tables import ABSENT, Key, Row, Table
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import NO_REASONS, UNKNOWN, ByLimit, Causes, join_causes

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation
    from tenure.logic.readers import Reader

#: What touched a key at this stage: the causes, by the role of the formula that they act through.
Touches = dict[str, Causes]


class Role:
    """A formula of a definition, solved for the definition's head; compiled when it is first asked."""

    __slots__ = ("_run", "_solvers", "_test", "bind", "formula", "head", "head_variables", "silent")

    def __init__(self, formula: Formula, head: tuple[Term, ...], run: Evaluation) -> None:
        self.formula = formula
        self.head = head
        self.head_variables = frozenset().union(*(term_variables(t) for t in head))
        self.silent = is_silent(formula)
        self.bind = binder(head)
        self._solvers: dict[frozenset[str], Solver] = {}
        self._test: Test | None = None
        self._run = run

    def _solver(self, bound: frozenset[str]) -> Solver:
        found = self._solvers.get(bound)
        if found is None:
            found = self._solvers[bound] = solver(self.formula, bound, self._run.world)
        return found

    def at(self, key: Key, *, earlier: bool = False) -> Row:
        """The truth of the formula for the head ``key``, at this stage or one earlier."""
        env = self.bind(key)
        if env is None:
            return ABSENT
        truth_of = self._test
        if truth_of is None:
            truth_of = self._test = test(self.formula, self.head_variables, self._run.world)
        return truth_of(env, earlier)

    def solutions(self, env: Env) -> Iterator[Solution]:
        """Every way to bind the rest, given ``env``."""
        return self._solver(frozenset(env))(env, NOW)

    def heads(self, env: Env) -> list[Key]:
        """The heads for which the formula is unknown or true, given some bindings."""
        bound = {k: v for k, v in env.items() if k in self.head_variables}
        found = self._solver(frozenset(bound))(bound, NOW)
        return list(dict.fromkeys(tuple([value_of(t, s.env) for t in self.head]) for s in found))


def binder(head: tuple[Term, ...]) -> Callable[[Key], Env | None]:
    """What the variables of ``head`` are for a key; ``None`` for a key that the head cannot have."""
    names = [term.name for term in head if isinstance(term, Var)]
    if len(names) == len(head) == len(set(names)):
        return lambda key: dict(zip(names, key, strict=True))

    def bind(key: Key) -> Env | None:
        matched = unify(head, key, {})
        return None if matched is None else matched[0]

    return bind


class Node:
    """One definition in an evaluation; subclasses say how its relation changes."""

    #: Roles through which a touch can only begin something: rows that hold need no second look.
    opening: frozenset[str] = frozenset()
    #: Roles that bear only on rows that hold, and so need not say for which heads they are true.
    standing: frozenset[str] = frozenset()
    #: What it remembers between stages, by attribute: dictionaries whose values are never changed in place.
    memory: tuple[str, ...] = ()
    #: Whether it matters that an event which the definition reads is over at the next stage.
    falls = False

    def __init__(self, definition: Definition, index: int, run: Evaluation) -> None:
        self.definition = definition
        self.index = index
        self.run = run
        self.table: Table = run.world.tables[definition.name]
        self.head = self._key_terms()
        self.roles = {name: Role(formula, self.head, run) for name, formula in bodies(definition).items()}
        self.looks_back = any(looks_back(role.formula) for role in self.roles.values())
        #: What tells it that an atom of its formulas has changed.
        self.readers: list[Reader] = []

    def _key_terms(self) -> tuple[Term, ...]:
        """The terms whose values are the keys that this node settles."""
        return self.definition.head

    def is_direct(self, _role: str) -> bool:
        """Whether a change that says the whole head touches just that head, whatever it is now."""
        return True

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """Every head that a change in ``role`` may reach where ``env`` holds."""
        touched = self.roles[role]
        bound = {k: v for k, v in env.items() if k in touched.head_variables}
        if len(bound) == len(touched.head_variables) and self.is_direct(role):
            return (tuple([value_of(t, bound) for t in self.head]),)
        if role in self.standing:
            return self.present(bound)
        found = touched.heads(bound)
        return found if role in self.opening else dict.fromkeys((*found, *self.present(bound)))

    def present(self, bound: Env) -> list[Key]:
        """The keys that agree with ``bound`` and for which something may fall."""
        head = self.head
        fixed = tuple([i for i, t in enumerate(head) if term_variables(t) <= bound.keys()])
        return self.rows_to_revisit().match(fixed, tuple([value_of(head[i], bound) for i in fixed]))

    def bearing_on(self, role: str) -> list[str]:
        """The events of this stage that may have changed what ``role`` says, by id."""
        world = self.run.world
        found: set[str] = set()
        for atom in (reader.atom for reader in self.readers if reader.role == role):
            if isinstance(atom, EventAtom):
                found.update(pulse.event.id for pulse in world.pulses.get(atom.type, ()))
            elif isinstance(atom, Rel | Value):
                found.update(world.changed_by(atom.name))
        here = (pulse.event.id for pulses in world.pulses.values() for pulse in pulses)
        return [event for event in here if event in found]

    def rows_to_revisit(self) -> Table:
        """The table of what may fall."""
        return self.table

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute the row of ``key`` at this stage."""
        raise AssertionError(self, key, touches)

    def expire(self, key: Key, anchor: Stage) -> None:
        """The limit that was anchored at ``anchor`` is reached at this stage."""
        raise AssertionError(self, key, anchor)

    def order(self, keys: list[Key]) -> list[Key]:
        """The order in which keys touched at one stage are settled."""
        return keys

    def own_tables(self) -> tuple[Table, ...]:
        """The tables that no other definition reads."""
        return ()

    @property
    def is_blank(self) -> bool:
        """Whether it remembers nothing."""
        return not any(map(vars(self).get, self.memory))

    def remembered(self) -> dict[str, dict[Any, Any]]:
        """A copy of all that it remembers."""
        return {name: dict(getattr(self, name)) for name in self.memory}

    def recall(self, memory: dict[str, dict[Any, Any]]) -> None:
        """Remember ``memory`` instead."""
        for name, values in memory.items():
            setattr(self, name, dict(values))

    def limit_cause(self) -> Causes:
        """This stage's instant, as the cause of an edge of this definition."""
        return (ByLimit(self.run.world.stage // 2, self.definition.clause),)


class HoldsNode(Node):
    """``H := body``."""

    falls = True

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        self.run.put(self.table, key, self.roles["body"].at(key), all_causes(touches))


class SinceNode(Node):
    """``S := start or (S′ and body)``."""

    standing = frozenset(("body",))
    falls = True

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        before = self.table.get(key, earlier=True)
        start, body = self.roles["start"].at(key), self.roles["body"].at(key)
        truth = max(start.truth, min(before.truth, body.truth))
        reasons = start.reasons | body.reasons | before.reasons if truth == UNKNOWN else NO_REASONS
        self.run.put(self.table, key, Row(truth, reasons), all_causes(touches))


def all_causes(touches: Touches) -> Causes:
    """The causes of all that touched a key."""
    if len(touches) == 1:
        return next(iter(touches.values()))
    return join_causes(*touches.values())
