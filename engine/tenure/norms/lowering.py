"""From a contract to the definitions of the kernel, under one choice of readings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from attrs import evolve, field, frozen
from msgspec.structs import replace

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.norms.algebra import FALSEHOOD, either, some
from tenure.norms.amendments import AmendmentLowering
from tenure.norms.atoms import DUTY_STATES
from tenure.norms.classes import class_rules, lower_classes
from tenure.norms.clauses import ClauseLowering
from tenure.norms.formulas import FormulaLowering
from tenure.norms.positions import Silence, Support
from tenure.norms.powers import lower_acts
from tenure.norms.sharing import Piece, Shared, Sight
from tenure.norms.spans import SpanLowering
from tenure.norms.vocabulary import KEEP, Vocabulary
from tenure.time import Duration, Instant

Visible = frozenset[str]
T = TypeVar("T")

#: States that `on` rules bring about in clauses of every relation.
AFFECTED = ("suspended", "waived", "terminated")


@frozen
class Meaning:
    """A contract under one choice of readings: its program, and how positions are read off its relations.

    ``read_by`` are the readings that were looked at in lowering each definition, and each act as ``act:NAME``: under
    another choice that agrees on them, it is the same.
    """

    program: k.Program
    supports: tuple[Support, ...]
    silences: tuple[Silence, ...]
    choice: Mapping[str, str]
    touched_readings: frozenset[str]
    read_by: Mapping[str, frozenset[str]] = field(factory=dict)


@frozen
class Query:
    """A formula to ask about, as a relation over ``variables``; the other variables in it are "some"."""

    formula: s.Formula
    variables: tuple[str, ...] = ()


def lower(
    vocabulary: Vocabulary,
    choice: Mapping[str, str] | None = None,
    queries: tuple[s.Formula | Query, ...] = (),
    shared: Shared | None = None,
) -> Meaning:
    """The meaning of a contract; ``choice`` overrides the defaults of readings.

    Each of ``queries`` becomes a relation ``query:N``, so that any formula can be asked; a bare formula has no columns.
    What ``shared`` knows already is not lowered again.
    Raises :class:`~tenure.diagnostics.ContractError` where a rule has no meaning.
    """
    return Lowering(vocabulary, {**vocabulary.default_choice(), **(choice or {})}, shared).run(queries)


class Lowering:
    """Collects definitions while the rules of a contract are lowered."""

    def __init__(
        self, vocabulary: Vocabulary, choice: Mapping[str, str], shared: Shared | None = None
    ) -> None:
        self.vocabulary = vocabulary
        self.choice = choice
        self.touched_readings: set[str] = set()
        #: The readings looked at for each definition; those of one unit are looked at together.
        self.read_by: dict[str, AbstractSet[str]] = {}
        self._unit: set[str] = set()
        self.definitions: dict[str, k.Definition] = {}
        self.silences: list[Silence] = []
        self._reaching: list[k.Reaching] = []
        self._remembered: dict[Hashable, k.Formula] = {}
        #: Whose names are being made, and how many of them there are.
        self._owner, self._numbered = "", 0
        self._pieces = (shared or Shared()).pieces(vocabulary)
        #: What has been looked at for the piece that is being lowered.
        self._seen: dict[Sight, Any] | None = None
        self.pulses: frozenset[str] = self._momentary_states()
        self.formulas = FormulaLowering(self)
        self.spans = SpanLowering(self)
        self.amendments = AmendmentLowering(self)
        self.clauses = ClauseLowering(self)
        self._sights: dict[str, Callable[[Any], Any]] = {
            "reading": self.choice.__getitem__,
            "remembered": self._remembered.get,
            "classes": lambda _: class_rules(vocabulary),
            "norms": self.clauses.outlines.norms,
            "effects": self.clauses.effects.naming,
            "silences": self.clauses.silences,
            "prevailing": self.clauses.exceptions.prevailing,
            "supports": self.clauses.supports_about,
        }

    def run(self, queries: tuple[s.Formula | Query, ...] = ()) -> Meaning:
        """Lower everything."""
        self.amendments.define()
        lower_classes(self)
        for state in self.vocabulary.states.values():
            self.piece(f"state/{state.name}", partial(self._state, state))
        self.clauses.define()
        acts = lower_acts(self)
        meaning = Meaning(
            k.Program(tuple(self.definitions.values()), acts, tuple(self._reaching)),
            tuple(self.clauses.supports),
            tuple(self.silences),
            dict(self.choice),
            frozenset(self.touched_readings),
            {name: frozenset(readings) for name, readings in self.read_by.items()},
        )
        return self.asking(meaning, queries) if queries else meaning

    def asking(self, meaning: Meaning, queries: tuple[s.Formula | Query, ...]) -> Meaning:
        """``meaning``, which :meth:`run` has given, with queries; others may be asked of the same lowering."""
        definitions, remembered = dict(self.definitions), dict(self._remembered)
        for number, query in enumerate(queries):
            with self.owned(f"query/{number}"), self.unit():
                self._query(number, query if isinstance(query, Query) else Query(query))
        asked = tuple(self.definitions.values())
        self.definitions = definitions
        self._remembered.clear()
        self._remembered.update(remembered)
        program = replace(meaning.program, definitions=asked)
        return evolve(
            meaning,
            program=program,
            touched_readings=frozenset(self.touched_readings),
            read_by={name: frozenset(readings) for name, readings in self.read_by.items()},
        )

    def _query(self, number: int, query: Query) -> None:
        visible = frozenset(query.variables)
        body = some(self.formulas.formula(query.formula, visible), visible)
        self.add(k.Holds(f"query:{number}", tuple(k.Var(v) for v in query.variables), body))

    # ------------------------------------------------------------ definitions

    def add(self, definition: k.Definition) -> None:
        """Add a definition; its name must be new."""
        assert definition.name not in self.definitions, definition.name
        self.definitions[definition.name] = definition
        self.read_by[definition.name] = self._unit

    # ------------------------------------------------------------ readings

    def chosen(self, reading: str) -> str:
        """The value of ``reading``, on which what is being lowered depends from now on."""
        self.touched_readings.add(reading)
        self._unit.add(reading)
        found: str = self.look("reading", reading)
        return found

    @contextmanager
    def unit(self, name: str | None = None) -> Iterator[None]:
        """What is lowered within depends on the readings looked at within; ``name`` is that of an act."""
        outer, self._unit = self._unit, set()
        if name is not None:
            self.read_by[name] = self._unit
        try:
            yield
        finally:
            self._unit = outer

    # ------------------------------------------------------------ pieces

    def piece(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, as it lowers a piece of the contract; or what it has given and added before."""
        known = self._pieces.find(name, self._look)
        if known is not None:
            self._take_over(known)
        else:
            known = self._lowered(name, make)
            self._pieces.keep(name, known)
        result: T = known.result
        return result

    def _lowered(self, name: str, make: Callable[[], T]) -> Piece:
        assert self._seen is None, name
        seen = self._seen = {}
        definitions, read_by, remembered = len(self.definitions), len(self.read_by), len(self._remembered)
        supports, silences, reaching = len(self.clauses.supports), len(self.silences), len(self._reaching)
        with self.owned(name), self.unit():
            result = make()
        self._seen = None
        return Piece(
            tuple(seen.items()),
            tuple(definition for _, definition in _since(self.definitions, definitions)),
            tuple((name, frozenset(readings)) for name, readings in _since(self.read_by, read_by)),
            _since(self._remembered, remembered),
            tuple(self.clauses.supports[supports:]),
            tuple(self.silences[silences:]),
            tuple(self._reaching[reaching:]),
            result,
        )

    def _take_over(self, piece: Piece) -> None:
        self.definitions.update((d.name, d) for d in piece.definitions)
        self.read_by.update(piece.read_by)
        self._remembered.update(piece.remembered)
        self.clauses.give(*piece.supports)
        self.silences += piece.silences
        self._reaching += piece.reaching
        self.touched_readings |= piece.readings

    def look(self, sort: str, which: Hashable = None) -> Any:
        """Something on which what is being lowered depends, and which is not the same in all contracts that share pieces."""
        sight = sort, which
        found = self._look(sight)
        if self._seen is not None:
            self._seen.setdefault(sight, found)
        return found

    def _look(self, sight: Sight) -> Any:
        sort, which = sight
        return self._sights[sort](which)

    @contextmanager
    def owned(self, owner: str) -> Iterator[None]:
        """Names that are made within are those of ``owner``: they do not depend on what else was lowered before."""
        outer, self._owner, self._numbered = (self._owner, self._numbered), owner, 0
        try:
            yield
        finally:
            self._owner, self._numbered = outer

    def numbered(self, word: str) -> str:
        """A name that nothing else has."""
        self._numbered += 1
        return f"{word}#{self._owner}.{self._numbered}"

    # ------------------------------------------------------------ what is defined once

    def once(self, key: Hashable, make: Callable[[], k.Formula]) -> k.Formula:
        """What ``make`` gives, as it adds a definition; what has the same ``key`` is one."""
        found: k.Formula | None = self.look("remembered", key)
        if found is None:
            with self.unit():  # whoever reads it has looked at the readings that its formulas depend on
                found = self._remembered[key] = make()
        return found

    def remember(
        self,
        word: str,
        visible: Visible,
        bodies: tuple[k.Formula, ...],
        make: Callable[[str, tuple[k.Term, ...]], k.Definition],
        limit: k.Limit | None = None,
    ) -> k.Formula:
        """A relation with a memory over the variables that ``bodies`` share with their surroundings."""
        shared = sorted(frozenset().union(*(free_variables(b) for b in bodies)) & visible)
        head = tuple(k.Var(v) for v in shared)
        return self.once_defined(word, (head, bodies, limit), head, lambda name: make(name, head))

    def once_defined(
        self, word: str, key: Hashable, head: tuple[k.Term, ...], make: Callable[[str], k.Definition]
    ) -> k.Formula:
        """The relation ``word#…(head)`` that ``make`` defines; what has the same ``key`` is one."""

        def define() -> k.Formula:
            name = self.numbered(word)
            self.add(make(name))
            return k.Rel(name, head)

        return self.once((word, key), define)

    def named_once(self, name: str, make: Callable[[], k.Definition]) -> None:
        """Add the definition of that ``name``, unless it is there."""

        def define() -> k.Formula:
            self.add(make())
            return k.Rel(name)

        self.once(name, define)

    def reaching_back(
        self,
        trigger: k.Formula,
        since: Instant | None,
        begun: tuple[k.Rel, ...],
        clause: str,
        *,
        each: tuple[k.Term, ...] | None = None,
    ) -> k.Formula:
        """The effect of ``trigger`` as from ``since``, or as from the beginning of what it acts on (``begun``).

        ``each``: on every row of ``begun`` by itself, told apart by these terms.
        """

        def define() -> k.Formula:
            number = self.numbered("")
            variables = tuple(k.Var(v) for v in sorted(free_variables(trigger)))
            fires = k.Rel(f"fires:{number}", variables)
            told = [t for t in each or () if isinstance(t, k.Var) and t not in variables]
            effect = k.Rel(f"reaches:{number}", (*variables, *told))
            self.add(k.Holds(fires.name, fires.args, trigger, clause))
            self.add(k.Holds(effect.name, effect.args, FALSEHOOD, clause))
            self._reaching.append(k.Reaching(fires, effect, begun, since, each is not None))
            return effect

        return self.once(("reaching", trigger, since, begun, each), define)

    def measured(
        self,
        kind: str,
        group: tuple[k.Var, ...],
        of: k.Term | None,
        over: k.Formula,
        limit: k.Limit | None,
        *,
        level: bool,
        clause: str | None,
    ) -> str:
        """The name of a measure; equal measures are one."""
        found = self.once_defined(
            f"{kind}:",
            (group, of, over, limit),
            (),
            lambda name: k.Measure(name, group, kind, of, over, limit, level=level, clause=clause),  # type: ignore[arg-type]
        )
        assert isinstance(found, k.Rel)
        return found.name

    def day_count(
        self, group: tuple[k.Var, ...], over: k.Formula, within: Duration | None, clause: str | None
    ) -> str:
        """The name of a count of days; equal counts are one."""
        found = self.once_defined(
            "days:", (group, over, within), (), lambda name: k.DayCount(name, group, over, within, clause)
        )
        assert isinstance(found, k.Rel)
        return found.name

    def _momentary_states(self) -> frozenset[str]:
        """States that are true only at single instants: `means` an event, a beginning, an expiry."""
        found: set[str] = set()
        changed = True
        while changed:
            changed = False
            for name, state in self.vocabulary.states.items():
                relation = f"state:{name}"
                if (
                    relation not in found
                    and state.means is not None
                    and self._is_momentary(state.means, found)
                ):
                    found.add(relation)
                    changed = True
        return frozenset(found)

    def _is_momentary(self, formula: s.Formula, known: set[str]) -> bool:
        match formula:
            case s.Atom(name):
                return name in self.vocabulary.events or f"state:{name}" in known
            case s.Edge(kind):
                return kind != "entering"
            case s.Recurring():
                return True
            case s.And(parts):
                return any(self._is_momentary(p, known) for p in parts)
            case s.Or(parts):
                return all(self._is_momentary(p, known) for p in parts)
            case s.Exists(_, of):
                return self._is_momentary(of, known)
            case _:
                return False

    # ------------------------------------------------------------ states

    def _state(self, state: s.State) -> None:
        visible = frozenset(state.parameters)
        head = tuple(k.Var(p) for p in state.parameters)
        name = f"state:{state.name}"
        if state.means is not None:
            body = some(self.formulas.formula(state.means, visible), visible)
            self.add(k.Holds(name, head, body))
            return
        rule = self.spans.rule(state.parts, visible, None)
        qualified = self.clauses.qualifiers(state.parts, visible, None)
        if not qualified:
            self.spans.define(name, head, rule, None)
            return
        self.spans.define(f"{name}/run", head, rule, None)
        run = k.Rel(f"{name}/run", head)
        self.add(k.Holds(name, head, k.And((run, *qualified))))
        self.spans.expiring(name, head, rule, k.Rel(f"expires:{run.name}", head), None)

    # ------------------------------------------------------------ clauses as others see them

    def supports_of(self, name: str) -> list[Support]:
        """The supports of clause ``name`` and its sub-clauses; their relations may be defined later."""
        return [p for c in self.vocabulary.clauses_under(name) for p in self.clauses.outlines.of(c)]

    def clause_state(
        self, state: str, clause: str, terms: tuple[k.Term, ...], place: Place | None
    ) -> k.Formula:
        """``breached(F1, i)``, ``violated(C07)``, ``suspended(C1)``: the state of a clause or of its duties."""
        # Of one thing's duty, its instance knows; an effect on the clause may have reached another.
        is_of_instance = (
            bool(terms) and state in DUTY_STATES and any(p.duty for p in self.supports_of(clause))
        )
        affected = state in AFFECTED and not is_of_instance
        found: list[k.Formula] = [self.clauses.affected(state, clause)] if affected else []
        for support in (p for p in self.supports_of(clause) if p.rung == 0):
            width = len(support.object)
            args = (*terms, *(k.Var(f"_any{i}") for i in range(width - len(terms))))
            if state in DUTY_STATES and (
                support.duty or (support.act == KEEP and state in ("pending", "breached"))
            ):
                sides = (k.Var("_instance"), k.Var("_holder"), k.Var("_against"))
                found.append(k.Rel(f"{state}:{support.force}", (*sides, *args)))
            elif state == "violated" and (support.relation == "duty_not" or support.act == KEEP):
                sides = (k.Var("_event"), k.Var("_holder"), k.Var("_against"))
                found.append(self.clauses.breaches.violated(support, (*sides, *args)))
        if not found:
            raise self.clauses.no_such_state(state, clause, place)
        kept = frozenset().union(*(free_variables(f) for f in found)) - {
            "_instance",
            "_holder",
            "_against",
            "_event",
        }
        shared = frozenset(v for v in kept if not v.startswith("_any"))
        return either(*(some(f, shared) for f in found))


def _since(items: dict[Any, T], before: int) -> tuple[tuple[Any, T], ...]:
    """The items that have come since there were ``before``."""
    return tuple(islice(reversed(items.items()), len(items) - before))[::-1]
