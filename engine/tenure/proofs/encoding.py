"""Formal proofs as JSON and back, so that a proof can be kept, sent, and checked by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.history.values import Money
from tenure.logic import definitions as k
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.norms import Position
from tenure.proofs.steps import Choice, Claim, Row, Step, UnfitError
from tenure.proofs.verdicts import DisputeProof, VerdictProof

SCHEMA = "tenure:proof:1"
_STRUCTS: dict[str, type[Struct]] = {
    kind.__name__: kind
    for kind in (
        *(k.Var, k.Const, k.Calc, k.EventAtom, k.Rel, k.Value, k.Compare, k.Fixed, k.Reached, k.Start),
        *(k.And, k.Or, k.Not, k.Exists, k.Earlier, Row),
    )
}
_TRUTHS = {FALSE: "no", UNKNOWN: "unknown", TRUE: "yes"}


def to_json(proof: VerdictProof | DisputeProof) -> dict[str, Any]:
    """The proof as JSON values: steps by number, each after those that it rests on; stages count half ticks.

    Of a dispute, the proof under each of two choices of readings.
    """
    if isinstance(proof, DisputeProof):
        sides = [{"readings": dict(choice), "proof": to_json(side)} for choice, side in proof.sides]
        return {"schema": SCHEMA, "sides": sides}
    numbers: dict[int, int] = {}
    steps = []
    for root in (*proof.steps, *((proof.silence,) if proof.silence is not None else ())):
        for step in root.steps():
            if id(step) not in numbers:
                numbers[id(step)] = len(numbers)
                steps.append(_step(step, numbers))
    silence = numbers[id(proof.silence)] if proof.silence is not None else None
    position = {name: _plain(getattr(proof.position, name)) for name in _POSITION}
    head = {"schema": SCHEMA, "position": position, "stage": proof.stage, "status": proof.status}
    truths = {"own": _TRUTHS[proof.own], "against": _TRUTHS[proof.against], "anyone": proof.anyone}
    roots = [numbers[id(step)] for step in proof.steps]
    return {**head, **truths, "roots": roots, "silence": silence, "steps": steps}


def from_json(data: Mapping[str, Any]) -> VerdictProof | DisputeProof:
    """The proof that :func:`to_json` wrote; raises :class:`UnfitError` where it is not one."""
    try:
        if "sides" in data:
            sides = ((tuple(side["readings"].items()), _read(side["proof"])) for side in data["sides"])
            return DisputeProof(tuple(sides))
        return _read(data)
    except (KeyError, TypeError, IndexError, ValueError, ArithmeticError) as error:
        raise UnfitError(f"not a proof: {error}") from error


def _read(data: Mapping[str, Any]) -> VerdictProof:
    if data["schema"] != SCHEMA:
        raise UnfitError(f"the proof is of schema {data['schema']}, not {SCHEMA}")
    truths = {word: truth for truth, word in _TRUTHS.items()}
    steps: list[Step] = []
    for entry in data["steps"]:
        claim = entry["claim"]
        formula = _value(claim["formula"])
        bindings = tuple((name, _value(value)) for name, value in claim["bindings"])
        is_least = {"at least": True, "at most": False}[claim["bound"]]
        made = Claim(formula, bindings, claim["from"], claim["to"], is_least, truths[claim["truth"]])
        chosen = {name: _value(entry["how"].get(name)) for name in ("at", "number", "key", "event")}
        witnesses = tuple((name, _value(value)) for name, value in entry["how"].get("bindings", ()))
        how = Choice(entry["how"]["rule"], bindings=witnesses, **chosen)
        steps.append(Step(made, how, tuple(steps[n] for n in entry["because"])))
    return VerdictProof(
        Position(**{name: _value(data["position"][name]) for name in _POSITION}),
        data["stage"],
        data["status"],
        truths[data["own"]],
        truths[data["against"]],
        data["anyone"],
        tuple(steps[n] for n in data["roots"]),
        steps[data["silence"]] if data["silence"] is not None else None,
    )


_POSITION = ("relation", "holder", "counterparty", "act", "object", "instance")


def _step(step: Step, numbers: dict[int, int]) -> dict[str, Any]:
    claim, how = step.claim, step.how
    given = {name: _plain(getattr(how, name)) for name in ("at", "number", "key", "event")}
    chosen = {name: value for name, value in given.items() if value is not None}
    if how.bindings:
        chosen["bindings"] = _plain(how.bindings)
    return {
        "claim": {
            "formula": _plain(claim.formula),
            "bindings": _plain(claim.bindings),
            "from": claim.start,
            "to": claim.end,
            "bound": "at least" if claim.at_least else "at most",
            "truth": _TRUTHS[claim.level],
        },
        "how": {"rule": how.rule, **chosen},
        "because": [numbers[id(below)] for below in step.because],
    }


def _plain(value: Any) -> Any:
    """A formula or a value as JSON; whatever is not plain says what it is."""
    if isinstance(value, Struct):
        return {"is": type(value).__name__, **{f: _plain(getattr(value, f)) for f in value.__struct_fields__}}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Money):
        return {"is": "money", "amount": str(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return {"is": "number", "value": str(value)}
    return {"is": "unknown"} if value is UNKNOWN_VALUE else value


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_value(v) for v in data)
    if not isinstance(data, dict):
        return data
    match data["is"]:
        case "money":
            return Money(Decimal(data["amount"]), data["currency"])
        case "number":
            return Decimal(data["value"])
        case "unknown":
            return UNKNOWN_VALUE
        case name:
            return _STRUCTS[name](**{field: _value(v) for field, v in data.items() if field != "is"})
