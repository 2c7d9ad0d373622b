"""The doctor: what a code shows, what it was tried as, and why it was none of it."""

from datetime import date

import pytest

from tests.barcodes.conftest import NOW, Floor, OrderReader
from wms.access.model import Caller, Role
from wms.barcodes.doctor import examine, symbology_of, verdict_of, visible
from wms.barcodes.examination import Examination, Noticed, Tried, Why
from wms.barcodes.model import CodeKind
from wms.barcodes.resolver import Resolver
from wms.barcodes.teaching import Lesson, patterns_in_force, teach
from wms.catalogue.barcode import ItemReader
from wms.containers.barcode import ContainerReader
from wms.kernel.clock import FixedClock
from wms.places.barcode import PlaceReader
from wms.shipments.barcode import ParcelReader

GS = "\x1d"
ITEM, PLACE, LOT = CodeKind.ITEM, CodeKind.PLACE, CodeKind.LOT


def look(floor: Floor, raw: str, *expects: CodeKind, source: str = "wedge", symbology: str = "") -> Examination:
    readers = [PlaceReader(), ContainerReader(), ItemReader(), OrderReader(), ParcelReader()]
    resolver = Resolver(readers, FixedClock(NOW), patterns_in_force)
    return floor.database.reading(
        lambda session: examine(
            resolver, session, floor.warehouse_id,
            raw=raw, symbology=symbology or None, source=source, expects=expects, today=NOW.date(),
        )
    )  # fmt: skip


def tried(found: Examination, kind: CodeKind) -> Tried:
    return next(each for each in found.tried if each.kind is kind)


def signs(found: Examination) -> list[Noticed]:
    return [sign.what for sign in found.signs]


def test_every_kind_says_why_it_is_none(floor: Floor) -> None:
    found = look(floor, "WHATEVER-9", ITEM)
    whys = {each.kind: each.why for each in found.tried}
    assert whys == {
        CodeKind.COMMAND: Why.NO_COMMAND,
        PLACE: Why.PREFIX,
        CodeKind.CONTAINER: Why.PREFIX,
        CodeKind.PARCEL: Why.NO_PARCEL,
        ITEM: Why.NO_BARCODE,
        CodeKind.ORDER: Why.NO_SUCH,
        LOT: Why.ANY_TEXT,
        CodeKind.EXPIRY: Why.NO_DATE,
        CodeKind.WEIGHT: Why.NO_WEIGHT,
    }
    assert tried(found, PLACE).details == {"prefixes": "LOC-"}
    assert [each.kind for each in found.tried if each.was_asked_for] == [ITEM]
    verdict = verdict_of(found.verdict)
    assert verdict is not None
    assert verdict.code == "unknown_code"


def test_one_of_our_own_labels_that_nobody_knows(floor: Floor) -> None:
    found = look(floor, "LOC-Z-99", ITEM)
    assert (tried(found, PLACE).why, tried(found, PLACE).details) == (Why.NO_SUCH, {"code": "LOC-Z-99"})


def test_what_it_is_is_named(floor: Floor) -> None:
    assert tried(look(floor, "LOC-A-01-02", ITEM), PLACE).details == {"name": "A-01-02"}
    several = tried(look(floor, "9521234111115", ITEM), ITEM)
    assert (several.why, several.details["count"]) == (Why.SEVERAL, 2)
    assert tried(look(floor, "*UNDO*"), CodeKind.COMMAND).why is Why.IS
    assert tried(look(floor, "*HOKUS POKUS*"), CodeKind.COMMAND).refusal is not None
    assert tried(look(floor, "20280131"), CodeKind.EXPIRY).details == {"name": "2028-01-31"}
    assert tried(look(floor, "250 g"), CodeKind.WEIGHT).details == {"name": "250"}
    assert verdict_of(look(floor, "9521234567882", ITEM).verdict) is None
    ambiguous = verdict_of(look(floor, "9521234111115", ITEM).verdict)
    assert ambiguous is not None
    assert ambiguous.code == "ambiguous_code"


def test_a_kind_that_refuses_says_why_itself(floor: Floor) -> None:
    typed = look(floor, "A-01-02", PLACE, source="manual")
    refusal = tried(typed, PLACE).refusal
    assert refusal is not None
    assert refusal.code == "check_digits_needed"
    impossible = tried(look(floor, "20281340"), CodeKind.EXPIRY).refusal
    assert impossible is not None
    assert impossible.code == "bad_date"
    too_long = tried(look(floor, "X" * 60), LOT).refusal
    assert too_long is not None
    assert too_long.code == "bad_lot"


