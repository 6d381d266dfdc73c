"""Small algebra of kernel formulas: conjunction, disjunction, quantification over what is not shared."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.logic.truth import FALSE, TRUE

#: The variables that a formula shares with its surroundings.
Visible = frozenset[str]
TRUTH = k.Fixed(TRUE)
FALSEHOOD = k.Fixed(FALSE)


def both(*formulas: k.Formula) -> k.Formula:
    """The conjunction, without what is always true."""
    parts = tuple(f for f in formulas if f != TRUTH)
    return parts[0] if len(parts) == 1 else k.And(parts) if parts else TRUTH


def either(*formulas: k.Formula) -> k.Formula:
    """The disjunction, without what is always false."""
    parts = tuple(f for f in formulas if f != FALSEHOOD)
    return parts[0] if len(parts) == 1 else k.Or(parts) if parts else FALSEHOOD


def some(formula: k.Formula, visible: Visible) -> k.Formula:
    """``formula`` for some value of the variables that its surroundings do not share."""
    local = free_variables(formula) - visible
    return k.Exists(tuple(sorted(local)), formula) if local else formula


def told_apart(formula: k.Formula) -> k.Formula:
    """``formula`` with its events named by their ids wherever two arms of an `or` may find the same event.

    What is counted are bindings, and with its id an event that both arms find is one, while two equal events stay two.
    """
    match formula:
        case k.Or(parts):
            arms = [_identified(told_apart(part), iter(_EVENTS)) for part in parts]
            shared = frozenset.intersection(*map(free_variables, arms))
            return k.Or(tuple(some(arm, shared) for arm in arms))
        case k.And(parts):
            return k.And(tuple(map(told_apart, parts)))
        case k.Exists(variables, of):
            return k.Exists(variables, told_apart(of))
        case _:
            return formula


#: The variables for the ids of the first, second, … event of an arm.
_EVENTS = tuple(f"_event{i}" for i in range(1, 10))


def _identified(arm: k.Formula, names: Iterator[str]) -> k.Formula:
    match arm:
        case k.EventAtom(id=None):
            name = next(names, None)
            return arm if name is None else replace(arm, id=k.Var(name))
        case k.And(parts) | k.Or(parts):
            return type(arm)(tuple(_identified(part, names) for part in parts))
        case k.Exists(variables, of):
            return k.Exists(variables, _identified(of, names))
        case _:
            return arm
