"""The platform's door: one request in, one answer out, with everything that goes wrong in between. Called by `serving`.

Judges digest and time stamp first, then does the work, then perhaps loses the answer. The same order twice is one
order.
"""

import json
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.label import label_pdf
from wms.carriers.simulator.mishaps import MOST_BYTES, Door, Reply, Start
from wms.carriers.simulator.registry import KnownOrder, Registry
from wms.carriers.simulator.signature import digest_of
from wms.kernel.clock import Clock

FIVE_MINUTES_MS = 300_000
FREIGHT_KILOGRAMS = 30


@dataclass(slots=True)
class Platform(Door):
    """A WSGI application around a registry."""

    registry: Registry
    clock: Clock
    partner_id: str
    checkword: str
    faults: Faults = field(default_factory=Faults)
    address: str = ""
    """Where it is reached, for the links to labels; set once it listens."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET" and environ.get("PATH_INFO", "").startswith("/labels/"):
            return self._label(environ, start)
        length = environ.get("CONTENT_LENGTH") or "0"
        if environ["REQUEST_METHOD"] != "POST" or not length.isdigit() or int(length) > MOST_BYTES:
            return Reply("405 Method Not Allowed", b"POST one request\n", "text/plain").sent(start)
        form = parse_qs(environ["wsgi.input"].read(int(length)).decode("utf-8", "replace"))
        asked = {name: values[0] for name, values in form.items()}
        service, about = asked.get("serviceCode", ""), _about(asked)
        reply = self.suffered(
            service, about, lambda count: self._refused(asked, about, count), lambda: self._worked_on(asked, service)
        )
        return reply.sent(start)

    def _worked_on(self, asked: Mapping[str, str], service: str) -> Reply:
        try:
            message = json.loads(asked["msgData"])
            work = {
                "EXP_RECE_CREATE_ORDER": self._create,
                "EXP_RECE_SEARCH_ORDER_RESP": self._search,
                "EXP_RECE_UPDATE_ORDER": self._update,
                "EXP_RECE_SEARCH_ROUTES": self._routes,
                "COM_RECE_CLOUD_PRINT_WAYBILLS": self._print,
                "EXP_RECE_QUERY_DELIVERTM": _price,
            }[service]
            said = work(message)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _outer("A1001", f"必传参数不可为空 {type(error).__name__}")
        return _outer("A1000", "", said)

    def _refused(self, asked: Mapping[str, str], about: str, count: int) -> Reply | None:
        """What the gateway itself says no to."""
        if asked.get("partnerID") != self.partner_id:
            return _outer("A1004", "无对应服务权限")
        stamp = asked.get("timestamp", "")
        if asked.get("msgDigest") != digest_of(asked.get("msgData", ""), stamp, self.checkword):
            return _outer("A1006", "数字签名无效")
        now_ms = int(self.clock.now().timestamp() * 1000)
        skewed = self.faults.happens("skew", about, count, self.faults.skewed)
        if not stamp.isdigit() or abs(now_ms - int(stamp)) > FIVE_MINUTES_MS or skewed:
            return _outer("A1002", "请求时效已过期")
        if self.faults.happens("busy", about, count, self.faults.busy):
            return _outer("A1011", "请求太频繁")
        return None

    def _create(self, message: Mapping[str, Any]) -> dict[str, Any]:
        order_id = message["orderId"]
        kinds = [contact["contactType"] for contact in message["contactInfoList"]]
        if sorted(kinds) != [1, 2] or not all(contact["address"] for contact in message["contactInfoList"]):
            return _no("8114", "寄件人或收件人地址为空")
        if not message["contactInfoList"][kinds.index(2)]["mobile"]:
            return _no("8057", "收件人电话为空")
        known = self.registry.order(order_id)
        if known is not None and known.state == "cancelled":
            return _no("8037", "已消单")
        pieces = self.taken(order_id, int(message.get("parcelQty") or 1))
        known, is_new = self.registry.book(
            order_id,
            json.dumps(message, ensure_ascii=False),
            self.filtered(order_id),
            int(self.clock.now().timestamp() * 1000),
            further=pieces - 1,
        )
        if not is_new and self.faults.duplicate_is_error:
            return _no("8016", "重复下单")
        return self._booked(known)

    def _booked(self, known: KnownOrder) -> dict[str, Any]:
        return _yes(_told(known, self.registry.further_pieces(known.order_id)))

    def _search(self, message: Mapping[str, Any]) -> dict[str, Any]:
        known = self.registry.order(message["orderId"])
        if known is None:
            return _no("8024", "未找到该订单")
        return _no("8037", "已消单") if known.state == "cancelled" else self._booked(known)

    def _update(self, message: Mapping[str, Any]) -> dict[str, Any]:
        known = self.registry.order(message["orderId"])
        if known is None:
            return _no("8024", "未找到该订单")
        if known.state == "cancelled":
            return _no("8037", "已消单")
        if message["dealType"] == 1:
            return self._confirm(known, message)
        if message["dealType"] != 2:
            return _no("8027", "不支持的操作")
        if self.registry.routes(known.waybill):
            return _no("8096", "已收件，不能消单")
        self.registry.set_state(known.order_id, "cancelled")
        return _yes({"orderId": known.order_id, "resStatus": 2})

    def _confirm(self, known: KnownOrder, message: Mapping[str, Any]) -> dict[str, Any]:
        """What the parcel really weighs, once it is handed over."""
        numbers = [each["waybillNo"] for each in message["waybillNoInfoList"]]
        if numbers != [known.waybill]:
            return _yes({"orderId": known.order_id, "resStatus": 1})
        self.registry.tell(known.order_id, {"totalWeight": message["totalWeight"]})
        return _yes({"orderId": known.order_id, "resStatus": 2})

    def _routes(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return _yes({"routeResps": [
            {"mailNo": number, "routes": [
                {"acceptTime": route.at, "acceptAddress": route.place, "remark": route.remark, "opCode": route.op_code}
                for route in self.registry.routes(number)
            ]}
            for number in message["trackingNumber"]
        ]})  # fmt: skip

    def _print(self, message: Mapping[str, Any]) -> dict[str, Any]:
        number = message["documents"][0]["masterWaybillNo"]
        if self.registry.order_of(number) is None:
            return _no("8024", "未找到该运单")
        file = {"url": f"{self.address}/labels/{number}.pdf", "token": self._token(number), "waybillNo": number,
                "seqNo": 1, "areaNo": 1, "pageNo": 1}  # fmt: skip
        return _yes({"fileType": "pdf", "files": [file]})

    def _label(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        number = environ["PATH_INFO"].removeprefix("/labels/").removesuffix(".pdf")
        if environ.get("HTTP_X_AUTH_TOKEN") != self._token(number):
            return Reply("403 Forbidden", b"token\n", "text/plain").sent(start)
        return Reply("200 OK", label_pdf(number), "application/pdf").sent(start)

    def _token(self, number: str) -> str:
        """Good for this hour and no longer."""
        hour = int(self.clock.now().timestamp()) // 3600
        return digest_of(number, str(hour), self.checkword)


def _price(message: Mapping[str, Any]) -> dict[str, Any]:
    """Twelve yuan for the first kilogram, five for each begun one more; half as much again for product 1."""
    if not message["destAddress"].get("address") and not message["destAddress"].get("code"):
        return _no("S0002", "参数destAddress不能为空")
    if float(message["weight"]) > FREIGHT_KILOGRAMS:
        return _no("S0005", "参数weight超过最大值")
    product = str(message["businessType"])
    pieces = max(0, math.ceil(float(message["weight"])) - 1)
    fee = (12 + 5 * pieces) * (1.5 if product == "1" else 1)
    searched = str(message.get("searchPrice", "0"))
    offer = {
        "businessType": product,
        "businessTypeDesc": "模拟产品",
        "deliverTime": None,
        "closeTime": None,
        "fee": fee if searched == "1" else None,
        "searchPrice": searched,
    }
    return _yes({"deliverTmDto": [offer]})


def _about(asked: Mapping[str, str]) -> str:
    """What a request is about, so that chance falls the same way whenever it comes."""
    try:
        message = json.loads(asked.get("msgData", "{}"))
        return str(message.get("orderId") or message.get("trackingNumber") or message.get("documents") or "")
    except (ValueError, AttributeError):
        return ""


def _told(known: KnownOrder, further: Sequence[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"orderId": known.order_id, "filterResult": int(known.filter)}
    if known.filter == "3":
        return {**data, "remark": "收方地址不在派送范围"}
    if known.filter == "1":
        return data
    district = str(known.told["contactInfoList"][1].get("postCode", ""))  # type: ignore[index]
    route = {"destRouteLabel": f"571W-{district or '000'}-A3", "twoDimensionCode": f"MMM={{'k5':'{known.waybill}'}}"}
    return {
        **data,
        "waybillNoInfoList": [
            {"waybillType": 1, "waybillNo": known.waybill},
            *({"waybillType": 2, "waybillNo": number} for number in further),
        ],
        "routeLabelInfo": [{"code": "1000", "routeLabelData": route}],
    }


def _yes(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"success": True, "errorCode": "S0000", "errorMsg": None, "msgData": data}


def _no(code: str, words: str) -> dict[str, Any]:
    return {"success": False, "errorCode": code, "errorMsg": words, "msgData": None}


def _outer(code: str, words: str, inner: Mapping[str, Any] | None = None) -> Reply:
    # The inner level is JSON inside a string, as the real one is.
    data = "" if inner is None else json.dumps(inner, ensure_ascii=False)
    outer = {"apiErrorMsg": words, "apiResponseID": "", "apiResultCode": code, "apiResultData": data}
    return Reply("200 OK", json.dumps(outer, ensure_ascii=False).encode())
