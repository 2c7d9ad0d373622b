"""Use cases of the price list and of its zones: read them, and replace them with a record of who did.

Called by commands, by `choosing`, by jobs and pages. Every change is checked as a whole; faults are listed and nothing
is changed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.accounts import accounts, make_own_account
from wms.carriers.tables import CarrierPriceRow, CarrierZoneRow
from wms.carriers.tariff import Price, Tariff, Zone, is_country
from wms.kernel.errors import BadInput, Fault
from wms.kernel.money import Money

_LONGEST_NAME = 20


def tariff_of(session: Session, warehouse_id: int) -> Tariff:
    """The whole price list."""
    return Tariff(prices_of(session, warehouse_id), zones_of(session, warehouse_id))


def prices_of(session: Session, warehouse_id: int) -> list[Price]:
    """The prices, in the order of carriers, contracts and weights."""
    rows = session.scalars(
        select(CarrierPriceRow)
        .where(CarrierPriceRow.warehouse_id == warehouse_id)
        .order_by(
            CarrierPriceRow.account_code,
            CarrierPriceRow.merchant,
            CarrierPriceRow.service,
            CarrierPriceRow.zone,
            CarrierPriceRow.up_to_grams,
        )
    )
    return [
        Price(
            row.account_code,
            row.zone,
            row.up_to_grams,
            Money(row.price_minor, row.currency),
            row.merchant,
            row.service,
            row.step_grams,
            Money(row.step_minor, row.currency) if row.step_grams else None,
        )
        for row in rows
    ]


def zones_of(session: Session, warehouse_id: int) -> list[Zone]:
    """The zones, carrier by carrier."""
    rows = session.scalars(
        select(CarrierZoneRow)
        .where(CarrierZoneRow.warehouse_id == warehouse_id)
        .order_by(CarrierZoneRow.account_code, CarrierZoneRow.zone)
    )
    return [Zone(row.account_code, row.zone, row.country, tuple(row.districts.split())) for row in rows]


def set_prices(session: Session, by: Caller, prices: Sequence[Price], *, now: datetime) -> None:
    """Replace the price list. Raises BadInput naming each line's faults."""
    known = _known(session, by)
    zones = {(zone.account, zone.name) for zone in zones_of(session, by.warehouse_id)}
    seen: set[tuple[str, str, str, str, int]] = set()
    faults: list[Fault] = []
    for number, price in enumerate(prices, start=1):
        faults += [Fault(f"line {number}", what) for what in _faults_of_price(price, known, zones)]
        step = (price.account, price.merchant, price.service, price.zone, price.up_to_grams)
        if step in seen:
            faults.append(
                Fault(f"line {number}", "the same account, contract, service, zone and weight stand further up")
            )
        seen.add(step)
    if faults:
        raise BadInput(faults)
    session.execute(delete(CarrierPriceRow).where(CarrierPriceRow.warehouse_id == by.warehouse_id))
    if prices:
        session.execute(insert(CarrierPriceRow), [_price_values(by, price) for price in prices])
    record(session, by, "carrier_prices_set", f"{len(prices)} prices", now=now)


def set_zones(session: Session, by: Caller, zones: Sequence[Zone], *, now: datetime) -> None:
    """Replace the zones. Raises BadInput naming each line's faults, and where a price would lose its zone."""
    known = _known(session, by)
    seen: set[tuple[str, str]] = set()
    faults: list[Fault] = []
    for number, zone in enumerate(zones, start=1):
        faults += [Fault(f"line {number}", what) for what in _faults_of_zone(zone, known)]
        if (zone.account, zone.name) in seen:
            faults.append(Fault(f"line {number}", "the same account and zone stand further up; write one line"))
        seen.add((zone.account, zone.name))
    for account, name in sorted({(price.account, price.zone) for price in prices_of(session, by.warehouse_id)} - seen):
        if not is_country(name):
            faults.append(Fault("zones", f"{account} has prices for {name}, which is missing; change the prices first"))
    if faults:
        raise BadInput(faults)
    session.execute(delete(CarrierZoneRow).where(CarrierZoneRow.warehouse_id == by.warehouse_id))
    if zones:
        rows = [
            {
                "warehouse_id": by.warehouse_id,
                "account_code": zone.account,
                "zone": zone.name,
                "country": zone.country,
                "districts": " ".join(zone.districts),
            }
            for zone in zones
        ]
        session.execute(insert(CarrierZoneRow), rows)
    record(session, by, "carrier_zones_set", f"{len(zones)} zones", now=now)


def _known(session: Session, by: Caller) -> set[str]:
    make_own_account(session, by.warehouse_id)
    return {account.code for account in accounts(session, by.warehouse_id)}


def _price_values(by: Caller, price: Price) -> dict[str, object]:
    return {
        "warehouse_id": by.warehouse_id,
        "account_code": price.account,
        "merchant": price.merchant,
        "service": price.service,
        "zone": price.zone,
        "up_to_grams": price.up_to_grams,
        "price_minor": price.price.minor,
        "currency": price.price.currency,
        "step_grams": price.step_grams,
        "step_minor": price.step_price.minor if price.step_price else 0,
    }


def _faults_of_price(price: Price, known: set[str], zones: set[tuple[str, str]]) -> Iterator[str]:
    if price.account not in known:
        yield f"{price.account!r} is no account; known: {', '.join(sorted(known))}"
    elif (price.account, price.zone) not in zones and not price.is_of_country:
        yield f"{price.zone!r} is neither a zone of {price.account} nor a country such as CN; import the zones first"
    if price.up_to_grams < 1 or price.price.minor < 0 or price.step_grams < 0:
        yield "a weight is above 0 and a price not below"
    if bool(price.step_grams) != (price.step_price is not None):
        yield "step_grams and step_price go together"
    elif price.step_price is not None and (
        price.step_price.minor < 0 or price.step_price.currency != price.price.currency
    ):
        yield "step_price is not below 0 and in the currency of the price"
    if len(price.merchant) > 30 or len(price.service) > 30:
        yield "merchant and service have at most 30 characters"


def _faults_of_zone(zone: Zone, known: set[str]) -> Iterator[str]:
    if zone.account not in known:
        yield f"{zone.account!r} is no account; known: {', '.join(sorted(known))}"
    if not 0 < len(zone.name) <= _LONGEST_NAME or is_country(zone.name):
        yield f"{zone.name!r} is no name of a zone: at most {_LONGEST_NAME} characters, and not two capitals"
    if not is_country(zone.country):
        yield f"{zone.country!r} is no country such as CN"
    if any(not (part.isascii() and part.isdigit() and len(part) <= 6) for part in zone.districts):
        yield "districts are beginnings of six-digit codes, such as 33 or 3301"
    if len(" ".join(zone.districts)) > 400:
        yield "too many districts for one zone; name provinces by two digits"
