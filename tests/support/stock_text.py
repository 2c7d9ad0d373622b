"""Stock stated and asserted as text, so that a test reads as the floor speaks.

One line is `PLACE SKU UNITS`, with more where it matters: `A-01 RED 10 lot L1`, `STAGE/PAL-1 RED 10` (on pallet PAL-1
at STAGE), `A-01 RED 10 held 4`. Places, SKUs, lots and containers are made when they are first named; a place's kind
follows from its name (see KINDS), everything else is a pick place. Stock comes from the supplier through the ledger,
as in life.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Merchant, Sku
from wms.containers.model import ContainerKind, ContainerUse
from wms.containers.service import create_container
from wms.containers.tables import ContainerRow
from wms.database.transaction import Database
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import place_by_code, place_kinds
from wms.places.model import VIRTUAL_KINDS, NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_place, create_warehouse
from wms.places.tables import PlaceRow, Warehouse
from wms.stock.model import BalanceKey, Reason, RegisterLot, Transfer
from wms.stock.service import Ledger, Posting, find_lot
from wms.stock.tables import BalanceRow, LotRow
from wms.stock.writers import register_lot

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

KINDS = {
    "DOCK": PlaceKind.DOCK,
    "STAGE": PlaceKind.STAGE,
    "RESERVE": PlaceKind.RESERVE,
    "BUFFER": PlaceKind.BUFFER,
    "BENCH": PlaceKind.BENCH,
    "CAGE": PlaceKind.CAGE,
    "LANE": PlaceKind.LANE,
    "PROBLEM": PlaceKind.PROBLEM,
    "SUPPLIER": PlaceKind.SUPPLIER,
    "CUSTOMER": PlaceKind.CUSTOMER,
    "LOST": PlaceKind.LOST,
    "FOUND": PlaceKind.FOUND,
    "SCRAP": PlaceKind.SCRAP,
}
"""The kind of a place whose code is one of these words, or begins with one and a hyphen (`LANE-2`)."""

_LINE = re.compile(
    r"(?P<place>[^\s/]+)(/(?P<container>\S+))? (?P<sku>\S+) (?P<units>-?\d+)"
    r"( held (?P<held>\d+))?( lot (?P<lot>\S+))?"
)


def no_gate(_session: Session, _warehouse_id: int, _container_ids: frozenset[UUID]) -> Mapping[UUID, Refusal]:
    """An exit gate that lets everything pass."""
    return {}


@dataclass(slots=True)
class StockText:
    """One warehouse of a database, spoken of in text. Codes are found or made anew, so it may be used beside others."""

    database: Database
    warehouse_id: int
    ledger: Ledger = field(default_factory=lambda: Ledger(no_gate))
    now: datetime = NOW

    @classmethod
    def in_new_warehouse(cls, database: Database, code: str = "W1") -> "StockText":
        """A warehouse of that code with nothing in it."""
        return cls(database, database.in_transaction(lambda session: _warehouse(session, code)))

    def given(self, text: str) -> None:
        """Receive these lines from the supplier. Held units are the business of `place_holds`, not of this."""
        lines = _lines(text)
        assert all(line["held"] is None for line in lines), "state a hold by placing it"

        def receive(session: Session) -> Refusal | None:
            transfers = [self._receipt(session, line) for line in lines]
            return self.ledger.post(session, self.warehouse_id, transfers, Posting(self.now))

        refusal = self.database.in_transaction(receive)
        assert refusal is None, str(refusal)

    def move(self, text: str) -> Refusal | None:
        """Post transfers written as `A-01 -> B-01 RED 3`, with `PLACE/CONTAINER` and `lot L1` as in stock lines."""

        def post(session: Session) -> Refusal | None:
            transfers = [self.transfer(session, line) for line in text.strip().splitlines()]
            return self.ledger.post(session, self.warehouse_id, transfers, Posting(self.now))

        return self.database.in_transaction(post)

    def transfer(self, session: Session, line: str, reason: Reason = Reason.MOVED) -> Transfer:
        """The transfer a line `A-01 -> B-01 RED 3` stands for."""
        start, arrow, rest = line.strip().partition(" -> ")
        assert arrow, f"not a move: {line!r}"
        _, sku_and_more = rest.split(" ", 1)
        source = self.key(session, f"{start} {sku_and_more}")
        target = self.key(session, rest)
        (parsed,) = _lines(rest)
        return Transfer(
            sku_id=source.sku_id,
            quantity=int(parsed["units"] or 0),
            from_place_id=source.place_id,
            to_place_id=target.place_id,
            reason=reason,
            lot_id=source.lot_id,
            from_container_id=source.container_id,
            to_container_id=target.container_id,
        )

    def key(self, session: Session, text: str) -> BalanceKey:
        """The balance a line speaks of, e.g. of `STAGE/PAL-1 RED 1 lot L1`; everything it names is made when new."""
        (line,) = _lines(text)
        sku_id = self.sku(session, line["sku"] or "")
        lot_id = self.lot(session, sku_id, line["lot"])
        return BalanceKey(
            sku_id, self.place(session, line["place"] or ""), lot_id, self.container(session, line["container"])
        )

    def key_of(self, text: str) -> BalanceKey:
        """As `key`, in a transaction of its own."""
        return self.database.in_transaction(lambda session: self.key(session, text))

    def place(self, session: Session, code: str) -> int:
        """The id of the place of that code."""
        place = place_by_code(session, self.warehouse_id, code)
        if place is not None:
            return place.id
        kind = KINDS.get(code.partition("-")[0], PlaceKind.PICK)
        return create_place(session, self.warehouse_id, NewPlace(code, kind))

    def sku(self, session: Session, code: str) -> int:
        """The id of the SKU of that code; a new one weighs 100 g and belongs to merchant SHOP."""
        found = session.scalar(select(Sku.id).where(Sku.code == code))
        return found if found is not None else _new_sku(session, code, self.now)

    def lot(self, session: Session, sku_id: int, code: str | None) -> UUID:
        """The id of the lot of that code, NIL for none."""
        if code is None:
            return NIL
        known = find_lot(session, self.warehouse_id, sku_id, code)
        if known is not None:
            return known.id
        effect = RegisterLot(uuid7(), sku_id, code, None)
        assert register_lot(session, self.warehouse_id, effect, now=self.now) is None
        return effect.lot_id

    def container(self, session: Session, code: str | None) -> UUID:
        """The id of the container of that code, NIL for none."""
        if code is None:
            return NIL
        found = session.scalar(
            select(ContainerRow.id).where(ContainerRow.warehouse_id == self.warehouse_id, ContainerRow.code == code)
        )
        if found is not None:
            return found
        kind = {"TOT": ContainerKind.TOTE, "PAL": ContainerKind.PALLET}.get(code[:3], ContainerKind.PARCEL)
        # It gets goods, so nobody may take it for something else.
        use = ContainerUse.EMPTY if kind is ContainerKind.PARCEL else ContainerUse.PUTAWAY
        return create_container(session, self.warehouse_id, code, kind, use=use)

    def is_now(self, text: str) -> None:
        """Assert that the real places hold exactly these lines, in any order."""
        assert self.lines() == sorted(line for line in (line.strip() for line in text.splitlines()) if line)

    def lines(self) -> list[str]:
        """What the real places hold now, as sorted lines; empty balances are left out."""
        return self.database.reading(lambda session: self._stock_lines(session, virtual=False))

    def world(self) -> list[str]:
        """What the virtual places hold now: what came from suppliers is negative, what customers have is positive."""
        return self.database.reading(lambda session: self._stock_lines(session, virtual=True))

    def _receipt(self, session: Session, line: Mapping[str, str | None]) -> Transfer:
        sku_id = self.sku(session, line["sku"] or "")
        return Transfer(
            sku_id=sku_id,
            quantity=int(line["units"] or 0),
            from_place_id=self.place(session, "SUPPLIER"),
            to_place_id=self.place(session, line["place"] or ""),
            reason=Reason.RECEIVED,
            lot_id=self.lot(session, sku_id, line["lot"]),
            to_container_id=self.container(session, line["container"]),
        )

    def _stock_lines(self, session: Session, *, virtual: bool) -> list[str]:
        rows = session.execute(
            select(
                BalanceRow.place_id,
                BalanceRow.on_hand,
                BalanceRow.held,
                PlaceRow.code.label("place"),
                Sku.code.label("sku"),
                LotRow.code.label("lot"),
                ContainerRow.code.label("container"),
            )
            .join(PlaceRow, (PlaceRow.warehouse_id == BalanceRow.warehouse_id) & (PlaceRow.id == BalanceRow.place_id))
            .join(Sku, Sku.id == BalanceRow.sku_id)
            .outerjoin(LotRow, (LotRow.warehouse_id == BalanceRow.warehouse_id) & (LotRow.id == BalanceRow.lot_id))
            .outerjoin(
                ContainerRow,
                (ContainerRow.warehouse_id == BalanceRow.warehouse_id) & (ContainerRow.id == BalanceRow.container_id),
            )
            .where(BalanceRow.warehouse_id == self.warehouse_id, BalanceRow.on_hand != 0)
        ).all()
        kinds = place_kinds(session, self.warehouse_id, frozenset(row.place_id for row in rows))
        return sorted(
            f"{row.place}{f'/{row.container}' if row.container else ''} {row.sku} {row.on_hand}"
            f"{f' held {row.held}' if row.held else ''}{f' lot {row.lot}' if row.lot else ''}"
            for row in rows
            if (kinds[row.place_id] in VIRTUAL_KINDS) == virtual
        )


def _lines(text: str) -> list[dict[str, str | None]]:
    lines = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        assert match is not None, f"not a line of stock such as `A-01 RED 10 lot L1`: {line!r}"
        lines.append(match.groupdict())
    return lines


def _warehouse(session: Session, code: str) -> int:
    found = session.scalar(select(Warehouse.id).where(Warehouse.code == code))
    return found if found is not None else create_warehouse(session, NewWarehouse(code, f"Warehouse {code}"))


def _new_sku(session: Session, code: str, now: datetime) -> int:
    merchant_id = session.scalar(select(Merchant.id).where(Merchant.code == "SHOP"))
    if merchant_id is None:
        merchant_id = create_merchant(session, NewMerchant("SHOP", "Shop"))
    values = {
        "merchant_id": merchant_id,
        "code": code,
        "name": f"{code} cup",
        "name_zh": f"{code} 杯",
        "weight_grams": 100,
        "length_mm": 80,
        "width_mm": 80,
        "height_mm": 100,
        "lot_policy": "none",
        "tracks_serial": False,
        "hs_code": "6912001000",
        "origin_country": "142",
        "article_record_no": "",
        "customs_unit": "011",
        "vat_rate_bp": 1300,
        "consumption_tax_rate_bp": 0,
        "net_weight_grams": 90,
        "updated_at": now,
    }
    return session.execute(insert(Sku).values(**values).returning(Sku.id)).scalar_one()
