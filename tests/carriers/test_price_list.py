"""Zones and prices from files: read back as they were, all faults at once, nothing changed by a bad one."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.orders.scene import NOW
from wms.access.model import command_line
from wms.carriers.files import read_prices, read_zones
from wms.carriers.price_list import prices_of, set_prices, set_zones, zones_of
from wms.carriers.tariff import Price, Zone
from wms.kernel.errors import BadInput, Fault
from wms.kernel.money import Money

ZONES = """account,zone,country,districts
OWN,NEAR,CN,33 3101
OWN,REST,CN,
"""
PRICES = """account,merchant,service,zone,country,up_to_grams,price,currency,step_grams,step_price
SF,,2,,CN,1000,12.50,CNY,,
OWN,ACME,,NEAR,,5000,9,CNY,1000,1.50
"""
CNY = Money(1, "CNY")


def lines(text: str) -> list[bytes]:
    return [f"{line}\n".encode() for line in text.splitlines()]


def load(sending: Sending, zones: Sequence[Zone], prices: Sequence[Price]) -> None:
    by = command_line(sending.warehouse_id)

    def work(session: Session) -> None:
        set_zones(session, by, zones, now=NOW)
        set_prices(session, by, prices, now=NOW)

    sending.database.in_transaction(work)


def faults_of(sending: Sending, zones: Sequence[Zone] | None, prices: Sequence[Price] | None) -> list[Fault]:
    by = command_line(sending.warehouse_id)

    def work(session: Session) -> None:
        if zones is not None:
            set_zones(session, by, zones, now=NOW)
        if prices is not None:
            set_prices(session, by, prices, now=NOW)

    with pytest.raises(BadInput) as bad:
        sending.database.in_transaction(work)
    return list(bad.value.faults)


def test_zones_and_prices_from_files(sending: Sending) -> None:
    sending.rules()
    load(sending, read_zones(lines(ZONES)), read_prices(lines(PRICES)))
    assert sending.database.reading(lambda session: zones_of(session, sending.warehouse_id)) == [
        Zone("OWN", "NEAR", "CN", ("33", "3101")),
        Zone("OWN", "REST", "CN", ()),
    ]
    assert sending.database.reading(lambda session: prices_of(session, sending.warehouse_id)) == [
        Price("OWN", "NEAR", 5000, Money(900, "CNY"), "ACME", "", 1000, Money(150, "CNY")),
        Price("SF", "CN", 1000, Money(1250, "CNY"), service="2"),
    ]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("SF,,CN,,1,CNY,,", "up_to_grams is missing"),
        ("SF,NEAR,CN,1,1,CNY,,", "a zone or a country"),
        ("SF,,,1,1,CNY,,", "a zone or a country"),
        ("SF,,CN,1,1.234,CNY,,", "more than 2 decimals"),
        ("SF,,CN,1,1,CNY,x,1", "step_grams is a whole number"),
        ("SF,,CN,1,1,XXX,,", "currency 'XXX' is not known"),
    ],
)
def test_a_bad_line_is_named(row: str, wrong: str) -> None:
    with pytest.raises(BadInput) as bad:
        read_prices(lines(f"account,zone,country,up_to_grams,price,currency,step_grams,step_price\n{row}\n"))
    (fault,) = bad.value.faults
    assert (fault.where, wrong in fault.what) == ("line 2", True), fault


def test_prices_that_make_no_sense_change_nothing(sending: Sending) -> None:
    sending.rules()
    price = Price("SF", "CN", 1000, CNY)
    nonsense = [
        price,
        price,
        Price("NOBODY", "CN", 1, CNY),
        Price("SF", "CN", 0, CNY),
        Price("SF", "NEAR", 1, CNY),
        Price("SF", "DE", 1, CNY, step_grams=5),
        Price("SF", "FR", 1, CNY, step_grams=5, step_price=Money(1, "EUR")),
        Price("SF", "IT", 1, CNY, merchant="x" * 31),
    ]
    assert [fault.where for fault in faults_of(sending, None, nonsense)] == [f"line {line}" for line in range(2, 9)]
    assert sending.database.reading(lambda session: prices_of(session, sending.warehouse_id)) == []


def test_zones_that_make_no_sense_change_nothing(sending: Sending) -> None:
    sending.rules()
    load(sending, [Zone("SF", "NEAR", "CN", ("33",))], [Price("SF", "NEAR", 1, CNY)])
    nonsense = [
        Zone("SF", "FAR", "CN", ()),
        Zone("SF", "FAR", "CN", ()),
        Zone("NOBODY", "FAR", "CN", ()),
        Zone("SF", "CN", "CN", ()),
        Zone("SF", "B", "China", ()),
        Zone("SF", "C", "CN", ("Zhejiang",)),
        Zone("SF", "D", "CN", tuple("330100" for _ in range(80))),
    ]
    faults = faults_of(sending, nonsense, None)
    assert [fault.where for fault in faults] == [*(f"line {line}" for line in range(2, 8)), "zones"]
    assert "SF has prices for NEAR" in faults[-1].what
    assert len(sending.database.reading(lambda session: zones_of(session, sending.warehouse_id))) == 1
