"""Definitions as rulesets of durable_rules: a second engine that decides the same rights (extra `rete`)."""

from tenure.rete.asking import RuleHostError
from tenure.rete.evaluate import evaluate
from tenure.rete.executor import Rete, executor
from tenure.rete.fragment import Support, supports
from tenure.rete.importing import contract_of
from tenure.rete.installed import missing

__all__ = ["Rete", "RuleHostError", "Support", "contract_of", "evaluate", "executor", "missing", "supports"]
