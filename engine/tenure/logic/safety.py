"""In which order a conjunction is solved, and whether every variable is bound by something."""

from __future__ import annotations

from tenure.logic.definitions import (
    And,
    Compare,
    DayCount,
    Definition,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Measure,
    Not,
    Or,
    SinceThen,
    Term,
    Value,
    Var,
)
from tenure.logic.formulas import bodies, free_variables, term_variables, terms_of
from tenure.logic.truth import FALSE

_LAST = 1000
_LARGEST_MEMORY = 100_000

Parts = tuple[Formula, ...]
Order = list[tuple[Formula, frozenset[str]]]
_orders: dict[tuple[int, frozenset[str]], tuple[Parts, Order]] = {}


def in_order(parts: Parts, bound: frozenset[str]) -> Order:
    """``parts`` in the order in which to solve them, each with the variables that are bound by then."""
    # Every evaluation of a program asks for the same orders of the same objects; hashing a formula would walk all of it.
    known = _orders.get((id(parts), bound))
    if known is None or known[0] is not parts:
        if len(_orders) >= _LARGEST_MEMORY:
            _orders.clear()
        known = _orders[id(parts), bound] = (parts, _in_order(parts, bound))
    return known[1]


def _in_order(parts: Parts, bound: frozenset[str]) -> Order:
    rest, known, ordered = list(parts), bound, []
    while rest:
        part = rest[0] if len(rest) == 1 else min(rest, key=lambda p: _cost(p, known))
        rest.remove(part)
        ordered.append((part, known))
        known = known | free_variables(part)
    return ordered


def _cost(part: Formula, known: frozenset[str]) -> int:
    """What to solve first: tests, then what binds by events, then what binds by tables."""
    unbound = free_variables(part) - known
    match part:
        case Not() | Compare() if unbound:
            binds = isinstance(part, Compare) and unbound_side(part, known) is not None
            return 1 if binds else _LAST
        case Not() | Compare():
            return 0
        case _ if not unbound:
            return 1
        case EventAtom():
            return 2
        case Earlier(of):
            return _cost(of, known)
        case And() | Or() | Exists() if check_safe(part, known):
            return _LAST
        case Value(_, group, _):
            missing = frozenset().union(*(term_variables(t) for t in group)) - known
            return 500 + len(missing)
        case _:
            bound_columns = sum(1 for term in terms_of(part) if term_variables(term) <= known)
            return 10 + len(unbound) - min(bound_columns, 5)


def unbound_side(atom: Compare, known: frozenset[str]) -> Term | None:
    """The variable that ``atom`` gives a value to: one side of an equation whose other side is known."""
    for here, there in ((atom.left, atom.right), (atom.right, atom.left)):
        if (
            atom.op == "="
            and isinstance(here, Var)
            and here.name not in known
            and term_variables(there) <= known
        ):
            return here
    return None


def check_safe(formula: Formula, bound: frozenset[str]) -> frozenset[str]:
    """The variables of ``formula`` that nothing binds when ``bound`` are given (empty when it is safe)."""
    match formula:
        case And(parts):
            ordered = in_order(parts, bound)
            return next(
                (unsafe for part, known in ordered if (unsafe := check_safe(part, known))), frozenset()
            )
        case Or(parts):
            free = free_variables(formula) - bound
            return frozenset().union(*(check_safe(p, bound) | (free - free_variables(p)) for p in parts))
        case Not(of):
            return (free_variables(formula) - bound) | check_safe(of, bound)
        case Exists(variables, of):
            return check_safe(of, bound - set(variables))
        case Earlier(of):
            return check_safe(of, bound)
        case Compare():
            unbound = free_variables(formula) - bound
            return frozenset() if unbound_side(formula, bound) is not None else unbound
        case Value(_, group, _):
            return frozenset().union(*(term_variables(t) for t in group)) - bound
        case _:
            return frozenset()


#: The formulas of a definition that give its variables their values; the others are read with these known.
_BINDING = ("body", "begin", "trigger", "start", "over")


def unbound(definition: Definition) -> frozenset[str]:
    """The variables of a definition that nothing gives a value."""
    head = frozenset(t.name for t in definition.head if isinstance(t, Var))
    if isinstance(definition, Measure | DayCount):
        head -= {"value"}
    found: frozenset[str] = frozenset()
    for role, formula in bodies(definition).items():
        if _is_never(formula):
            continue
        if role in _BINDING and not (isinstance(definition, SinceThen) and role == "body"):
            found |= check_safe(formula, frozenset()) | (head - free_variables(formula))
        else:
            found |= check_safe(formula, head)
    return found


def _is_never(formula: Formula) -> bool:
    """Whether ``formula`` is plainly false: it then gives nothing to anything."""
    match formula:
        case Fixed(truth):
            return truth == FALSE
        case And(parts):
            return any(map(_is_never, parts))
        case Or(parts):
            return all(map(_is_never, parts))
        case Exists(_, of):
            return _is_never(of)
        case _:
            return False