def test_a_wrong_check_digit_and_the_right_one(floor: Floor) -> None:
    wrong = look(floor, "9521234567883", ITEM)
    assert (wrong.check, wrong.wanted_digit) == ("wrong", "2")
    assert tried(wrong, ITEM).details == {"got": "3", "want": "2"}
    right = look(floor, "9521234567882", PLACE)
    assert right.check == "right"
    assert look(floor, "952-1234").check == ""


def test_gs1_parts_one_by_one(floor: Floor) -> None:
    found = look(floor, f"]C10109521234567889172801311{0}L77{GS}21S5", ITEM)
    read = {each.identifier: (each.value, each.check) for each in found.elements}
    assert read == {
        "01": ("09521234567889", "wrong"), "17": ("280131", ""), "10": ("L77", ""), "21": ("S5", "")
    }  # fmt: skip
    assert next(each for each in found.elements if each.identifier == "01").wanted == "2"
    assert (found.aim, found.symbology) == ("]C1", "gs1_128")
    assert Noticed.SEPARATORS in signs(found)
    assert found.unreadable == ""


def test_what_is_left_of_a_broken_code_is_shown(floor: Floor) -> None:
    found = look(floor, "]C1010952123456788217289931", ITEM)
    assert [each.identifier for each in found.elements] in (["01"], ["01", "17"])
    if len(found.elements) == 1:
        assert found.unreadable == "17289931"
    else:
        assert not found.elements[1].is_day
    brackets = look(floor, "(01)09521234567882(17)289931", ITEM)
    assert brackets.unreadable == "(01)09521234567882(17)289931"


def test_a_missing_separator_is_noticed(floor: Floor) -> None:
    found = look(floor, "]C1010952123456788210L7717280131", ITEM)
    sign = next(sign for sign in found.signs if sign.what is Noticed.MISSING_SEPARATOR)
    assert sign.details == {"identifier": "10", "value": "L7717280131"}
    assert Noticed.MISSING_SEPARATOR not in signs(look(floor, f"]C1010952123456788210L77{GS}17280131", ITEM))


def test_what_scanner_and_keyboard_added_is_said(floor: Floor) -> None:
    assert signs(look(floor, "abc")) == [Noticed.NO_AIM, Noticed.CAPITALS]
    assert signs(look(floor, "ABC", source="manual")) == [Noticed.TYPED]
    assert signs(look(floor, "]C0ABC", source="camera")) == [Noticed.AIM, Noticed.CAMERA]
    assert signs(look(floor, "ABC", symbology="]C0")) == [Noticed.AIM]
    assert Noticed.CONTROL in signs(look(floor, "\x02ABC\x03"))
    assert Noticed.FULL_WIDTH in signs(look(floor, "\uff21\uff22\uff23"))
    assert Noticed.STAND_INS in signs(look(floor, "]C110L77|17280131"))


def test_a_code_that_cannot_be_cleaned_is_still_explained(floor: Floor) -> None:
    found = look(floor, "\x02\x03", ITEM)
    verdict = verdict_of(found.verdict)
    assert verdict is not None
    assert (verdict.code, verdict.details["problem"]) == ("bad_code", "empty")
    assert found.shown == "\u2402\u2403"
    assert found.tried == ()


def test_what_suppliers_patterns_read(floor: Floor) -> None:
    boss = Caller(floor.warehouse_id, Role.SUPERVISOR, "EMP-1", "Li Wei")
    lesson = Lesson("Lan Tian", "{sku}/{lot}/{qty}/{expiry}", "CUP-250/L77/6/280131")
    floor.database.in_transaction(lambda session: teach(session, boss, lesson, now=NOW))
    known, unknown = look(floor, "CUP-250/L77/6/280131", PLACE), look(floor, "NOBODY/L77/6/280131", PLACE)
    (reading,) = known.readings
    assert (reading.supplier, reading.lot, reading.count, reading.expires_on) == (
        "Lan Tian", "L77", 6, date(2028, 1, 31)
    )  # fmt: skip
    assert reading.names == ("CUP-250 Cup 250 ml",)
    assert [each.names for each in unknown.readings] == [()]


@pytest.mark.parametrize(
    ("aim", "symbology"),
    [("]E0", "ean_13"), ("]E4", "ean_8"), ("]I1", "itf"), ("]e0", "gs1_databar"), ("]d2", "gs1_data_matrix"),
     ("]d1", "data_matrix"), ("]Q3", "gs1_qr"), ("]Q1", "qr"), ("]A0", "code_39"), ("]X0", "other"), ("", "")],
)  # fmt: skip
def test_symbologies_by_their_identifier(aim: str, symbology: str) -> None:
    assert symbology_of(aim) == symbology


def test_invisible_characters_are_made_visible() -> None:
    assert visible(f"A{GS}B\rC") == "A␝B␍C"
