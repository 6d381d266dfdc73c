"""Programs that react to a contract: reactions to changes of positions, and a journal that survives a crash."""

from tenure.live.host import Live
from tenure.live.journal import Journal, Origin
from tenure.live.matching import Match, Matcher, PlainMatcher, usual_matcher
from tenure.live.patterns import (
    Pattern,
    Var,
    WhenAll,
    WhenAny,
    about_to_end,
    breached,
    disputed,
    ended,
    granted,
    resumed,
    settled,
    suspended,
    unknown,
    when_all,
    when_any,
    withdrawn,
)
from tenure.live.reactions import Delivery, Retry, reaction

__all__ = [
    "Delivery",
    "Journal",
    "Live",
    "Match",
    "Matcher",
    "Origin",
    "Pattern",
    "PlainMatcher",
    "Retry",
    "Var",
    "WhenAll",
    "WhenAny",
    "about_to_end",
    "breached",
    "disputed",
    "ended",
    "granted",
    "reaction",
    "resumed",
    "settled",
    "suspended",
    "unknown",
    "usual_matcher",
    "when_all",
    "when_any",
    "withdrawn",
]
