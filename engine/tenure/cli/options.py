"""The options that every question takes."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen
from cyclopts import Parameter

FormatOption = Annotated[
    str | None,
    Parameter(name="--format", help="human, plain or json; by default human on a terminal, else plain"),
]


@Parameter(name="*")
@frozen(kw_only=True)
class Asking:
    """What a question is asked of: the record, as it was known, under which readings, and what is supposed."""

    known_at: Annotated[str | None, Parameter(help="only what was recorded by then counts")] = None
    horizon: Annotated[str | None, Parameter(help="where the record ends")] = None
    reading: Annotated[tuple[str, ...], Parameter(help="NAME=VALUE: choose a reading")] = ()
    drop: Annotated[tuple[str, ...], Parameter(help="ID: as if that event had not happened")] = ()
    move: Annotated[tuple[str, ...], Parameter(help="ID=TIME: as if it had happened then")] = ()
    add: Annotated[
        tuple[str, ...], Parameter(help="'TIME ACTOR[,ACTOR] TYPE NAME=VALUE …': as if that happened")
    ] = ()
    change: Annotated[
        tuple[str, ...], Parameter(help="'ID NAME=VALUE …': as if it had had these attributes")
    ] = ()
    lenient: Annotated[bool, Parameter(help="set bad lines of the history aside")] = False
    view: Annotated[
        str,
        Parameter(help="past the horizon: projected (nothing more happens), guaranteed or possible"),
    ] = "projected"
    against: Annotated[
        tuple[str, ...], Parameter(help="PARTY: guaranteed whatever these parties do alone")
    ] = ()
    executor: Annotated[str, Parameter(help="what decides: reference, or rete (rules on durable_rules)")] = (
        "reference"
    )
    format: FormatOption = None


@Parameter(name="*")
@frozen(kw_only=True)
class About:
    """Which positions a question is about."""

    holder: Annotated[str | None, Parameter(help="who holds it")] = None
    act: Annotated[str | None, Parameter(help="the act")] = None
    object: Annotated[str | None, Parameter(help="what the act is done to")] = None
    relation: Annotated[str | None, Parameter(help="liberty, claim, duty, duty_not, power, …")] = None
    counterparty: Annotated[str | None, Parameter(help="against whom")] = None


#: The defaults, as one object each.
NOTHING_SUPPOSED = Asking()
ABOUT_ALL = About()
