from decimal import Decimal

from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.comparing import LIST, ORDER, OUTSIDE, Said, finding, unequal
from wms.customs.regimes.china.papers import Rule


def test_numbers_are_compared_as_numbers_and_texts_as_texts() -> None:
    assert list(unequal(Rule.AMOUNT_PAID, Said(LIST, "qty", Decimal("2.00")), Said(ORDER, "qty", 2))) == []
    assert len(list(unequal(Rule.AMOUNT_PAID, Said(LIST, "qty", "2.00"), Said(ORDER, "qty", "2")))) == 1


def test_a_value_is_shown_plainly() -> None:
    assert [Said(LIST, "qty", value).text for value in (None, "", "x", 7, Decimal("1E+3"), Decimal("0.10"))] == [
        "", "", "x", "7", "1000", "0.10",
    ]  # fmt: skip


def test_whoever_wrote_the_value_answers_unless_somebody_is_named() -> None:
    said = Said(LIST, "gcode", "1")
    assert finding(Rule.POSITIVE_LIST, said) == Finding("W5", Cause.WAREHOUSE, "InventoryHead.gcode", "1")
    assert finding(Rule.POSITIVE_LIST, said, Said(OUTSIDE, "x", 2), cause=Cause.PLATFORM, line_no=3) == Finding(
        "W5", Cause.PLATFORM, "InventoryHead.gcode", "1", "Known.x", "2", line_no=3
    )
