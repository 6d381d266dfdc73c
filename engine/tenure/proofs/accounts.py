"""What can be said of a duty: which of its formulas was so, of whom, and when (an *account* of its instances)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from tenure.logic.definitions import (
    PERFORMED_AMOUNT,
    PERFORMER,
    PERFORMING,
    Const,
    Duty,
    Formula,
    Stage,
    due_dates,
    relations_of,
)
from tenure.logic.formulas import bodies, term_variables
from tenure.logic.terms import Env, unify, value_of
from tenure.proofs.steps import Bindings, UnfitError, bound
from tenure.proofs.theory import Theory

Key = tuple[Any, ...]
#: Before the first stage: where everything that a trigger may ever bring about is looked for.
_EVER: Stage = -(2**63)
_ASSIGNEE = "assignee"


@frozen
class Entry:
    """A formula of the duty was true from ``start`` to ``end``, for the values of ``witness``."""

    start: Stage
    end: Stage
    witness: Bindings = ()


@frozen
class Matter:
    """What a formula of a duty is about: its role in the duty, the key, and who performs."""

    role: str
    key: Key
    performer: Any = None


@frozen
class Asked:
    """What has to be known of ``matter`` from ``start`` to ``end``."""

    matter: Matter
    start: Stage
    end: Stage


#: What is said of a matter, in order.
Account = Callable[[Matter], list[Entry]]


class Formulas:
    """The formulas of one duty by their roles, and what their variables are for a matter."""

    def __init__(self, theory: Theory, duty: Duty) -> None:
        self.theory = theory
        self.duty = duty
        self.by_role = bodies(duty)
        self._origins: dict[Key, list[tuple[Key, ...]]] | None = None
        #: Each relation that the duty fills: its rung, and the state that it says (None: that the rung is owed).
        self.relations: dict[str, tuple[int, str | None]] = {
            name: (number, name.removesuffix(rung.name).rstrip(":") or None)
            for name, _ in relations_of(duty)
            for number, rung in enumerate(duty.rungs)
            if name == rung.name or name.endswith(f":{rung.name}")
        }

    def witnesses(self, role: str) -> tuple[str, ...]:
        """The variables that a formula binds and that matter for what becomes of an instance."""
        if role.startswith("performance/"):
            is_amount = self.duty.rungs[rung_of(role)].amount is not None
            return (PERFORMING.name, PERFORMED_AMOUNT.name) if is_amount else (PERFORMING.name,)
        if role == "trigger":
            terms = (*(t for rung in self.duty.rungs for t in rung.head), *due_dates(self.duty))
            heads = {n for t in terms for n in term_variables(t)}
            return tuple(sorted(heads - {n for t in self.duty.head for n in term_variables(t)}))
        return (_ASSIGNEE,) if role.startswith(("transfer/", "delegated")) else ()

    def env(self, matter: Matter) -> Env:
        """The bindings of the formula of a matter."""
        is_performance = matter.role.startswith("performance/")
        head = self.duty.rungs[rung_of(matter.role)].head if is_performance else self.duty.head
        key = self.written(matter.key)
        found = unify(head, key, {}) if len(head) == len(key) else None
        if found is None:
            raise UnfitError("the duty has no such instance")
        return {**found[0], **({PERFORMER.name: matter.performer} if is_performance else {})}

    def formula(self, matter: Matter) -> Formula:
        """The formula of a matter."""
        return self.by_role[matter.role]

    def witness(self, matter: Matter, env: Env) -> Bindings:
        """What of ``env`` is chosen beside the matter itself."""
        return tuple((name, env[name]) for name in self.witnesses(matter.role) if name in env)

    def options(self, matter: Matter, stage: Stage) -> list[Bindings]:
        """Everything that may be a witness of a matter at ``stage``, each once."""
        found = self.theory.bindings(self.formula(matter), self.env(matter), stage, stage)
        return list(dict.fromkeys(self.witness(matter, env) for env in found))

    def written(self, key: Key) -> Key:
        """``key`` as the head has it: without a trigger it names one instance, and later ones go by their beginning."""
        first = self.duty.head[0]
        return (first.value, *key[1:]) if isinstance(first, Const) else key

    @property
    def is_of_clause(self) -> bool:
        """Whether the beginning of the clause triggers the duty, and no event."""
        return isinstance(self.duty.head[0], Const)

    def beside(self, origin: Key, stage: Stage) -> Key | None:
        """The instance of a duty without trigger that begins at ``stage`` beside the one named ``origin``."""
        if not self.is_of_clause or origin != self.written(origin):
            return None
        return (self.theory.limits.written(stage // 2), *origin[1:])

    def born_with(self, origin: Key, witness: Bindings) -> Env:
        """The bindings of an instance when it arises."""
        found = unify(self.duty.head, self.written(origin), {})
        if found is None:
            raise UnfitError("the duty has no such instance")
        return {**found[0], **dict(witness)}

    def keys(self, origin: Key, witness: Bindings) -> list[Key]:
        """The keys of the rungs of an instance when it arises."""
        env = self.born_with(origin, witness)
        try:
            keys = [tuple(value_of(term, env) for term in rung.head) for rung in self.duty.rungs]
        except KeyError as missing:
            raise UnfitError(f"{missing} has no value") from missing
        return [(origin[0], *key[1:]) for key in keys] if self.is_of_clause else keys

    # ------------------------------------------------------------ which instances there can be

    def origins(self) -> dict[Key, list[tuple[Key, ...]]]:
        """The first rung of every instance that may arise, with each way in which all of its rungs may be."""
        if self._origins is not None:
            return self._origins
        found: dict[Key, list[tuple[Key, ...]]] = {}
        arising = [f for f in (self.duty.trigger, self.duty.contested) if f is not None]
        for formula in arising:
            self._list_origins(formula, found)
        self._origins = found
        return found

    def _list_origins(self, formula: Formula, found: dict[Key, list[tuple[Key, ...]]]) -> None:
        for env in self.theory.bindings(formula, {}, _EVER, self.theory.until):
            try:
                origin = tuple(value_of(term, env) for term in self.duty.head)
            except KeyError as missing:
                raise UnfitError(f"nothing lists the values of {missing}") from missing
            keys = tuple(self.keys(origin, bound(formula, env)))
            if keys not in found.setdefault(origin, []):
                found[origin].append(keys)

    def same_but_for_sides(self, here: Key, there: Key) -> bool:
        """Whether two keys are equal once a side has passed to somebody else, whenever the instance began."""
        here, there = self.written(here), self.written(there)
        sides = (1, 2) if self.duty.transfers else ()
        return all(a == b for i, (a, b) in enumerate(zip(here, there, strict=True)) if i not in sides)

    def may_perform(self, rung: int, key: Key, stage: Stage) -> Iterator[str]:
        """The events of ``stage`` that may perform a rung, whoever it is owed by and to, once a side has passed."""
        head, role = self.duty.rungs[rung].head, f"performance/{rung}"
        key = self.written(key)
        sides = (1, 2) if self.duty.transfers else ()
        terms = [(t, v) for i, (t, v) in enumerate(zip(head, key, strict=True)) if i not in sides]
        found = unify(tuple(t for t, _ in terms), tuple(v for _, v in terms), {})
        if found is not None:
            for env in self.theory.bindings(self.by_role[role], found[0], stage, stage):
                if PERFORMING.name in env:
                    yield env[PERFORMING.name]


def rung_of(role: str) -> int:
    """The number of the rung that a role is about."""
    return int(role.rpartition("/")[2])
