"""Rules: norms, silences, classifications, owners, states and acts upon clauses."""

from __future__ import annotations

from typing import Literal

from tenure.diagnostics import Place
from tenure.language.syntax.formulas import Argument, Formula
from tenure.language.syntax.parts import Part
from tenure.language.syntax.shared import NO_COMMENTS, Comments, Node
from tenure.language.syntax.terms import Length, Term


class ActPhrase(Node, frozen=True, eq=False):
    """``use x``, ``use x in y``, ``pay(invoice, amount)``; an argument's name is its preposition or attribute."""

    name: str
    args: tuple[Argument, ...] = ()
    call: bool = False
    place: Place | None = None


class Keep(Node, frozen=True, eq=False):
    """``keep φ``: the content of a maintenance duty."""

    of: Formula
    place: Place | None = None


class Holder(Node, frozen=True, eq=False):
    """Who holds: one party, or several ``each`` or ``together``."""

    parties: tuple[Term, ...]
    mode: Literal["each", "together"] | None = None


Relation = Literal["liberty", "claim", "duty", "duty_not", "power", "disability", "immunity"]


class Norm(Node, frozen=True, eq=False):
    """``Licensee may use x against Licensor …``: holder, relation, act, counterparty and the parts that qualify it."""

    relation: Relation
    holder: Holder
    act: ActPhrase | Keep
    counterparty: Term | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Silence(Node, frozen=True, eq=False):
    """``silent on use x "why" …``: the contract declares that it does not say; ``holder`` None is anyone."""

    holder: Term | None
    act: ActPhrase
    why: str
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Classify(Node, frozen=True, eq=False):
    """``classify x as k from …``: a rule that gives things their kind; with priorities through ``despite``."""

    thing: str
    kind: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Owner(Node, frozen=True, eq=False):
    """``owner of x is p from …``."""

    thing: str
    owner: Term
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class State(Node, frozen=True, eq=False):
    """``state s(x) means φ`` or ``state s(x) from … until …``."""

    name: str
    parameters: tuple[str, ...] = ()
    means: Formula | None = None
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class On(Node, frozen=True, eq=False):
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
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class NoRule(Node, frozen=True, eq=False):
    """``no rule "why"``: the clause is quoted for the record and gives nobody anything."""

    why: str
    place: Place | None = None
    comments: Comments = NO_COMMENTS


Rule = Norm | Silence | Classify | Owner | State | On | NoRule
