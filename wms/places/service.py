"""Use cases that make warehouses, zones and places. Called by set-up, by imports and by the demo.

Codes are unique per warehouse and a place's kind never changes once it exists: rules remember kinds (see `lookup`).
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import String, func, insert, select
from sqlalchemy.orm import Session

from wms.kernel.errors import BadInput, Fault
from wms.places.layout import ShelfLayout
from wms.places.model import VIRTUAL_KINDS, NewPlace, NewWarehouse
from wms.places.regimes import CustomsRegime
from wms.places.tables import PlaceRow, Warehouse, ZoneRow

CODE_FORM = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,28}[A-Z0-9])?")
"""No space and no dot: those separate a typed code from its check digits."""

CHECK_DIGITS_FORM = re.compile(r"[0-9]{2}")

CUSTOMS_REGIMES = tuple(regime.value for regime in CustomsRegime)

_ALIKE_WITHIN = 10
"""Neighbouring places never share check digits, so that the digits of the next bay do not pass for this one's."""


def create_warehouse(session: Session, details: NewWarehouse) -> int:
    """Add a warehouse with one virtual place of every kind and return its id. Raises BadInput with every fault."""
    faults = list(_warehouse_faults(details))
    taken = select(Warehouse.id).where(Warehouse.code == details.code)
    if session.execute(taken).first() is not None:
        faults.append(Fault("code", f"{details.code!r} is taken by another warehouse"))
    if faults:
        raise BadInput(faults)
    warehouse_id = session.execute(insert(Warehouse).values(**asdict(details)).returning(Warehouse.id)).scalar_one()
    create_places(session, warehouse_id, [NewPlace(kind.upper(), kind) for kind in sorted(VIRTUAL_KINDS)])
    return warehouse_id


def create_zone(session: Session, warehouse_id: int, code: str, name: str) -> int:
    """Add a zone and return its id. Raises BadInput where the code is malformed or taken."""
    if not CODE_FORM.fullmatch(code) or len(code) > 20:
        raise BadInput([Fault("code", f"{code!r} is not a zone code such as A or COLD-1")])
    if session.execute(select(ZoneRow.id).where(ZoneRow.warehouse_id == warehouse_id, ZoneRow.code == code)).first():
        raise BadInput([Fault("code", f"{code!r} is taken by another zone")])
    zone_id = _next_id(session, warehouse_id, ZoneRow)
    session.execute(insert(ZoneRow).values(warehouse_id=warehouse_id, id=zone_id, code=code, name=name))
    return zone_id


def create_places(session: Session, warehouse_id: int, places: Iterable[NewPlace]) -> list[int]:
    """Add all `places` or none; returns their ids in order. Raises BadInput with every fault.

    Zones that do not exist yet are made under their code.
    """
    wanted = list(places)
    known = session.execute(select(PlaceRow.code).where(PlaceRow.warehouse_id == warehouse_id)).scalars()
    faults = list(_place_faults(wanted, set(known)))
    if faults:
        raise BadInput(faults)
    zone_ids = zone_ids_by_code(session, warehouse_id, wanted)
    first_id = _next_id(session, warehouse_id, PlaceRow)
    digits = drawn_check_digits(len(wanted))
    rows: list[dict[str, Any]] = [
        {
            "warehouse_id": warehouse_id,
            "id": first_id + number,
            "code": place.code,
            "kind": place.kind,
            "zone_id": zone_ids.get(place.zone),
            "x_mm": place.x_mm,
            "y_mm": place.y_mm,
            "level": place.level,
            "walk_order": place.walk_order,
            "check_digits": place.check_digits or digits[number],
            "merchant_id": place.merchant_id,
        }
        for number, place in enumerate(wanted)
    ]
    if rows:
        session.execute(insert(PlaceRow), rows)
    return [row["id"] for row in rows]


def create_place(session: Session, warehouse_id: int, place: NewPlace) -> int:
    """Add one place; see `create_places`."""
    return create_places(session, warehouse_id, [place])[0]


def create_shelves(session: Session, warehouse_id: int, layout: ShelfLayout) -> list[int]:
    """Add all places of a layout and its zone; returns their ids in walking order."""
    return create_places(session, warehouse_id, layout.places())


def zone_ids_by_code(session: Session, warehouse_id: int, places: Sequence[NewPlace]) -> dict[str, int]:
    """Ids of all zones by code; those that `places` name and that do not exist yet are made."""
    rows = session.execute(select(ZoneRow.code, ZoneRow.id).where(ZoneRow.warehouse_id == warehouse_id))
    known = {row.code: row.id for row in rows}
    for place in places:
        if place.zone and place.zone not in known:
            known[place.zone] = create_zone(session, warehouse_id, place.zone, place.zone)
    return known


def drawn_check_digits(count: int) -> list[str]:
    """Check digits for places in a row: random, because what follows from the code is soon known by heart."""
    drawn: list[str] = []
    for _ in range(count):
        near = drawn[-_ALIKE_WITHIN:]
        digits = f"{secrets.randbelow(100):02d}"
        while digits in near:
            digits = f"{secrets.randbelow(100):02d}"
        drawn.append(digits)
    return drawn


def _next_id(session: Session, warehouse_id: int, table: type[PlaceRow] | type[ZoneRow]) -> int:
    # Two set-ups at once draw the same number; the second then fails on the key and `in_transaction` tries it again.
    last = session.execute(select(func.max(table.id)).where(table.warehouse_id == warehouse_id)).scalar()
    return (last or 0) + 1


def _warehouse_faults(details: NewWarehouse) -> Iterable[Fault]:
    if not CODE_FORM.fullmatch(details.code) or len(details.code) > 20:
        yield Fault("code", f"{details.code!r} is not a warehouse code such as SH1")
    if not details.name.strip():
        yield Fault("name", "is missing")
    if not _is_time_zone(details.timezone):
        yield Fault("timezone", f"{details.timezone!r} is not a time zone such as Asia/Shanghai")
    if details.customs_regime not in CUSTOMS_REGIMES:
        yield Fault("customs_regime", f"must be one of {', '.join(CUSTOMS_REGIMES)}, not {details.customs_regime!r}")
    for name, value in asdict(details).items():
        length = cast(String, Warehouse.__table__.c[name].type).length
        if length is not None and len(value) > length:
            yield Fault(name, f"is longer than {length} characters")


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the zone database, a path that leaves it, and the empty name raise different errors.
        return False
    return True


def _place_faults(places: Sequence[NewPlace], taken: set[str]) -> Iterable[Fault]:
    for number, place in enumerate(places):
        where = f"places[{number}]"
        if not CODE_FORM.fullmatch(place.code):
            yield Fault(where, f"{place.code!r} is not a place code: capitals, digits and hyphens, at most 30")
        elif place.code in taken:
            yield Fault(where, f"{place.code!r} is taken")
        if place.zone and not CODE_FORM.fullmatch(place.zone):
            yield Fault(where, f"{place.zone!r} is not a zone code")
        if place.check_digits and not CHECK_DIGITS_FORM.fullmatch(place.check_digits):
            yield Fault(where, f"check digits are two digits, not {place.check_digits!r}")
        taken.add(place.code)
