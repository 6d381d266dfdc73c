"""Hypothesis strategies for syntax: well-formed items over every class, and source texts with comments.

What has no way to be written is not generated: a year or a date by position in prose, a quantity as the object of
an act in prose, a keyword as a bare name.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tenure.language import syntax as s

_WORDS = ("x", "paid", "agi_verified", "Équipe", "契約", "d1", "signed", "invoice", "due_date")
lower = st.sampled_from(_WORDS)
actor_names = st.sampled_from(("Seller", "Buyer", "Panel", "ExpertPanel"))
clause_ids = st.sampled_from(("C03", "C08.api", "F1", "P10.b.c"))
attribute_names = st.sampled_from(
    ("to", "for", "with", "amount", "until", "kind", "not", "from", "min", "yes")
)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
names = st.builds(s.Name, lower | actor_names)
simple = names | st.builds(s.Text, texts) | st.just(s.Wildcard())
actors = st.builds(s.Name, actor_names) | st.builds(s.Text, texts)


def some(strategy, most=3):
    """A non-empty tuple."""
    return st.lists(strategy, min_size=1, max_size=most).map(tuple)


def unique(strategy, least=1, most=3):
    """A tuple without repetitions."""
    return st.lists(strategy, min_size=least, max_size=most, unique=True).map(tuple)


decimals = st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12
).map(lambda d: d or Decimal(0)) | st.integers(-9999, 99999).map(Decimal)
numbers = st.builds(s.Number, decimals, percent=st.booleans())
money = st.builds(s.Money, decimals, st.sampled_from(("USD", "EUR")))
dates = st.builds(
    s.Date,
    st.sampled_from(("2032", "2032-05", "2032-Q3", "FY2032", "2032-05-01", "2028-09-15T10:00", "2028-09-15T10:00:30.25Z",
                     "2028-09-15T10:00+05:30")),
)  # fmt: skip
full_dates = dates.filter(lambda d: len(d.text) > 4 and not d.text.startswith("FY"))
units = st.sampled_from(
    ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "business day")
)
lengths = st.one_of(
    st.builds(s.Length, some(st.tuples(st.integers(0, 12000), units), 2)),
    st.builds(s.Length, st.tuples(st.tuples(st.integers(0, 400), st.just("day"))), st.just(True)),
)
flags = st.builds(s.Flag, st.booleans())
values = simple | numbers | money | flags | full_dates | lengths
maybe_length = st.none() | lengths


def atoms(terms):
    arguments = st.builds(s.Argument, st.none() | attribute_names, terms)
    return st.builds(s.Atom, lower | clause_ids, st.lists(arguments, max_size=2).map(tuple),
                     st.just(()) | some(simple, 2))  # fmt: skip


plain_atoms = atoms(values)
kinds = st.builds(s.KindExpression, some(lower, 2), st.just(()) | some(lower, 2))
terms = st.deferred(
    lambda: (
        values
        | st.builds(s.Arithmetic, st.sampled_from(("+", "-", "*", "/", "min", "max")), terms, terms)
        | st.builds(
            s.Aggregate, st.sampled_from(("count", "days")), st.none(), plain_atoms | formulas, maybe_length
        )
        | st.builds(
            s.Aggregate, st.sampled_from(("sum", "min", "max")), terms, plain_atoms | formulas, maybe_length
        )
    )
)
variables = unique(lower, most=2)
formulas = st.deferred(
    lambda: st.one_of(
        atoms(terms),
        st.builds(s.Compare, st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), terms, terms),
        st.builds(s.Is, terms, kinds),
        st.builds(s.OwnedBy, names, simple),
        st.builds(s.TimeIs, st.sampled_from(("before", "after")), dates),
        st.builds(s.Unknown, texts),
        st.builds(s.Recurring, texts),
        st.builds(s.And, st.lists(formulas, min_size=2, max_size=3).map(tuple)),
        st.builds(s.Or, st.lists(formulas, min_size=2, max_size=3).map(tuple)),
        st.builds(s.Not, formulas),
        st.builds(s.Implies, formulas, formulas),
        st.builds(s.Exists, variables, formulas),
        st.builds(s.ForEvery, variables, formulas, formulas),
        st.builds(s.Edge, st.sampled_from(("entering", "begins", "ends", "expires")), formulas),
        st.builds(s.Once, formulas, maybe_length),
        st.builds(s.Historically, formulas, maybe_length),
        st.builds(s.Eventually, formulas, maybe_length),
        st.builds(s.Always, formulas),
        st.builds(s.NextChange, formulas),
        st.builds(s.Since, formulas, formulas),
        st.builds(s.HoldsUntil, formulas, formulas),
        st.builds(s.HeldFor, formulas, lengths),
    )
)


moments = formulas | dates
variables_named = st.builds(s.Name, lower)
dates_of = st.builds(s.DateOf, variables_named, plain_atoms)
whens = st.none() | st.builds(s.When, st.sampled_from(("A1", "A3")), some(lower, 2))
ends = st.one_of(
    formulas,
    dates,
    st.builds(s.Through, dates | variables_named),
    dates_of,
    st.builds(s.Unpublished, st.none() | texts, st.none() | dates),
    st.builds(s.After, lengths, formulas),
)
_simple_parts = st.one_of(
    st.builds(s.From, moments | dates_of | st.builds(s.After, lengths, formulas), whens),
    st.builds(s.Until, some(ends), st.booleans(), st.booleans(), whens),
    st.builds(s.ForLength, lengths, st.booleans(), whens),
    st.builds(s.ForLength, lengths, st.booleans(), whens, st.builds(s.Then, lengths, st.none() | plain_atoms)),
    st.builds(s.Condition, st.sampled_from(("while", "if")), formulas, whens),
    st.builds(s.Unless, formulas, whens),
    st.builds(s.Rank, st.sampled_from(("despite", "subject to")), unique(clause_ids), whens),
    st.builds(s.ForVariable, lower, kinds, st.none() | simple),
    st.builds(s.ForEach, plain_atoms | st.builds(s.Recurring, texts), st.none() | formulas),
    st.builds(s.ForEach, st.builds(s.Recurring, texts), st.none() | plain_atoms, st.none() | lower),
    st.builds(s.Deadline, st.just("within"), lengths, st.none() | formulas | dates, whens),
    st.builds(s.Deadline, st.sampled_from(("by", "before", "no sooner than")), variables_named, st.none(), whens),
    st.builds(s.Deadline, st.sampled_from(("by", "before", "no sooner than")), dates, st.none(), whens),
    st.builds(s.Manner, st.sampled_from(("in parts", "survives termination", "clock runs", "clock stops",
                                         "clock drops"))),
    st.builds(s.Excused, formulas),
)  # fmt: skip
_otherwise = st.deferred(lambda: st.builds(s.Otherwise, norms, st.booleans()))
parts = st.lists(_simple_parts | _simple_parts | _otherwise, max_size=3).map(tuple)


def by_a_name(given):
    """Parts that begin with `by d`, which after `is immune from E` is who could do it."""
    return bool(given) and isinstance(given[0], s.Deadline) and isinstance(given[0].limit, s.Name)


prepositions = st.sampled_from(("in", "on", "with", "via"))
prose = st.builds(
    lambda name, first, others: s.ActPhrase(name, (*first, *others)),
    lower,
    st.just(()) | st.tuples(st.builds(s.Argument, st.none(), simple)),
    st.lists(st.builds(s.Argument, prepositions, simple), max_size=2).map(tuple),
)
called = st.builds(
    s.ActPhrase, lower, st.lists(st.builds(s.Argument, st.none() | attribute_names, terms), max_size=2).map(tuple),
    st.just(True),
)  # fmt: skip
acts = prose | called
holders = st.builds(s.Holder, some(actors), st.none() | st.sampled_from(("each", "together")))
norms = st.one_of(
    st.builds(s.Norm, st.sampled_from(("liberty", "duty", "duty_not", "power", "disability")), holders,
              acts | st.builds(s.Keep, formulas), st.none() | simple, parts),
    st.builds(s.Norm, st.just("claim"), holders, acts, simple, parts),
    st.builds(s.Norm, st.just("immunity"), holders, acts, simple, parts),
    st.builds(s.Norm, st.just("immunity"), holders, acts, st.none(), parts.filter(lambda ps: not by_a_name(ps))),
)  # fmt: skip
silences = st.builds(s.Silence, st.none() | st.builds(s.Name, actor_names), acts, texts, parts)
classifications = st.builds(s.Classify, lower, simple, parts)
owners = st.builds(s.Owner, lower, simple, parts)
states = st.builds(s.State, lower, st.just(()) | variables, st.none() | formulas, parts)
ons = st.builds(
    s.On, formulas,
    st.sampled_from(("suspend", "resume", "assign", "delegate", "subcontract", "waive", "extend", "accelerate",
                     "terminate", "novate", "set off")),
    unique(clause_ids), st.none() | simple, maybe_length, st.none() | st.just("ab initio") | dates,
)  # fmt: skip
free_rules = st.one_of(classifications, owners, states, ons)
rules = st.one_of(norms, norms, silences, free_rules, st.builds(s.NoRule, texts))

attributes = st.one_of(
    st.builds(s.AttributeDeclaration, attribute_names, st.none() | lower, st.just(()), st.none() | values),
    st.builds(s.AttributeDeclaration, attribute_names, st.none(), st.lists(lower, min_size=2, max_size=3).map(tuple),
              st.none() | values),
)  # fmt: skip
_makers = st.one_of(
    st.tuples(st.just(()) | some(simple), st.just(True)),
    st.tuples(st.lists(simple, min_size=2, max_size=3).map(tuple), st.just(False)),
)
events = st.builds(
    lambda word, name, given, by, condition: s.EventDeclaration(word, name, given, *by, condition),
    st.sampled_from(("fact", "act")), lower, st.lists(attributes, max_size=3).map(tuple), _makers,
    st.none() | formulas,
)  # fmt: skip
actions = st.builds(
    s.ActionDeclaration, lower, st.just(()) | some(st.builds(s.Parameter, lower, st.none() | prepositions)),
    st.just(()) | some(plain_atoms), st.none() | formulas, st.sampled_from((None, "permitted", "forbidden")),
)  # fmt: skip
readings = st.builds(
    s.Reading, st.sampled_from(("A1", "A3")), st.none() | texts,
    some(st.builds(s.ReadingValue, lower, st.booleans(), st.none() | texts)),
)  # fmt: skip
settings_ = st.one_of(
    st.builds(
        s.Setting, st.just("zone"), st.sampled_from(("America/Los_Angeles", "UTC", "Etc/GMT+5")) | texts
    ),
    st.builds(s.Setting, st.just("month end"), st.sampled_from(("last day", "next day", "error"))),
    st.builds(s.Setting, st.just("business days"), st.sampled_from(("US", "US-NY")) | texts),
    st.builds(s.Setting, st.just("fiscal year ends"), st.just("06-30")),
)
changes = st.builds(s.ClauseEnds, unique(clause_ids), whens) | st.builds(
    s.Replaces, clause_ids, clause_ids, whens
)
amendments = st.builds(
    s.Amendment, st.sampled_from(("agreement", "amendment")), st.sampled_from(("R0", "R4")), st.none() | texts, moments,
    st.none() | dates, st.lists(changes, max_size=3).map(tuple),
)  # fmt: skip

under = st.lists(whens.filter(lambda w: w is not None), max_size=2).map(tuple)
doers = st.lists(actor_names | texts, max_size=2).map(tuple)
happenings = st.builds(
    s.Happening, dates.filter(lambda d: not d.text.startswith("FY")), doers, lower,
    st.lists(st.builds(s.Argument, st.none() | attribute_names, values | st.builds(s.Null)), max_size=3).map(tuple),
    st.none() | st.just("E2"), st.none() | st.integers(0, 3000),
)  # fmt: skip
statements = st.one_of(
    st.builds(s.Statement, st.sampled_from(("liberty", "duty", "duty_not", "power")), st.booleans(), actors, acts,
              st.none() | simple),
    st.builds(s.Statement, st.just("claim"), st.booleans(), actors, acts, simple),
    st.builds(s.Statement, st.just("immunity"), st.booleans(), actors, acts, st.none() | simple),
)  # fmt: skip
claims = (
    statements
    | formulas
    | st.builds(s.EventIs, st.just("E2"), st.sampled_from(("void", "wrongful", "effective")))
)
expectations = st.builds(
    s.Expectation, dates, claims, st.sampled_from((None, "unknown", "disputed")), under, st.none() | dates,
    st.just(()) | some(lower | clause_ids | texts),
)  # fmt: skip
scenarios = st.builds(
    s.Scenario, texts, st.booleans(), st.just(()) | unique(st.sampled_from(("T14", "T15"))), under, st.none() | dates,
    st.lists(happenings | expectations, max_size=4).map(tuple),
)  # fmt: skip

items = st.one_of(
    st.builds(s.Header, lower, st.none() | texts),
    settings_,
    st.builds(s.Actors, st.sampled_from(("parties", "others")), some(actor_names | texts)),
    st.builds(s.Kinds, some(lower), st.none() | lower),
    events,
    actions,
    readings,
    free_rules,
    st.builds(s.Clause, clause_ids, st.none() | texts, st.lists(rules, max_size=3).map(tuple)),
    amendments,
    scenarios,
    st.builds(s.Property, texts, formulas),
    st.builds(s.StockOff, some(lower).map("-".join), texts),
)
blocks = st.lists(items, max_size=4).map(tuple)
