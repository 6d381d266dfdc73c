"""Values as small integers: all that the host of the rulesets ever sees of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Interner:
    """Values as small integers: what Python holds equal is one number, so ``1`` and ``'1'`` are two."""

    def __init__(self, constants: Iterable[Any]) -> None:
        self.values: list[Any] = list(constants)
        self._numbers = {value: number for number, value in enumerate(self.values)}

    def number(self, value: Any) -> int:
        """The number of ``value``."""
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = len(self.values)
            self.values.append(value)
        return known
