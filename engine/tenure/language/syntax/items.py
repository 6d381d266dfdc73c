"""Items: what stands at the top level of a contract."""

from __future__ import annotations

from typing import Literal

from tenure.diagnostics import Place
from tenure.language.syntax.expressions import Atom, Date, Formula, Term
from tenure.language.syntax.norms import Rule, When
from tenure.language.syntax.shared import NO_COMMENTS, Comments, Node


class Header(Node, frozen=True, eq=False):
    """``contract id "title"``."""

    name: str
    title: str | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Setting(Node, frozen=True, eq=False):
    """``zone Z``, ``month end last day``, ``business days US``, ``fiscal year ends 06-30``."""

    name: Literal["zone", "month end", "business days", "fiscal year ends"]
    value: str
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Actors(Node, frozen=True, eq=False):
    """``parties A, B`` or ``others P, Q``."""

    word: Literal["parties", "others"]
    names: tuple[str, ...]
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Kinds(Node, frozen=True, eq=False):
    """``kind model, product of ip``."""

    names: tuple[str, ...]
    parent: str | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class AttributeDeclaration(Node, frozen=True, eq=False):
    """``name: type = default``; the type ``api | non_api`` lists choices; None leaves it a thing."""

    name: str
    type: str | None = None
    choices: tuple[str, ...] = ()
    default: Term | None = None
    place: Place | None = None


class EventDeclaration(Node, frozen=True, eq=False):
    """``fact e(…)`` or ``act e(…) by P and Q if φ``; ``joint`` says whether all of ``by`` are needed."""

    word: Literal["fact", "act"]
    name: str
    attributes: tuple[AttributeDeclaration, ...] = ()
    by: tuple[Term, ...] = ()
    joint: bool = True
    condition: Formula | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Parameter(Node, frozen=True, eq=False):
    """A parameter of an action; ``preposition`` is the word before it (``use x in y``)."""

    name: str
    preposition: str | None = None


class ActionDeclaration(Node, frozen=True, eq=False):
    """``action use(x) done by used(asset = x), forbidden unless permitted``."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    done_by: tuple[Atom, ...] = ()
    condition: Formula | None = None
    default: Literal["permitted", "forbidden"] | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class ReadingValue(Node, frozen=True, eq=False):
    """A value that a reading may take."""

    name: str
    default: bool = False
    about: str | None = None


class Reading(Node, frozen=True, eq=False):
    """``reading A3 "about" verified (default), declared``."""

    name: str
    about: str | None
    values: tuple[ReadingValue, ...]
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Clause(Node, frozen=True, eq=False):
    """``clause C03 "title"`` and its rules."""

    name: str
    title: str | None = None
    rules: tuple[Rule, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class ClauseEnds(Node, frozen=True, eq=False):
    """``C02, C08 end``."""

    clauses: tuple[str, ...]
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Replaces(Node, frozen=True, eq=False):
    """``C19 replaces C03``."""

    new: str
    old: str
    when: When | None = None
    place: Place | None = None
    comments: Comments = NO_COMMENTS


class Amendment(Node, frozen=True, eq=False):
    """``amendment R4 "title" from φ`` (or ``agreement R0 …``) and the changes that it makes."""

    word: Literal["agreement", "amendment"]
    name: str
    title: str | None
    begin: Formula | Date
    retroactive: Date | None = None
    changes: tuple[ClauseEnds | Replaces, ...] = ()
    place: Place | None = None
    comments: Comments = NO_COMMENTS
