"""A property's formula, cut into its temporal skeleton and the leaves that the kernel evaluates.

A *leaf* is a part that is about one instant and whose variables something in it binds; it becomes a relation of the
kernel.  What stands above the leaves is evaluated on their edges.  Variables have the scope that they have in rules: one
that stands on both sides of a connective is shared, one that stands on one side only is "some".  So a variable
that an `if` and its `then` share stands for whatever makes the `if` true.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from attrs import frozen

from tenure.diagnostics import ContractError, Place
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.logic import definitions as k
from tenure.norms import Query, Vocabulary
from tenure.norms.formulas import FormulaLowering
from tenure.norms.scope import is_variable, variables_in
from tenure.norms.vocabulary import constant
from tenure.time import Duration

Visible = frozenset[str]
Word = Literal[
    "always", "eventually", "holds until", "next change",
    "once", "historically", "since", "held for", "entering", "begins", "ends",
]  # fmt: skip


# Each node is a key, with all that is below it, each time that it is judged.
@frozen(cache_hash=True)
class Leaf:
    """Relation ``query:number`` of the kernel, over ``variables``."""

    number: int
    variables: tuple[str, ...] = ()


@frozen(cache_hash=True)
class Test:
    """A comparison of values: the same at every stage."""

    compare: k.Compare


@frozen(cache_hash=True)
class And:
    """Every one of ``parts``."""

    parts: tuple[Node, ...]


@frozen(cache_hash=True)
class Or:
    """At least one of ``parts``."""

    parts: tuple[Node, ...]


@frozen(cache_hash=True)
class Not:
    """What ``of`` is not."""

    of: Node


@frozen(cache_hash=True)
class Implies:
    """``condition`` is what a property is about: where it is never true, the property holds of nothing."""

    condition: Node
    consequence: Node


@frozen(cache_hash=True)
class Some:
    """``of`` for some values of ``variables``."""

    variables: tuple[str, ...]
    of: Node


@frozen(cache_hash=True)
class Temporal:
    """An operator over other stages, with its bound or its length where it has one."""

    word: Word
    parts: tuple[Node, ...]
    length: Duration | None = None


Node = Leaf | Test | And | Or | Not | Implies | Some | Temporal

_WORDS: dict[type, Word] = {
    s.Always: "always", s.NextChange: "next change", s.Eventually: "eventually", s.Once: "once",
    s.Historically: "historically", s.HeldFor: "held for",
}  # fmt: skip
_ELSEWHERE = (*_WORDS, s.HoldsUntil, s.Since, s.Implies, s.ForEvery)


def below(node: Node) -> tuple[Node, ...]:
    """The nodes right below ``node``."""
    match node:
        case And(parts) | Or(parts) | Temporal(_, parts):
            return parts
        case Not(of) | Some(_, of):
            return (of,)
        case Implies(condition, consequence):
            return (condition, consequence)
        case _:
            return ()


def leaves(node: Node, bound: Visible = frozenset()) -> Iterator[tuple[Leaf, Visible]]:
    """Every leaf of ``node``, with the variables that are bound between the two."""
    if isinstance(node, Leaf):
        yield node, bound
    inner = bound | set(node.variables) if isinstance(node, Some) else bound
    for part in below(node):
        yield from leaves(part, inner)


def asks_for_changes(node: Node) -> bool:
    """Whether `next change` stands anywhere in ``node``."""
    return (isinstance(node, Temporal) and node.word == "next change") or any(
        map(asks_for_changes, below(node))
    )


def free(node: Node) -> Visible:
    """The variables of ``node`` that nothing in it binds."""
    match node:
        case Leaf(_, variables):
            return frozenset(variables)
        case Test(compare):
            return frozenset(v for side in (compare.left, compare.right) for v in _names(side))
        case Some(variables, of):
            return free(of) - set(variables)
        case _:
            return frozenset().union(*map(free, below(node)))


@lru_cache(maxsize=4096)
def free_in_order(node: Node) -> tuple[str, ...]:
    """The variables that nothing in ``node`` binds, by name."""
    return tuple(sorted(free(node)))


def _names(term: k.Term) -> Iterator[str]:
    if isinstance(term, k.Var):
        yield term.name
    elif isinstance(term, k.Calc):
        yield from (*_names(term.left), *_names(term.right))


def some(node: Node, visible: Visible) -> Node:
    """``node`` for some value of the variables that its surroundings do not share."""
    local = free(node) - visible
    return Some(tuple(sorted(local)), node) if local else node


def _outside(node: Temporal) -> Node:
    """``node`` with a quantifier moved out of it where that means the same, so that each value can be judged alone."""
    match node:
        case Temporal("eventually", (Some(variables, of),), length):
            return Some(variables, Temporal("eventually", (of,), length))
        case Temporal("always", (Not(Some(variables, of)),)):
            return Not(Some(variables, Temporal("eventually", (of,))))
        case _:
            return node


class Cutter:
    """Cuts the formulas of properties; their leaves gather in ``queries``, each once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.queries: dict[Query, int] = {}

    def cut(self, formula: s.Formula) -> Node:
        """The skeleton of a whole formula, without free variables."""
        return some(self._cut(formula, frozenset()), frozenset())

    def _cut(self, formula: s.Formula, visible: Visible) -> Node:
        match formula:
            case s.Implies(condition, consequence):
                there = self._variables(consequence, visible)
                here = self._variables(condition, visible)
                return self._conditional(
                    self._cut(condition, visible | there),
                    self._cut(consequence, visible | here),
                    visible | here,
                    visible,
                )
            case s.ForEvery(variables, domain, of):
                within = visible | set(variables)
                return self._conditional(self._cut(domain, within), self._cut(of, within), within, visible)
            case s.And(parts) if not self._is_leaf(formula, visible):
                return self._conjunction(parts, visible)
            case _ if self._is_leaf(formula, visible):
                return self._leaf(formula, visible)
            case _:
                return self._connective(formula, visible)

    def _conditional(self, condition: Node, consequence: Node, shared: Visible, visible: Visible) -> Node:
        """For every value that makes the condition true."""
        implied = Implies(condition, some(consequence, shared))
        local = free(implied) - visible
        return Not(Some(tuple(sorted(local)), Not(implied))) if local else implied

    def _conjunction(self, parts: tuple[s.Formula, ...], visible: Visible) -> Node:
        """What is about one instant is one leaf where that binds its variables; the rest stands beside it."""
        here = tuple(p for p in parts if _is_of_one_instant(p))
        rest = tuple(p for p in parts if not _is_of_one_instant(p))
        around = visible.union(*(self._variables(p, visible) for p in rest))
        if len(here) > 1 and rest and self._is_leaf(s.And(here), around):
            parts = (s.And(here), *rest)
        names = [self._variables(p, visible) for p in parts]
        cut = []
        for i, part in enumerate(parts):
            around = visible.union(*(n for j, n in enumerate(names) if j != i))
            cut.append(self._cut(part, around))
        return And(tuple(cut))

    def _connective(self, formula: s.Formula, visible: Visible) -> Node:
        match formula:
            case s.Or(parts):
                return Or(tuple(self._cut(p, visible) for p in parts))
            case s.Not(of):
                return Not(some(self._cut(of, visible), visible))
            case s.Exists(variables, of):
                return Some(variables, self._cut(of, visible | set(variables)))
            case s.Compare():
                return self._comparison(formula, visible)
            case _:
                return self._temporal(formula, visible)

    def _temporal(self, formula: s.Formula, visible: Visible) -> Node:
        match formula:
            case s.Always(of) | s.NextChange(of):
                return self._one(_WORDS[type(formula)], of, visible)
            case (
                s.Eventually(of, length)
                | s.Once(of, length)
                | s.Historically(of, length)
                | s.HeldFor(of, length)
            ):
                return self._one(_WORDS[type(formula)], of, visible, length)
            case s.Edge("entering" | "begins" | "ends" as word, of):
                return self._one(word, of, visible)
            case s.HoldsUntil(of, end):
                return self._two("holds until", of, end, visible)
            case s.Since(of, start):
                return self._two("since", of, start, visible)
            case _:
                raise self._unbound(formula, visible, formula.place)

    def _one(self, word: Word, of: s.Formula, visible: Visible, length: s.Length | None = None) -> Node:
        duration = None if length is None else FormulaLowering.duration(length)
        return _outside(Temporal(word, (some(self._cut(of, visible), visible),), duration))

    def _two(self, word: Word, of: s.Formula, other: s.Formula, visible: Visible) -> Node:
        shared = visible | (self._variables(of, visible) & self._variables(other, visible))
        return Temporal(word, tuple(some(self._cut(f, shared), shared) for f in (of, other)))

    # ------------------------------------------------------------ leaves

    def _leaf(self, formula: s.Formula, visible: Visible) -> Leaf:
        variables = tuple(sorted(self._variables(formula, visible) & visible))
        return Leaf(self.queries.setdefault(Query(formula, variables), len(self.queries)), variables)

    def _is_leaf(self, formula: s.Formula, visible: Visible) -> bool:
        return (
            _is_of_one_instant(formula)
            and self._is_bound(formula, visible)
            and self._is_safe(formula, visible)
        )

    def _is_bound(self, formula: s.Formula, visible: Visible) -> bool:
        return self._variables(formula, visible) <= self._binds(formula, visible)

    def _is_safe(self, formula: s.Formula, visible: Visible) -> bool:
        """Whether every variable that ``formula`` closes off is bound where it does."""
        match formula:
            case s.And(parts):
                names = [self._variables(p, visible) for p in parts]
                around = [
                    visible.union(*(n for j, n in enumerate(names) if j != i)) for i in range(len(parts))
                ]
                return all(map(self._is_safe, parts, around))
            case s.Or(parts):
                return all(self._is_safe(p, visible) for p in parts)
            case s.Not(of):
                return self._variables(of, visible) - visible <= self._binds(of, visible) and self._is_safe(
                    of, visible
                )
            case s.Exists(variables, of):
                inner = visible | set(variables)
                return frozenset(variables) <= self._binds(of, inner) and self._is_safe(of, inner)
            case _:
                return True

    def _binds(self, formula: s.Formula, visible: Visible) -> Visible:
        """The variables of a formula for which it can be true of finitely many values only."""
        match formula:
            case s.Atom(_, args, by):
                terms = (*(a.term for a in args), *by)
                return frozenset(t.text for t in terms if isinstance(t, s.Name)) & self._variables(
                    formula, visible
                )
            case s.Is() | s.OwnedBy():
                return self._variables(formula, visible)
            case s.And(parts):
                return frozenset().union(*(self._binds(p, visible) for p in parts))
            case s.Or(parts):
                return frozenset.intersection(*(self._binds(p, visible) for p in parts))
            case s.Exists(variables, of):
                return self._binds(of, visible | set(variables)) - set(variables)
            case s.Edge("expires", of):
                return self._binds(of, visible)
            case _:
                return frozenset()

    def _variables(self, formula: s.Formula, visible: Visible) -> Visible:
        return variables_in(formula, self.vocabulary, visible)

    # ------------------------------------------------------------ comparisons

    def _comparison(self, formula: s.Compare, visible: Visible) -> Test:
        if any(isinstance(node, s.Aggregate) for node in nodes(formula)):
            raise self._unbound(formula, visible, formula.place)
        return Test(
            k.Compare(formula.op, self._term(formula.left, visible), self._term(formula.right, visible))
        )

    def _term(self, term: s.Term, visible: Visible) -> k.Term:
        match term:
            case s.Name(text) if is_variable(text, self.vocabulary, visible):
                return k.Var(text)
            case s.Arithmetic(op, left, right):
                return k.Calc(op, self._term(left, visible), self._term(right, visible))
            case _:
                return k.Const(constant(term, self.vocabulary.zone))

    def _unbound(self, formula: s.Formula, visible: Visible, place: Place | None) -> ContractError:
        names = ", ".join(f"`{v}`" for v in sorted(self._variables(formula, visible) & visible))
        return ContractError.of(
            "TEN330",
            f"nothing in this part of the property says which {names} is meant",
            place=place,
            help="join it with `and` to a condition that names the thing, such as `once delivered(x) and …`",
        )


def _is_of_one_instant(formula: s.Formula) -> bool:
    """Whether ``formula`` has no operator that looks at other instants, and no `if` or `every` about which to report."""
    match formula:
        case s.And(parts) | s.Or(parts):
            return all(map(_is_of_one_instant, parts))
        case s.Not(of) | s.Exists(_, of):
            return _is_of_one_instant(of)
        case s.Edge(kind):
            return kind == "expires"
        case _:
            return not isinstance(formula, _ELSEWHERE)
