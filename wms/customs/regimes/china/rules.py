"""All rules of the three orders in one. `check` is asked as soon as a paper is there, and before anything is sent.

Called by `wms.customs.checks.checking`. Pure. Papers that are not there are not asked for: it works with the order
alone, with order and slip, and with all four. Findings come in the order of the rules: a person reads a cause before
what follows from it.
"""

from dataclasses import replace

from wms.customs.model import Finding
from wms.customs.regimes.china.goods_rules import goods_findings
from wms.customs.regimes.china.identity_rules import identity_findings
from wms.customs.regimes.china.money_rules import money_findings
from wms.customs.regimes.china.papers import Known, Papers
from wms.customs.regimes.china.payment_rules import payment_findings, withdrawn
from wms.customs.regimes.china.person_rules import person_findings


def check(papers: Papers, known: Known) -> tuple[Finding, ...]:
    """Every rule these papers break, the ones that only warn included."""
    taken_back = withdrawn(papers.slip) if papers.slip is not None else None
    if taken_back is not None:
        papers = replace(papers, slip=None)
    return (
        *identity_findings(papers, known),
        *person_findings(papers, known),
        *((taken_back,) if taken_back is not None else ()),
        *payment_findings(papers, known),
        *money_findings(papers, known),
        *goods_findings(papers, known),
    )
