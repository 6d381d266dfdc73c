"""Terms and bindings: the value of a term, and what variables must be for terms to have given values."""

from __future__ import annotations

from typing import Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate
from tenure.logic.definitions import Calc, Const, Term, Var
from tenure.logic.truth import TRUE, UNKNOWN, Truth

#: Values of variables by name.
Env = dict[str, Any]


def value_of(term: Term, env: Env) -> Any:
    """The value of a bound term; an unknown part makes it unknown."""
    if type(term) is Var:
        return env[term.name]
    if type(term) is Const:
        return term.value
    assert isinstance(term, Calc)
    return calculate(term.op, value_of(term.left, env), value_of(term.right, env))


def unify(terms: tuple[Term, ...], values: tuple[Any, ...], env: Env) -> tuple[Env, Truth] | None:
    """``env`` extended so that ``terms`` are ``values``; unknown where that hangs on an unknown value.

    A variable whose value is unknown is taken to be what it is compared with: whoever tries every value that there
    is has found all that it can be.
    """
    truth, extended = TRUE, env
    for term, value in zip(terms, values, strict=True):
        if type(term) is not Var or term.name in extended:
            known = value_of(term, extended)
            if known is not UNKNOWN_VALUE and value is not UNKNOWN_VALUE:
                if known != value:
                    return None
                continue
            truth = UNKNOWN
            if type(term) is not Var or value is UNKNOWN_VALUE:
                continue
        if extended is env:
            extended = dict(env)
        extended[term.name] = value
    return extended, truth


def narrow(terms: tuple[Term, ...], values: tuple[Any, ...], local: frozenset[str]) -> Env | None:
    """What a change of ``values`` says about the variables around an atom; ``None`` if it cannot concern the atom.

    An unknown value narrows nothing, and neither do calculated terms and variables bound inside (``local``).
    """
    env: Env = {}
    for term, value in zip(terms, values, strict=True):
        if value is UNKNOWN_VALUE:
            continue
        if type(term) is Const:
            if term.value is not UNKNOWN_VALUE and term.value != value:
                return None
        elif type(term) is Var and term.name not in local and env.setdefault(term.name, value) != value:
            return None
    return env
