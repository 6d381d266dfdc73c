"""Rules: norms, silences, classifications, owners, states and acts upon clauses."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from tenure.diagnostics import Place
from tenure.language.syntax.formulas import Argument, Formula
from tenure.language.syntax.parts import Part
from tenure.language.syntax.shared import Comments, comments_field, place_field
from tenure.language.syntax.terms import Length, Term


@frozen
class ActPhrase:
    """``use x``, ``use x in y``, ``pay(invoice, amount)``; an argument's name is its preposition or attribute."""

    name: str
    args: tuple[Argument, ...] = ()
    call: bool = False
    place: Place | None = place_field()


@frozen
class Keep:
    """``keep φ``: the content of a maintenance duty."""

    of: Formula
    place: Place | None = place_field()


@frozen
class Holder:
    """Who holds: one party, or several ``each`` or ``together``."""

    parties: tuple[Term, ...]
    mode: Literal["each", "together"] | None = None


Relation = Literal["liberty", "claim", "duty", "duty_not", "power", "disability", "immunity"]


@frozen
class Norm:
    """``Licensee may use x against Licensor …``: holder, relation, act, counterparty and the parts that qualify it."""

    relation: Relation
    holder: Holder
    act: ActPhrase | Keep
    counterparty: Term | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class Silence:
    """``silent on use x "why" …``: the contract declares that it does not say; ``holder`` None is anyone."""

    holder: Term | None
    act: ActPhrase
    why: str
    parts: tuple[Part, ...] = ()
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class Classify:
    """``classify x as k from …``: a rule that gives things their kind; with priorities through ``despite``."""

    thing: str
    kind: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class Owner:
    """``owner of x is p from …``."""

    thing: str
    owner: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class State:
    """``state s(x) means φ`` or ``state s(x) from … until …``."""

    name: str
    parameters: tuple[str, ...] = ()
    means: Formula | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class On:
    """``on φ suspend C1``: an event that acts on clauses: suspend, resume, assign … to p, waive, extend … by D, terminate."""

    trigger: Formula
    verb: Literal[
        "suspend", "resume", "assign", "delegate", "subcontract", "waive", "extend", "accelerate", "terminate",
        "novate", "set off",
    ]  # fmt: skip
    targets: tuple[str, ...]
    to: Term | None = None
    by: Length | None = None
    retroactive: bool = False
    place: Place | None = place_field()
    comments: Comments = comments_field()


@frozen
class NoRule:
    """``no rule "why"``: the clause is quoted for the record and gives nobody anything."""

    why: str
    place: Place | None = place_field()
    comments: Comments = comments_field()


Rule = Norm | Silence | Classify | Owner | State | On | NoRule
