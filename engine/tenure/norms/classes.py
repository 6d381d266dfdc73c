"""Kinds and owners of things: states over time, with priorities between the rules that classify."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.definitions import Term
from tenure.norms.algebra import TRUTH, both, either, some
from tenure.norms.substitution import substitute

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering
    from tenure.norms.vocabulary import Vocabulary

KIND = "kind"
_THING, _KIND = k.Var("x"), k.Var("k")


@frozen
class ClassRule:
    """A classification or an ownership rule, with the clause it stands in."""

    name: str
    rule: s.Classify | s.Owner
    clause: str | None


def lower_classes(lowering: Lowering) -> None:
    """Add ``kind(x, k)``: what kinds a thing has, and ``owner(x, p)``: who owns it."""
    lowering.piece("/classes", partial(_lower_classes, lowering))


def _lower_classes(lowering: Lowering) -> None:
    rules: tuple[ClassRule, ...] = lowering.look("classes")
    classifying = [r for r in rules if isinstance(r.rule, s.Classify)]
    for rule in classifying:
        with lowering.unit():
            _define_class(lowering, rule)
    with lowering.unit():
        branches = [_class(lowering, rule, classifying) for rule in classifying]
        lowering.add(k.Holds(KIND, (_THING, _KIND), either(*branches)))
    with lowering.unit():
        _owners(lowering, [r for r in rules if isinstance(r.rule, s.Owner)])


def class_rules(vocabulary: Vocabulary) -> tuple[ClassRule, ...]:
    """The rules that sort things or say who owns them, with the names of their relations."""
    found: list[tuple[s.Classify | s.Owner, str | None]] = [
        (i, None) for i in vocabulary.document.items if isinstance(i, s.Classify | s.Owner)
    ]
    for clause in vocabulary.clauses.values():
        found.extend((r, clause.name) for r in clause.rules if isinstance(r, s.Classify | s.Owner))
    return tuple(ClassRule(f"class#{i}", rule, clause) for i, (rule, clause) in enumerate(found, 1))


def _class(lowering: Lowering, rule: ClassRule, others: list[ClassRule]) -> k.Formula:
    """``rule`` gives the kind, and no rule of higher rank gives another."""
    defeats = []
    for number, other in enumerate(others):
        if other is not rule and _prevails(lowering, other, rule):
            kind = k.Var(f"_kind{number}")
            differs = both(k.Rel(other.name, (_THING, kind)), k.Compare("!=", kind, _KIND))
            defeats.append(k.Not(k.Exists((kind.name,), differs)))
    return both(k.Rel(rule.name, (_THING, _KIND)), *defeats)


def _define_class(lowering: Lowering, rule: ClassRule) -> None:
    """The span of ``rule``, as a relation between things and kinds."""
    classify = rule.rule
    assert isinstance(classify, s.Classify)
    kind = lowering.formulas.term(classify.kind)
    thing = k.Var(classify.thing)
    names = frozenset(t.name for t in (thing, kind) if isinstance(t, k.Var))
    span = lowering.spans.rule(classify.parts, names, rule.clause)
    qualified = lowering.clauses.qualifiers(classify.parts, names, rule.clause)
    head = (thing, kind)
    if not qualified:
        lowering.spans.define(rule.name, head, span, rule.clause)
        return
    lowering.spans.define(f"{rule.name}/run", head, span, rule.clause)
    lowering.add(k.Holds(rule.name, head, both(k.Rel(f"{rule.name}/run", head), *qualified), rule.clause))


def _prevails(lowering: Lowering, rule: ClassRule, over: ClassRule) -> bool:
    """Whether ``rule`` says `despite` the clause of ``over``, or that one says `subject to` ``rule``'s."""

    def ranks(one: ClassRule, word: str, other: str | None) -> bool:
        parts = [p for p in one.rule.parts if isinstance(p, s.Rank) and p.word == word]
        named = [n for p in parts if lowering.spans.counts(p.when) for n in p.clauses]
        return any(other in lowering.vocabulary.clauses_under(n) for n in named)

    return ranks(rule, "despite", over.clause) or ranks(over, "subject to", rule.clause)


def _owners(lowering: Lowering, rules: list[ClassRule]) -> None:
    """``owner(x, p)``: who became owner last; a new owner ends the old one's title."""
    head = (k.Var("x"), k.Var("p"))
    branches: list[k.Formula] = []
    spans = []
    for rule in rules:
        assert isinstance(rule.rule, s.Owner)
        owner = lowering.formulas.term(rule.rule.owner)
        names = {rule.rule.thing, *([owner.name] if isinstance(owner, k.Var) else [])}
        spans.append((rule, owner, lowering.spans.rule(rule.rule.parts, frozenset(names), rule.clause)))
    for rule, owner, span in spans:
        thing = k.Var(rule.rule.thing)
        passes_on = [_passes_on(other, who, begun.begin, thing, owner) for other, who, begun in spans]
        ended = span.ending_too(*passes_on)
        lowering.spans.define(rule.name, (thing, owner), ended, rule.clause)
        branches.append(k.Rel(rule.name, head))
    lowering.add(k.Holds("owner", head, either(*branches)))


def _passes_on(rule: ClassRule, owner: k.Term, begin: k.Formula, thing: k.Term, old: k.Term) -> k.Formula:
    """``rule`` begins the title of somebody else in the same thing."""
    new = k.Var("_new")
    renamed: dict[str, Term] = {rule.rule.thing: thing}
    if isinstance(owner, k.Var):
        renamed[owner.name] = new
    begun = substitute(begin, renamed)
    other = k.Compare("=", new, owner) if not isinstance(owner, k.Var) else TRUTH
    shared = frozenset(t.name for t in (thing, old) if isinstance(t, k.Var))
    return some(both(begun, other, k.Compare("!=", new, old)), shared)
