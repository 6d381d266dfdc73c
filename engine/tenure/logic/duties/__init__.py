"""Duties (DESIGN §4): :mod:`.node` settles them stage by stage; the others are named for what becomes of a duty."""

from tenure.logic.duties.node import DutyNode

__all__ = ["DutyNode"]
