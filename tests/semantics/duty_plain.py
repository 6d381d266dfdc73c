"""A clause that gives one duty, as plain data, and the contract that says it in words."""

from __future__ import annotations

from attrs import frozen

#: The things that happen.  `x` is what a duty is about, `n` an amount, `to` a party, `due` a date.
DECLARATIONS = """
contract duties
zone {zone}
month end last day
business days IT
parties A, B
others C, E

fact opened
fact closed
fact kept
fact cold
fact warm
fact asked(x, n: number, due: date)
fact demanded(x)
fact did(x, n: number, to: party)
fact fined(x)
fact begged(x)
fact seen(x)
act  forgiven(x) by B
act  all_forgiven by B
act  longer(x) by B
act  all_longer by B
act  stopped(x) by B
act  all_stopped by B
act  resumed(x) by B
act  all_resumed by B
act  hurried(x) by B
act  all_hurried by B
act  ended(x) by B
act  all_ended by B
act  sold(x, to: party)
act  all_sold(to: party)
act  taken(x, to: party) by A
act  all_taken(to: party) by A
act  helped(x, to: party) by A
act  all_helped(to: party) by A
act  offset(x, m: number) by A
act  all_offset(m: number) by A
act  met(x) by A
act  all_met by A

state icy from cold until warm

action do_it(x) done by did(x = x{to})
action do_some(n) done by did(n = n{to})
action fine(x) done by fined(x = x)
action beg(x) done by begged(x = x)

clause Selling
  B can sold
  C can sold
  E can sold
  B can all_sold
  C can all_sold
  E can all_sold
"""
VERBS = {
    "waive": "forgiven",
    "extend": "longer",
    "suspend": "stopped",
    "resume": "resumed",
    "accelerate": "hurried",
    "terminate": "ended",
    "assign": "sold",
    "novate": "taken",
    "delegate": "helped",
    "set off": "met",
    "set off part": "offset",
}
ACTS = ("do_it", "fine", "beg")
PERFORMED_BY = {"do_it": "did", "do_some": "did", "fine": "fined", "beg": "begged"}


@frozen
class Limit:
    """``within N UNIT``, counted from an event ``of`` where that is given; or ``by`` and ``before`` a date; or the named date."""

    kind: str  # "days", "hours", "exact days", "business days", "by", "before", "by named", "before named"
    n: int = 0
    of: str | None = None

    def text(self) -> str:
        match self.kind:
            case "by" | "before":
                return f"{self.kind} 2026-01-{self.n:02}"
            case "by named" | "before named":
                return f"{self.kind.split()[0]} d"
        return f"within {self.n} {self.kind}" + (f" of {self.of}(x)" if self.of else "")


@frozen
class Rung:
    """What is owed: the duty itself, or what is owed `otherwise`, perhaps ``cumulative``."""

    limit: Limit | None
    not_before: int | None = None
    cumulative: bool = False


@frozen
class Effect:
    """`on EVENT(x) VERB D`, or for the whole clause; an extension is by ``n`` ``unit``."""

    verb: str
    whole: bool
    n: int = 0
    unit: str = "days"

    @property
    def event(self) -> str:
        return ("all_" if self.whole else "") + VERBS[self.verb]

    def text(self) -> str:
        names = [] if self.whole else ["x"]
        names += ["to = p"] if self.verb in ("assign", "novate", "delegate") else []
        names += ["m = k"] if self.verb == "set off part" else []
        ending = {"extend": f" by {self.n} {self.unit}"}.get(self.verb, "")
        ending += " to p" if self.verb in ("assign", "novate", "delegate") else ""
        about = f"({', '.join(names)})" if names else ""
        return f"  on {self.event}{about} {self.verb.removesuffix(' part')} D{ending}"


@frozen
class Span:
    """When the clause runs: always, or from `opened`; until `closed`, a day, or both; for a term that may go on."""

    opens: bool = False
    closes: bool = False
    through: int | None = None
    last: bool = False
    term: int | None = None
    renews: bool = False
    again: int | None = None
    final: bool = False

    def text(self) -> str:
        ends = ["closed"] if self.closes else []
        ends += [f"through 2026-01-{self.through:02}"] if self.through else []
        parts = ["from opened"] if self.opens else []
        if ends:
            parts.append(("finally until " if self.final else "until ") + ", or ".join(ends))
            parts[-1] += ", whichever is last" if self.last else ""
        if self.term:
            parts.append(f"for {self.term} days" + (" renews" if self.renews else ""))
            parts[-1] += (
                f", then for {self.again} days each unless once kept within 2 days" if self.again else ""
            )
        return " ".join(parts)


@frozen
class Duty:
    """The clause `D`: A must do it to B."""

    trigger: str = "asked"  # or "beginning", or "monday"
    rungs: tuple[Rung, ...] = (Rung(Limit("days", 2)),)
    span: Span = Span()
    if_warm: bool = False
    while_warm: bool = False
    excused: bool = False
    in_parts: bool = False
    clock: str | None = None
    survives: bool = False
    to_creditor: bool = False
    effects: tuple[Effect, ...] = ()
    zone: str = "UTC"

    @property
    def acts(self) -> tuple[str, ...]:
        """The act of each rung."""
        return ("do_some" if self.in_parts else "do_it", *ACTS[1:])[: len(self.rungs)]

    def text(self) -> str:
        """The whole contract."""
        head = DECLARATIONS.format(zone=self.zone, to=", to = counterparty" if self.to_creditor else "")
        lines = [head.replace("B can sold, C can sold, D can sold", "B can sold\n  C can sold\n  E can sold")]
        lines += ["clause D", self._rungs(), "clause D.on" if self.effects else ""]
        return "\n".join([*lines, *(effect.text() for effect in self.effects)]) + "\n"

    def _rungs(self) -> str:
        text = ""
        for i, (rung, act) in reversed(list(enumerate(zip(self.rungs, self.acts, strict=True)))):
            about = "(n)" if act == "do_some" else "(x)" if self.trigger == "asked" else ""
            limits = [rung.limit.text()] if rung.limit else []
            limits += [f"no sooner than 2026-01-{rung.not_before:02}"] if rung.not_before else []
            parts = [f"A must {act}{about} to B", *(self._parts(limits) if i == 0 else limits)]
            parts += [f"\n    otherwise ({text})" if text else ""]
            parts += ["cumulative" if text and self.rungs[i + 1].cumulative else ""]
            text = " ".join(filter(None, parts))
        return text

    def _parts(self, limits: list[str]) -> list[str]:
        named = any(r.limit and "named" in r.limit.kind for r in self.rungs)
        each = {
            "asked": "for each asked(x" + (", n" if self.in_parts else "") + (", due = d)" if named else ")"),
            "monday": 'for each "each monday"',
            "beginning": "",
        }[self.trigger]
        each += " if not icy" if self.if_warm and each else ""
        words = [f"{each}," if each and limits else each, *limits, self.span.text()]
        words += ["while not icy"] * self.while_warm + ["excused while icy"] * self.excused
        words += ["in parts"] * self.in_parts + [f"clock {self.clock}"] * bool(self.clock)
        return [*words, "survives termination" if self.survives else ""]
