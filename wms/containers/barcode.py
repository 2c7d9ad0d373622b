"""What a tote's or a pallet's code means. Handed to the resolver by `wms.app`.

Parcels are containers too, but they are read by their tracking number or SSCC, which `wms.shipments` knows.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.containers.model import PALLET_PREFIX, TOTE_PREFIX, Container, ContainerKind, ContainerUse
from wms.containers.tables import ContainerRow

_containers = cast(Table, ContainerRow.__table__)

_BY_CODE = select(
    _containers.c.id, _containers.c.code, _containers.c.kind, _containers.c.use, _containers.c.subject
).where(_containers.c.warehouse_id == bindparam("warehouse_id"), _containers.c.code == bindparam("code"))


class ContainerReader:
    """`TOT-<n>` and `PAL-<n>` → the container with its present use."""

    kind = CodeKind.CONTAINER

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Container]:
        if not cleaned.text.startswith((TOTE_PREFIX, PALLET_PREFIX)):
            return ()
        row = session.connection().execute(_BY_CODE, {"warehouse_id": warehouse_id, "code": cleaned.text}).first()
        if row is None:
            return ()
        return (Container(row.id, row.code, ContainerKind(row.kind), ContainerUse(row.use), row.subject),)
