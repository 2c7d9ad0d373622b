"""Text to parcel, load or box type. Called by the resolver; wired in `wms.app`."""

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.kernel.identity import has_valid_gs1_check_digit
from wms.kernel.refusal import Refusal
from wms.shipments.lookup import box_type_by_code, load_by_code, parcels_by_code
from wms.shipments.model import BOX_PREFIX, LOAD_PREFIX
from wms.shipments.tracking import is_s10, looks_like_s10

# A label's SSCC without its AIM identifier (many scanners send none): 00 and eighteen digits.
_BARE_ELEMENT = re.compile(r"(?:\(00\)|00)?([0-9]{18})", re.ASCII)
# GS1 Digital Link: .../00/<SSCC>, whatever the domain.
_DIGITAL_LINK = re.compile(r"https?://[^\s?#]*/00/([0-9]{18})(?:[/?#].*)?", re.ASCII | re.IGNORECASE)
_TRACKING = re.compile(r"[A-Z0-9]{8,40}", re.ASCII)


class ParcelReader:
    """Reads a parcel by its SSCC (GS1-128, bare digits, Digital Link) or its tracking number."""

    kind = CodeKind.PARCEL

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal:
        sscc = _sscc(cleaned)
        if isinstance(sscc, Refusal):
            return sscc
        if sscc:
            return parcels_by_code(session, warehouse_id, sscc=sscc)
        text = cleaned.text.replace(" ", "").upper()
        if looks_like_s10(text) and not is_s10(text):
            return Refusal("wrong_check_digit", {"code": text})
        if _TRACKING.fullmatch(text):
            return parcels_by_code(session, warehouse_id, tracking_no=text)
        return ()


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


def _sscc(cleaned: Cleaned) -> str | Refusal:
    """The SSCC in a code, empty where it carries none; refuses `wrong_check_digit`."""
    if cleaned.gs1 is not None and cleaned.gs1.sscc:
        return cleaned.gs1.sscc
    match = _DIGITAL_LINK.fullmatch(cleaned.text) or _BARE_ELEMENT.fullmatch(cleaned.text)
    if match is None:
        return ""
    if not has_valid_gs1_check_digit(match[1]):
        return Refusal("wrong_check_digit", {"code": match[1]})
    return match[1]
