"""The simulated electronic port: documents in, real receipts out, at the times a real port would send them.

Called by `wms.customs.jobs`. Pure: the same documents, scenario, start and random numbers give the same answers, so a
worker that dies and begins again does not change what customs "decided". It checks documents by the published rules on
its own, and writes its XML on its own: sharing code with the reader would let one mistake hide the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from xml.sax.saxutils import escape

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
_HERE = timezone(timedelta(hours=8))

_RETURN_NODES = {
    "CEB312": ("OrderReturn", ("ebpCode", "ebcCode", "orderNo")),
    "CEB412": ("PaymentReturn", ("payCode", "payTransactionId")),
    "CEB512": ("LogisticsReturn", ("logisticsCode", "logisticsNo")),
    "CEB622": ("InventoryReturn", ("customsCode", "ebpCode", "ebcCode", "agentCode", "copNo")),
}
_TAKEN = "电子口岸申报中"
_CHECKED = "[Code:1800;Desc:逻辑校验通过]"
_RELEASED = "[Code:2600;Desc:放行]"
_REFUSED_BY_OFFICER = "[Code:1300;Desc:人工审核不通过，退单]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """How customs behaves today. Shares are in thousandths, times in milliseconds."""

    refused: int = 20
    inspected: int = 30
    refused_after_inspection: int = 200
    """Of the inspected ones."""
    withdrawn: int = 5
    """Released, and then ordered to inspection after all."""
    doubled: int = 100
    overtaking: int = 100
    """Receipts that are delivered late, behind ones that were written after them."""
    in_gb2312: int = 50
    step_ms: int = 1_000
    """Between two decisions, more or less."""
    inspection_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class PlannedReceipt:
    """A receipt and how long after the sending it arrives."""

    delay_ms: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Decision:
    at_ms: int
    message: str
    status: str
    info: str


class NotUnderstood(Exception):
    """What was sent is no set of documents; a port would not even answer."""


def answers(documents: str, scenario: Scenario, start: datetime, random: Random) -> tuple[PlannedReceipt, ...]:
    """All receipts that will come for `documents` (JSON text with order, payment, logistics and inventory)."""
    papers = _opened(documents)
    decisions = _decisions(papers, scenario, random)
    numbers = {
        "preNo": f"B{start.astimezone(_HERE):%Y%m%d}{random.randrange(10**9):09d}",
        "invtNo": f"{papers['inventory']['customsCode']}{start.astimezone(_HERE):%Y}I{random.randrange(10**9):09d}",
    }
    planned: list[PlannedReceipt] = []
    for decision in decisions:
        body = _receipt(decision, papers, numbers, start, scenario, random)
        delay = decision.at_ms + random.randint(scenario.step_ms // 10, scenario.step_ms // 2)
        if _happens(scenario.overtaking, random):
            delay += scenario.step_ms * random.randint(2, 6)
        planned.append(PlannedReceipt(delay, body))
        if _happens(scenario.doubled, random):
            planned.append(PlannedReceipt(delay + random.randint(0, scenario.step_ms * 3), body))
    return tuple(sorted(planned, key=lambda receipt: receipt.delay_ms))


def _opened(documents: str) -> Mapping[str, Mapping[str, Any]]:
    try:
        papers: dict[str, dict[str, Any]] = json.loads(documents)
        for name, needed in (
            ("order", ("ebpCode", "ebcCode", "orderNo", "acturalPaid", "lines")),
            ("payment", ("payCode", "payTransactionId", "amountPaid")),
            ("logistics", ("logisticsCode", "logisticsNo")),
            ("inventory", ("guid", "customsCode", "ebpCode", "ebcCode", "agentCode", "copNo", "lines")),
        ):
            for field in needed:
                papers[name][field]
    except (ValueError, KeyError, TypeError) as error:
        raise NotUnderstood(f"the documents cannot be read: {error}") from error
    return papers


def _decisions(papers: Mapping[str, Mapping[str, Any]], scenario: Scenario, random: Random) -> list[_Decision]:
    """What the port and customs decide, in the order of their clocks."""
    moment = 0

    def later(milliseconds: int) -> int:
        nonlocal moment
        moment += max(1, random.randint(milliseconds // 2, milliseconds))
        return moment

    first = later(scenario.step_ms)
    decided = [_Decision(first, kind, "2", _TAKEN) for kind in ("CEB312", "CEB412", "CEB512", "CEB622")]
    refusal, guilty = _fault(papers)
    if refusal is None and _happens(scenario.refused, random):
        refusal = _REFUSED_BY_OFFICER
    if refusal is not None:
        checked = later(scenario.step_ms)
        for kind in ("CEB312", "CEB412", "CEB512"):
            status, info = ("100", refusal) if kind == guilty else ("120", _CHECKED)
            decided.append(_Decision(checked, kind, status, info))
        decided.append(_Decision(later(scenario.step_ms), "CEB622", "100", refusal))
        return decided

    checked = later(scenario.step_ms)
    decided += [_Decision(checked, kind, "120", _CHECKED) for kind in _RETURN_NODES]
    if _happens(scenario.inspected, random):
        decided.append(_Decision(later(scenario.step_ms), "CEB622", "500", "[Code:2400;Desc:查验]"))
        outcome = later(scenario.inspection_ms)
        if _happens(scenario.refused_after_inspection, random):
            decided.append(_Decision(outcome, "CEB622", "100", "[Code:1300;Desc:查验不符，退单]"))
            return decided
        decided.append(_Decision(outcome, "CEB622", "800", _RELEASED))
        return decided
    decided.append(_Decision(later(scenario.step_ms), "CEB622", "800", _RELEASED))
    if _happens(scenario.withdrawn, random):
        decided.append(_Decision(later(scenario.inspection_ms), "CEB622", "500", "[Code:2400;Desc:布控查验]"))
    return decided


def _fault(papers: Mapping[str, Mapping[str, Any]]) -> tuple[str | None, str]:
    """The published rule these documents break, and the receipt it shows in; (None, "") where they agree."""
    order, payment, logistics, listed = (papers[name] for name in ("order", "payment", "logistics", "inventory"))
    if Decimal(payment["amountPaid"]) != Decimal(order["acturalPaid"]):
        return "[Code:1332;Desc:支付金额与订单实际支付金额不一致],[Field:OrderHead.acturalPaid]", "CEB412"
    if (payment.get("payerName"), payment.get("payerIdNumber")) != (order.get("buyerName"), order.get("buyerIdNumber")):
        return "[Code:1327;Desc:订购人与支付人不一致]", "CEB412"
    if len(order["lines"]) != len(listed["lines"]):
        return "[Code:1320;Desc:清单与订单商品项数不一致]", "CEB312"
    if logistics["logisticsNo"] != listed.get("logisticsNo"):
        return "[Code:1300;Desc:运单编号不一致]", "CEB512"
    return None, ""


def _receipt(
    decision: _Decision,
    papers: Mapping[str, Mapping[str, Any]],
    numbers: Mapping[str, str],
    start: datetime,
    scenario: Scenario,
    random: Random,
) -> bytes:
    node, keys = _RETURN_NODES[decision.message]
    paper = papers[
        {"CEB312": "order", "CEB412": "payment", "CEB512": "logistics", "CEB622": "inventory"}[decision.message]
    ]
    # The port echoes the sender's id; what customs itself decides carries another one, in small letters.
    fields = {"guid": str(paper.get("guid", "")) if decision.status == "2" else _guid(random)}
    fields |= {key: str(paper[key]) for key in keys}
    if decision.message == "CEB622":
        fields["preNo"] = numbers["preNo"]
        if decision.status != "2":
            fields["invtNo"] = numbers["invtNo"]
    moment = (start + timedelta(milliseconds=decision.at_ms)).astimezone(_HERE)
    fields["returnStatus"] = decision.status
    fields["returnTime"] = f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"
    fields["returnInfo"] = decision.info
    inside = "".join(f"    <{name}>{escape(text)}</{name}>\n" for name, text in fields.items())
    declared, codec = ("GB2312", "gb18030") if _happens(scenario.in_gb2312, random) else ("UTF-8", "utf-8")
    text = (
        f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n'
        f'<{decision.message}Message xmlns="{NAMESPACE}" version="1.0" guid="{_guid(random)}">\n'
        f"  <{node}>\n{inside}  </{node}>\n</{decision.message}Message>\n"
    )
    return text.encode(codec)


def _guid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _happens(thousandths: int, random: Random) -> bool:
    return random.randrange(1000) < thousandths
