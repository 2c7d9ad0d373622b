"""Text to packing list. Called by the resolver; wired in `wms.app`."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.labels.list_codes import LIST_PREFIX, ScannedList
from wms.labels.tables import PackingListRow
from wms.orders.tables import OrderRow


class PackingListReader:
    """Reads a packing list by the code on it, LST-<twelve characters>."""

    kind = CodeKind.PACKING_LIST

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[ScannedList]:
        if not cleaned.text.startswith(LIST_PREFIX):
            return ()
        rows = session.execute(
            select(
                PackingListRow.code,
                PackingListRow.order_id,
                OrderRow.number,
                PackingListRow.parcel_id,
                PackingListRow.parcel_number,
            )
            .join(
                OrderRow,
                (OrderRow.warehouse_id == PackingListRow.warehouse_id) & (OrderRow.id == PackingListRow.order_id),
            )
            .where(PackingListRow.warehouse_id == warehouse_id, PackingListRow.code == cleaned.text)
        )
        return [ScannedList(*row) for row in rows]
