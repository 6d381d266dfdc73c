"""Whether durable_rules is here, and if not, why: in one sentence."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_LAST = (3, 12)


def missing() -> str | None:
    """Why the rete executor cannot run here; None where it can."""
    if find_spec("durable_rules_engine") is not None and sys.version_info[:2] <= _LAST:
        return None
    if sys.version_info[:2] > _LAST:
        return f"the rete executor needs durable_rules, which has no release for Python {sys.version_info[0]}.{sys.version_info[1]}"
    return "the rete executor needs durable_rules, which is not installed: pip install 'tenure[rete]' (it needs a C compiler)"
