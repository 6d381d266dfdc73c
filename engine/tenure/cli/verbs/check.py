"""``tenure check``: what is wrong with contracts, and with the histories beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tenure.cli.options import FormatOption
from tenure.cli.output import printer
from tenure.diagnostics import Diagnostic, TenureError, UsageError
from tenure.diagnostics.render import as_json, tally
from tenure.language.markdown import read_contract
from tenure.norms.check import check_document
from tenure.norms.checks.doers import unowned
from tenure.timeline.contract import Contract, find


def check(*contracts: str, format: FormatOption = None) -> int:
    """Find what is wrong with contracts, and with the histories beside them."""
    out = printer(format)
    if not contracts:
        raise UsageError.of("TEN620", "no contract is named", help="write `tenure check CONTRACT`")
    findings = [finding for contract in contracts for finding in _findings(contract)]
    if out.format == "json":
        out.json({"diagnostics": as_json(findings)})
    else:
        out.complain(findings, stream=sys.stdout)
        names = ", ".join(contracts)
        out.say(f"{names}: {tally(findings) or 'no findings'}")
    severities = {finding.severity for finding in findings}
    return 2 if "error" in severities else 1 if "warning" in severities else 0


def _findings(contract: str) -> Iterator[Diagnostic]:
    """What the checker finds, also where the declarations are at fault; then what is wrong with the history."""
    try:
        path = find(contract)
        document = read_contract(path)
    except TenureError as error:
        yield from error.diagnostics
        return
    found = check_document(document)
    yield from found
    if not any(finding.severity == "error" for finding in found):
        try:
            deal = Contract(document, path=path)
            yield from unowned(deal.read().events, deal.vocabulary, str(deal.history_path))
        except TenureError as error:
            yield from (e for e in error.diagnostics if e not in found)
