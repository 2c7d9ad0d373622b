"""What is left of personal data where everybody may look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.kernel.masking import (
    is_personal,
    masked_account,
    masked_address,
    masked_field,
    masked_id_number,
    masked_name,
    masked_phone,
    names_person,
    scrub,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("样例甲", "样*"), ("样例", "样*"), ("样", "*"), ("John", "J***n"), ("Jo", "J***"), ("", ""), (" 样例甲 ", "样*")],
)
def test_names(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("990000199001010017", "9900**********0017"),
        ("99000019900101001X", "9900**********001X"),
        ("12345", "***"),
        ("", ""),
    ],
)
def test_identity_numbers(number: str, shown: str) -> None:
    assert masked_id_number(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("10000000001", "100****0001"),
        ("0571-8888", "***88"),
        ("110", "***"),
        ("", ""),
        ("+8610000000001", "+86****0001"),
    ],
)
def test_phones(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("样例省样例市示范区样例路1号", "样例省样例市***"),
        ("样例市东示范区样例路1号", "样例市***"),
        ("虚构自治区虚拟市测试区", "虚构自治区虚拟市***"),
        ("样例省样例自治州示范县样例路1号", "样例省样例自治州***"),
        ("1 Sample Road", "***"),
        ("", ""),
    ],
)
def test_addresses_keep_province_and_city(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_accounts_keep_their_end() -> None:
    assert (masked_account("6222000012345678"), masked_account("1234"), masked_account("")) == ("****5678", "***", "")


def test_by_the_name_of_the_field() -> None:
    assert masked_field("Payment.payerName", "样例甲") == "样*"
    assert masked_field("OrderHead.buyerIdNumber", "990000199001010017") == "9900**********0017"
    assert masked_field("Payment.amountPaid", "350.00") == "350.00"
    assert is_personal("InventoryHead.consigneeAddress")
    assert not is_personal("InventoryHead.consigneeDistrict")


@pytest.mark.parametrize("path", ["buyer.name", "consignee.address[0]", "payments[1].payer_phone", "orders[0].buyer"])
def test_paths_that_name_a_person(path: str) -> None:
    assert names_person(path)


@pytest.mark.parametrize("path", ["lines[0].sku", "amounts.paid", "", "merchant", "payments[1].transaction_id"])
def test_paths_that_do_not(path: str) -> None:
    assert not names_person(path)


SECRETS = ("样例甲", "990000199001010017", "10000000001", "示范区样例路1号")


@pytest.mark.parametrize(
    "text",
    [
        "<ceb:buyerName>样例甲</ceb:buyerName><buyerTelephone a='b'>10000000001</buyerTelephone>",
        "<ceb:payerIdNumber>990000199001010017</ceb:payerIdNumber>",
        "<consigneeAddress>样例省样例市示范区样例路1号</consigneeAddress>",
        '{"buyer": {"name": "样例甲", "id_number": "990000199001010017", "phone": "10000000001"}}',
        '{"consignee": {"name": "样例甲", "address": ["样例省样例市", "示范区样例路1号"], "phone": "10000000001"}}',
        '{"payer_name":"样例甲","payer_phone":"10000000001"}',
        "Buyer(account='a', buyer_name='样例甲', phone='10000000001', id_number=\"990000199001010017\")",
        "{'payer_name': '样例甲', 'id_number': '990000199001010017'}",
        "buyer 990000199001010017 called from +86 10000000001.",
        "买家990000199001010017电话10000000001，无人接听",
    ],
)
def test_whole_texts(text: str) -> None:
    clean = scrub(text)
    assert not [secret for secret in SECRETS if secret in clean], clean


@pytest.mark.parametrize(
    "text",
    [
        "load LOD-7 of 12 parcels",
        "GTIN 9520000000004",
        "SSCC 395212340000000017",
        "preNo B20261105000000001",
        "01a2b3c4-1111-7000-8000-100000000012",
        "returnTime 20261105102600000",
        '{"name": "Cup 250 ml", "order": "ORD-1"}',
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert scrub(text) == text


@given(st.text())
def test_scrubbing_takes_any_text_and_is_done_after_once(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=60))
def test_a_masked_name_never_shows_the_middle(name: str) -> None:
    shown = masked_name(name)
    assert len(name.strip()) < 3 or shown.replace("*", "") in (name.strip()[0], name.strip()[0] + name.strip()[-1], "")
