import pytest

from wms.customs.folded import Attempt
from wms.customs.matching import DeclaredIdentity
from wms.customs.model import MessageType, ReceiptEntry
from wms.customs.receipts.part import Part, parts_of

OURS = DeclaredIdentity("COP", "AGENT", "EBP", "EBC", "9999")
SECOND = Attempt(2, "20261105102530000", frozenset({"B1"}))


def said(status: str, second: int = 40, kind: MessageType = MessageType.LIST_RECEIPT, **changed: str) -> ReceiptEntry:
    keys = {"agent_code": "AGENT", "cop_no": "COP"} if kind is MessageType.LIST_RECEIPT else {}
    return ReceiptEntry(kind, status, f"202611051025{second:02d}000", "", **(keys | changed))


def part(entry: ReceiptEntry, *others: ReceiptEntry, attempt: Attempt | None = None) -> Part:
    return parts_of([entry, *others], attempt or Attempt(), OURS, "MSG-2")[entry.fingerprint]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (said("800"), Part.COUNTS),
        (said("2"), Part.COUNTS),
        (said("600"), Part.UNKNOWN_CODE),
        (said("800", ebp_code="OTHER"), Part.OTHER_PARTY),
        (said("800", cop_no="OTHER"), Part.OTHER_PARTY),
        (said("120", kind=MessageType.ORDER_RECEIPT), Part.INFORMS),
        (said("800", kind=MessageType.ORDER_RECEIPT), Part.UNKNOWN_CODE),
        (said("399", kind=MessageType.CANCEL_RECEIPT, cop_no="CANCEL"), Part.COUNTS),
        (said("399", kind=MessageType.RETURN_RECEIPT, cop_no="RETURN"), Part.INFORMS),
        (said("-1", kind=MessageType.FORMAT_FAILURE, original_message_id="MSG-2"), Part.COUNTS),
        (said("1004", kind=MessageType.EXCHANGE_FAILURE, original_message_id="MSG-2"), Part.COUNTS),
        (said("-1", kind=MessageType.FORMAT_FAILURE, original_message_id="MSG-1"), Part.OTHER_MESSAGE),
    ],
)
def test_alone(entry: ReceiptEntry, expected: Part) -> None:
    assert part(entry) is expected


def test_the_port_is_only_logged_once_customs_has_decided() -> None:
    failed = said("-1", kind=MessageType.FORMAT_FAILURE, original_message_id="MSG-2")
    assert part(said("2"), said("120")) is Part.LOGGED_ONLY
    assert part(failed, said("120")) is Part.LOGGED_ONLY
    assert part(said("2"), said("800", ebp_code="OTHER")) is Part.COUNTS
    assert part(said("2"), said("100", 10), attempt=SECOND) is Part.COUNTS


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (said("100", 10), Part.EARLIER_ATTEMPT),
        (said("800", 40, pre_no="B1"), Part.EARLIER_ATTEMPT),
        (said("800", 40, pre_no="B2"), Part.COUNTS),
        (said("-1", 10, MessageType.FORMAT_FAILURE, original_message_id="MSG-2"), Part.COUNTS),
    ],
)
def test_of_a_second_attempt(entry: ReceiptEntry, expected: Part) -> None:
    assert part(entry, attempt=SECOND) is expected
