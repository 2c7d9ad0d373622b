"""Receipts as text, for the tests of customs: written from the specification, every value invented."""

from collections.abc import Iterable, Sequence

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

LIST_KEYS: dict[str, str] = {
    "customsCode": "9999",
    "ebpCode": "9999960001",
    "ebcCode": "9999960002",
    "agentCode": "9999980005",
    "copNo": "COP0000000001",
    "preNo": "B20261105000000001",
    "invtNo": "99992026I000000001",
}

_NODES = {
    "CEB312": ("OrderReturn", {"ebpCode": "9999960001", "ebcCode": "9999960002", "orderNo": "ORD-1"}),
    "CEB412": ("PaymentReturn", {"payCode": "9999960003", "payTransactionId": "PAY-1"}),
    "CEB512": ("LogisticsReturn", {"logisticsCode": "9999980004", "logisticsNo": "WB1"}),
    "CEB514": ("LogisticsStatusReturn", {"logisticsCode": "9999980004", "logisticsNo": "WB1", "logisticsStatus": "S"}),
    "CEB622": ("InventoryReturn", LIST_KEYS),
    "CEB624": ("InvtCancelReturn", LIST_KEYS),
    "CEB626": ("InvtRefundReturn", LIST_KEYS),
    "CEB900": ("MessageReturn", {}),
}


def node(message: str, status: str = "120", time: str = "20261105102511500", info: str = "ok", **changed: str) -> str:
    """One return node. `changed` sets fields; an empty text leaves the field out."""
    name, keys = _NODES[message]
    fields = {"guid": "fa4e0622-0000-4000-8000-20261105b001", **keys}
    fields |= {"returnStatus": status, "returnTime": time, "returnInfo": info, **changed}
    inside = "".join(f"<{field}>{text}</{field}>" for field, text in fields.items() if text)
    return f"<{name}>{inside}</{name}>"


def message(kind: str, nodes: str | Sequence[str], declaration: str = DECLARATION) -> str:
    inside = nodes if isinstance(nodes, str) else "".join(nodes)
    return f'{declaration}<{kind}Message xmlns="{NAMESPACE}" version="1.0" guid="x">{inside}</{kind}Message>'


def receipt(kind: str, status: str = "120", time: str = "20261105102511500", info: str = "ok", **changed: str) -> bytes:
    """A whole receipt with one node, as bytes in UTF-8."""
    return message(kind, node(kind, status, time, info, **changed)).encode()


def prefixed(text: str, prefix: str) -> str:
    """The same message with every element behind `prefix`."""
    declaration, _, body = text.partition("?>")
    body = body.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    return f"{declaration}?>" + body.replace("xmlns=", f"xmlns:{prefix}=", 1)


def statuses(entries: Iterable[object]) -> list[str]:
    return [entry.return_status for entry in entries]  # type: ignore[attr-defined]


def tax_bill(number: str = "TAX-1", **changed: str) -> str:
    """One bill (CEB816) of one line."""
    fields = {
        "guid": "fa4e0816-0000-4000-8000-20261105b001", "returnTime": "20261106090000000",
        "invtNo": LIST_KEYS["invtNo"], "taxNo": number, "customsTax": "0", "valueAddedTax": "30.03",
        "consumptionTax": "0.00", "status": "1", "assureCode": "9999960002",
    } | changed  # fmt: skip
    head = "".join(f"<{field}>{text}</{field}>" for field, text in fields.items() if text)
    line = (
        "<gnum>1</gnum><gcode>1905310000</gcode><taxPrice>330</taxPrice><customsTax>0</customsTax>"
        "<valueAddedTax>30.03</valueAddedTax><consumptionTax>0</consumptionTax>"
    )
    return f"<Tax><TaxHeadRd>{head}</TaxHeadRd><TaxListRd>{line}</TaxListRd></Tax>"


def tax_status(status: str, book_no: str = "", number: str = "TAX-1") -> str:
    """A word on the status of a bill (CEB818)."""
    fields = {
        "guid": "fa4e0818-0000-4000-8000-20261105b001", "returnTime": "20261107090000000",
        "invtNo": LIST_KEYS["invtNo"], "taxNo": number, "status": status, "entDutyNo": book_no,
    }  # fmt: skip
    head = "".join(f"<{field}>{text}</{field}>" for field, text in fields.items() if text)
    return f"<Tax><TaxHeadStatus>{head}</TaxHeadStatus></Tax>"
