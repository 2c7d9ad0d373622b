"""Messages as companies send them to the port, written by hand, and what comes back, read by the service itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from wms.customs.model import ReceiptEntry
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.simulator.port import Simulator
from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import FixedClock

START = datetime(2026, 11, 5, 2, 30, tzinfo=UTC)
APP_TIME = "20261105102900"
SAMPLES = Path(__file__).parents[1] / "regimes" / "china" / "samples"
CEB = "http://www.chinaport.gov.cn/ceb"
CALM = Scenario(unsigned_allowed=True)
_IDS = UUID("9a3c0d8e-5f0e-4c63-9d6b-7d5f8d0a2b11")

Values = Mapping[str, str]


def guid(*about: str) -> str:
    return str(uuid5(_IDS, "|".join(about))).upper()


@dataclass(frozen=True)
class Purchase:
    """One order that is right in every way; `with_` changes a field of a paper."""

    number: int = 1
    app_time: str = APP_TIME
    changes: Mapping[str, str] = field(default_factory=dict)
    """By `order.acturalPaid`, `order.2.qty` (of the second line), `payment.…`, `waybill.…`, `list.…`, `list.1.…`."""
    lines: int = 2

    def with_(self, **changes: str) -> "Purchase":
        renamed = {name.replace("__", "."): value for name, value in changes.items()}
        return replace(self, changes={**self.changes, **renamed})

    def at(self, app_time: str) -> "Purchase":
        """Declared again at another time."""
        return replace(self, app_time=app_time)

    @property
    def order_no(self) -> str:
        return f"ORD-{self.number:06d}"

    @property
    def cop_no(self) -> str:
        return f"COP{self.number:06d}"

    @property
    def logistics_no(self) -> str:
        return f"WB{self.number:06d}"

    def order(self) -> str:
        goods = 100 * self.lines
        head = self._stamp("order") | {
            "orderType": "I", "orderNo": self.order_no, "ebpCode": "9999960001", "ebpName": "样例平台",
            "ebcCode": "9999960002", "ebcName": "样例电商", "goodsValue": f"{goods}.00", "freight": "30.00",
            "discount": "10.00", "taxTotal": "20.00", "acturalPaid": f"{goods + 40}.00", "currency": "142",
            "buyerRegNo": "user-1", **_BUYER, "payCode": "9999960003", "payName": "样例支付",
            "payTransactionId": f"PAY-{self.number:06d}", "consignee": "样例甲",
            "consigneeTelephone": "10000000001", "consigneeAddress": "样例路0号",
        }  # fmt: skip
        lines = [
            {
                "gnum": str(number), "itemName": f"样例商品{number}", "gmodel": "样例|无", "unit": "140", "qty": "2",
                "price": "50.00", "totalPrice": "100.00", "currency": "142", "country": "601",
            }
            for number in range(1, self.lines + 1)
        ]  # fmt: skip
        return self._document("order", "Order", "OrderHead", head, "OrderList", lines)

    def payment(self) -> str:
        head = self._stamp("payment") | {
            "payCode": "9999960003", "payName": "样例支付", "payTransactionId": f"PAY-{self.number:06d}",
            "orderNo": self.order_no, "ebpCode": "9999960001", "ebpName": "样例平台", "payerIdType": "1",
            "payerIdNumber": _BUYER["buyerIdNumber"], "payerName": _BUYER["buyerName"],
            "amountPaid": f"{100 * self.lines + 40}", "currency": "142", "payTime": "20261105101500",
        }  # fmt: skip
        return self._document("payment", "Payment", "PaymentHead", head)

    def waybill(self) -> str:
        head = self._stamp("waybill") | {
            "logisticsCode": "9999980004", "logisticsName": "样例物流", "logisticsNo": self.logistics_no,
            "orderNo": self.order_no, "freight": "30", "insuredFee": "0", "currency": "142", "weight": "1.85",
            "packNo": "1", "consignee": "样例甲", "consigneeAddress": "样例路0号", "consigneeTelephone": "10000000001",
        }  # fmt: skip
        return self._document("waybill", "Logistics", "LogisticsHead", head)

    def signed_for(self) -> str:
        head = self._stamp("signed_for") | {
            "logisticsCode": "9999980004", "logisticsName": "样例物流", "logisticsNo": self.logistics_no,
            "logisticsStatus": "S", "logisticsTime": "20261107101500",
        }  # fmt: skip
        return self._document("signed_for", "LogisticsStatus", "", head)

    def list(self) -> str:
        head = self._stamp("list") | {
            "orderNo": self.order_no, "ebpCode": "9999960001", "ebpName": "样例平台", "ebcCode": "9999960002",
            "ebcName": "样例电商", "logisticsNo": self.logistics_no, "logisticsCode": "9999980004",
            "logisticsName": "样例物流", "copNo": self.cop_no, "assureCode": "9999960002", "emsNo": "T9999W999999",
            "ieFlag": "I", "declTime": "20261105", "customsCode": "9999", "portCode": "9999",
            "buyerIdType": "1", "buyerIdNumber": _BUYER["buyerIdNumber"], "buyerName": _BUYER["buyerName"],
            "buyerTelephone": _BUYER["buyerTelephone"], "consigneeAddress": "样例路0号", "agentCode": "9999980005",
            "agentName": "样例报关", "areaCode": "9999660006", "areaName": "样例仓储", "tradeMode": "1210",
            "trafMode": "Y", "country": "142", "freight": "30.00", "insuredFee": "0", "currency": "142",
            "wrapType": "2", "packNo": "1", "grossWeight": "1.85", "netWeight": "1.50",
        }  # fmt: skip
        lines = [
            {
                "gnum": str(number), "itemRecordNo": f"REC{number}", "gcode": "1905310000",
                "gname": f"样例商品{number}", "gmodel": "样例|无", "country": "601", "currency": "142", "qty": "2",
                "unit": "140", "qty1": "0.5", "unit1": "035", "price": "50", "totalPrice": "100",
            }
            for number in range(1, self.lines + 1)
        ]  # fmt: skip
        return self._document("list", "Inventory", "InventoryHead", head, "InventoryList", lines)

    def cancel(self, invt_no: str, *, cop_no: str = "") -> str:
        head = self._application("cancel", invt_no, cop_no or f"CX{self.number:06d}")
        return self._document("cancel", "InvtCancel", "", head)

    def give_back(self, invt_no: str, quantities: Mapping[int, str], *, cop_no: str = "") -> str:
        head = self._application("give_back", invt_no, cop_no or f"RT{self.number:06d}")
        lines = [
            {"gnum": str(number), "gcode": "1905310000", "gname": f"样例商品{number}", "qty": quantity, "unit": "140"}
            for number, quantity in quantities.items()
        ]
        return self._document("give_back", "InvtRefund", "InvtRefundHead", head, "InvtRefundList", lines)

    def _application(self, paper: str, invt_no: str, cop_no: str) -> dict[str, str]:
        return self._stamp(paper) | {
            "customsCode": "9999", "orderNo": self.order_no, "ebpCode": "9999960001", "ebpName": "样例平台",
            "ebcCode": "9999960002", "ebcName": "样例电商", "logisticsNo": self.logistics_no,
            "logisticsCode": "9999980004", "logisticsName": "样例物流", "copNo": cop_no, "invtNo": invt_no,
            "buyerIdType": "1", "buyerIdNumber": _BUYER["buyerIdNumber"], "buyerName": _BUYER["buyerName"],
            "buyerTelephone": _BUYER["buyerTelephone"], "agentCode": "9999980005", "agentName": "样例报关",
            "reason": "买家不要了",
        }  # fmt: skip

    def _stamp(self, paper: str) -> dict[str, str]:
        return {
            "guid": guid(paper, str(self.number), self.app_time),
            "appType": "1",
            "appTime": self.app_time,
            "appStatus": "2",
        }

    def _document(
        self, paper: str, node: str, head_node: str, head: Values, line_node: str = "", lines: Sequence[Values] = ()
    ) -> str:
        inside = _elements(self._changed(paper, head))
        if head_node:
            inside = f"<ceb:{head_node}>{inside}</ceb:{head_node}>"
        for number, line in enumerate(lines, start=1):
            changed = _elements(self._changed(f"{paper}.{number}", line))
            inside += f"<ceb:{line_node}>{changed}</ceb:{line_node}>"
        return f"<ceb:{node}>{inside}</ceb:{node}>"

    def _changed(self, place: str, values: Values) -> Values:
        own = {name.removeprefix(f"{place}."): value for name, value in self.changes.items() if _is_in(name, place)}
        assert own.keys() <= values.keys(), f"{place} has no {own.keys() - values.keys()}"
        return {name: own.get(name, value) for name, value in values.items() if own.get(name) != ABSENT}


ABSENT = "(absent)"

_BUYER = {
    "buyerName": "样例甲",
    "buyerTelephone": "10000000001",
    "buyerIdType": "1",
    "buyerIdNumber": "990000199001010017",
}


def _is_in(name: str, place: str) -> bool:
    return name.rpartition(".")[0] == place


def _elements(values: Values) -> str:
    return "".join(f"<ceb:{name}>{value}</ceb:{name}>" for name, value in values.items())


def message(number: str, *documents: str, dxp_id: str = "DXPENT9999999005") -> bytes:
    """A whole message without a signature."""
    transfer = {"copCode": "9999980005", "copName": "样例报关", "dxpMode": "DXP", "dxpId": dxp_id}
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ceb:CEB{number}Message xmlns:ceb="{CEB}" '
        f'guid="{guid(number, *documents)}" version="1.0">{"".join(documents)}'
        f"<ceb:BaseTransfer>{_elements(transfer)}</ceb:BaseTransfer></ceb:CEB{number}Message>"
    ).encode()


class Desk:
    """One warehouse folder with a port behind it, and a clock that is moved by hand."""

    def __init__(self, folder: Path, scenario: Scenario = CALM, seed: int = 1) -> None:
        self.folder = folder
        (folder / "outbox").mkdir(parents=True, exist_ok=True)
        self.clock = FixedClock(START)
        self.port = Simulator(folder, scenario=scenario, seed=seed, clock=self.clock)
        self.sent = 0

    def put(self, raw: bytes, name: str = "") -> None:
        """Into the outbox, as the service does it."""
        self.sent += 1
        (self.folder / "outbox" / (name or f"CEB_{self.sent:04d}.xml")).write_bytes(raw)

    def send(self, number: str, *documents: str) -> None:
        self.put(message(number, *documents))

    def declare(self, *purchases: Purchase) -> None:
        """All four papers of each."""
        self.send("311", *(purchase.order() for purchase in purchases))
        self.send("411", *(purchase.payment() for purchase in purchases))
        self.send("511", *(purchase.waybill() for purchase in purchases))
        self.send("621", *(purchase.list() for purchase in purchases))

    def settle(self, **time: float) -> None:
        """Let everything happen that will happen by itself, or only what happens within a time."""
        until = self.clock.now() + timedelta(**time) if time else None
        self.port.run_once()
        while (due := self.port.next_due()) is not None and (until is None or due <= until):
            self.clock.forward(max(due - self.clock.now(), timedelta(0)))
            self.port.run_once()
        if until is not None:
            self.clock.forward(until - self.clock.now())

    def raw(self) -> list[bytes]:
        inbox = self.folder / "inbox"
        if not inbox.is_dir():
            return []
        assert not list(inbox.glob(".*")), "the inbox holds whole receipts and nothing else"
        return [file.read_bytes() for file in sorted(inbox.iterdir())]

    def entries(self) -> list[ReceiptEntry]:
        """Everything in the inbox, by the time of its decision; nothing may be unreadable."""
        found: list[ReceiptEntry] = []
        for raw in self.raw():
            reading = read_receipt(raw)
            assert reading.quarantined == (), reading.quarantined
            found += reading.entries
        return sorted(found, key=lambda entry: entry.return_time)

    def said(self, number: str, key: str = "") -> list[str]:
        """The statuses of one kind of receipt in the order they were decided, each once."""
        seen: dict[tuple[str | None, ...], str] = {}
        for entry in self.entries():
            keys = (entry.order_no, entry.pay_transaction_id, entry.logistics_no, entry.cop_no)
            if entry.message_type == f"CEB{number}" and (not key or key in keys):
                seen[(*keys, entry.return_time, entry.return_status)] = entry.return_status
        return list(seen.values())

    def why(self, number: str, status: str, key: str = "") -> str:
        """What the last receipt with that status says."""
        said = [
            entry.return_info
            for entry in self.entries()
            if (entry.message_type, entry.return_status) == (f"CEB{number}", status)
            and (not key or key in (entry.order_no, entry.cop_no, entry.logistics_no, entry.pay_transaction_id))
        ]
        return said[-1]

    def invt_no(self, purchase: Purchase) -> str:
        """The number customs gave the list."""
        numbers = [entry.invt_no for entry in self.entries() if entry.cop_no == purchase.cop_no and entry.invt_no]
        assert numbers[-1] is not None
        return numbers[-1]
