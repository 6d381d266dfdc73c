"""Clause mutation: a contract with one small change, which some test of the contract ought to notice."""
