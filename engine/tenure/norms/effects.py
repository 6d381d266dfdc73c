"""Acts upon clauses — ``on φ suspend C1`` — as states of the clauses and duties that they name (DESIGN §4).

A variable of the trigger that the clause has too means the same thing: ``on waived(invoice) waive F1`` waives the
duty of that invoice; a trigger without shared variables acts on the whole clause.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import ContractError, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse
from tenure.norms.algebra import FALSEHOOD, Visible, both, either, some
from tenure.norms.positions import Support
from tenure.norms.scope import variables_in
from tenure.norms.substitution import substitute
from tenure.time import Duration

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

_VERBS = {"suspended": "suspend", "waived": "waive", "terminated": "terminate"}
#: The side of a duty that each verb passes on: column of (instance, debtor, creditor, …).
_SIDES = {"assign": 2, "novate": 1}
#: Verbs that only a duty with a trigger or a deadline can take.
FOR_DUTIES = ("delegate", "subcontract", "extend", "accelerate", "novate", "set off")
ASSIGNEE = k.Var("assignee")
_GIVER, _NEXT = k.Var("_giver"), k.Var("_next")


@frozen
class Target:
    """What a rule acts on: a clause, or ``each`` instance of a duty; ``begun`` are the relations that begin with it."""

    clause: str
    begun: tuple[k.Rel, ...]
    each: tuple[k.Term, ...] | None = None


@frozen
class DutyEffects:
    """What `on` rules do to the instances of one duty; formulas over the duty's head."""

    ends: tuple[k.Formula, ...]
    waived: k.Formula | None
    suspended: k.Formula | None
    accelerated: k.Formula | None
    delegated: k.Formula | None
    extensions: tuple[tuple[k.Formula, Duration], ...]
    transfers: tuple[tuple[int, k.Formula], ...]
    set_off: tuple[k.Formula, ...]


