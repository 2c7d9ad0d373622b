"""What a badge means where a step asks for one.

Handed to the resolver by `wms.app` as `OperatorReader(CodeKind.OPERATOR)`. Barcodes stand above this slice, so their
names are known here to the type checker only, and the kind is handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from wms.access.model import BADGE_PREFIX, Operator
from wms.access.people import person_with

if TYPE_CHECKING:
    from wms.barcodes.model import Cleaned, CodeKind


@dataclass(frozen=True, slots=True)
class OperatorReader:
    """`EMP-<n>` → the operator. A badge says who somebody claims to be; it proves nothing without the PIN."""

    kind: "CodeKind"

    def __call__(self, session: Session, warehouse_id: int, cleaned: "Cleaned") -> Sequence[Operator]:
        if not cleaned.text.startswith(BADGE_PREFIX):
            return ()
        person = person_with(session, cleaned.text, warehouse_id)
        return () if person is None else (person.operator,)
