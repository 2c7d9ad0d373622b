"""Use cases that write notices: take one in, and one writer per effect. Called by views, imports and `wms.tasks`.

Whoever counts shares a lock on the notice; closing takes it alone. So no unit is counted onto a notice whose
differences have been reported.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Integer, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from wms.arrivals.intake import NewNotice, faults_of
from wms.arrivals.model import (
    CloseNotice,
    CountReceived,
    NoticeState,
    OpenNotice,
    RecordUnknownArrival,
    SettleUnknownArrival,
)
from wms.arrivals.tables import NoticeLineRow, NoticeRow, UnknownArrivalRow
from wms.catalogue.tables import Merchant, Sku
from wms.kernel.errors import BadInput, Conflict, Fault
from wms.kernel.identity import uuid7
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal

SKUS_PER_QUERY = 500

_notices = cast(Table, NoticeRow.__table__)
_lines = cast(Table, NoticeLineRow.__table__)

# What a counting scan asks and writes is built once: building a statement costs more than running it.
_NOTICE = select(_notices.c.state, _notices.c.number).where(
    _notices.c.warehouse_id == bindparam("key_warehouse"), _notices.c.id == bindparam("key_notice")
)
_LOCK_ALONE = _NOTICE.with_for_update()
_LOCK_SHARED = _NOTICE.with_for_update(read=True)

_OF_LINE = (
    _lines.c.warehouse_id == bindparam("key_warehouse"),
    _lines.c.notice_id == bindparam("key_notice"),
    _lines.c.line_no == bindparam("key_line"),
)
_received = _lines.c.received + bindparam("units", type_=Integer)
_COUNT = update(_lines).where(*_OF_LINE, _received >= 0, _received <= MAX_QUANTITY).values(received=_received)
_COUNTED = select(_lines.c.received).where(*_OF_LINE)


@dataclass(frozen=True, slots=True)
class TakenNotice:
    """The answer to a notice, the same however often it is sent."""

    id: UUID
    merchant: str
    number: str
    lines: int
    taken_at: datetime
    is_new: bool
    """False when this very notice was known already."""


def create_notice(session: Session, warehouse_id: int, wanted: NewNotice, *, now: datetime) -> TakenNotice:
    """Take a notice in, once. Raises BadInput with all faults, Conflict when its number came with other contents."""
    contents_hash = wanted.contents_hash()
    row = session.execute(
        select(NoticeRow.id, NoticeRow.contents_hash, NoticeRow.taken_at).where(
            NoticeRow.warehouse_id == warehouse_id, NoticeRow.number == wanted.number
        )
    ).first()
    if row is not None:
        if row.contents_hash != contents_hash:
            raise Conflict(f"notice {wanted.number} is known with other contents; send the changed one as a new number")
        return TakenNotice(row.id, wanted.merchant, wanted.number, len(wanted.lines), row.taken_at, is_new=False)

    faults = faults_of(wanted)
    merchant_id = session.execute(select(Merchant.id).where(Merchant.code == wanted.merchant)).scalar_one_or_none()
    sku_ids: dict[str, int] = {}
    if merchant_id is None:
        faults.append(Fault("merchant", f"{wanted.merchant!r} is not known; add the merchant first"))
    else:
        sku_ids = _sku_ids(session, merchant_id, [line.sku for line in wanted.lines])
        faults += [
            Fault(f"lines[{index}].sku", f"{line.sku!r} is no SKU of {wanted.merchant}; add the product first")
            for index, line in enumerate(wanted.lines)
            if line.sku not in sku_ids
        ]
    if faults:
        raise BadInput(faults)
    notice_id = uuid7()
    session.execute(
        insert(NoticeRow).values(
            warehouse_id=warehouse_id,
            id=notice_id,
            number=wanted.number,
            merchant_id=merchant_id,
            state=NoticeState.EXPECTED.value,
            taken_at=now,
            contents_hash=contents_hash,
        )
    )
    session.execute(
        insert(NoticeLineRow),
        [
            {
                "warehouse_id": warehouse_id,
                "notice_id": notice_id,
                "line_no": line_no,
                "sku_id": sku_ids[line.sku],
                "expected": line.quantity,
                "received": 0,
            }
            for line_no, line in enumerate(wanted.lines, start=1)
        ],
    )
    return TakenNotice(notice_id, wanted.merchant, wanted.number, len(wanted.lines), now, is_new=True)


def count_received(session: Session, warehouse_id: int, effect: CountReceived, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `notice_not_open`, `counted_below_zero`, `counted_too_many`, `no_such_notice_line`."""
    assert effect.quantity != 0, "an effect changes something"
    refusal = _not_receiving(session, warehouse_id, effect.notice_id, alone=False)
    if refusal is not None:
        return refusal
    of_line = {"key_warehouse": warehouse_id, "key_notice": effect.notice_id, "key_line": effect.line_no}
    if session.connection().execute(_COUNT, {**of_line, "units": effect.quantity}).rowcount == 1:
        return None
    counted = session.connection().execute(_COUNTED, of_line).scalar_one_or_none()
    if counted is None:
        return Refusal("no_such_notice_line", {"line": effect.line_no})
    code = "counted_below_zero" if effect.quantity < 0 else "counted_too_many"
    return Refusal(code, {"line": effect.line_no, "counted": counted, "quantity": effect.quantity})


