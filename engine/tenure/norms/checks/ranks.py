"""Priorities between clauses: circles, exceptions that can never apply, and clauses that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from tenure.diagnostics import Diagnostic, Place
from tenure.language import syntax as s
from tenure.norms.checks.cases import (
    in_different_times,
    parties_apart,
    same_act,
    same_object,
    under_different_readings,
    why_apart,
)
from tenure.norms.checks.findings import error, label, warning
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.vocabulary import Vocabulary


@frozen
class _Above:
    """One clause prevails over another, under some values of readings."""

    strong: str
    weak: str
    when: tuple[s.When, ...]
    place: Place | None


def check_ranks(subject: Subject) -> Iterator[Diagnostic]:
    """Faults of `despite`, `subject to`, `unless C` and of their absence."""
    above = list(_ranks(subject))
    yield from _circles(above)
    yield from _replacement_circles(subject.vocabulary)
    for site in subject.sites:
        yield from _idle_exceptions(site, subject)
    yield from _contradictions(subject, above)


def _ranks(subject: Subject) -> Iterator[_Above]:
    for site in subject.sites:
        for part in site.parts if site.clause else ():
            if isinstance(part, s.Rank):
                when = (part.when,) if part.when else ()
                for other in _others(part.clauses, site.clause, subject.vocabulary):
                    pair = (site.clause, other) if part.word == "despite" else (other, site.clause)
                    yield _Above(str(pair[0]), str(pair[1]), when, part.place)


def _others(names: Iterable[str], clause: str | None, vocabulary: Vocabulary) -> list[str]:
    """The named clauses; a clause within the one that it names is not meant by it."""
    return [c for n in names for c in vocabulary.clauses_under(n) if c != clause or n == clause]


# ---------------------------------------------------------------- circles


def _circles(above: list[_Above]) -> Iterator[Diagnostic]:
    over: dict[str, list[_Above]] = {}
    for rank in above:
        over.setdefault(rank.strong, []).append(rank)
    for chain in _chains(over):
        names = [r.strong for r in chain]
        said = " over ".join(f"`{n}`" for n in (*names, names[0]))
        places = [x for r in chain[1:] for x in label(r.place, f"`{r.strong}` over `{r.weak}`")]
        message = (
            f"the ranks go in a circle: {said}" if len(names) > 1 else f"`{names[0]}` is ranked over itself"
        )
        yield error("TEN302", message, chain[0].place, "leave out one `despite` or `subject to`", *places)


def _chains(over: Mapping[str, list[_Above]]) -> Iterator[list[_Above]]:
    """One circle of ranks through each clause that is in any and not yet in a circle that was found."""
    done: set[str] = set()
    for start in over:
        if start in done:
            continue
        chain = _way_back(over, start)
        if chain:
            done.update(r.strong for r in chain)
            yield chain


def _way_back(over: Mapping[str, list[_Above]], start: str) -> list[_Above] | None:
    """The shortest chain of ranks from ``start`` to itself that holds under one choice of readings."""
    paths: list[list[_Above]] = [[r] for r in over[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop(0)
        here = path[-1].weak
        if here == start:
            return path
        if here not in seen:
            seen.add(here)
            paths.extend([*path, r] for r in over.get(here, ()) if _together((*path, r)))
    return None


def _together(ranks: Iterable[_Above]) -> bool:
    values: dict[str, set[str]] = {}
    for when in (w for r in ranks for w in r.when):
        values[when.reading] = values.get(when.reading, set(when.values)) & set(when.values)
    return all(values.values())


def _replacement_circles(vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    replaced = [
        (c, a) for a in vocabulary.amendments.values() for c in a.changes if isinstance(c, s.Replaces)
    ]
    over: dict[str, list[_Above]] = {}
    for change, _ in replaced:
        over.setdefault(change.new, []).append(
            _Above(change.new, change.old, (change.when,) if change.when else (), change.place)
        )
    for chain in _chains(over):
        names = [*(r.strong for r in chain), chain[0].strong]
        message = f"`{names[0]}` is replaced by itself: {' replaces '.join(names)}"
        yield error("TEN322", message, chain[0].place, "give the new version an id of its own")


# ---------------------------------------------------------------- exceptions that never apply


def _idle_exceptions(site: Site, subject: Subject) -> Iterator[Diagnostic]:
    if not isinstance(site.unit, s.Norm | s.Classify):
        return
    for part in site.parts:
        if isinstance(part, s.Rank):
            yield from (f for name in part.clauses for f in _idle(site, name, part.word, part.place, subject))
        elif isinstance(part, s.Unless) and isinstance(site.unit, s.Norm):
            for atom in _clause_atoms(part.of, subject.vocabulary):
                yield from _idle(site, atom.name, "unless", atom.place or part.place, subject)


def _clause_atoms(formula: s.Formula, vocabulary: Vocabulary) -> Iterator[s.Atom]:
    match formula:
        case s.Or(parts) | s.And(parts):
            for part in parts:
                yield from _clause_atoms(part, vocabulary)
        case s.Atom(name, ()) if not any(
            name in d for d in (vocabulary.events, vocabulary.states, vocabulary.amendments)
        ):
            yield formula
        case _:
            pass


def _idle(site: Site, name: str, word: str, place: Place | None, subject: Subject) -> Iterator[Diagnostic]:
    clauses = subject.vocabulary.clauses_under(name)
    if not clauses:
        return
    kind = s.Classify if isinstance(site.unit, s.Classify) else s.Norm
    rules = [r for c in clauses for r in subject.vocabulary.clauses[c].rules if isinstance(r, kind)]
    own = (
        [r for r in subject.vocabulary.clauses[site.clause].rules if isinstance(r, s.Norm | s.Classify)]
        if site.clause
        else []
    )
    why = _why_idle(site.unit, rules, subject.vocabulary)
    if why and not (isinstance(site.unit, s.Norm) and any(isinstance(r, s.Classify) for r in own)):
        yield warning(
            "TEN305",
            f"`{word} {name}` never applies here: {why}",
            place,
            "name another clause, or leave it out",
        )


def _why_idle(
    rule: s.Norm | s.Classify, others: list[s.Norm | s.Classify], vocabulary: Vocabulary
) -> str | None:
    if not others:
        return "it gives and forbids nothing" if isinstance(rule, s.Norm) else "it classifies nothing"
    if isinstance(rule, s.Classify):
        return None
    norms = [n for n in others if isinstance(n, s.Norm)]
    # A clause about another act counts when it is in force at all.
    # Kinds do not exclude each other: one thing may be of two.
    reasons = [parties_apart(rule, n, vocabulary) if same_act(rule, n) else None for n in norms]
    return reasons[0] if all(reasons) else None


# ---------------------------------------------------------------- contradictions


def _contradictions(subject: Subject, above: list[_Above]) -> Iterator[Diagnostic]:
    vocabulary = subject.vocabulary
    ranked = {frozenset((r.strong, r.weak)) for r in above} | set(_excepted(subject))
    ranked |= {frozenset((r.strong, new)) for r in above for new in _replacing(vocabulary, r.weak)}
    ranked |= set(_inherited(subject))
    norms = list(subject.norms())
    for site, liberty in norms:
        if liberty.relation != "liberty":
            continue
        for other, forbidden in norms:
            if forbidden.relation != "duty_not" or not same_act(liberty, forbidden):
                continue
            pair = frozenset((str(site.clause), str(other.clause)))
            if (
                pair in ranked
                or not same_object(liberty, forbidden)
                or why_apart(liberty, forbidden, vocabulary)
            ):
                continue
            if _never_together(site, other, vocabulary):
                continue
            yield _contradiction(site, other)


def _replacing(vocabulary: Vocabulary, clause: str) -> Iterator[str]:
    """The clauses that come in place of ``clause``: they stay below what prevailed over it."""
    changes = [c for a in vocabulary.amendments.values() for c in a.changes if isinstance(c, s.Replaces)]
    found = [clause]
    for old in found:
        for change in changes:
            if old in vocabulary.clauses_under(change.old):
                found += [c for c in vocabulary.clauses_under(change.new) if c not in found]
    yield from found[1:]


def _never_together(one: Site, other: Site, vocabulary: Vocabulary) -> bool:
    return (
        _follows(vocabulary, one, other)
        or _follows(vocabulary, other, one)
        or under_different_readings(one.parts, other.parts)
        or in_different_times(one.parts, other.parts, vocabulary)
    )


def _follows(vocabulary: Vocabulary, later: Site, earlier: Site) -> bool:
    """Whether an amendment has ended one rule by the time that the other begins; amendments stand in order."""
    ended = next(
        (i for i, a in enumerate(vocabulary.amendments.values()) if _ends(vocabulary, a, earlier.clause)),
        None,
    )
    begun = [i for i, a in enumerate(vocabulary.amendments.values()) if _begins(vocabulary, a, later)]
    return ended is not None and any(i >= ended for i in begun)


def _ends(vocabulary: Vocabulary, amendment: s.Amendment, clause: str | None) -> bool:
    names = [n for c in amendment.changes for n in ((c.old,) if isinstance(c, s.Replaces) else c.clauses)]
    return any(clause in vocabulary.clauses_under(n) for n in names)


def _begins(vocabulary: Vocabulary, amendment: s.Amendment, site: Site) -> bool:
    begins = [p.begin for p in site.parts if isinstance(p, s.From)]
    if begins:
        return all(
            b == amendment.begin or (isinstance(b, s.Atom) and b.name == amendment.name) for b in begins
        )
    new = [c.new for c in amendment.changes if isinstance(c, s.Replaces)]
    return any(site.clause in vocabulary.clauses_under(n) for n in new)


def _excepted(subject: Subject) -> Iterator[frozenset[str]]:
    """Pairs of clauses of which one says `unless` the other."""
    for site, norm in subject.norms():
        for part in norm.parts:
            if isinstance(part, s.Unless):
                for atom in _clause_atoms(part.of, subject.vocabulary):
                    for clause in subject.vocabulary.clauses_under(atom.name):
                        yield frozenset((str(site.clause), clause))


def _inherited(subject: Subject) -> Iterator[frozenset[str]]:
    """The same for clauses that replace the one that says so, and have no exceptions of their own."""
    vocabulary = subject.vocabulary
    for pair in set(_excepted(subject)):
        for old in pair:
            for new in _replacing(vocabulary, old):
                norms = [r for r in vocabulary.clauses[new].rules if isinstance(r, s.Norm)]
                if not any(isinstance(p, s.Unless) for n in norms for p in n.parts):
                    yield frozenset((new, *(pair - {old})))


def _contradiction(liberty: Site, forbidden: Site) -> Diagnostic:
    act = getattr(liberty.unit.act, "name", "")
    if liberty.clause == forbidden.clause:
        message = f"`{liberty.clause}` both permits and forbids `{act}`, and neither has priority"
        advice = (
            "give one of the two a clause of its own that says `despite` the other; until then it is disputed"
        )
    else:
        message = f"`{liberty.clause}` permits what `{forbidden.clause}` forbids (`{act}`), and neither has priority"
        advice = f"write `despite {liberty.clause}` in `{forbidden.clause}`, or the other way round; until then it is disputed"
    return warning(
        "TEN304",
        message,
        liberty.place,
        advice,
        *label(forbidden.place, f"`{forbidden.clause}` forbids it here"),
    )
