"""What the exchange layer says of a message it did not pass on (DxpRep).

Called by `receipts`. Pure. The answer quotes the head of our message (OriHead) and carries no time of its own, so it
is dated when our message was made: any answer of the port to the same message is later.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from wms.customs.model import (
    CHINA_TIME,
    MessageType,
    QuarantineReason,
    ReceiptEntry,
    ReceiptReading,
    as_return_time,
)
from wms.customs.regimes.china.envelope import DXP
from wms.customs.regimes.china.nodes import BadNode, texts_of
from wms.customs.regimes.china.safe_xml import Element, Unreadable
from wms.kernel.masking import scrub

ROOT = "DxpRep"

_FAILURE_CODE = re.compile(r"[0-3][0-9]{3}")
"""0001 to 3999: format, signature, routing, system."""
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST_INFO = 1_000


def read_exchange_answer(root: Element) -> ReceiptReading:
    """The one entry of a DxpRep. Raises Unreadable where it cannot be one."""
    try:
        return ReceiptReading(ROOT, (_entry(root),), (1,))
    except BadNode as error:
        raise Unreadable(error.reason, error.what) from None


def _entry(root: Element) -> ReceiptEntry:
    response, head = _only(root, "Response"), _only(root, "OriHead")
    said = texts_of(response, DXP) if response.children else {"ResponseCode": response.text}
    code = said.pop("ResponseCode", "")
    if not _FAILURE_CODE.fullmatch(code) or code == "0000":
        raise BadNode(QuarantineReason.BAD_STATUS, f"ResponseCode {code[:20]!r}")
    # Some quote the original head as it was, some put its fields directly inside.
    info = next(_named(head, "TransInfo"), head)
    message_id = _only(info, "CopMsgId").text
    if not 1 <= len(message_id) <= 255:
        raise BadNode(QuarantineReason.MISSING_FIELD, "OriHead/CopMsgId")
    return ReceiptEntry(
        MessageType.EXCHANGE_FAILURE,
        code,
        _moment(_only(info, "CreatTime").text),
        scrub(" ".join(text for text in said.values() if text)[:_LONGEST_INFO]),
        original_message_id=message_id,
        original_message_type=_only(info, "MsgType").text[:15] or None,
    )


def _moment(text: str) -> str:
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        raise BadNode(QuarantineReason.BAD_TIME, f"CreatTime {text[:40]!r}")
    whole, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{whole}{(fraction or '')[:7]}{zone or ''}")
        return as_return_time(moment if moment.tzinfo else moment.replace(tzinfo=CHINA_TIME))
    except (ValueError, OverflowError):
        raise BadNode(QuarantineReason.BAD_TIME, f"CreatTime {text[:40]!r}") from None


def _named(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent.children if child.namespace == DXP and child.name == name)


def _only(parent: Element, name: str) -> Element:
    found = list(_named(parent, name))
    if not found:
        raise BadNode(QuarantineReason.MISSING_FIELD, f"{parent.name}/{name}")
    if len(found) > 1:
        raise BadNode(QuarantineReason.REPEATED_FIELD, f"{parent.name}/{name}")
    return found[0]
