"""Each coverage item as a formula of the kernel that is true at the instants at which the item comes into play.

A *probe* becomes a relation beside those of the contract, so that one evaluation says when each item was exercised and by
what.  An item has no probe under readings under which its part does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen
from msgspec.structs import replace

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms import Meaning, Support, Vocabulary
from tenure.norms.algebra import both, either, some
from tenure.norms.classes import class_rules
from tenure.norms.clauses import split_parts
from tenure.norms.lowering import Lowering
from tenure.norms.named_dates import date_names
from tenure.norms.outlines import declared_variables
from tenure.norms.positions import names_of
from tenure.norms.scope import variables_in
from tenure.testing.coverage.items import Item

INSTANCE = k.Var("_instance")


@frozen
class Probe:
    """A formula for one item, and the relations and acts of which a test must ask for the item to count."""

    item: Item
    formula: k.Formula
    relations: frozenset[str]
    acts: frozenset[str] = frozenset()

    @property
    def relation(self) -> str:
        """The name of the relation that the probe becomes."""
        return f"probe:{self.item.name}"


def probed(
    vocabulary: Vocabulary, items: tuple[Item, ...], choice: Mapping[str, str]
) -> tuple[Meaning, tuple[Probe, ...]]:
    """The meaning of a contract under ``choice`` with a relation for each item, and the probes that there are."""
    lowering = Lowering(vocabulary, {**vocabulary.default_choice(), **choice})
    return with_probes(lowering, lowering.run(), items)


def with_probes(
    lowering: Lowering, meaning: Meaning, items: tuple[Item, ...]
) -> tuple[Meaning, tuple[Probe, ...]]:
    """``meaning``, which ``lowering`` has just given, with its probes."""
    probes = tuple(_Probing(lowering, meaning).of(items))
    for probe in probes:
        lowering.add(k.Holds(probe.relation, (), some(probe.formula, frozenset())))
    program = replace(meaning.program, definitions=tuple(lowering.definitions.values()))
    return evolve(meaning, program=program), probes


class _Probing:
    """Makes the probes of one lowered contract."""

    def __init__(self, lowering: Lowering, meaning: Meaning) -> None:
        self.lowering = lowering
        self.vocabulary = lowering.vocabulary
        self.meaning = meaning
        self.classes = {id(r.rule): r for r in class_rules(lowering.vocabulary)}
        self.silences = {
            id(rule): silence.force
            for clause in self.vocabulary.clauses
            for rule, silence in zip(
                lowering.clauses.silences(clause),
                (silence for silence in meaning.silences if silence.clause == clause),
                strict=True,
            )
        }

    def of(self, items: tuple[Item, ...]) -> Iterator[Probe]:
        """The probes of those items that count under the chosen readings."""
        for item in items:
            if item.part is not None and not self.lowering.spans.counts(getattr(item.part, "when", None)):
                continue
            found = list(self._of(item))
            if found:
                formula = either(*(some(p.formula, frozenset()) for p in found))
                relations = frozenset[str]().union(*(p.relations for p in found))
                yield Probe(item, formula, relations, frozenset[str]().union(*(p.acts for p in found)))

    def _of(self, item: Item) -> Iterator[Probe]:
        match item.kind:
            case "clause" | "state":
                yield from self._rule(item)
            case "power":
                yield from self._power(item)
            case "exception":
                yield from self._exception(item)
            case "end":
                yield from self._end(item)

    def _supports(self, rule: Any) -> list[Support]:
        return [p for p in self.lowering.clauses.supports if p.norm is rule]

    def _under(self, clause: str) -> list[Support]:
        names = self.vocabulary.clauses_under(clause)
        return [p for p in self.lowering.clauses.supports if p.clause in names and p.norm is not None]

    def _base(self, support: Support) -> k.Rel:
        return k.Rel(support.base, self.lowering.definitions[support.base].head)

    # ------------------------------------------------------------ rules

    def _rule(self, item: Item) -> Iterator[Probe]:
        rule = item.rule
        match rule:
            case s.Norm():
                for support in self._supports(rule):
                    yield Probe(item, _force(support), frozenset((support.force,)))
            case s.On():
                yield from self._effect(item, rule)
            case _:
                name = self._relation(rule)
                yield Probe(item, self._row(name), frozenset((name,)))

    def _relation(self, rule: Any) -> str:
        """The relation of a rule that is no norm."""
        match rule:
            case s.State(name):
                return f"state:{name}"
            case s.Silence():
                return self.silences[id(rule)]
            case _:
                return self.classes[id(rule)].name

    def _row(self, name: str) -> k.Rel:
        return k.Rel(name, self.lowering.definitions[name].head)

    def _effect(self, item: Item, rule: s.On) -> Iterator[Probe]:
        """What an `on` rule waits for happens while one of its clauses runs."""
        trigger = some(self.lowering.formulas.formula(rule.trigger, frozenset()), frozenset())
        for target in rule.targets:
            for support in self._under(target):
                assert support.run is not None
                running = some(k.Earlier(k.Rel(support.run.name, support.run.args)), frozenset())
                yield Probe(item, both(trigger, running), frozenset((support.force,)))

    def _power(self, item: Item) -> Iterator[Probe]:
        """An effective act by one who has the power that the item is about."""
        if isinstance(item.rule, s.EventDeclaration):
            name = item.rule.name
            for rule in self.meaning.program.acts[name]:
                yield Probe(item, replace(rule.attempt, attempted=False), frozenset(), frozenset((name,)))
            return
        for support in self._supports(item.rule):
            by = (support.holder,)
            event = self.vocabulary.events.get(support.act)
            if event is None:
                continue
            args = tuple((a.name, k.Var(f"_{a.name}")) for a in event.attributes)
            act = k.EventAtom(support.act, args, by)
            power = k.Earlier(
                some(support.for_head(support.holder, support.object), names_of(by)), entering=True
            )
            yield Probe(item, both(act, power), frozenset((support.force,)), frozenset((support.act,)))

    # ------------------------------------------------------------ exceptions

    def _exception(self, item: Item) -> Iterator[Probe]:
        exceptions = self.lowering.clauses.exceptions
        if not isinstance(item.rule, s.Norm):
            yield from self._exception_of_class(item)
            return
        if isinstance(item.part, s.Excused):
            for support in self._supports(item.rule):
                row = k.Rel(f"excused:{support.force}", (INSTANCE, *support.head))
                yield Probe(item, row, frozenset((support.force,)))
            return
        if isinstance(item.part, s.Rank) and item.part.word == "despite":
            for weaker in self._under(item.case):
                found = exceptions.defeated_by(weaker, item.clause or "")
                yield from (self._defeat(item, weaker, d.formula) for d in found)
            return
        for support in self._supports(item.rule):
            if isinstance(item.part, s.Rank):
                defeats = exceptions.defeated_by(support, item.case)
            else:
                visible = names_of(self._base(support).args)
                defeats = exceptions.case(item.case, support, visible)
            yield from (self._defeat(item, support, d.formula) for d in defeats)

    def _defeat(self, item: Item, support: Support, formula: k.Formula) -> Probe:
        """The clause would hold but for the exception."""
        return Probe(item, both(self._base(support), formula), frozenset((support.force,)))

    def _exception_of_class(self, item: Item) -> Iterator[Probe]:
        """A rule that sorts things and prevails over one that would sort them otherwise; an `unless` of a state."""
        rule = item.rule
        if isinstance(item.part, s.Rank):
            mine = self.classes[id(rule)]
            for other in self.classes.values():
                if other.clause in self.vocabulary.clauses_under(item.case) and isinstance(
                    other.rule, s.Classify
                ):
                    differs = k.Compare("!=", k.Var("_one"), k.Var("_other"))
                    rows = [
                        k.Rel(r.name, (k.Var("_x"), k.Var(v))) for r, v in ((mine, "_one"), (other, "_other"))
                    ]
                    yield Probe(item, both(*rows, differs), frozenset((mine.name, other.name)))
            return
        name = self._relation(rule)
        run = f"{name}/run"
        if run in self.lowering.definitions:
            row = self._row(run)
            of = self.lowering.formulas.formula(item.case, names_of(row.args), item.clause)
            yield Probe(item, both(row, some(of, names_of(row.args))), frozenset((name,)))

    # ------------------------------------------------------------ ends

    def _end(self, item: Item) -> Iterator[Probe]:
        rule = item.rule
        if isinstance(rule, s.ClauseEnds | s.Replaces):
            yield from self._amended(item)
        elif isinstance(item.part, s.Deadline):
            for support in self._supports(rule):
                row = k.Rel(f"breached:{support.force}", (INSTANCE, *support.head))
                yield Probe(item, row, frozenset((support.force,)))
        elif isinstance(rule, s.Norm):
            for support in self._supports(rule):
                yield self._ended(item, *self._span(support, item), support.force)
        else:
            name = self._relation(rule)
            run = {s.Silence: f"run:{name}"}.get(type(rule), f"{name}/run")
            row = self._row(run if run in self.lowering.definitions else name)
            yield self._ended(item, row, rule.parts, name)

    def _span(self, support: Support, item: Item) -> tuple[k.Rel, tuple[s.Part, ...]]:
        """The relation that an end of a norm ends: the run of its clause, or what runs for each thing."""
        norm, run = support.norm, support.run
        assert norm is not None
        assert run is not None
        declared = declared_variables(norm)
        later = self.lowering.clauses.outlines.own_variables(norm) - names_of(run.args)

        def is_later(part: object) -> bool:
            return bool(variables_in(part, self.vocabulary, declared) & later)

        whole, each = split_parts(norm.parts, is_later)
        if item.case is not None and any(item.case in p.ends for p in each if isinstance(p, s.Until)):
            return self._base(support), each
        return k.Rel(run.name, run.args), whole

    def _ended(self, item: Item, row: k.Rel, parts: tuple[s.Part, ...], relation: str) -> Probe:
        """The span was running one stage ago, runs no longer, and this end has come."""
        visible, owners = names_of(row.args), frozenset((relation,))
        spans = self.lowering.spans
        ends = [(p, e) for p in parts if isinstance(p, s.Until) and spans.counts(p.when) for e in p.ends]
        limbs = len(ends) > 1 and any(p.last for p, _ in ends)
        if isinstance(item.part, s.ForLength):
            numbers = range(1, len(ends) + 1) if limbs else ()
            names = [f"{row.name}/{n}" for n in numbers] or [row.name]
            return Probe(item, either(*(k.Rel(f"expires:{n}", row.args) for n in names)), owners)
        if limbs:
            number = next(i for i, (_, e) in enumerate(ends, 1) if e is item.case)
            row = k.Rel(f"{row.name}/{number}", row.args)
        named = visible | date_names(item.case)
        come = some(spans.end(item.case, named, item.clause, parts), visible)
        return Probe(item, both(k.ends(row), come), owners)

    def _amended(self, item: Item) -> Iterator[Probe]:
        amendment, clause = item.case
        if not self.lowering.spans.counts(item.rule.when):
            return
        for support in self._under(clause):
            assert support.run is not None
            ended = some(k.ends(k.Rel(support.run.name, support.run.args)), frozenset())
            yield Probe(item, both(ended, k.Rel(f"amendment:{amendment}")), frozenset((support.force,)))
        yield from self._amended_silence(item, amendment, clause)

    def _amended_silence(self, item: Item, amendment: str, clause: str) -> Iterator[Probe]:
        for name in self.vocabulary.clauses_under(clause):
            for rule in self.vocabulary.clauses[name].rules:
                if isinstance(rule, s.Silence):
                    silent = self._relation(rule)
                    ended = some(k.ends(self._row(f"run:{silent}")), frozenset())
                    yield Probe(item, both(ended, k.Rel(f"amendment:{amendment}")), frozenset((silent,)))


def _force(support: Support) -> k.Rel:
    return k.Rel(support.force, (INSTANCE, *support.head) if support.duty else support.head)
