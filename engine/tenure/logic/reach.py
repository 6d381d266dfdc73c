"""What a change of the history, or of the program, can reach: the part of a program that has to be evaluated anew."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from weakref import ref

from attrs import frozen

from tenure.history import Event
from tenure.history.values import UNKNOWN
from tenure.logic.definitions import (
    ActRule,
    Const,
    Dates,
    EventAtom,
    Formula,
    Program,
    Rel,
    Value,
)
from tenure.logic.formulas import Atomic, occurrences
from tenure.logic.plan import plan_of
from tenure.logic.profiles import profile_of
from tenure.logic.slicing import first_date
from tenure.time import Instant


@frozen
class Part:
    """The part of a program that is evaluated anew: the definitions at ``positions`` of its plan, and the rules of ``acts``.

    ``defined`` are its relations, ``judged`` the acts whose judgement may change, and ``kept`` the relations that stay.
    ``given`` are those that it reads, each with the number of its definition: the order of a stage decides which causes
    an edge has.  ``first`` is the first date that the whole program names.
    """

    positions: tuple[int, ...]
    definitions: frozenset[str]
    acts: dict[str, tuple[ActRule, ...]]
    judged: frozenset[str]
    defined: frozenset[str]
    given: dict[str, int]
    kept: tuple[str, ...]
    first: Instant | None


#: A definition (or, if so, an act), by name: what reads events and relations.
Reading = tuple[bool, str]
#: An event as far as atoms tell it from others: its type, and the values that some atom asks for by name.
Sign = tuple[str, tuple[tuple[str, Hashable], ...]]


class Reach:
    """What each definition and each act of a program reads, and the parts that are known of it."""

    def __init__(self, program: Program) -> None:
        self.program = ref(program)
        profiles = {d.name: profile_of(d) for d in program.definitions}
        self.read = {name: [found.atom for _, found in known.atoms] for name, known in profiles.items()}
        self.judged = {event: list(_atoms(_formulas(rules))) for event, rules in program.acts.items()}
        self.relations = {name: known.relations for name, known in profiles.items()}
        self.of_relation: dict[str, list[Reading]] = {}
        self.of_event: dict[str, list[tuple[Reading, EventAtom]]] = {}
        for is_act, atoms_of in ((False, self.read), (True, self.judged)):
            for name, atoms in atoms_of.items():
                self._enter((is_act, name), atoms)
        self.pinned: dict[str, set[str]] = {}
        for atom in (a for atoms in (*self.read.values(), *self.judged.values()) for a in atoms):
            if isinstance(atom, EventAtom):
                names = (name for name, term in atom.args if isinstance(term, Const))
                self.pinned.setdefault(atom.type, set()).update(names)
        self.parts: dict[Hashable, Part] = {}
        self.changes: dict[int, tuple[ref[Program], Changes | None]] = {}

    def _enter(self, reading: Reading, atoms: Iterable[Atomic]) -> None:
        """Enter ``reading`` under what it reads."""
        for atom in atoms:
            if isinstance(atom, EventAtom):
                self.of_event.setdefault(atom.type, []).append((reading, atom))
            elif isinstance(atom, Rel | Value):
                self.of_relation.setdefault(atom.name, []).append(reading)

    def reached_by(self, reading: Reading) -> Iterator[Reading]:
        """What reads ``reading``."""
        is_act, name = reading
        if is_act:
            yield from (reader for reader, _ in self.of_event.get(name, ()))
            return
        for relation in self.relations[name]:
            yield from self.of_relation.get(relation, ())

    def sign(self, event: Event) -> Sign:
        """What of ``event`` an atom can ask for."""
        pinned = self.pinned.get(event.type, ())
        return event.type, tuple((name, value) for name, value in event.data if name in pinned)


#: The definitions and the acts that are not what they were.
Changes = tuple[frozenset[str], frozenset[str]]
_known: dict[int, Reach] = {}
_NO_CHANGES: Changes = (frozenset(), frozenset())


def reach_of(program: Program) -> Reach:
    """What ``program`` reads; worked out once for as long as it lives."""
    name = id(program)
    known = _known.get(name)
    if known is None or known.program() is not program:
        known = _known[name] = Reach(program)
        known.program = ref(program, lambda _: _known.pop(name, None))
    return known


def part_for_changes(program: Program, changed: Iterable[Event], old: Program | None = None) -> Part | None:
    """What ``changed`` events, and the definitions that differ from those of ``old``, bear on; None for all of it."""
    reach = reach_of(program)
    signs = frozenset(reach.sign(event) for event in changed)
    changes = _NO_CHANGES if old is None or old is program else _changes(reach, program, old)
    if changes is None:
        return None
    key = (signs, changes)
    if key not in reach.parts:
        reach.parts[key] = _part(reach, program, signs, changes)
    return reach.parts[key]


def _changes(reach: Reach, program: Program, old: Program) -> Changes | None:
    """What differs between two programs; None where recurring dates may begin on another day (DESIGN §2)."""
    known = reach.changes.get(id(old))
    if known is None or known[0]() is not old:
        before, after = ({d.name: d for d in p.definitions} for p in (old, program))
        new = [d for name, d in after.items() if before.get(name) is not d and before.get(name) != d]
        gone = [d for name, d in before.items() if after.get(name) is not d and after.get(name) != d]
        acts = frozenset(event for event, rules in program.acts.items() if old.acts.get(event) != rules)
        acts |= old.acts.keys() - program.acts.keys()
        recurs = any(isinstance(d, Dates) for d in program.definitions)
        named = any(profile_of(d).dates for d in (*new, *gone))
        changes = None if recurs and named else (frozenset(d.name for d in new), acts)
        known = reach.changes[id(old)] = (ref(old), changes)
    return known[1]


def _part(reach: Reach, program: Program, signs: Collection[Sign], changes: Changes) -> Part:
    waiting = [(False, name) for name in changes[0]]
    # An act that is no act any more has no rules, but what reads its events is reached all the same.
    waiting += [(True, event) for event in changes[1]]
    for type, values in signs:
        changed = dict(values)
        waiting += (reader for reader, atom in reach.of_event.get(type, ()) if _may_match(atom, changed))
    reached: set[Reading] = set()
    while waiting:
        reading = waiting.pop()
        if reading not in reached:
            reached.add(reading)
            waiting.extend(reach.reached_by(reading))
    judged = frozenset(name for is_act, name in reached if is_act)
    anew = {name for is_act, name in reached if not is_act}
    relations = {relation for name in anew for relation in reach.relations[name]}
    return _made(reach, program, anew, ({*(type for type, _ in signs), *judged}, judged), relations)


def _made(
    reach: Reach,
    program: Program,
    anew: Collection[str],
    touched: tuple[set[str], frozenset[str]],
    relations: Collection[str],
) -> Part:
    events, judged = touched
    atoms = [atom for name in anew for atom in reach.read[name]]
    events |= {atom.type for atom in atoms if isinstance(atom, EventAtom)}
    acts = {event: rules for event, rules in program.acts.items() if event in events}
    atoms += [atom for event in acts for atom in reach.judged[event]]
    read = {atom.name for atom in atoms if isinstance(atom, Rel | Value)}.difference(relations)
    plan = plan_of(program)
    numbered = list(enumerate(plan.definitions))
    return Part(
        positions=tuple(i for i, d in numbered if d.name in anew),
        definitions=frozenset(anew),
        acts=acts,
        judged=judged,
        defined=frozenset(relations),
        given={n: i for i, d in numbered for n in reach.relations[d.name] if n in read},
        kept=tuple(n for names in reach.relations.values() for n in names if n not in relations),
        first=first_date(program),
    )


def _formulas(rules: Iterable[ActRule]) -> Iterator[Formula]:
    return (formula for rule in rules for formula in (rule.power, rule.condition))


def _atoms(formulas: Iterable[Formula]) -> Iterator[Atomic]:
    return (found.atom for formula in formulas for found in occurrences(formula))


def _may_match(atom: EventAtom, values: dict[str, Hashable]) -> bool:
    """Whether an event with ``values`` can be what ``atom`` reads; an unknown value may be any."""
    pins = ((name, term.value) for name, term in atom.args if isinstance(term, Const))
    return all(name not in values or values[name] in (value, UNKNOWN) for name, value in pins)
