from datetime import date

import pytest

from tests.customs.regimes.china.sample_order import BUYER, SLIP
from wms.customs.model import DocumentKind
from wms.customs.regimes.china.papers import Known, Papers, PositiveList, UsedKey

EDITION = PositiveList(date(2022, 3, 1), date(2026, 12, 31), frozenset({"19053100", "2106909090"}))


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2022, 2, 28), False),
        (date(2022, 3, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_an_edition_holds_from_its_first_to_its_last_day(day: date, holds: bool) -> None:
    assert EDITION.holds_on(day) is holds


@pytest.mark.parametrize(
    ("code", "covered"),
    [
        ("1905310000", True),
        ("1905310099", True),
        ("2106909090", True),
        ("2106909001", False),
        ("1905320000", False),
        ("", False),
    ],
)
def test_eight_digits_cover_every_ten_that_begin_with_them(code: str, covered: bool) -> None:
    assert EDITION.covers(code) is covered


def test_what_is_known_of_people_does_not_stand_in_a_log_line() -> None:
    known = Known(on=date(2026, 11, 5), payee_account="6222-1")
    used = UsedKey(DocumentKind.PAYMENT, "C", "N", "ORD", BUYER.id_number)
    assert "6222-1" not in repr(known)
    assert BUYER.id_number not in repr(used)
    assert BUYER.id_number not in repr(Papers(slip=SLIP))
