"""Use cases that write the catalogue: merchants and single barcodes. Products come in by file, see `product_import`.

Called by set-up and by the command line; reading is in `lookup`.
"""

import unicodedata
from dataclasses import asdict
from typing import cast

from sqlalchemy import String, Table, insert, select
from sqlalchemy.orm import Session

from wms.barcodes.commands import MARK
from wms.barcodes.model import IN_HOUSE_PREFIXES
from wms.catalogue.model import NewMerchant, PackLevel
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import normalise_gtin
from wms.kernel.quantity import MAX_QUANTITY

_skus = cast(Table, Sku.__table__)
_barcodes = cast(Table, SkuBarcode.__table__)
_merchants = cast(Table, Merchant.__table__)


def create_merchant(session: Session, details: NewMerchant) -> int:
    """Add a merchant and return its id. Raises BadInput with every fault."""
    faults: list[Fault] = []
    for name, value in asdict(details).items():
        length = cast(String, _merchants.c[name].type).length
        if length is not None and len(value) > length:
            faults.append(Fault(name, f"is longer than {length} characters"))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            faults.append(Fault(name, "has control characters"))
    faults += [Fault(name, "is missing") for name in ("code", "name") if not getattr(details, name).strip()]
    if session.execute(select(_merchants.c.id).where(_merchants.c.code == details.code)).first() is not None:
        faults.append(Fault("code", f"{details.code!r} is taken by another merchant"))
    if faults:
        raise BadInput(faults)
    return session.execute(insert(Merchant).values(**asdict(details)).returning(Merchant.id)).scalar_one()


def add_barcode(
    session: Session, sku_id: int, code: str, level: PackLevel = PackLevel.EACH, pack_quantity: int = 1
) -> str:
    """Let `code` stand for `pack_quantity` of a SKU; returns it as stored. Once more the same changes nothing.

    Raises BadInput where it cannot be a code of goods, or stands for another pack of this SKU already.
    """
    text = code.strip().upper()
    faults: list[Fault] = []
    if not text or len(text) > 50 or not text.isprintable():
        faults.append(Fault("code", f"must be 1 to 50 printable characters, not {code[:60]!r}"))
    if text.startswith(MARK) or text[:4] in IN_HOUSE_PREFIXES:
        faults.append(Fault("code", f"{text!r} begins like one of our own labels"))
    if not 1 <= pack_quantity <= MAX_QUANTITY:
        faults.append(Fault("pack_quantity", f"must be from 1 to {MAX_QUANTITY}, not {pack_quantity}"))
    if level == PackLevel.EACH and pack_quantity != 1:
        faults.append(Fault("pack_quantity", f"of a single unit is 1, not {pack_quantity}"))
    if session.execute(select(_skus.c.id).where(_skus.c.id == sku_id)).first() is None:
        faults.append(Fault("sku_id", f"there is no SKU {sku_id}"))
    if faults:
        raise BadInput(faults)
    stored = normalise_gtin(text) or text
    known = session.execute(
        select(_barcodes.c.level, _barcodes.c.pack_quantity).where(
            _barcodes.c.code == stored, _barcodes.c.sku_id == sku_id
        )
    ).first()
    if known is None:
        values = {"code": stored, "sku_id": sku_id, "level": level, "pack_quantity": pack_quantity}
        session.execute(insert(SkuBarcode).values(values))
    elif (known.level, known.pack_quantity) != (level, pack_quantity):
        raise BadInput([Fault("code", f"{stored} stands for the {known.level} of {known.pack_quantity} already")])
    return stored
