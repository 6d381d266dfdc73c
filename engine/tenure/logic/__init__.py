"""The kernel logic: definitions, and the reference evaluator that says what they mean.

Start with :mod:`tenure.logic.definitions`, what can be said, and :mod:`tenure.logic.evaluator`, how it is evaluated.
"""
