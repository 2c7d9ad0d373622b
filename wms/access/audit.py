"""Writing to the audit trail. Called inside the transaction of what is being recorded, so that neither exists alone."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wms.access.model import Caller
from wms.access.tables import AuditRow
from wms.kernel.identity import uuid7
from wms.kernel.masking import scrub
from wms.kernel.refusal import Detail


def record(
    session: Session,
    by: Caller,
    what: str,
    on_what: str,
    *,
    now: datetime,
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Add that `by` did `what` (an event in the past tense such as `hold_lifted`) to `on_what` (a code people know)."""
    session.execute(
        insert(AuditRow).values(
            warehouse_id=by.warehouse_id,
            id=uuid7(),
            happened_at=now,
            who=by.who,
            device=by.device,
            what=what,
            on_what=on_what,
            details=json.dumps(_scrubbed(details or {}), ensure_ascii=False, sort_keys=True),
        )
    )


def _scrubbed(details: Mapping[str, Detail]) -> dict[str, Detail]:
    """Reasons are typed by people, who name whom they please."""
    return {name: scrub(value) if isinstance(value, str) else value for name, value in details.items()}