class Effects:
    """The states that `on` rules put clauses in."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering

    # ------------------------------------------------------------ which rules

    def rules(self, clause: str, *verbs: str) -> list[s.On]:
        """The rules with one of ``verbs`` that name ``clause``."""
        naming: tuple[s.On, ...] = self.lowering.look("effects", clause)
        return [rule for rule in naming if rule.verb in verbs]

    def naming(self, clause: str) -> tuple[s.On, ...]:
        """The rules that name ``clause``."""
        return self._by_clause.get(clause, ())

    @cached_property
    def _by_clause(self) -> dict[str, tuple[s.On, ...]]:
        vocabulary = self.lowering.vocabulary
        rules = [i for i in vocabulary.document.items if isinstance(i, s.On)]
        rules += [r for c in vocabulary.clauses.values() for r in c.rules if isinstance(r, s.On)]
        found: dict[str, list[s.On]] = {}
        for rule in rules:
            for clause in dict.fromkeys(c for target in rule.targets for c in self._under(rule, target)):
                found.setdefault(clause, []).append(rule)
        return {clause: tuple(rules) for clause, rules in found.items()}

    def _under(self, rule: s.On, target: str) -> tuple[str, ...]:
        under = self.lowering.vocabulary.clauses_under(target)
        if not under:
            advice = did_you_mean(target, self.lowering.vocabulary.clauses)
            raise ContractError.of("TEN205", f"`{target}` is not a clause", place=rule.place, help=advice)
        return under

    # ------------------------------------------------------------ triggers

    def _trigger(self, rule: s.On, visible: Visible, on: Target) -> k.Formula:
        """When the rule acts, over the variables that it shares with the clause."""
        trigger = some(self.lowering.formulas.formula(rule.trigger, visible), visible)
        return self._acting(
            rule, trigger if is_pulse(trigger, self.lowering.pulses) else k.begins(trigger), on
        )

    def _any(self, rules: list[s.On], visible: Visible, on: Target) -> k.Formula:
        return either(*(self._trigger(r, visible, on) for r in rules))

    def _acting(self, rule: s.On, trigger: k.Formula, on: Target) -> k.Formula:
        """``trigger``, or the instant to which a retroactive rule reaches back once it is triggered."""
        if rule.retroactive is None:
            return trigger
        since = rule.retroactive
        start = self.lowering.formulas.start_of(since) if isinstance(since, s.Date) else None
        return self.lowering.reaching_back(trigger, start, on.begun, on.clause, each=on.each)

    def _clause(self, clause: str) -> Target:
        """The clause as a whole: it begins when it begins to run."""
        runs = dict.fromkeys(p.run for p in self.lowering.clauses.outlines.of(clause) if p.run is not None)
        return Target(clause, tuple(k.Rel(run.name, run.args) for run in runs))

    def _passing(self, rule: s.On, visible: Visible, holder: k.Term | None) -> k.Formula:
        """The rule's trigger with the one to whom it passes something on; only who has it can pass it on."""
        if rule.to is None:
            raise ContractError.of(
                "TEN323",
                f"`{rule.verb}` does not say to whom",
                place=rule.place,
                help=f"write `{rule.verb} CLAUSE to P`",
            )
        names = visible | variables_in(rule.to, self.lowering.vocabulary, visible)
        trigger = self.lowering.formulas.formula(rule.trigger, names)
        if (
            isinstance(trigger, k.EventAtom)
            and not trigger.by
            and holder is not None
            and self._is_act(trigger.type)
        ):
            trigger = replace(trigger, by=(holder,))
        to = self.lowering.formulas.term(rule.to, names)
        passing = both(trigger, k.Compare("=", ASSIGNEE, to))
        return some(passing, visible | {ASSIGNEE.name} | _names((holder,) if holder else ()))

    def _is_act(self, event: str) -> bool:
        return self.lowering.vocabulary.events[event].word == "act"

    # ------------------------------------------------------------ states of clauses

    def state(self, state: str, clause: str, visible: Visible = frozenset()) -> k.Formula:
        """``suspended(clause)`` and the like; false where no rule can bring it about."""
        return either(*self._states(state, clause, visible))

    def _states(self, state: str, clause: str, visible: Visible) -> list[k.Formula]:
        """The state as each rule brings it about, over the variables that the rule shares with ``visible``."""
        ends = self.rules(clause, "resume") if state == "suspended" else []
        found: list[k.Formula] = []
        for rule in self.rules(clause, _VERBS[state]):
            begin = self._trigger(rule, visible, self._clause(clause))
            shared = sorted(free_variables(begin) & visible)
            end = self._any(ends, frozenset(shared), self._clause(clause))
            head = tuple(k.Var(v) for v in shared)
            found.append(
                self.lowering.remember(
                    f"{state}:{clause}",
                    visible,
                    (begin, end),
                    lambda name, _, b=begin, e=end, h=head: k.Inertial(name, h, b, e, clause=clause),  # type: ignore[misc]
                )
            )
        return found

    def conditions(self, clause: str, visible: Visible, *, survives: bool = False) -> list[k.Formula]:
        """What must hold for the clause to be in force: it is not suspended, waived or terminated for these things."""
        states = [self.state("suspended", clause, visible)]
        ends = ("waived",) if survives else ("waived", "terminated")
        states += [f for f in (self.state(w, clause, visible) for w in ends) if free_variables(f)]
        return [k.Not(f) for f in states if f != FALSEHOOD]

    def ends(self, clause: str, *, survives: bool = False) -> list[k.Formula]:
        """What ends the clause for good; one that survives termination is ended by a waiver alone.

        A rule that names some of the clause's things ends it for these things, and not the clause.
        """
        words = ("waived",) if survives else ("waived", "terminated")
        things = frozenset[str]().union(*(_names(p.head) for p in self.lowering.clauses.outlines.of(clause)))
        return [f for word in words for f in self._states(word, clause, things) if not free_variables(f)]

    def assigned(self, support: Support, verb: str = "assign") -> list[k.Formula]:
        """Who has the position now, as ``ASSIGNEE``: one formula for each rule that assigns the clause."""
        rules = self.rules(support.clause, verb)
        visible = _names(support.object)
        plain = [self._passing(rule, visible, None) for rule in rules]
        heads = [(*(k.Var(v) for v in sorted(free_variables(p) & visible)), ASSIGNEE) for p in plain]
        now = [k.Rel(f"{verb}ed:{support.clause}#{i}", head) for i, head in enumerate(heads, 1)]
        begun = [self._passed_on(rule, support, visible, now) for rule in rules]
        again = either(*(substitute(b, {ASSIGNEE.name: _NEXT}) for b in begun))
        for relation, begin in zip(now, begun, strict=True):
            if relation.name not in self.lowering.definitions:
                shared = _names(relation.args)
                end = some(both(again, k.Compare("!=", _NEXT, ASSIGNEE)), shared)
                self.lowering.add(
                    k.Inertial(relation.name, relation.args, some(begin, shared), end, clause=support.clause)
                )
        return list(now)

    def _passed_on(self, rule: s.On, support: Support, visible: Visible, now: list[k.Rel]) -> k.Formula:
        """The rule acts, by the one who had the position before the events of the instant."""
        clause = self._clause(support.clause)
        passing = self._acting(rule, self._passing(rule, visible, _GIVER), clause)
        is_claim = support.relation == "duty" and rule.verb == "assign"
        first = support.counterparty if is_claim else support.holder
        given = rule.verb == "assign" and _GIVER.name in free_variables(passing)
        if not given or not isinstance(first, k.Const):
            return self._acting(rule, self._passing(rule, visible, None), clause)
        had = [substitute(relation, {ASSIGNEE.name: _GIVER}) for relation in now]
        unassigned = k.Not(some(either(*now), visible))
        holding = either(*had, both(k.Compare("=", _GIVER, first), unassigned))
        return some(both(passing, k.Earlier(holding, entering=True)), visible | {ASSIGNEE.name})

    # ------------------------------------------------------------ duties

    def on_duty(self, support: Support, instance: k.Term) -> DutyEffects:
        """What rules do to each ``instance`` of the duty ``support``."""
        clause, visible = support.clause, _names(support.head)
        force = k.Rel(support.force, (instance, *support.head))
        on = Target(clause, (force,), each=(instance, *support.object))
        lowering = self.lowering
        ended = self.state("terminated", clause, visible)
        suspended = self.state("suspended", clause, visible)
        extensions = []
        for rule in self.rules(clause, "extend"):
            if rule.by is None:
                raise ContractError.of(
                    "TEN323",
                    "`extend` does not say by how much",
                    place=rule.place,
                    help="write `extend CLAUSE by 30 days`",
                )
            extensions.append((self._trigger(rule, visible, on), lowering.formulas.duration(rule.by)))
        transfers = tuple(
            (
                _SIDES[rule.verb],
                self._acting(
                    rule,
                    self._passing(rule, visible, support.counterparty if rule.verb == "assign" else None),
                    on,
                ),
            )
            for rule in self.rules(clause, "assign", "novate")
        )
        helpers = [
            self._acting(r, self._passing(r, visible, support.holder), on)
            for r in self.rules(clause, "delegate", "subcontract")
        ]
        return DutyEffects(
            ends=() if ended == FALSEHOOD else (ended,),
            waived=_or_none(self._any(self.rules(clause, "waive"), visible, on)),
            suspended=_or_none(suspended),
            accelerated=_or_none(self._any(self.rules(clause, "accelerate"), visible, on)),
            delegated=_or_none(either(*helpers)),
            extensions=tuple(extensions),
            transfers=transfers,
            set_off=tuple(
                self._acting(rule, self._set_off(rule, support, visible), on)
                for rule in self.rules(clause, "set off")
            ),
        )

    def _set_off(self, rule: s.On, support: Support, visible: Visible) -> k.Formula:
        """A set-off performs the duty, by the amount that its event names."""
        if not isinstance(rule.trigger, s.Atom) or rule.trigger.name not in self.lowering.vocabulary.events:
            raise ContractError.of(
                "TEN323",
                "`set off` needs an event",
                place=rule.place,
                help="write `on EVENT(amount = a) set off CLAUSE`",
            )
        event = self.lowering.formulas.event(rule.trigger, visible, k.PERFORMING)
        declared = self.lowering.vocabulary.events[event.type].attributes
        amount = next((a.name for a in declared if a.type in ("number", "money")), None)
        if not _in_parts(support):
            amount = None
        given = dict(event.args)
        same: list[k.Formula] = []
        if amount in given:
            same.append(k.Compare("=", k.PERFORMED_AMOUNT, given[amount]))
        elif amount is not None:
            event = replace(event, args=(*event.args, (amount, k.PERFORMED_AMOUNT)))
        performer = k.Compare("=", k.PERFORMER, support.holder)
        reserved = {k.PERFORMING.name, k.PERFORMED_AMOUNT.name, k.PERFORMER.name}
        return some(both(event, performer, *same), visible | reserved)


def _or_none(formula: k.Formula) -> k.Formula | None:
    return None if formula == FALSEHOOD else formula


def _in_parts(support: Support) -> bool:
    return support.norm is not None and any(
        isinstance(p, s.Manner) and p.word == "in parts" for p in support.norm.parts
    )


def _names(terms: tuple[k.Term, ...]) -> Visible:
    return frozenset(t.name for t in terms if isinstance(t, k.Var))
