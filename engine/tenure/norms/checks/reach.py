"""Rules that can never give anything: nobody can do the act that they begin with, or nothing has their kind."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.language import syntax as s
from tenure.norms.checks.cases import instant, kinds_meant, limit
from tenure.norms.checks.findings import warning
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.vocabulary import ANYTHING, PARTY, Vocabulary


def check_reach(subject: Subject) -> Iterator[Diagnostic]:
    """Every rule that can never be in force."""
    idle = _idle_acts(subject)
    given = _given_kinds(subject)
    if not any(subject.rules(s.Owner)):
        yield from _owners(subject)
    for site in subject.sites:
        if isinstance(site.unit, s.Norm | s.State | s.Silence | s.Classify | s.Owner):
            yield from _beginnings(site, idle)
            yield from _dates(site, subject.vocabulary)
        for part in site.parts:
            if isinstance(part, s.ForVariable) and given is not None:
                yield from _kind(part, given, subject.vocabulary)


def _owners(subject: Subject) -> Iterator[Diagnostic]:
    """Questions for an owner, in a contract that never says who owns what."""
    for site in subject.sites:
        for node in site.nodes:
            if isinstance(node, s.OwnedBy) or (isinstance(node, s.ForVariable) and node.owner is not None):
                message = f"{site.words} asks who owns a thing, and no rule says so"
                yield warning(
                    "TEN315", message, node.place or site.place, "add `owner of x is p from EVENT(…)`"
                )


# ---------------------------------------------------------------- acts that nobody can do


def _idle_acts(subject: Subject) -> set[str]:
    """Acts that are declared without `by` and that no clause gives anybody the power to do."""
    powers = {
        n.act.name for _, n in subject.norms() if n.relation == "power" and isinstance(n.act, s.ActPhrase)
    }
    return {
        e.name
        for e in subject.vocabulary.events.values()
        if e.word == "act" and not e.by and e.name not in powers
    }


def _beginnings(site: Site, idle: set[str]) -> Iterator[Diagnostic]:
    begins = [p for p in site.parts if isinstance(p, s.From)]
    blocked = [(p, _blocked(p.begin, idle)) for p in begins]
    if begins and all(act for _, act in blocked):
        part, act = blocked[0]
        message = f"{site.words} never begins: nobody can do `{act}`"
        help_ = f"say who can: `act {act}(…) by PARTY`, or a clause `PARTY can {act}`; what needs no power is a `fact`"
        yield warning("TEN308", message, getattr(part.begin, "place", None) or part.place, help_)


def _blocked(begin: s.End, idle: set[str]) -> str | None:
    """An act that must happen for ``begin`` and never can."""
    match begin:
        case s.Atom(name):
            return name if name in idle else None
        case s.And(parts):
            return next((a for p in parts if (a := _blocked(p, idle))), None)
        case s.Or(parts):
            found = [_blocked(p, idle) for p in parts]
            return found[0] if all(found) else None
        case s.Exists(_, of) | s.Once(of) | s.Edge("begins", of) | s.After(_, of) | s.DateOf(_, of):
            return _blocked(of, idle)
        case _:
            return None


# ---------------------------------------------------------------- dates and kinds


def _dates(site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    begins = [
        (p, instant(p.begin, vocabulary))
        for p in site.parts
        if isinstance(p, s.From) and isinstance(p.begin, s.Date)
    ]
    if not begins or any(isinstance(p, s.From) and not isinstance(p.begin, s.Date) for p in site.parts):
        return
    first = min((t for _, t in begins if t is not None), default=None)
    for part in site.parts:
        if isinstance(part, s.Until) and first is not None:
            limits = [limit(e, vocabulary) for e in part.ends]
            known = [x for x in limits if x is not None]
            if known and (
                min(known) <= first if not part.last else len(known) == len(limits) and max(known) <= first
            ):
                yield warning(
                    "TEN309", f"{site.words} ends before it begins", part.place, "mend one of the two dates"
                )


def _given_kinds(subject: Subject) -> set[str] | None:
    """The kinds that some rule can give; ``None`` where a rule can give any."""
    given: set[str] = set()
    for rule in subject.rules(s.Classify):
        name = rule.kind.text if isinstance(rule.kind, s.Name) else getattr(rule.kind, "value", "")
        if name not in subject.vocabulary.kinds:
            return None
        given.add(name)
    return given


def _kind(part: s.ForVariable, given: set[str], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    meant = kinds_meant(part.kinds, vocabulary)
    if meant and not meant & {*given, PARTY, ANYTHING}:
        names = " or ".join(part.kinds.any_of)
        help_ = f"add `classify x as {part.kinds.any_of[0]} from EVENT(…)`"
        yield warning("TEN310", f"nothing is ever of kind `{names}`", part.kinds.place or part.place, help_)
