"""Text to parcel, load or box type. Called by the resolver; wired in `wms.app`."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.barcodes.sscc import sscc_of
from wms.kernel.refusal import Refusal
from wms.shipments.label_codes import numbers_in
from wms.shipments.lookup import box_type_by_code, load_by_code, parcels_by_code, parcels_by_tracking_no
from wms.shipments.model import BOX_PREFIX, LOAD_PREFIX
from wms.shipments.tracking import is_s10, looks_like_s10


class ParcelReader:
    """Reads a parcel by its SSCC (GS1-128, bare digits, Digital Link) or its tracking number, which may stand among
    other things in a symbol of its carrier's own label.
    """

    kind = CodeKind.PARCEL

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal:
        sscc = sscc_of(cleaned)
        if isinstance(sscc, Refusal):
            return sscc
        if sscc:
            return parcels_by_code(session, warehouse_id, sscc=sscc)
        text = cleaned.text.replace(" ", "").upper()
        if looks_like_s10(text) and not is_s10(text):
            return Refusal("wrong_check_digit", {"code": text})
        return parcels_by_tracking_no(session, warehouse_id, numbers_in(cleaned.text))


class LoadReader:
    """Reads a load by the code on its sheet, LOD-<n>."""

    kind = CodeKind.LOAD

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal:
        if not cleaned.text.startswith(LOAD_PREFIX):
            return ()
        load = load_by_code(session, warehouse_id, cleaned.text)
        return () if load is None else (load,)


class BoxReader:
    """Reads a box type by the card at the bench, BOX-<code>."""

    kind = CodeKind.BOX

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal:
        if not cleaned.text.startswith(BOX_PREFIX):
            return ()
        box = box_type_by_code(session, warehouse_id, cleaned.text.removeprefix(BOX_PREFIX))
        return () if box is None else (box,)
