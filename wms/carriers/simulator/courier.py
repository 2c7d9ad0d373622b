"""Lets the simulated carrier's parcels move, and pushes what happened to whoever wants to hear it. Called by `commands`
and tests.

Pushed messages are doubled, come in another order, and carry forged digests, as often as `Faults` says.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import timedelta, timezone
from http.client import HTTPException
from urllib.parse import urlencode

from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.registry import Registry, Route
from wms.carriers.simulator.signature import digest_of
from wms.kernel.clock import Clock

_CHINA = timezone(timedelta(hours=8))

Letter = Callable[[Sequence[Route], str, Clock], tuple[bytes, dict[str, str]]]
"""Makes one signed message of what happened: its body and its headers."""
JOURNEY = (
    ("50", "杭州市", "顺丰速运 已收取快件"),
    ("30", "杭州市", "快件在【杭州中转场】完成分拣，准备发往下一站"),
    ("31", "上海市", "快件到达【上海中转场】"),
    ("44", "上海市", "快件交给样例快递员，正在派送途中（联系电话：10000000009）"),
    ("80", "上海市", "已签收，签收人：样例收件人"),
)
"""What happens to a parcel that nothing happens to."""


def travel(
    registry: Registry, clock: Clock, waybill: str, steps: int = 1, *, journey: Sequence[tuple[str, str, str]] = JOURNEY
) -> list[Route]:
    """Move a parcel on by so many steps of its journey; what happened."""
    done = len(registry.routes(waybill))
    happened = []
    for number, (code, place, remark) in enumerate(journey[done : done + steps]):
        at = clock.now().astimezone(_CHINA) + timedelta(seconds=number)
        route = Route(waybill, code, at.strftime("%Y-%m-%d %H:%M:%S"), place, remark)
        registry.add_route(route)
        happened.append(route)
    return happened


def push(
    url: str, routes: Sequence[Route], secret: str, clock: Clock, faults: Faults, *, written: Letter | None = None
) -> list[int]:
    """Tell what happened, as SF does unless it is `written` otherwise; the HTTP status of each message, 0 where nobody
    was there.
    """
    written = written or _as_sf
    messages = [[route] for route in routes]
    for number, route in enumerate(routes):
        about = f"{route.waybill} {route.op_code}"
        if faults.happens("doubled", about, 0, faults.push_doubled):
            messages.append([route])
        if number and faults.happens("reordered", about, 0, faults.push_reordered):
            messages[number - 1], messages[number] = messages[number], messages[number - 1]
    answers = []
    for number, message in enumerate(messages):
        forged = faults.happens("forged", f"{message[0].waybill} {number}", 0, faults.push_forged)
        answers.append(_post(url, *written(message, "forged" if forged else secret, clock)))
    return answers


def pushed_body(routes: Sequence[Route], checkword: str, clock: Clock) -> bytes:
    """One signed message of SF."""
    told = [
        {"mailno": route.waybill, "opCode": route.op_code, "acceptTime": route.at, "acceptAddress": route.place,
         "remark": route.remark}
        for route in routes
    ]  # fmt: skip
    text = json.dumps({"Body": {"WaybillRoute": told}}, ensure_ascii=False)
    stamp = str(int(clock.now().timestamp() * 1000))
    return urlencode({"msgData": text, "timestamp": stamp, "msgDigest": digest_of(text, stamp, checkword)}).encode()


def _as_sf(routes: Sequence[Route], checkword: str, clock: Clock) -> tuple[bytes, dict[str, str]]:
    return pushed_body(routes, checkword, clock), {"Content-Type": "application/x-www-form-urlencoded"}


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310  (the operator's own address)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, HTTPException):
        return 0
