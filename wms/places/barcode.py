"""What a place code means: `LOC-<code>` scanned, or a place typed together with the check digits from its label.

Handed to the resolver by `wms.app`. A place that is typed from memory is how goods get lost: whoever types one proves
by the random digits printed on its label that he stands before it.
"""

import re
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.kernel.refusal import Refusal
from wms.places.model import PLACE_PREFIX, VIRTUAL_KINDS, Place, PlaceKind
from wms.places.tables import PlaceRow, ZoneRow

_places = cast(Table, PlaceRow.__table__)
_zones = cast(Table, ZoneRow.__table__)

_BY_CODE = (
    select(
        _places.c.id,
        _places.c.code,
        _places.c.kind,
        _places.c.walk_order,
        _places.c.check_digits,
        _zones.c.code.label("zone"),
    )
    .outerjoin(_zones, (_zones.c.warehouse_id == _places.c.warehouse_id) & (_zones.c.id == _places.c.zone_id))
    .where(_places.c.warehouse_id == bindparam("warehouse_id"), _places.c.code == bindparam("code"))
)

_TYPED = re.compile(r"(\S+?)(?:(?: +|\.)([0-9]{2}))?")


class PlaceReader:
    """`LOC-A-01-02` scanned, `A-01-02 47` or `A-01-02.47` typed → the place."""

    kind = CodeKind.PLACE

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Place] | Refusal:
        """Refuses `check_digits_needed` and `bad_check_digits` for a place that was typed and exists."""
        code, digits = cleaned.text.removeprefix(PLACE_PREFIX), ""
        if cleaned.manual:
            form = _TYPED.fullmatch(code)
            if form is None:
                return ()
            code, digits = form.group(1), form.group(2) or ""
        elif code == cleaned.text:
            return ()
        row = session.connection().execute(_BY_CODE, {"warehouse_id": warehouse_id, "code": code}).first()
        # Nobody stands before "lost" or "customer": goods get there by what happened to them, not by a scan.
        if row is None or row.kind in VIRTUAL_KINDS:
            return ()
        if cleaned.manual and not digits:
            return Refusal("check_digits_needed", {"place": row.code})
        if cleaned.manual and digits != row.check_digits:
            return Refusal("bad_check_digits", {"place": row.code})
        return (Place(row.id, row.code, PlaceKind(row.kind), row.zone or "", row.walk_order),)
