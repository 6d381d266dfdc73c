"""What to say when a text does not go on as it must: the word, what was expected, and the likely slip."""

from __future__ import annotations

from typing import Final

from tenure.diagnostics import ContractError, did_you_mean
from tenure.language.tokens import MODALS, Source, Tokens

_SPOKEN: Final = {
    "NAME": "a name",
    "STRING": 'a text in double quotes ("…")',
    "WHY": 'a text in double quotes ("…")',
    "NUMBER": "a number",
    "YEAR": "a year",
    "DATE": "a date",
    "LENGTH": "a length such as `30 days`",
    "MONEY": "an amount such as `USD 3`",
    "KEY": "`attribute = value`",
    "ACTOR": "who may or must (`WHO may …`)",
    "WHO": "who",
    "_AND_WHO": "`and`",
    "_OR_NAME": "`or`",
    "_BY_DATE": "`by`",
    "ON_OBJECT": "`on`",
    "$END": "the end of the text",
}
#: Words that join names, and were not taken for that because no name follows.
_JOINED: Final = {"and": "_AND_WHO", "or": "_OR_NAME"}
_MOST: Final = 8
_TERM: Final = frozenset(
    ("min (", "max (", "count of", "days of", "sum of", "min of", "max of", "_", "yes", "no", "-", "YEAR", "LENGTH",
     "DATE", "MONEY", "NUMBER", "STRING", "NAME", "KEY")
)  # fmt: skip
_FORMULA: Final = frozenset(
    ("not", "once", "historically", "entering", "begins", "ends", "expires", "next change", "if", "always", "eventually",
     "some", "every", "before", "after", "unknown", "recurring", "(")
)  # fmt: skip
_PART: Final = frozenset(
    ("from", "until", "finally until", "through", "for", "while", "if", "unless", "despite", "subject to", "for each",
     "within", "_BY_DATE", "before", "no sooner than", "otherwise", "in parts", "survives termination", "clock runs",
     "clock stops", "clock drops", "excused while")
)  # fmt: skip
_UNIT: Final = frozenset(
    ("contract", "zone", "month end", "business days", "fiscal year ends", "parties", "others", "kind", "fact", "act",
     "action", "reading", "state", "classify", "owner of", "on", "clause", "agreement", "amendment", "scenario",
     "property")
)  # fmt: skip
# Where all of these may come, their common name is said instead; the two in the middle tell that they do.
_FAMILIES: Final = (
    (_FORMULA | _TERM, {"always", "not"}, "a condition"),
    (_TERM, {"NUMBER", "min ("}, "a value"),
    (_PART, {"from", "unless"}, "a part such as `from …` or `until …`"),
    (_UNIT, {"contract", "clause"}, "a new unit such as `clause …`"),
)


def unexpected(tokens: Tokens, source: Source, i: int, expected: list[str]) -> ContractError:
    """TEN102 at the end of the text, TEN101 elsewhere."""
    if i >= len(tokens.all):
        last = tokens.all[-1].end if tokens.all else 0
        return ContractError.of(
            "TEN102", "the text stops before it is complete", place=source.place(last, last),
            help=f"expected {in_words(expected)}",
        )  # fmt: skip
    if _JOINED.get(tokens.text(i)) in expected and i + 1 < len(tokens.all):
        return unexpected(tokens, source, i + 1, ["NAME"])
    j = _culprit(tokens, i, expected)
    token = tokens.all[j]
    place = source.place(token.start, token.end)
    candidates = MODALS if j != i else [t for t in expected if t[:1].isalpha() and not t.isupper()]
    return ContractError.of(
        "TEN101", f"{_shown(token.text)} does not fit here", place=place,
        help=_advice(token.text, candidates, list(MODALS) if j != i else expected),
    )  # fmt: skip


def _culprit(tokens: Tokens, i: int, expected: list[str]) -> int:
    """Where a rule `WHO may …` could start and a word stands, the word after it is the likely slip."""
    next_is_word = i + 1 < len(tokens.all) and tokens.all[i + 1].kind == "WORD"
    if "ACTOR" not in expected or not next_is_word or tokens.all[i].kind not in ("WORD", "STRING"):
        return i
    keywords = [t for t in expected if t[:1].isalpha() and not t.isupper()]
    return i if did_you_mean(tokens.text(i), _firsts(keywords)) else i + 1


def _advice(word: str, keywords: list[str] | tuple[str, ...], expected: list[str]) -> str:
    swapped = next((k for k in _firsts(keywords) if sorted(k) == sorted(word)), None)
    near = did_you_mean(word, [swapped] if swapped else _firsts(keywords)) if word[:1].isalpha() else None
    said = f"expected {in_words(expected)}"
    return f"{near} ({said})" if near else said


def _firsts(keywords: list[str] | tuple[str, ...]) -> list[str]:
    return [k.split()[0] for k in keywords]


def _shown(text: str) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    return f"`{short}`"


def in_words(expected: list[str]) -> str:
    """The terminals as a reader knows them, at most a handful."""
    kinds = set(expected)
    spoken = []
    for family, marks, called in _FAMILIES:
        if marks <= kinds:
            kinds -= family
            spoken.append(called)
    spoken += dict.fromkeys(_spoken(kind) for kind in sorted(kinds, key=_order))
    if len(spoken) > _MOST:
        return ", ".join(spoken[:_MOST]) + " or others"
    return " or ".join(filter(None, [", ".join(spoken[:-1]), spoken[-1] if spoken else "nothing more"]))


def _spoken(terminal: str) -> str:
    return _SPOKEN.get(terminal) or f"`{terminal.removeprefix(', ')}`"


def _order(terminal: str) -> tuple[bool, bool, str]:
    """Kinds of things first, then keywords, then marks."""
    return terminal not in _SPOKEN, not terminal[:1].isalpha(), terminal
