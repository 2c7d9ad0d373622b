"""What a tote's or a pallet's code means. Handed to the resolver by `wms.app`.

A pallet is read by the SSCC of its logistic label as well. Parcels are containers too, but they are read by their
tracking number or SSCC, which `wms.shipments` knows.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.barcodes.sscc import sscc_of
from wms.containers.model import PALLET_PREFIX, TOTE_PREFIX, Container, ContainerKind, ContainerUse
from wms.containers.tables import ContainerRow, PalletNumberRow
from wms.kernel.refusal import Refusal

_containers = cast(Table, ContainerRow.__table__)
_numbers = cast(Table, PalletNumberRow.__table__)

_CONTAINERS = select(
    _containers.c.id, _containers.c.code, _containers.c.kind, _containers.c.use, _containers.c.subject
).where(_containers.c.warehouse_id == bindparam("warehouse_id"))
_BY_CODE = _CONTAINERS.where(_containers.c.code == bindparam("code"))
_BY_SSCC = _CONTAINERS.join(
    _numbers, and_(_numbers.c.warehouse_id == _containers.c.warehouse_id, _numbers.c.container_id == _containers.c.id)
).where(_numbers.c.sscc == bindparam("code"))


class ContainerReader:
    """`TOT-<n>`, `PAL-<n>` and the SSCC of a pallet → the container with its present use."""

    kind = CodeKind.CONTAINER

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Container]:
        if cleaned.text.startswith((TOTE_PREFIX, PALLET_PREFIX)):
            query, code = _BY_CODE, cleaned.text
        else:
            found = sscc_of(cleaned)
            # What looks like an SSCC and is none may be a parcel's: its reader says what is wrong with it.
            query, code = _BY_SSCC, "" if isinstance(found, Refusal) else found
        if not code:
            return ()
        row = session.connection().execute(query, {"warehouse_id": warehouse_id, "code": code}).first()
        if row is None:
            return ()
        return (Container(row.id, row.code, ContainerKind(row.kind), ContainerUse(row.use), row.subject),)
