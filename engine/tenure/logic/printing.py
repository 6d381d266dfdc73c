"""The kernel in a readable notation: ``held(c) := from grant(c) until terminate(c) or lapse(c), for 1000 days``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from tenure.logic import definitions as k
from tenure.logic.formulas import bodies
from tenure.time import Instant, format_instant

_LOOSE = (k.And, k.Or, k.Exists)


def format_definition(definition: k.Definition, zone: str = "UTC") -> str:
    """One definition; a duty takes several lines, all others one.  Instants are shown in ``zone``."""
    return _Printer(zone).definition(definition)


def format_formula(formula: k.Formula, zone: str = "UTC") -> str:
    """One formula on one line."""
    return _Printer(zone).formula(formula)


def format_act_rule(rule: k.ActRule, zone: str = "UTC") -> str:
    """``verified(c) by Panel is effective if …``: what one way to do an act takes."""
    printer = _Printer(zone)
    needs = k.And((rule.power, rule.condition))
    return (
        f"{printer.formula(replace(rule.attempt, attempted=False))} is effective if {printer.formula(needs)}"
    )


class _Printer:
    def __init__(self, zone: str) -> None:
        self.zone = zone

    # ------------------------------------------------------------ terms

    def term(self, term: k.Term) -> str:
        match term:
            case k.Var(name):
                return name.replace(" ", "_")
            case k.Const(None):
                return "_"
            case k.Const(value):
                return self.value(value)
            case k.Calc(op, left, right) if op in ("min", "max"):
                return f"{op}({self.term(left)}, {self.term(right)})"
            case k.Calc(op, left, right):
                return f"({self.term(left)} {op} {self.term(right)})"

    @staticmethod
    def value(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value if value.replace("_", "").isalnum() else f'"{value}"'
        return str(value)

    def call(self, name: str, args: Iterable[k.Term]) -> str:
        """``held(c)``; states, the commonest relations, go by their own name."""
        inside = ", ".join(map(self.term, args))
        name = name.replace("state:", "")
        return f"{name}({inside})" if inside else name

    # ------------------------------------------------------------ formulas

    def formula(self, formula: k.Formula) -> str:
        match formula:
            case k.And(parts) | k.Or(parts):
                return self.joined(formula, parts)
            case k.Not(of):
                return f"not {self.tight(of)}"
            case k.Exists(variables, of):
                names = ", ".join(name.replace(" ", "_") for name in variables)
                return f"some {names}: {self.formula(of)}"
            case k.Earlier(of, entering):
                return f"{'entering' if entering else 'earlier'} {self.tight(of)}"
            case k.Compare(op, left, right):
                return f"{self.term(left)} {op} {self.term(right)}"
            case _:
                return self.atom(formula)

    def joined(self, formula: k.And | k.Or, parts: tuple[k.Formula, ...]) -> str:
        match formula:
            case k.And((first, k.Not(k.Earlier(second, False)))) if first == second:
                return f"begins {self.tight(first)}"
            case k.And((k.Earlier(first, False), k.Not(second))) if first == second:
                return f"ends {self.tight(first)}"
            case _:
                return self.chain(formula, parts)

    def chain(self, formula: k.And | k.Or, parts: tuple[k.Formula, ...]) -> str:
        parts = tuple(p for p in parts if p != k.Fixed(2)) if isinstance(formula, k.And) else parts
        if not parts:
            return "true" if isinstance(formula, k.And) else "false"
        if len(parts) == 1:
            return self.formula(parts[0])
        return (" and " if isinstance(formula, k.And) else " or ").join(map(self.tight, parts))

    def tight(self, formula: k.Formula) -> str:
        """With brackets where a neighbour could take a part of it."""
        text = self.formula(formula)
        return f"({text})" if isinstance(formula, _LOOSE) and " " in text else text

    def atom(self, formula: k.Formula) -> str:
        match formula:
            case k.Rel(name, args):
                return self.call(name, args)
            case k.Value(name, group, result):
                return f"{self.call(name, group)} = {self.term(result)}"
            case k.EventAtom():
                return self.event(formula)
            case _:
                return self.constant(formula)

    def event(self, atom: k.EventAtom) -> str:
        """One attribute goes without its name."""
        if len(atom.args) == 1:
            inside = self.term(atom.args[0][1])
        else:
            inside = ", ".join(f"{name} = {self.term(term)}" for name, term in atom.args)
        words = ["attempted" if atom.attempted else "", f"{atom.type}({inside})" if inside else atom.type]
        if atom.by:
            words.append(f"by {' and '.join(dict.fromkeys(map(self.term, atom.by)))}")
        if atom.id is not None:
            words.append(f"as {self.term(atom.id)}")
        return " ".join(filter(None, words))

    def constant(self, formula: k.Formula) -> str:
        match formula:
            case k.Fixed(truth, why):
                return ("false", f'unknown "{why}"' if why else "unknown", "true")[truth]
            case k.Reached(at, _, only):
                return f"{'at' if only else 'from'} {self.instant(at)}{'' if only else ' on'}"
            case k.Start():
                return "the beginning of time"
            case other:
                return str(other)

    def instant(self, instant: Instant) -> str:
        """A day where it is the first instant of one, else day and time."""
        text = format_instant(instant, self.zone)
        return text[:10] if text[10:19] == "T00:00:00" and "." not in text else text

    # ------------------------------------------------------------ definitions

    def definition(self, definition: k.Definition) -> str:
        if isinstance(definition, k.Duty):
            return self.duty(definition)
        return f"{self.call(definition.name, definition.head)} := {self.body(definition)}"

    def body(self, definition: k.Definition) -> str:
        match definition:
            case k.Holds(body=body):
                return self.formula(body)
            case k.Inertial():
                return self.span(definition)
            case k.Recent(body=body, within=within):
                return f"once {self.tight(body)}{self.limit(within)}"
            case k.Lasting(body=body, length=length):
                return f"{self.tight(body)} held for {length.length}"
            case k.Passed(body=body, date=date):
                return f"{self.due(date)} for {self.tight(body)}"
            case k.SinceThen(body=body, start=start):
                return f"{self.tight(body)} since {self.tight(start)}"
            case k.Measure(kind=kind, of=of, over=over, within=within):
                what = f" {self.term(of)}" if of is not None else ""
                return f"{kind}{what} over {self.tight(over)}{self.limit(within)}"
            case other:
                parts = ", ".join(f"{role} {self.tight(f)}" for role, f in bodies(other).items())
                return f"{type(other).__name__.lower()} {parts}".rstrip()

    def span(self, span: k.Inertial) -> str:
        words = [f"{'while' if span.level else 'from'} {self.formula(span.begin)}"]
        if span.end != k.Fixed(0):
            words.append(f"{'finally ' if span.final else ''}until {self.formula(span.end)}")
        text = " ".join(words)
        text += "".join(f",{self.limit(term)}" for term in span.terms)
        text = f"{text}, renews" if span.renews else text
        if span.again is None:
            return text
        unless = f" unless {self.tight(span.lapses)}" if span.lapses is not None else ""
        return f"{text}, then for {span.again} each{unless}"

    @staticmethod
    def limit(limit: k.Limit | None) -> str:
        if limit is None:
            return ""
        return f" {'for' if limit.kind == 'term' else 'within'} {limit.length}"

    def duty(self, duty: k.Duty) -> str:
        lines = [f"{self.call(duty.name, duty.head)} := when {self.formula(duty.trigger)}"]
        for number, rung in enumerate(duty.rungs):
            lines.append(
                f"    {'otherwise' if number else 'owed'}: {self.formula(rung.performance)}{self.deadline(rung)}"
            )
        shown = {
            role: f for role, f in bodies(duty).items() if "/" not in role and role not in ("trigger", "end")
        }
        lines += [f"    {role}: {self.formula(formula)}" for role, formula in shown.items()]
        if duty.end != k.Fixed(0):
            lines.append(f"    until {self.formula(duty.end)}")
        return "\n".join(lines)

    def deadline(self, rung: k.Rung) -> str:
        return "".join(self.due_by(limit) for limit in (rung.deadline, *rung.sooner) if limit is not None)

    def due_by(self, limit: k.Limit | k.DueDate | int) -> str:
        if isinstance(limit, k.DueDate):
            return f" before {self.due(limit)}"
        return self.limit(limit) if isinstance(limit, k.Limit) else f" before {self.instant(limit)}"

    def due(self, date: k.DueDate) -> str:
        words = {"start": "", "end": "the end of ", "tick": "what follows "}[date.at]
        return f"{f'{date.length.length} after ' if date.length else ''}{words}{self.term(date.date)}"
