"""Names that nothing declares: events, states, clauses, kinds, actions, actors, attributes, readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tenure.diagnostics import Diagnostic, Place
from tenure.language import syntax as s
from tenure.norms.atoms import CLAUSE_STATES
from tenure.norms.checks.findings import error, listed, near
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.effects import FOR_DUTIES
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import ANYTHING, PARTY, Vocabulary


def check_names(subject: Subject) -> Iterator[Diagnostic]:
    """Every name that is used and not declared."""
    for item in subject.vocabulary.items(s.Kinds):
        if item.parent is not None:
            yield from _kinds((item.parent,), item.place, subject.vocabulary)
    for site in subject.sites:
        for node in site.nodes:
            check = _CHECKS.get(type(node))
            if check is not None:
                yield from check(node, site, subject.vocabulary)


# ---------------------------------------------------------------- atoms and acts


def _atom(atom: s.Atom, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    name = atom.name
    yield from (f for term in atom.by for f in _actor(term, site, vocabulary))
    yield from _shadowed(atom, vocabulary)
    if name in vocabulary.events:
        attributes = [a.name for a in vocabulary.events[name].attributes]
        yield from arguments(name, "attribute", atom.args, attributes, atom.place)
    elif isinstance(site.unit, s.ActionDeclaration) and atom in site.unit.done_by:
        yield error(
            "TEN202",
            f"`{name}` is not an event",
            atom.place,
            near(name, vocabulary.events, "declare it as a fact or an act"),
        )
    elif name in vocabulary.states:
        yield from _state(atom, vocabulary.states[name])
    elif name in CLAUSE_STATES and atom.args:
        yield from _clause_state(atom, vocabulary)
    elif name not in vocabulary.amendments and not vocabulary.clauses_under(name):
        known = (
            *vocabulary.events,
            *vocabulary.states,
            *vocabulary.clauses,
            *vocabulary.amendments,
            *CLAUSE_STATES,
        )
        advice = near(name, known, "declare it as a fact, an act or a state")
        yield error("TEN202", f"`{name}` is not an event, a state or a clause", atom.place, advice)


def arguments(
    name: str, what: str, given: Iterable[s.Argument], declared: list[str], place: Place | None
) -> Iterator[Diagnostic]:
    """Arguments that an event or an act does not take."""
    has = f"it has: {', '.join(declared)}" if declared else "it has none"
    for position, argument in enumerate(given):
        if argument.name is not None and argument.name not in declared:
            advice = near(argument.name, declared, has)
            yield error(
                "TEN203", f"`{name}` has no {what} `{argument.name}`", argument.term.place or place, advice
            )
        elif argument.name is None and position >= len(declared):
            yield error(
                "TEN203", f"`{name}` has no {what} number {position + 1}", argument.term.place or place, has
            )


def _shadowed(atom: s.Atom, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """``breached(C1)`` where `breached` is declared: the state of the clause cannot be told from it."""
    target = atom.args[0].term if atom.args and atom.args[0].name is None else None
    declared = "event" if atom.name in vocabulary.events else "state"
    if (
        atom.name in CLAUSE_STATES
        and (atom.name in vocabulary.events or atom.name in vocabulary.states)
        and isinstance(target, s.Name)
        and vocabulary.clauses_under(target.text)
    ):
        message = f"`{atom.name}({target.text})` may mean the {declared} `{atom.name}` or the state of `{target.text}`"
        yield error("TEN329", message, atom.place, f"give the {declared} another name")


def _state(atom: s.Atom, state: s.State) -> Iterator[Diagnostic]:
    wanted = ", ".join(state.parameters)
    if len(atom.args) != len(state.parameters):
        takes = f"`{atom.name}` takes {_counted(len(state.parameters))}, not {len(atom.args)}"
        yield error(
            "TEN204",
            takes,
            atom.place,
            f"write `{atom.name}({wanted})`" if wanted else f"write `{atom.name}`",
        )
        return
    for argument in atom.args:
        if argument.name is not None and argument.name not in state.parameters:
            place = argument.term.place or atom.place
            yield error(
                "TEN203",
                f"`{atom.name}` has no parameter `{argument.name}`",
                place,
                f"its parameters: {wanted}",
            )


def _counted(number: int) -> str:
    return {0: "no arguments", 1: "1 argument"}.get(number, f"{number} arguments")


def _clause_state(atom: s.Atom, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    target = atom.args[0].term
    name = target.text if isinstance(target, s.Name) else str(getattr(target, "value", "_"))
    yield from _clauses((name,), target.place or atom.place, vocabulary)


def _act(act: s.ActPhrase, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    action = vocabulary.actions.get(act.name)
    if action is None and act.name not in vocabulary.events:
        advice = near(
            act.name, (*vocabulary.actions, *vocabulary.events), f"declare it: `action {act.name}(…)`"
        )
        yield error("TEN208", f"`{act.name}` is not an action or an event", act.place, advice)
        return
    names = list(vocabulary.parameters(act.name))
    prepositions = {p.preposition: p.name for p in action.parameters if p.preposition} if action else {}
    plain = names if act.call else [n for n in names if n not in prepositions.values()]
    takes = (
        ", ".join(f"{p.preposition} {p.name}" if p.preposition else p.name for p in action.parameters)
        if action
        else ", ".join(names)
    )
    positional = 0
    for argument in act.args:
        positional += argument.name is None
        if argument.name is not None and argument.name not in (*names, *prepositions):
            yield _not_taken(act, f"`{argument.name}`", argument, takes)
        elif argument.name is None and positional > len(plain):
            yield _not_taken(act, _counted(positional), argument, takes)


def _not_taken(act: s.ActPhrase, what: str, argument: s.Argument, takes: str) -> Diagnostic:
    advice = f"`{act.name}` takes: {takes or 'nothing'}"
    return error("TEN203", f"`{act.name}` does not take {what}", argument.term.place or act.place, advice)


# ---------------------------------------------------------------- actors


def _norm(norm: s.Norm, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    for term in (*norm.holder.parties, *([norm.counterparty] if norm.counterparty else [])):
        yield from _actor(term, site, vocabulary)


def _statement(statement: s.Statement, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    for term in (statement.holder, *([statement.counterparty] if statement.counterparty else [])):
        yield from _actor(term, site, vocabulary)


def _silence(rule: s.Silence, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    if rule.holder is not None:
        yield from _actor(rule.holder, site, vocabulary)


def _declared_by(event: s.EventDeclaration, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    own = [a.name for a in event.attributes]
    for term in event.by:
        yield from _actor(term, site, vocabulary)
        # Nothing else could say who that is.
        if isinstance(term, s.Name) and is_variable(term.text, vocabulary) and term.text not in own:
            yield no_actor(term.text, term.place or event.place, vocabulary)


def _happening(line: s.Happening, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    for name in line.by:
        if name not in ("-", *vocabulary.actors):
            yield no_actor(name, line.place, vocabulary)
    if line.type not in vocabulary.events:
        advice = near(line.type, vocabulary.events, "declare it as a fact or an act")
        yield error("TEN202", f"`{line.type}` is not an event", line.place, advice)
        return
    attributes = [a.name for a in vocabulary.events[line.type].attributes]
    yield from arguments(line.type, "attribute", line.args, attributes, line.place)


def _actor(term: s.Term, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    name = term.text if isinstance(term, s.Name) else getattr(term, "value", None)
    is_constant = not isinstance(term, s.Wildcard) and not (
        isinstance(term, s.Name) and is_variable(term.text, vocabulary)
    )
    if is_constant and name not in vocabulary.actors:
        yield no_actor(str(name), term.place, vocabulary)


def no_actor(name: str, place: Place | None, vocabulary: Vocabulary) -> Diagnostic:
    """Somebody whom the contract does not know."""
    advice = near(name, vocabulary.actors, f"declare it: `others {name}`")
    return error("TEN209", f"`{name}` is neither a party nor one of the others", place, advice)


# ---------------------------------------------------------------- kinds and readings


def _is(formula: s.Is, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    subject, named = formula.subject, (*formula.kinds.any_of, *formula.kinds.but_not)
    if isinstance(subject, s.Name) and subject.text in vocabulary.readings:
        yield from _values(subject.text, named, formula.kinds.place or formula.place, vocabulary)
    elif isinstance(subject, s.Name) and _looks_like_reading(subject.text, named, vocabulary):
        yield _no_reading(subject.text, subject.place or formula.place, vocabulary)
    else:
        yield from _kinds(named, formula.kinds.place or formula.place, vocabulary)


def _looks_like_reading(name: str, values: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    known = {v.name for r in vocabulary.readings.values() for v in r.values}
    unknown = not any(v in vocabulary.kinds or v in (ANYTHING, PARTY) for v in values)
    return unknown and (any(v in known for v in values) or not is_variable(name, vocabulary))


def _kind_expression(part: s.ForVariable, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    yield from _kinds((*part.kinds.any_of, *part.kinds.but_not), part.kinds.place or part.place, vocabulary)
    if part.owner is not None:
        yield from _actor(part.owner, _site, vocabulary)


def _kinds(names: Iterable[str], place: Place | None, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    for name in names:
        if name not in (ANYTHING, PARTY) and name not in vocabulary.kinds:
            yield no_kind(name, place, vocabulary)


def no_kind(name: str, place: Place | None, vocabulary: Vocabulary) -> Diagnostic:
    """A kind that nothing declares."""
    return error(
        "TEN206", f"`{name}` is not a kind", place, near(name, vocabulary.kinds, f"declare it: `kind {name}`")
    )


def _classify(rule: s.Classify, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    name = rule.kind.text if isinstance(rule.kind, s.Name) else getattr(rule.kind, "value", "")
    if name in vocabulary.kinds:
        return
    bound = isinstance(rule.kind, s.Name) and any(
        n == rule.kind for n in site.all(s.Name) if n is not rule.kind
    )
    if not bound:
        yield no_kind(name, rule.kind.place or rule.place, vocabulary)


def _when(when: s.When, _site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    if when.reading not in vocabulary.readings:
        yield _no_reading(when.reading, when.place, vocabulary)
    else:
        yield from _values(when.reading, when.values, when.place, vocabulary)


def _no_reading(name: str, place: Place | None, vocabulary: Vocabulary) -> Diagnostic:
    advice = near(name, vocabulary.readings, f'declare it: `reading {name} "…" VALUE (default), VALUE`')
    return error("TEN210", f"`{name}` is not a reading", place, advice)


def _values(
    reading: str, values: Iterable[str], place: Place | None, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    known = [v.name for v in vocabulary.readings[reading].values]
    for value in values:
        if value not in known:
            advice = near(value, known, f"its values: {listed(known)}")
            yield error("TEN211", f"reading `{reading}` has no value `{value}`", place, advice)


# ---------------------------------------------------------------- clauses


def _clauses(names: Iterable[str], place: Place | None, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    for name in names:
        if not vocabulary.clauses_under(name):
            advice = near(name, vocabulary.clauses, f"the clauses are {listed(vocabulary.clauses)}")
            yield error("TEN205", f"`{name}` is not a clause", place, advice)


def _on(rule: s.On, site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    yield from _clauses(rule.targets, rule.place, vocabulary)
    if rule.verb in FOR_DUTIES:
        yield from _nothing_owed(rule, vocabulary)
    if rule.to is not None:
        yield from _actor(rule.to, site, vocabulary)


def _nothing_owed(rule: s.On, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """``extend`` and the like, on a clause without a duty that has a trigger or a limit: there it does nothing."""
    for target in rule.targets:
        norms = [r for c in vocabulary.clauses_under(target) for r in vocabulary.clauses[c].rules]
        owed = (
            isinstance(n, s.Norm)
            and n.relation in ("duty", "claim")
            and any(isinstance(p, s.Deadline | s.ForEach) for p in n.parts)
            for n in norms
        )
        if norms and not any(owed):
            message = f"`{rule.verb}` acts on duties with a trigger or a limit, and `{target}` has none"
            advice = "for a right, say in its span what the event does: `for 1 year, then for 1 year each unless …`"
            yield error("TEN331", message, rule.place, advice)


_CHECKS: Mapping[type, Callable[[Any, Site, Vocabulary], Iterator[Diagnostic]]] = {
    s.Atom: _atom,
    s.ActPhrase: _act,
    s.Norm: _norm,
    s.Statement: _statement,
    s.Silence: _silence,
    s.EventDeclaration: _declared_by,
    s.Happening: _happening,
    s.Is: _is,
    s.ForVariable: _kind_expression,
    s.Classify: _classify,
    s.When: _when,
    s.On: _on,
    s.Rank: lambda part, _, vocabulary: _clauses(part.clauses, part.place, vocabulary),
    s.ClauseEnds: lambda change, _, vocabulary: _clauses(change.clauses, change.place, vocabulary),
    s.Replaces: lambda change, _, vocabulary: _clauses((change.new, change.old), change.place, vocabulary),
}
