"""Writers of the stock effects other than moves, which `wms.tasks` posts together. Registered in `wms.app`."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wms.kernel.refusal import Refusal
from wms.stock.model import KeepLot, PlaceHold, RegisterLot, VoidHold
from wms.stock.service import place_holds, void_holds
from wms.stock.tables import LotRow


def place_hold(session: Session, warehouse_id: int, effect: PlaceHold, *, now: datetime) -> Refusal | None:
    """Hold units for a document. Refuses `not_enough_stock`."""
    return place_holds(session, warehouse_id, [effect.hold], now=now)


def void_hold(session: Session, warehouse_id: int, effect: VoidHold, *, now: datetime) -> Refusal | None:
    """Give the rest of a hold back."""
    void_holds(session, warehouse_id, [effect.hold_id])
    return None


def register_lot(session: Session, warehouse_id: int, effect: RegisterLot, *, now: datetime) -> Refusal | None:
    """Make a new batch known. One registered by somebody else since breaks a unique key: the scan is judged anew."""
    session.execute(
        insert(LotRow).values(
            warehouse_id=warehouse_id,
            id=effect.lot_id,
            sku_id=effect.sku_id,
            code=effect.code,
            expires_on=effect.expires_on,
            received_at=now,
        )
    )
    return None


def keep_lot(session: Session, warehouse_id: int, effect: KeepLot, *, now: datetime) -> Refusal | None:
    """Taking a registration back changes nothing."""
    return None
