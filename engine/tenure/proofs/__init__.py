"""Proofs of what the evaluator says, and a small checker that needs no evaluator.

``steps`` is what a proof is made of, ``theory`` and the modules of rules what the checker trusts, ``checker`` the
checker; ``search`` reads a proof off a finished evaluation, and ``verdicts`` says what a verdict takes to be proved.
"""
