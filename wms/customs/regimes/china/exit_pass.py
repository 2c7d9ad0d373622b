"""The exit pass (核放单) as messages: asking for one, giving it back, and what was decided about it. Pure.

Called by `wms.customs.passes` (writing) and by whoever reads receipts (reading). The form is our own and neutral: the
zones' systems differ from each other, and each gets an adapter at the edge. Attributes carry everything, so that one
request is one short line per parcel.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.sax.saxutils import quoteattr

from wms.customs.model import CHINA_TIME, QuarantineReason, normalised_return_time
from wms.customs.regimes.china.safe_xml import Element, Unreadable, parse

NAMESPACE = "urn:wms:exit-pass:1"
REQUEST = "EXITPASS"
WITHDRAWAL = "EXITPASSWITHDRAWAL"
"""Message types, also the beginning of a file's name."""

CONFIRMED, REFUSED = "confirmed", "refused"

LONGEST_PASS_NO = 40
LONGEST_INFO = 2_000

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class PassLine:
    """One parcel on a pass, by the numbers customs knows it by."""

    logistics_no: str
    invt_no: str


@dataclass(frozen=True, slots=True)
class PassRequest:
    """What is asked for: this load, exactly these parcels."""

    id: UUID
    load: str
    customs_code: str
    area_code: str
    ems_no: str
    sent_at: datetime
    lines: Sequence[PassLine]


@dataclass(frozen=True, slots=True)
class PassAnswer:
    """What was decided about one pass."""

    id: UUID
    is_confirmed: bool
    pass_no: str
    return_time: str
    """17 digits, China time."""
    said: str = ""


def request_message(request: PassRequest) -> bytes:
    """The request as it is sent; the same value always gives the same bytes."""
    head = {
        "xmlns": NAMESPACE,
        "id": str(request.id),
        "load": request.load,
        "customsCode": request.customs_code,
        "areaCode": request.area_code,
        "emsNo": request.ems_no,
        "sentAt": _fourteen(request.sent_at),
    }
    lines = "".join(
        f"<Parcel{_attributes({'logisticsNo': line.logistics_no, 'invtNo': line.invt_no})}/>" for line in request.lines
    )
    return _message(f"<ExitPassRequest{_attributes(head)}>{lines}</ExitPassRequest>")


def withdrawal_message(pass_id: UUID, sent_at: datetime) -> bytes:
    """The pass is not needed any more: the load was opened again."""
    head = {"xmlns": NAMESPACE, "id": str(pass_id), "sentAt": _fourteen(sent_at)}
    return _message(f"<ExitPassWithdrawal{_attributes(head)}/>")


def is_pass_receipt(root: Element) -> bool:
    """Whether a message that was read is about an exit pass, and not CEB."""
    return root.namespace == NAMESPACE


def answer_of(root: Element) -> PassAnswer:
    """What a receipt says. Raises Unreadable where a field is missing or wrong: then it decides nothing."""
    if root.namespace != NAMESPACE or root.name != "ExitPassReceipt":
        raise Unreadable(QuarantineReason.MESSAGE_NOT_HANDLED, f"{root.name[:40]} is no receipt of an exit pass")
    given = root.attributes
    pass_id, status = given.get("id", ""), given.get("returnStatus", "")
    if not _UUID.fullmatch(pass_id):
        raise Unreadable(QuarantineReason.MISSING_FIELD, f"id {pass_id[:40]!r}")
    if status not in (CONFIRMED, REFUSED):
        raise Unreadable(QuarantineReason.BAD_STATUS, f"returnStatus {status[:20]!r}")
    said_time = given.get("returnTime", "")
    return_time = normalised_return_time(said_time)
    if return_time is None:
        raise Unreadable(QuarantineReason.BAD_TIME, f"returnTime {said_time[:20]!r}")
    pass_no, said = given.get("passNo", "").strip(), given.get("returnInfo", "").strip()
    if status == CONFIRMED and not pass_no:
        raise Unreadable(QuarantineReason.MISSING_FIELD, "passNo of a confirmed pass")
    if len(pass_no) > LONGEST_PASS_NO:
        raise Unreadable(QuarantineReason.FIELD_TOO_LONG, f"passNo has more than {LONGEST_PASS_NO} characters")
    return PassAnswer(UUID(pass_id), status == CONFIRMED, pass_no, return_time, said[:LONGEST_INFO])


def read_answer(raw: bytes) -> PassAnswer:
    """What the bytes of a receipt say. Raises Unreadable."""
    return answer_of(parse(raw))


def _fourteen(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA_TIME):%Y%m%d%H%M%S}"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def _message(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()
