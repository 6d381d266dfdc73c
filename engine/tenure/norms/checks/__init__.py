"""What is wrong with a contract, or probably not meant: every finding at once, each at the node that it is about.

One module for each sort of question; each offers one function from a :class:`~tenure.norms.checks.sites.Subject` to
findings, and :mod:`tenure.norms.check` asks them all.
"""
