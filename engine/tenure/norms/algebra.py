"""Small algebra of kernel formulas: conjunction, disjunction, quantification over what is not shared."""

from __future__ import annotations

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
