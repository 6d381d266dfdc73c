"""Clause coverage: which clauses, exceptions, ends, powers, readings and reasons the tests of a contract exercise."""
