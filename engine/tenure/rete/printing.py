"""A ruleset in a readable notation: what each rule looks for, and what it records.

``default: begins where notice(licence = c0), none of cure, terminate, expires:default (c0)``
"""

from __future__ import annotations

from collections.abc import Iterator

from tenure.logic.definitions import Const, Rel
from tenure.logic.printing import format_formula
from tenure.rete.patterns import ALWAYS
from tenure.rete.ruleset import Condition, Pattern, Rule, Ruleset
from tenure.time import format_instant

_DOES = {
    "begin": "begins",
    "end": "ends",
    "expire": "expires",
    "limit": "ends",
    "renew": "begins anew",
    "clash": "begins and ends at once",
    "tried": "is tried",
    "powered": "is empowered",
    "effective": "is effective",
    "aux+": "is noted",
    "aux-": "is no longer noted",
    "owe": "is owed",
    "contest": "is owed or not, by the order of events",
    "note": "is noted for the time of a duty",
    "anchor": "has its time begin",
    "transfer": "is to pass",
    "move": "passes",
    "delegate": "may be performed by another",
    "suspend": "is suspended",
    "resume": "is resumed",
    "breach": "has its time over",
    "recall": "is excused no longer",
    "waive": "is waived",
    "extend": "is put off",
    "accelerate": "falls due",
    "lapse": "lapses",
    "perform": "is performed",
}


def format_ruleset(ruleset: Ruleset, zone: str) -> Iterator[str]:
    """Each rule on a line or a few, in the order of priorities."""
    printer = _Printer(ruleset, zone)
    for definition in ruleset.definitions:
        if definition.recurrence is not None:
            yield f"0 {definition.name}(date, instant) is posted at each date"
    for rule in (*ruleset.acts, *sorted(ruleset.rights, key=lambda rule: rule.priority)):
        yield from printer.rule(rule)


def _constant(value: object) -> str:
    """A constant as the kernel's own notation writes it."""
    return format_formula(Rel("", (Const(value),))).strip("()")


class _Printer:
    def __init__(self, ruleset: Ruleset, zone: str) -> None:
        self.ruleset = ruleset
        self.zone = zone
        self.columns = {shape.symbol: shape.columns for shape in ruleset.events.values()}
        self.columns |= {f"attempt:{type}": shape.columns for type, shape in ruleset.events.items()}

    def rule(self, rule: Rule) -> Iterator[str]:
        """One rule: what it does, then its patterns."""
        effect = rule.effect
        target = effect.target if not effect.target.startswith("row:") else effect.target[4:]
        key = ", ".join(self.operand(source) for source in effect.key)
        yield f"{rule.priority} {self.plain(target)}({key}) {_DOES[effect.kind]}"
        for pattern in rule.patterns:
            if pattern.symbol != ALWAYS:
                yield f"    {self.pattern(pattern)}"

    def pattern(self, pattern: Pattern) -> str:
        """`t0: grant, licence = t1.c0`, or `none of …`."""
        conditions = [self.condition(pattern, condition) for condition in pattern.conditions]
        lead = f"{pattern.token}: " if pattern.positive else "none of "
        return f"{lead}{', '.join([self.symbol(pattern.symbol), *conditions])}"

    def condition(self, pattern: Pattern, condition: Condition) -> str:
        """`licence = t1.c0`; a comparison of sizes by itself."""
        column = self.column(pattern.symbol, condition.column)
        if " " in column:
            return column
        return f"{column} {'≤' if condition.op == '<=' else condition.op} {self.operand(condition.operand)}"

    def operand(self, operand: object) -> str:
        """A constant, or a column of a token."""
        if isinstance(operand, int):
            return _constant(self.ruleset.constants[operand])
        assert isinstance(operand, tuple)
        return f"{operand[0]}.{operand[1]}" if operand[0] != "$m" else operand[1]

    def column(self, symbol: str, column: str) -> str:
        """An event's column by the name of its attribute."""
        names = self.columns.get(symbol, ())
        place = column[1:]
        return names[int(place)] if place.isdigit() and int(place) < len(names) else column

    def symbol(self, symbol: str) -> str:
        """A relation in words."""
        if symbol in self.ruleset.projections:
            several = dict.fromkeys(self.symbol(p.symbol) for p in self.ruleset.projections[symbol])
            return " | ".join(several)
        kind, _, name = symbol.partition(":")
        match kind:
            case "row":
                return self.plain(name)
            case "was":
                return f"earlier {self.symbol(name)}"
            case "from" | "on":
                return f"{kind} {format_instant(int(name), self.zone)}"
            case "limit":
                return f"the limit of {self.plain(name)}"
            case "event" | "attempt":
                return f"{kind} {name}"
            case _:
                return f"{kind} {self.plain(name)}".rstrip()

    @staticmethod
    def plain(name: str) -> str:
        """States, the commonest relations, go by their own name."""
        return name.replace("state:", "")
