import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.customs.regimes.china.reasons import (
    APPROVED,
    ERROR,
    ERRORS,
    REASONS,
    STATUSES,
    NamedField,
    Reason,
    ReturnInfo,
    parse_return_info,
    reason_meaning,
    status_meaning,
)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("[Code:2600;Desc:放行]", (Reason("2600", "放行"),)),
        (
            "[Code:1800;Desc:逻辑校验通过][Code:2600;Desc:放行]",
            (Reason("1800", "逻辑校验通过"), Reason("2600", "放行")),
        ),
        ("[ Code：1327 ；Desc：不一致 ]", (Reason("1327", "不一致"),)),
        (
            "[Code:1313;Desc:totalPrice：26,114.44 > limitPrice: 26,000]",
            (Reason("1313", "totalPrice：26,114.44 > limitPrice: 26,000"),),
        ),
        ("[Code:-621018;Desc:", (Reason("-621018", ""),)),
        ("清单新增申报成功[FA4E0621][电商企业编码：9999960002订单编号：FAKE]", ()),
        ("", ()),
        ("[Code:;Desc:x]", ()),
    ],
)
def test_reasons_are_found_in_any_writing(text: str, reasons: tuple[Reason, ...]) -> None:
    info = parse_return_info(text)
    assert (info.text, info.reasons) == (text, reasons)


def test_fields_that_customs_points_at() -> None:
    info = parse_return_info("[Code:1332;Desc:金额不一致],[OrderHead.acturalPaid:350.00,PaymentHead.amountPaid:349.00]")
    assert info.fields == (
        NamedField("OrderHead.acturalPaid", "350.00"),
        NamedField("PaymentHead.amountPaid", "349.00"),
    )
    assert parse_return_info("[Code:1332;Desc:x],[Field:OrderHead.acturalPaid]").fields == (
        NamedField("OrderHead.acturalPaid", ""),
    )


def test_a_field_inside_a_reason_is_its_text() -> None:
    info = parse_return_info("[Code:1327;Desc:OrderHead.buyerName 不一致]")
    assert info == ReturnInfo(info.text, (Reason("1327", "OrderHead.buyerName 不一致"),), ())


@given(st.text(alphabet="[]Code:;Desc：；,.OrderHead1-0 \n放", max_size=1000))
def test_no_text_is_too_strange(text: str) -> None:
    assert parse_return_info(text).text == text


def test_the_longest_text_of_openings_is_read_at_once() -> None:
    assert parse_return_info("[Code:" * 1000).reasons == ()
    assert len(parse_return_info("[Code:1;Desc:" * 400).reasons) == 400


def test_release_and_storing_are_told_apart() -> None:
    released, stored = status_meaning("800"), status_meaning("120")
    assert released is not None
    assert stored is not None
    assert released.zh == "放行"
    assert "not released" in stored.en


def test_399_is_a_yes_only_for_an_application() -> None:
    review = status_meaning("399", "CEB622")
    assert review is not None
    assert "not released" in review.en
    assert status_meaning("399", "CEB624") is APPROVED
    assert status_meaning("399", "CEB626") is APPROVED


def test_an_error_code_that_is_not_listed_has_the_meaning_of_its_range() -> None:
    listed, of_range = status_meaning("-621018"), status_meaning("-621099")
    assert listed is ERRORS["-621018"]
    assert of_range is not None
    assert "list" in of_range.en
    assert status_meaning("-999") is ERROR


@pytest.mark.parametrize("status", ["400", "600", "1399", "８００", "+800", " 800", "800 ", "-", "-１", ""])
def test_a_status_nobody_explained_has_no_meaning(status: str) -> None:
    assert status_meaning(status) is None


def test_reason_codes_are_those_of_customs_and_of_the_port() -> None:
    assert reason_meaning("1327") is REASONS["1327"]
    assert reason_meaning("-621004") is ERRORS["-621004"]
    assert reason_meaning("4711") is None


@pytest.mark.parametrize("table", [STATUSES, ERRORS, REASONS])
def test_every_code_is_said_in_both_languages(table: dict[str, object]) -> None:
    for code, meaning in table.items():
        assert meaning.en.isascii(), code  # type: ignore[attr-defined]
        assert any("一" <= letter <= "鿿" for letter in meaning.zh), code  # type: ignore[attr-defined]
