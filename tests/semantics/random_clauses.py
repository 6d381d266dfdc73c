"""Random duties in plain data, and random histories about their boundaries."""

from __future__ import annotations

from random import Random

from attrs import evolve
from tests.semantics.duty_calendar import HOUR, Days
from tests.semantics.duty_oracle import Happening
from tests.semantics.duty_plain import VERBS, Duty, Effect, Limit, Rung, Span

ABOUT = ("x1", "x2")
HOUR_OF_DAY = (0, 0, 0, 6, 12, 18)


def limit(draw: Random, *, first: bool, each: bool, whole: bool) -> Limit | None:
    kinds = ["days"] * 4 + ["hours", "hours", "exact days", "business days", "by", "before"]
    kinds += ["by named", "before named"] if each else []
    kind = draw.choice(kinds)
    if each and draw.random() < 0.1:
        return None
    if kind in ("by", "before"):
        return Limit(kind, draw.randint(3, 12))
    if "named" in kind:
        return Limit(kind)
    n = draw.choice((6, 12, 24, 30)) if kind == "hours" else draw.randint(1, 3)
    of = "demanded" if each and whole and first and draw.random() < 0.15 else None
    return Limit(kind, n, of)


def rung(draw: Random, number: int, *, each: bool, whole: bool) -> Rung:
    found = Rung(
        limit(draw, first=number == 0, each=each, whole=whole), cumulative=number > 0 and draw.random() < 0.4
    )
    return evolve(found, not_before=draw.randint(2, 8)) if draw.random() < 0.12 else found


def span(draw: Random, *, must_open: bool) -> Span:
    opens = must_open or draw.random() < 0.3
    closes = draw.random() < 0.4
    through = draw.choice((None, None, draw.randint(3, 9)))
    found = Span(opens, closes, through, last=closes and bool(through) and draw.random() < 0.4)
    if opens and not found.last and draw.random() < 0.35:
        found = evolve(found, term=draw.randint(1, 4), renews=draw.random() < 0.3)
        if not found.renews and draw.random() < 0.4:
            found = evolve(found, again=draw.randint(1, 3))
    return evolve(found, final=(closes or bool(through)) and not found.last and draw.random() < 0.2)


def effects(draw: Random, duty: Duty) -> tuple[Effect, ...]:
    other = "set off" if duty.in_parts else "set off part"
    verbs = [verb for verb in VERBS if verb not in (other, "resume")]
    chosen = draw.sample(verbs, draw.choice((0, 1, 1, 2, 2, 3)))
    chosen += ["resume"] if "suspend" in chosen else []
    found = []
    for verb in chosen:
        unit, n = draw.choice((("days", draw.randint(1, 3)), ("hours", 6)))
        wholes = (True, False) if duty.trigger == "asked" and not duty.in_parts else (True,)
        if verb in ("assign", "novate"):
            wholes = (draw.choice(wholes),)
        for whole in wholes:
            if verb in ("suspend", "resume") or len(wholes) == 1 or draw.random() < 0.7:
                found += [Effect(verb, whole, n, unit)]
    return tuple(found)


def random_duty(draw: Random) -> Duty:
    trigger = draw.choice(("asked", "asked", "asked", "asked", "beginning", "monday"))
    each = trigger == "asked"
    in_parts = each and draw.random() < 0.25
    rungs = tuple(rung(draw, i, each=each, whole=not in_parts) for i in range(draw.choice((1, 1, 2, 2, 3))))
    duty = Duty(
        trigger,
        rungs,
        span(draw, must_open=trigger == "beginning"),
        if_warm=trigger == "asked" and draw.random() < 0.2,
        while_warm=draw.random() < 0.15,
        excused=draw.random() < 0.3,
        in_parts=in_parts,
        clock=draw.choice((None, "stops", "runs", "drops")),
        survives=draw.random() < 0.2,
        to_creditor=draw.random() < 0.3,
        zone=draw.choice(("UTC", "UTC", "Europe/Berlin")),
    )
    return evolve(duty, effects=effects(draw, duty))


def times(draw: Random, days: Days, count: int) -> list[int]:
    found: set[int] = set()
    while len(found) < count:
        at = days.january(draw.randint(1, 12)) + draw.choice(HOUR_OF_DAY) * HOUR
        found.add(at + draw.choice((-1, 0, 0, 0, 0, 1)))
    return sorted(found)


def kinds_of(duty: Duty) -> list[str]:
    """What may happen, what bears on the duty more often."""
    found = ["did"] * 4 + ["seen"]
    found += ["asked"] * 4 if duty.trigger == "asked" else []
    found += ["fined"] * 2 if len(duty.rungs) > 1 else []
    found += ["begged"] * 2 if len(duty.rungs) > 2 else []
    found += ["cold", "warm"] if duty.if_warm or duty.while_warm or duty.excused else []
    found += ["opened", "opened"] if duty.span.opens else []
    found += ["closed"] if duty.span.closes else []
    found += ["kept"] if duty.span.again else []
    found += ["demanded"] * 2 if any(r.limit and r.limit.of for r in duty.rungs) else []
    return found + [e.event for e in duty.effects for _ in (0, 1)]


def random_history(draw: Random, duty: Duty) -> tuple[Happening, ...]:
    days, kinds = Days.named(duty.zone), kinds_of(duty)
    found = []
    for i, at in enumerate(times(draw, days, draw.randint(3, 10))):
        kind = draw.choice(kinds)
        if i == 0 and duty.span.opens:
            kind = "opened"
        elif i < 2 and duty.trigger == "asked" and draw.random() < 0.7:
            kind = "asked"
        found.append(Happening(f"e{i}", at, kind, actors(draw, kind), data(draw, kind, days)))
    return tuple(found)


def actors(draw: Random, kind: str) -> tuple[str, ...]:
    usual = (
        "A"
        if kind.removeprefix("all_") in ("did", "fined", "begged", "taken", "helped", "offset", "met")
        else "B"
    )
    return draw.choice(
        ((usual,), (usual,), (usual,), (usual,), ("A", "B"), ("C",), ("B" if usual == "A" else "A",))
    )


def data(draw: Random, kind: str, days: Days) -> dict[str, object]:
    values = {
        "x": draw.choice(ABOUT),
        "n": draw.randint(1, 4),
        "m": draw.randint(1, 4),
        "to": draw.choice(("C", "E") if kind.endswith("taken") else ("B", "B", "C", "E")),
        "due": days.of(days.january(draw.randint(1, 9))),
    }
    wanted = {
        "asked": ("x", "n", "due"),
        "did": ("x", "n", "to"),
        "sold": ("x", "to"),
        "taken": ("x", "to"),
        "helped": ("x", "to"),
        "offset": ("x", "m"),
    }
    for plain in (
        "demanded",
        "fined",
        "begged",
        "seen",
        "forgiven",
        "longer",
        "stopped",
        "resumed",
        "hurried",
        "ended",
        "met",
    ):
        wanted[plain] = ("x",)
    if kind.startswith("all_"):
        return {name: values[name] for name in wanted[kind.removeprefix("all_")] if name != "x"}
    return {name: values[name] for name in wanted.get(kind, ())}
