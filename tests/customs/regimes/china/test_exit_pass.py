"""The exit pass as messages: what is sent stands there exactly, what comes back is read or refused by name."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from wms.customs.model import QuarantineReason
from wms.customs.regimes.china.exit_pass import (
    NAMESPACE,
    PassAnswer,
    PassLine,
    PassRequest,
    is_pass_receipt,
    read_answer,
    request_message,
    withdrawal_message,
)
from wms.customs.regimes.china.safe_xml import Unreadable, parse

PASS = UUID("01930000-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)


def receipt(**changed: str) -> bytes:
    """A receipt; an empty text leaves the attribute out."""
    given = {
        "id": str(PASS), "passNo": "HF-1", "returnStatus": "confirmed", "returnTime": "20261105120000123",
        "returnInfo": "准予出区", **changed,
    }  # fmt: skip
    attributes = "".join(f' {name}="{text}"' for name, text in given.items() if text)
    return f'<?xml version="1.0" encoding="UTF-8"?><ExitPassReceipt xmlns="{NAMESPACE}"{attributes}/>'.encode()


def test_a_request_names_its_load_and_each_of_its_parcels() -> None:
    lines = (PassLine("CP1", "I-1"), PassLine('C"<&>2', ""))
    raw = request_message(PassRequest(PASS, "LOD-7", "9999", "AREA", "T1", NOON, lines))
    root = parse(raw)
    assert (root.namespace, root.name) == (NAMESPACE, "ExitPassRequest")
    assert root.attributes == {
        "id": str(PASS), "load": "LOD-7", "customsCode": "9999", "areaCode": "AREA", "emsNo": "T1",
        "sentAt": "20261105120000",
    }  # fmt: skip
    assert [(child.name, child.attributes) for child in root.children] == [
        ("Parcel", {"logisticsNo": "CP1", "invtNo": "I-1"}),
        ("Parcel", {"logisticsNo": 'C"<&>2', "invtNo": ""}),
    ]
    assert raw == request_message(PassRequest(PASS, "LOD-7", "9999", "AREA", "T1", NOON, lines)), "the same bytes"


def test_a_withdrawal_names_the_pass() -> None:
    root = parse(withdrawal_message(PASS, NOON))
    assert (root.name, root.attributes) == ("ExitPassWithdrawal", {"id": str(PASS), "sentAt": "20261105120000"})


@pytest.mark.parametrize("said_time", ["20261105120000123", "20261105120000"])
def test_an_answer_is_read(said_time: str) -> None:
    read = read_answer(receipt(returnTime=said_time))
    assert read == PassAnswer(PASS, True, "HF-1", said_time.ljust(17, "0"), "准予出区")
    refused = read_answer(receipt(returnStatus="refused", passNo="", returnInfo=""))
    assert refused == PassAnswer(PASS, False, "", "20261105120000123", "")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": "7"}, QuarantineReason.MISSING_FIELD),
        ({"id": ""}, QuarantineReason.MISSING_FIELD),
        ({"returnStatus": "Confirmed"}, QuarantineReason.BAD_STATUS),
        ({"returnStatus": ""}, QuarantineReason.BAD_STATUS),
        ({"returnTime": "yesterday"}, QuarantineReason.BAD_TIME),
        ({"passNo": ""}, QuarantineReason.MISSING_FIELD),
        ({"passNo": "9" * 41}, QuarantineReason.FIELD_TOO_LONG),
    ],
)
def test_an_answer_with_a_wrong_field_decides_nothing(changed: dict[str, str], reason: QuarantineReason) -> None:
    with pytest.raises(Unreadable) as raised:
        read_answer(receipt(**changed))
    assert raised.value.reason is reason


def test_other_messages_are_not_of_this_kind() -> None:
    assert is_pass_receipt(parse(receipt()))
    assert not is_pass_receipt(parse(b"<CEB622Message/>"))
    with pytest.raises(Unreadable) as raised:
        read_answer(withdrawal_message(PASS, NOON))
    assert raised.value.reason is QuarantineReason.MESSAGE_NOT_HANDLED
