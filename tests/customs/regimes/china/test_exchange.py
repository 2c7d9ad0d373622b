import pytest

from wms.customs.model import MessageType, QuarantineReason, ReceiptReading
from wms.customs.regimes.china.receipts import read_receipt

DXP = "http://www.chinaport.gov.cn/dxp"
HEAD = (
    "<TransInfo><CopMsgId>MSG-1</CopMsgId><SenderId>DXPENT0000000001</SenderId>"
    "<CreatTime>2026-11-05T10:25:11</CreatTime><MsgType>CEB621Message</MsgType></TransInfo>"
)


def answer(code: str = "1004", head: str = HEAD, response: str = "<ResponseInfo>签名不符</ResponseInfo>") -> bytes:
    return (
        f'<dxp:DxpRep xmlns:dxp="{DXP}" xmlns="{DXP}" ver="1.0"><RecevierId>DXPENT0000000001</RecevierId>'
        f"<Response><ResponseCode>{code}</ResponseCode>{response}</Response><OriHead>{head}</OriHead></dxp:DxpRep>"
    ).encode()


def reason(reading: ReceiptReading) -> QuarantineReason:
    assert not reading.entries
    (only,) = reading.quarantined
    return only.reason


@pytest.mark.parametrize("code", ["0001", "0002", "1004", "2001", "3999"])
def test_names_our_message_and_why_it_went_no_further(code: str) -> None:
    reading = read_receipt(answer(code))
    (entry,) = reading.entries
    assert (reading.message_type, entry.message_type) == ("DxpRep", MessageType.EXCHANGE_FAILURE)
    assert (entry.business_key, entry.return_status, entry.return_info) == (("", "MSG-1"), code, "签名不符")
    assert (entry.return_time, entry.original_message_type) == ("20261105102511000", "CEB621Message")


def test_head_without_its_own_element_and_code_as_text() -> None:
    raw = answer(head=HEAD.removeprefix("<TransInfo>").removesuffix("</TransInfo>"))
    assert read_receipt(raw) == read_receipt(answer())
    bare = (
        answer()
        .replace(b"<ResponseCode>1004</ResponseCode>", b"1004")
        .replace("<ResponseInfo>签名不符</ResponseInfo>".encode(), b"")
    )
    assert read_receipt(bare).entries[0].return_status == "1004"


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-05T10:25:11.5", "20261105102511500"),
        ("2026-11-05T02:25:11Z", "20261105102511000"),
        ("2026-11-05T11:25:11+09:00", "20261105102511000"),
    ],
)
def test_moments_of_every_zone_become_china_time(said: str, moment: str) -> None:
    (entry,) = read_receipt(answer(head=HEAD.replace("2026-11-05T10:25:11", said))).entries
    assert entry.return_time == moment


@pytest.mark.parametrize("code", ["", "0000", "4000", "800", "１００４", "10041", "-001"])
def test_codes_that_are_none(code: str) -> None:
    assert reason(read_receipt(answer(code))) is QuarantineReason.BAD_STATUS


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (HEAD.replace("<CopMsgId>MSG-1</CopMsgId>", ""), QuarantineReason.MISSING_FIELD),
        (HEAD.replace("MSG-1", ""), QuarantineReason.MISSING_FIELD),
        (HEAD.replace("MSG-1", "M" * 256), QuarantineReason.MISSING_FIELD),
        (HEAD.replace("<CopMsgId>", "<CopMsgId>A</CopMsgId><CopMsgId>"), QuarantineReason.REPEATED_FIELD),
        (HEAD.replace("2026-11-05T", "2026-02-30T"), QuarantineReason.BAD_TIME),
        (HEAD.replace("2026-11-05T10:25:11", "0001-01-01T00:00:00+14:00"), QuarantineReason.BAD_TIME),
        (HEAD.replace("2026-11-05T", "2026-11-05 "), QuarantineReason.BAD_TIME),
        (HEAD.replace("<CreatTime>2026-11-05T10:25:11</CreatTime>", ""), QuarantineReason.MISSING_FIELD),
        ("", QuarantineReason.MISSING_FIELD),
    ],
)
def test_heads_that_name_nothing(head: str, why: QuarantineReason) -> None:
    assert reason(read_receipt(answer(head=head))) is why


def test_without_a_response() -> None:
    assert reason(read_receipt(f'<DxpRep xmlns="{DXP}"/>'.encode())) is QuarantineReason.MISSING_FIELD
