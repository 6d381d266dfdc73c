"""What a test depends on: the relations and acts from which the answers that it asks for are made."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from tenure.history import History
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.logic.definitions import Definition, EventAtom, Program, Rel, Value, relations_of
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.slicing import part_for
from tenure.norms import Query, lower
from tenure.timeline import Contract
from tenure.timeline.narrowing import meaning_for
from tenure.timeline.scenarios import formulas_of
from tenure.timeline.skeleton import Cutter


@frozen
class Slice:
    """The relations and the types of acts that an answer depends on."""

    relations: frozenset[str]
    acts: frozenset[str]

    @classmethod
    def of(cls, program: Program) -> Slice:
        """All that a program defines."""
        names = frozenset(name for d in program.definitions for name, _ in relations_of(d))
        return cls(names, frozenset(program.acts))


class Asked:
    """The slices of the questions that the tests of one contract ask, each worked out once."""

    def __init__(self, contract: Contract, record: History) -> None:
        self.contract = contract
        self.record = record
        self._known: dict[object, Slice] = {}

    def by(self, scenario: s.Scenario, expectation: s.Expectation, choice: Mapping[str, str]) -> Slice:
        """What one expectation depends on under a choice of readings."""
        chosen = tuple(sorted(choice.items()))
        match expectation.that:
            case s.Statement(act=s.ActPhrase(name)):
                return self._act(name, chosen)
            case s.EventIs(event):
                return self._event(self._type_of(scenario, event), chosen)
            case _:
                return self._queries(formulas_of(scenario, self.contract.vocabulary), chosen)

    def by_property(self, asked: s.Property) -> Slice:
        """What a property depends on, under the default readings."""
        if any(isinstance(node, s.NextChange) for node in nodes(asked.formula)):
            return self._whole(())  # the next change of any position
        cutter = Cutter(self.contract.vocabulary)
        cutter.cut(asked.formula)
        return self._queries(tuple(cutter.queries), ())

    def _act(self, act: str, chosen: tuple[tuple[str, str], ...]) -> Slice:
        key = (act, chosen)
        if key not in self._known:
            part = Slice.of(meaning_for(self.contract.meaning(dict(chosen)), act).program)
            # Whether an act is free where no clause speaks stands with its action, and in no other relation.
            self._known[key] = evolve(part, relations=part.relations | {f"unpermitted:{act}"})
        return self._known[key]

    def _type_of(self, scenario: s.Scenario, event: str) -> str:
        told = next((h.type for h in scenario.lines if isinstance(h, s.Happening) and h.name == event), None)
        if told is None and event in self.record.by_id:
            return self.record.by_id[event].type
        return told or ""

    def _event(self, type: str, chosen: tuple[tuple[str, str], ...]) -> Slice:
        """Whether an event is void or wrongful: its powers, and what it may violate."""
        key = (type, chosen, "event")
        if key not in self._known:
            program = self.contract.meaning(dict(chosen)).program
            formulas = [f for rule in program.acts.get(type, ()) for f in (rule.power, rule.condition)]
            asked = [a.atom.name for f in formulas for a in occurrences(f) if isinstance(a.atom, Rel | Value)]
            asked += [d.name for d in program.definitions if _is_wrong_of(d, type)]
            part = Slice.of(part_for(program, asked))
            self._known[key] = evolve(part, acts=part.acts | {type})
        return self._known[key]

    def _whole(self, chosen: tuple[tuple[str, str], ...]) -> Slice:
        if chosen not in self._known:
            self._known[chosen] = Slice.of(self.contract.meaning(dict(chosen)).program)
        return self._known[chosen]

    def _queries(self, queries: tuple[s.Formula | Query, ...], chosen: tuple[tuple[str, str], ...]) -> Slice:
        key = (queries, chosen)
        if key not in self._known:
            program = lower(self.contract.vocabulary, dict(chosen), queries).program
            asked = [d.name for d in program.definitions if d.name.startswith("query:")]
            self._known[key] = Slice.of(part_for(program, asked))
        return self._known[key]


def _is_wrong_of(definition: Definition, type: str) -> bool:
    """Whether a relation says that an event of ``type`` breaks a prohibition, or was done without a liberty."""
    if definition.name.partition(":")[0] not in ("violation", "unpermitted"):
        return False
    atoms = (found.atom for formula in bodies(definition).values() for found in occurrences(formula))
    return any(isinstance(atom, EventAtom) and atom.type == type for atom in atoms)
