"""GS1 codes in every form they reach us, and the reasons they are refused for."""

from datetime import date

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.barcodes.cleaning import clean
from wms.barcodes.gs1 import date_from_six_digits, parse_gs1
from wms.barcodes.model import Cleaned, Gs1Parts
from wms.kernel.identity import gs1_check_digit
from wms.kernel.refusal import Refusal

TODAY = date(2026, 7, 1)
GTIN = "09521234567882"
SSCC = "095212340000000013"
WHOLE = Gs1Parts(gtin=GTIN, lot="L2607", expires_on=date(2027, 2, 27), serial="S1")


def read(raw: str, symbology: str | None = None) -> Gs1Parts | Refusal | None:
    result = clean(raw, symbology, "wedge", TODAY)
    return result.gs1 if isinstance(result, Cleaned) else result


@pytest.mark.parametrize(
    "raw",
    [
        f"]C101{GTIN}1727022710L2607\x1d21S1",
        f"]d201{GTIN}1727022710L2607\x1d21S1",
        f"]Q301{GTIN}1727022710L2607\x1d21S1\r\n",
        f"]C1\x1d01{GTIN}1727022710L2607\x1d21S1\x1d",
        f"\x1d01{GTIN}1727022710L2607\x1d21S1",
        f"01{GTIN}1727022710L2607\x1d21S1",
        f"01{GTIN}1727022710L2607|21S1",
        f"|01{GTIN}1727022710l2607|21s1",
        f"(01){GTIN}(17)270227(10)L2607(21)S1",
        f"（01）{GTIN}（17）270227（10）L2607（21）S1",
        f"(01) {GTIN} (17) 270227 (10) L2607 (21) S1",
        f"https://id.gs1.org/01/{GTIN}/10/L2607/21/S1?17=270227",
        f"HTTPS://shop.example/products/01/{GTIN}/10/L2607/21/S1?17=270227&utm=x",
        f"https://id.gs1.org/01/{GTIN[1:]}/10/L2607/21/S1?17=270227",
    ],
)
def test_every_form_gives_the_same_parts(raw: str) -> None:
    assert read(raw) == WHOLE


def test_the_symbology_may_come_beside_the_code() -> None:
    assert read(f"01{GTIN}10L1\x1d37240", "]C1") == Gs1Parts(gtin=GTIN, lot="L1", count=240)


@pytest.mark.parametrize("raw", [f"00{SSCC}", f"]C100{SSCC}", f"(00){SSCC}", f"https://id.gs1.org/00/{SSCC}"])
def test_an_sscc_is_read(raw: str) -> None:
    assert read(raw) == Gs1Parts(sscc=SSCC)


def test_contents_of_a_logistic_unit_are_read() -> None:
    assert read(f"]C102{GTIN}37240\x1d10L1") == Gs1Parts(gtin=GTIN, count=240, lot="L1")


def test_best_before_stands_in_for_expiry_and_expiry_wins() -> None:
    assert read(f"]C101{GTIN}15270131") == Gs1Parts(gtin=GTIN, expires_on=date(2027, 1, 31))
    assert read(f"]C101{GTIN}1527013117270228") == Gs1Parts(gtin=GTIN, expires_on=date(2027, 2, 28))


def test_other_elements_are_read_over() -> None:
    assert read(f"]C101{GTIN}3103001250112601012409876\x1d10L1") == Gs1Parts(gtin=GTIN, lot="L1")


@pytest.mark.parametrize("form", ["]C101{}10L1", "(01){}", "https://id.gs1.org/01/{}", "]C102{}3710"])
def test_a_wrong_check_digit_of_a_gtin_is_refused(form: str) -> None:
    refusal = read(form.format("09521234567883"))
    assert refusal == Refusal("bad_check_digit", {"code": "09521234567883"})


@pytest.mark.parametrize("number", ["095212340000000012", "0" * 18])
def test_a_wrong_sscc_is_refused(number: str) -> None:
    assert read(f"]C100{number}") == Refusal("bad_check_digit", {"code": number})


def test_a_gtin_of_zeros_is_refused() -> None:
    assert read("]C101" + "0" * 14) == Refusal("bad_check_digit", {"code": "0" * 14})


@pytest.mark.parametrize("day", ["270230", "271301", "270001", "270432", "000000"])
def test_an_impossible_date_is_refused_with_the_date_and_not_as_unknown(day: str) -> None:
    for form in ("]C101{}17{}10L1", "(01){}(17){}", "https://id.gs1.org/01/{}?17={}"):
        assert read(form.format(GTIN, day)) == Refusal("bad_date", {"date": day})


