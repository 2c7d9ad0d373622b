"""The shape of a reader: how a slice tells the resolver what a code means. Implemented in slices' `barcode` rooms."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.kernel.refusal import Refusal


class Reader(Protocol):
    """Looks up one kind of code; returns every thing that has it (none, one, several), or a Refusal that says what is
    wrong with a code that is clearly of this kind (check digits missing, bad date).
    """

    @property
    def kind(self) -> CodeKind: ...

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal: ...