def open_notice(session: Session, warehouse_id: int, effect: OpenNotice, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `notice_closed`, `no_such_notice`."""
    row = session.execute(
        select(NoticeRow.state, NoticeRow.number)
        .where(NoticeRow.warehouse_id == warehouse_id, NoticeRow.id == effect.notice_id)
        .with_for_update()
    ).first()
    if row is None:
        return Refusal("no_such_notice", {"notice": str(effect.notice_id)})
    if row.state == NoticeState.CLOSED:
        return Refusal("notice_closed", {"notice": row.number})
    if row.state == NoticeState.EXPECTED:
        _set_state(session, warehouse_id, effect.notice_id, NoticeState.RECEIVING, None)
    return None


def close_notice(session: Session, warehouse_id: int, effect: CloseNotice, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `notice_not_open`. `lookup.notice_lines` then says what is over and short."""
    refusal = _not_receiving(session, warehouse_id, effect.notice_id, alone=True)
    if refusal is not None:
        return refusal
    _set_state(session, warehouse_id, effect.notice_id, NoticeState.CLOSED, now)
    return None


def record_unknown_arrival(
    session: Session, warehouse_id: int, effect: RecordUnknownArrival, *, now: datetime
) -> Refusal | None:
    """Apply the effect; refuses `bad_quantity`."""
    if not 1 <= effect.quantity <= MAX_QUANTITY:
        return Refusal("bad_quantity", {"quantity": effect.quantity, "most": MAX_QUANTITY})
    session.execute(
        insert(UnknownArrivalRow).values(
            warehouse_id=warehouse_id,
            id=effect.arrival_id,
            # A code nobody knows may be anything, a whole web page too; what is kept is enough to recognise it.
            code=effect.code.replace("\0", "")[:200],
            quantity=effect.quantity,
            place_id=effect.place_id,
            notice_id=effect.notice_id,
            scan_id=effect.scan_id,
            at=now,
        )
    )
    return None


def settle_unknown_arrival(
    session: Session, warehouse_id: int, effect: SettleUnknownArrival, *, now: datetime
) -> Refusal | None:
    """Apply the effect; refuses `unknown_arrival_settled`."""
    changed = session.execute(
        update(UnknownArrivalRow)
        .where(
            UnknownArrivalRow.warehouse_id == warehouse_id,
            UnknownArrivalRow.id == effect.arrival_id,
            UnknownArrivalRow.settled_at.is_(None),
        )
        .values(settled_at=now)
        .returning(UnknownArrivalRow.id)
    ).first()
    return None if changed is not None else Refusal("unknown_arrival_settled", {"arrival": str(effect.arrival_id)})


def _not_receiving(session: Session, warehouse_id: int, notice_id: UUID, *, alone: bool) -> Refusal | None:
    """Refuses unless the notice is being received, and keeps it so until the transaction ends."""
    key = {"key_warehouse": warehouse_id, "key_notice": notice_id}
    row = session.connection().execute(_LOCK_ALONE if alone else _LOCK_SHARED, key).first()
    if row is None:
        return Refusal("notice_not_open", {"notice": str(notice_id)})
    return None if row.state == NoticeState.RECEIVING else Refusal("notice_not_open", {"notice": row.number})


def _set_state(
    session: Session, warehouse_id: int, notice_id: UUID, state: NoticeState, closed_at: datetime | None
) -> None:
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.warehouse_id == warehouse_id, NoticeRow.id == notice_id)
        .values(state=state.value, closed_at=closed_at)
    )


def _sku_ids(session: Session, merchant_id: int, codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(codes), SKUS_PER_QUERY):
        rows = session.execute(
            select(Sku.code, Sku.id).where(
                Sku.merchant_id == merchant_id, Sku.code.in_(codes[start : start + SKUS_PER_QUERY])
            )
        )
        found.update((row.code, row.id) for row in rows)
    return found
