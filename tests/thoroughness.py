"""How long hypothesis searches: a little on every run, long with `TENURE_THOROUGH=1`."""

import os

THOROUGH = os.environ.get("TENURE_THOROUGH") == "1"


def examples(usual: int) -> int:
    """The number of examples of a test: ``usual``, or ten times as many where thoroughness is asked for."""
    return usual * 10 if THOROUGH else usual