def test_an_impossible_production_date_spoils_the_code_as_well() -> None:
    assert read(f"]C101{GTIN}1126023017270228") == Refusal("bad_date", {"date": "260230"})


@pytest.mark.parametrize(
    ("day", "meant"),
    [("270200", date(2027, 2, 28)), ("280200", date(2028, 2, 29)), ("261200", date(2026, 12, 31))],
)
def test_day_00_is_the_last_of_its_month(day: str, meant: date) -> None:
    assert read(f"]C101{GTIN}17{day}") == Gs1Parts(gtin=GTIN, expires_on=meant)


@pytest.mark.parametrize(
    ("digits", "today", "year"),
    [
        ("760101", date(2026, 1, 1), 2076),
        ("770101", date(2026, 1, 1), 1977),
        ("990101", date(2026, 1, 1), 1999),
        ("000101", date(2026, 1, 1), 2000),
        ("010101", date(2051, 1, 1), 2101),
        ("020101", date(2051, 1, 1), 2002),
    ],
)
def test_the_century_follows_the_50_year_window(digits: str, today: date, year: int) -> None:
    assert date_from_six_digits(digits, today) == date(year, 1, 1)


@pytest.mark.parametrize("count", ["0", "10000001"])
def test_a_count_that_is_no_quantity_is_refused(count: str) -> None:
    refusal = read(f"]C102{GTIN}37{count}")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad_quantity"


@pytest.mark.parametrize("raw", ["(9999)1", f"]C101{GTIN}10", f"]C101{GTIN}XYZ", "HELLO\x1d10L1", "(01)12"])
def test_what_promises_gs1_and_is_none_is_refused(raw: str) -> None:
    refusal = read(raw)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details["problem"]) == ("bad_code", "gs1")


@pytest.mark.parametrize("raw", ["]C1HELLO", "]C1JJD0099999", "]Q3WAYBILL 1"])
def test_a_carrier_number_in_a_gs1_symbol_is_an_ordinary_code(raw: str) -> None:
    assert read(raw) is None


def test_two_labels_read_as_one_are_refused() -> None:
    refusal = read(f"]C101{GTIN}0109521234000006")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details["problem"]) == ("bad_code", "gs1_twice")


@pytest.mark.parametrize(
    "raw", ["https://example.com/", "https://example.com/orders/77", "(hello)", "A|B", "0012345678901234567", "95123"]
)
def test_what_does_not_promise_gs1_is_an_ordinary_code(raw: str) -> None:
    assert read(raw) is None


def test_a_carrier_number_that_merely_looks_like_gs1_is_an_ordinary_code() -> None:
    assert read("00095212340000000012") is None
    assert read("0109521234567883") is None


VARIABLE = st.text("ABCXYZ0123456789-/.+", min_size=1, max_size=20)


@settings(deadline=None)
@given(
    number=st.integers(1, 10**12),
    lot=VARIABLE,
    serial=VARIABLE,
    expires_on=st.dates(date(1990, 1, 1), date(2070, 12, 31)),
    count=st.integers(1, 9_999_999),
    stand_in=st.sampled_from(["\x1d", "|"]),
)
def test_what_biip_builds_is_read_back(
    number: int, lot: str, serial: str, expires_on: date, count: int, stand_in: str
) -> None:
    body = f"{number:013d}"
    gtin = body + gs1_check_digit(body)
    hri = f"(02){gtin}(17){expires_on:%y%m%d}(10){lot}(37){count}(21){serial}"
    message = GS1Message.parse_hri(hri)
    meant = Gs1Parts(gtin=gtin, count=count, lot=lot, expires_on=expires_on, serial=serial)
    assert parse_gs1(message.value.replace("\x1d", stand_in), TODAY) == meant
    assert parse_gs1(message.as_hri(), TODAY) == meant


@settings(deadline=None)
@given(st.text("0123456789ABC()|\x1d/:htps.", max_size=80))
def test_no_text_breaks_the_parser(body: str) -> None:
    assert isinstance(parse_gs1(body, TODAY), Gs1Parts | Refusal)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_behind_a_gs1_symbol_breaks_the_parser(body: str) -> None:
    clean("]C1" + body, None, "wedge", TODAY)
    clean("https://id.gs1.org/01/" + body, None, "wedge", TODAY)
