"""Text to notice. Called by the resolver; wired in `wms.app`."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from wms.arrivals.lookup import notice_by_number
from wms.arrivals.model import NOTICE_PREFIX
from wms.barcodes.model import Cleaned, CodeKind
from wms.kernel.refusal import Refusal


class NoticeReader:
    """Reads a notice by the code on its paper, ASN-<number>."""

    kind = CodeKind.NOTICE

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[object] | Refusal:
        if not cleaned.text.startswith(NOTICE_PREFIX):
            return ()
        notice = notice_by_number(session, warehouse_id, cleaned.text.removeprefix(NOTICE_PREFIX))
        return () if notice is None else (notice,)
