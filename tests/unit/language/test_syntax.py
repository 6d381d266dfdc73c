"""Syntax nodes: what makes two of them the same."""

from tenure.language.parser import parse_formula


def test_nodes_are_the_same_whatever_their_place():
    one, same, other = (parse_formula(text) for text in ("once e", "  once e", "once f"))
    assert one == same
    differs = one != same
    assert not differs
    assert hash(one) == hash(same)
    assert one != other
