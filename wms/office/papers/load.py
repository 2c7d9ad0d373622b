"""What stands on the manifest of a load and on a pallet's logistic label. Called by `views`.

The manifest only reads. A pallet's label draws a new SSCC, because what is on a pallet changes and GS1 forbids giving
the old number to it; which pallet got which number is in the audit trail.
"""

from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.containers.model import ContainerKind
from wms.containers.service import number_pallet
from wms.containers.tables import ContainerRow
from wms.kernel.identity import normalise_gtin
from wms.kernel.refusal import Refusal
from wms.labels.documents import LoadedParcel, LoadManifest
from wms.labels.model import PalletLabel
from wms.labels.packing_list import on_paper
from wms.office.plain_words import word
from wms.places.tables import Warehouse
from wms.shipments.lookup import load_by_code, manifest_lines, parcels_of_load
from wms.shipments.numbers import NumberPurpose, draw_number
from wms.stock.holdings import positions


def load_manifest(
    session: Session, warehouse_id: int, load_code: str, zone: tzinfo, *, now: datetime
) -> LoadManifest | Refusal:
    """What left with a closed load, or what stands ready for an open one. Refuses `load_not_known`."""
    load = load_by_code(session, warehouse_id, load_code)
    if load is None:
        return Refusal("load_not_known", {"load": load_code})
    left = manifest_lines(session, warehouse_id, load.id)
    standing = [] if left else parcels_of_load(session, warehouse_id, load.id)
    return LoadManifest(
        load_code=load.code,
        manifest_number=load.manifest_no,
        carrier=load.carrier,
        warehouse=session.get_one(Warehouse, warehouse_id).name,
        state=word(load.state),
        as_of=on_paper(now, zone),
        parcels=tuple(LoadedParcel(one.line_no, one.tracking_no, one.sscc, one.weight_grams) for one in left)
        or tuple(
            LoadedParcel(number, one.tracking_no, one.sscc, one.weight_grams)
            for number, one in enumerate(standing, start=1)
        ),
    )


def pallet_label(session: Session, by: Caller, pallet_code: str, *, now: datetime) -> PalletLabel | Refusal:
    """A label with a number of its own for what is on the pallet now. Refuses `pallet_not_known`, `numbers_used_up`."""
    pallet = session.execute(
        select(ContainerRow.id).where(
            ContainerRow.warehouse_id == by.warehouse_id,
            ContainerRow.code == pallet_code,
            ContainerRow.kind == ContainerKind.PALLET.value,
        )
    ).scalar_one_or_none()
    if pallet is None:
        return Refusal("pallet_not_known", {"pallet": pallet_code})
    number = draw_number(session, by.warehouse_id, NumberPurpose.SSCC)
    if isinstance(number, Refusal):
        return number
    number_pallet(session, by.warehouse_id, pallet, number)
    record(session, by, "pallet_labelled", pallet_code, now=now, details={"sscc": number})
    warehouse = session.get_one(Warehouse, by.warehouse_id)
    address = ", ".join(part for part in (warehouse.name, warehouse.address) if part)
    rows = [
        row for row in session.execute(positions(by.warehouse_id, pallet_code)) if row.container_code == pallet_code
    ]
    if len({row.sku_code for row in rows}) != 1:
        return PalletLabel(pallet_code, number, warehouse.name, address, units=sum(row.on_hand for row in rows))
    lots = {(row.lot_code or "", row.expires_on.isoformat() if row.expires_on else "") for row in rows}
    lot, expiry = lots.pop() if len(lots) == 1 else ("", "")
    owner, gtin = _owner_and_gtin(session, rows[0].sku_code)
    return PalletLabel(
        code=pallet_code,
        sscc=number,
        owner=owner,
        warehouse=address,
        product=rows[0].sku_name,
        gtin=gtin,
        units=sum(row.on_hand for row in rows),
        lot=lot,
        expiry=expiry,
    )


def _owner_and_gtin(session: Session, sku_code: str) -> tuple[str, str | None]:
    """Whose the goods are, and the GTIN of one unit where they have one."""
    rows = session.execute(
        select(Merchant.name, SkuBarcode.code)
        .select_from(Sku)
        .join(Merchant, Merchant.id == Sku.merchant_id)
        .outerjoin(SkuBarcode, (SkuBarcode.sku_id == Sku.id) & (SkuBarcode.pack_quantity == 1))
        .where(Sku.code == sku_code)
        .order_by(SkuBarcode.id)
    ).all()
    gtins = [row.code for row in rows if row.code and normalise_gtin(row.code)]
    return rows[0].name, gtins[0] if gtins else None
