"""What all syntax nodes share: where they were written, and the comments beside them."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


def place_field() -> Any:
    return field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Comments:
    """What stands before a unit on lines of its own, and what follows it on the line of its head.

    After the last unit of a text, ``after`` may go on with the comment lines that close the text.
    """

    before: tuple[str, ...] = ()
    after: str | None = None


NO_COMMENTS = Comments()


def comments_field() -> Any:
    return field(default=NO_COMMENTS, eq=False, repr=False, kw_only=True)
