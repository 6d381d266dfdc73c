"""Properties made ready for many histories: lowered once, with no more of the contract than they depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from attrs import evolve, frozen

from tenure.history import History
from tenure.language import syntax as s
from tenure.logic.definitions import Const, EventAtom, Program, Rel, Stage, Value, with_events
from tenure.logic.formulas import bodies, occurrences, terms_of
from tenure.logic.slicing import part_for
from tenure.norms import Meaning, lower
from tenure.testing.strategies import teller
from tenure.testing.telling import Focus
from tenure.timeline import Contract
from tenure.timeline.choices import MOST_CHOICES
from tenure.timeline.judging import Facts, Judgement
from tenure.timeline.line import Line
from tenure.timeline.properties import PropertyVerdict, check_properties
from tenure.timeline.skeleton import Cutter, Implies, Node, asks_for_changes, below, leaves

Choice = Mapping[str, str]


@frozen
class Judged:
    """Whether one property holds in a history (None: that is open or unknown), and what in it ever applied."""

    holds: bool | None
    awake: frozenset[Implies]


class Judge:
    """Judges properties of one contract: broken is what no later event can mend once the last limit of a story is past."""

    def __init__(self, contract: Contract, properties: Iterable[s.Property]) -> None:
        self.contract = contract
        self.properties = tuple(properties)
        self._clock = teller(contract).clock
        cutter = Cutter(contract.vocabulary)
        self._nodes = tuple(cutter.cut(p.formula) for p in self.properties)
        self._queries = tuple(cutter.queries)
        self._meanings: dict[tuple[tuple[str, str], ...], Meaning] = {}
        self.conditions = tuple(frozenset(_implications(node)) for node in self._nodes)

    def __call__(self, history: History, readings: Choice | None = None) -> tuple[Judged, ...]:
        """What becomes of each property in ``history``; readings without a default must agree before one is broken."""
        choice = {**self.contract.vocabulary.default_choice(), **(readings or {})}
        judged = self._under(history, choice)
        if any(j.holds is False for j in judged):
            for other in self._open_choices(choice, readings or {}):
                seen = self._under(history, other)
                judged = tuple(_agreed(a, b) for a, b in zip(judged, seen, strict=True))
        return judged

    def about(self) -> Iterator[Focus]:
        """For each property the events on which it depends, and the names that its part of the contract uses.

        One that speaks of several clauses is looked at clause by clause too, each with what is no clause.
        """
        program = lower(self.contract.vocabulary, None, self._queries).program
        bodies_of = {d.name: bodies(d) for d in program.definitions if d.name.startswith("query:")}
        for node in self._nodes:
            asked = [f"query:{leaf.number}" for leaf, _ in leaves(node)]
            yield _focus(part_for(program, asked))
            atoms = [o.atom for q in asked for f in bodies_of[q].values() for o in occurrences(f)]
            read = dict.fromkeys(atom.name for atom in atoms if isinstance(atom, Rel | Value))
            clauses = [name for name in read if name.startswith("force:")]
            others = [name for name in read if name not in clauses]
            for name in clauses if len(clauses) > 1 else ():
                yield _focus(part_for(program, [name, *others]))

    def verdict(self, number: int, history: History, readings: Choice | None = None) -> PropertyVerdict:
        """The whole verdict on one property: since when it is broken, and by what."""
        to = self.reach(history)
        timeline = self.contract.evaluate(history, readings=readings, to=to)
        return check_properties(timeline, self.properties[number], horizon=to)[0]

    def reach(self, history: History) -> int:
        """How far the timeline of ``history`` is looked at."""
        return self._clock.reach(max((e.at for e in history.view()), default=self._clock.start))

    def _under(self, history: History, choice: Choice) -> tuple[Judged, ...]:
        events = history.view()
        line = Line(self.contract.vocabulary, self._meaning(choice), events, self.reach(history))
        facts = Facts(line)
        origin = with_events(events[0].at if events else self._clock.start)
        return tuple(self._judged(node, facts, origin) for node in self._nodes)

    @staticmethod
    def _judged(node: Node, facts: Facts, origin: Stage) -> Judged:
        """What does not even hold if nothing more happens may be broken for good."""
        silence = Judgement(facts, origin, None)
        holds = silence.at_origin(node, {})
        if holds is False:
            known = with_events(facts.line.trace.to)
            holds = False if Judgement(facts, origin, known).at_origin(node, {}) is False else None
        return Judged(holds, frozenset(silence.awake))

    def _meaning(self, choice: Choice) -> Meaning:
        key = tuple(sorted(choice.items()))
        if key not in self._meanings:
            self._meanings[key] = self._narrowed(lower(self.contract.vocabulary, choice, self._queries))
        return self._meanings[key]

    def _narrowed(self, whole: Meaning) -> Meaning:
        """Only what the properties depend on; `next change` is about every position."""
        if any(map(asks_for_changes, self._nodes)):
            return whole
        part = part_for(whole.program, [f"query:{i}" for i in range(len(self._queries))])
        return evolve(whole, program=part, supports=(), silences=())

    def _open_choices(self, choice: Choice, given: Choice) -> Iterator[dict[str, str]]:
        readings = self.contract.vocabulary.readings.values()
        opened = [r for r in readings if r.name not in given and not any(v.default for v in r.values)]
        combinations = product(*([v.name for v in r.values] for r in opened))
        for number, values in enumerate(combinations):
            other = {**choice, **dict(zip((r.name for r in opened), values, strict=True))}
            if number < MOST_CHOICES and other != choice:
                yield other


def _agreed(one: Judged, other: Judged) -> Judged:
    return Judged(one.holds if one.holds == other.holds else None, one.awake | other.awake)


def _focus(part: Program) -> Focus:
    rules = (rule for several in part.acts.values() for rule in several)
    formulas = [f for d in part.definitions for f in bodies(d).values()]
    formulas += [f for rule in rules for f in (rule.power, rule.condition)]
    atoms = [found.atom for formula in formulas for found in occurrences(formula)]
    events = [atom for atom in atoms if isinstance(atom, EventAtom)]
    terms = [term for atom in atoms for term in terms_of(atom)]
    words = {term.value for term in terms if isinstance(term, Const) and isinstance(term.value, str)}
    kinds = {d.name.removeprefix("is:") for d in part.definitions if d.name.startswith("is:")}
    return Focus(frozenset(atom.type for atom in events), frozenset(words | kinds))


def _implications(node: Node) -> Iterator[Implies]:
    if isinstance(node, Implies):
        yield node
    for part in below(node):
        yield from _implications(part)


def declared_properties(contract: Contract) -> Sequence[s.Property]:
    """The properties that the contract's own file states."""
    return tuple(contract.vocabulary.items(s.Property))
