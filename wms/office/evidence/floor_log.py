"""What happened to a parcel in the building: the gate's answers, scans, movements, passes, the book. Reads only.

Called by `gathering`. People are named by their badges. A scan belongs to the parcel where goods of it moved with it,
where the gate was asked about it, where its code was read, and where it was one of the scans that picked or packed it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from scanner_ui.words import words
from wms.access.tables import AuditRow, OperatorRow
from wms.catalogue.tables import Sku
from wms.customs.books.booking import event_of_parcel
from wms.customs.model import CHINA_TIME, DeclarationState, GatePoint
from wms.customs.sheets.sheet import Words
from wms.customs.tables import (
    BookEntryRow,
    DeclarationRow,
    ExitPassLineRow,
    ExitPassRow,
    GateAnswerRow,
)
from wms.customs.words.wording import gate_point_words, gate_words, pass_state_words, state_words
from wms.kernel.masking import scrub
from wms.office.evidence.values import AuditLine, BookLine, GateLine, MovementLine, PassCopy, ScanLine
from wms.orders.tables import OrderLineRow
from wms.shipments.model import Parcel
from wms.stock.history import LONGEST_PAGE, Movement, movements_of_container, movements_of_document
from wms.tasks.scan_history import LoggedScan, scans_at, scans_by_id, scans_of_codes, scans_of_tasks

TAKEN_OUT = "evidence_taken"
"""Audit event of handing evidence out. It is not part of the evidence, which would never be the same twice."""

_ALONE = frozenset({"picking", "packing"})
"""Workflows whose tasks are about one order; those of others hold scans of many parcels."""
_WORKFLOW_OF: Mapping[str, str] = {
    GatePoint.LABEL: "packing", GatePoint.CAGE: "cage", GatePoint.DISPATCH: "dispatch", GatePoint.SEAL: "dispatch",
    GatePoint.GATE_OUT: "dispatch",
}  # fmt: skip
_ASKED_AT_THE_END = (GatePoint.SEAL, GatePoint.GATE_OUT)
_AFTERWARDS = timedelta(days=30)
"""How long after its departure scans of the parcel's code are still looked for."""


class People:
    """Badges of operators by id; a program has none."""

    def __init__(self, session: Session, warehouse_id: int) -> None:
        rows = session.execute(
            select(OperatorRow.id, OperatorRow.badge).where(OperatorRow.warehouse_id == warehouse_id)
        )
        self._badges: dict[UUID, str] = {row.id: row.badge for row in rows}

    @property
    def ids(self) -> Collection[UUID]:
        return self._badges

    def badge(self, operator_id: UUID | None) -> str:
        return "program" if operator_id is None else self._badges.get(operator_id, str(operator_id))


def gate_answers_of(
    session: Session, warehouse_id: int, parcel_id: UUID, people: People
) -> tuple[tuple[GateLine, UUID | None], ...]:
    """Every answer the floor got, oldest first, with who asked."""
    rows = session.scalars(
        select(GateAnswerRow)
        .where(GateAnswerRow.warehouse_id == warehouse_id, GateAnswerRow.parcel_id == parcel_id)
        .order_by(GateAnswerRow.at, GateAnswerRow.id)
    )
    return tuple((_gate_line(row, people), row.operator_id) for row in rows)


def _gate_line(row: GateAnswerRow, people: People) -> GateLine:
    point = Words(gate_point_words(row.asked_at, "en"), gate_point_words(row.asked_at, "zh"))
    said = Words("open", "放行")
    if not row.is_open:
        said = Words(gate_words(row.code, "en"), gate_words(row.code, "zh"))
    elif row.state in list(DeclarationState):
        said = Words(f"open: {state_words(row.state, 'en')}", f"可以出库：{state_words(row.state, 'zh')}")
    return GateLine(
        row.asked_at, point, row.at, people.badge(row.operator_id), row.device, row.is_open, row.code, said,
        row.state, row.status, row.said, row.holds,
    )  # fmt: skip


def movements_of(session: Session, warehouse_id: int, parcel: Parcel, people: People) -> tuple[MovementLine, ...]:
    """How its goods were picked, packed and moved, oldest first."""
    sku_ids = list(
        session.scalars(
            select(OrderLineRow.sku_id).where(
                OrderLineRow.warehouse_id == warehouse_id, OrderLineRow.order_id == parcel.order_id
            )
        )
    )
    found: dict[UUID, Movement] = {}
    picked = movements_of_document(session, warehouse_id, sku_ids, parcel.order_id, limit=LONGEST_PAGE)
    moved = movements_of_container(session, warehouse_id, parcel.id, limit=LONGEST_PAGE)
    for one in (*picked, *moved):
        found[one.id] = one
    return tuple(
        MovementLine(
            one.id, one.at, one.reason.value, one.sku_code, one.lot_code, one.quantity,
            _where(one.from_place, one.from_container), _where(one.to_place, one.to_container),
            people.badge(one.operator_id), one.scan_id,
        )
        for one in sorted(found.values(), key=lambda one: (one.at, one.id))
    )  # fmt: skip


def _where(place: str, container: str) -> str:
    return f"{place} / {container}" if container else place


def scans_of(
    session: Session,
    warehouse_id: int,
    parcel: Parcel,
    gate: Sequence[tuple[GateLine, UUID | None]],
    movements: Sequence[MovementLine],
    people: People,
    *,
    until: datetime,
) -> tuple[ScanLine, ...]:
    """Every scan that had to do with the parcel, oldest first, each with what the gate answered to it."""
    asked = {(who, line.at) for line, who in gate if who is not None}
    with_goods = scans_by_id(session, warehouse_id, {one.scan_id for one in movements if one.scan_id is not None})
    tasks = {one.task_id for one in with_goods if one.task_id is not None and one.workflow in _ALONE}
    last = parcel.dispatched_at + _AFTERWARDS if parcel.dispatched_at is not None else until
    found = [
        *with_goods,
        *scans_of_tasks(session, warehouse_id, tasks),
        *scans_at(session, warehouse_id, asked),
        *scans_of_codes(
            session, warehouse_id, [parcel.tracking_no, parcel.sscc], people.ids, since=parcel.closed_at, until=last
        ),
    ]
    moved: defaultdict[UUID, list[str]] = defaultdict(list)
    for one in movements:
        if one.scan_id is not None:
            moved[one.scan_id].append(f"{one.quantity} × {one.sku}: {one.origin} → {one.destination}")
    scans = {one.scan_id: one for one in found}
    ordered = sorted(scans.values(), key=lambda one: (one.at, one.scan_id))
    answers = _answers_to(ordered, gate, [parcel.tracking_no, parcel.sscc])
    return tuple(_scan_line(one, people, moved[one.scan_id], answers[one.scan_id]) for one in ordered)


def _answers_to(
    scans: Sequence[LoggedScan], gate: Sequence[tuple[GateLine, UUID | None]], codes: Sequence[str]
) -> Mapping[UUID, list[GateLine]]:
    """The gate's answers by scan: the gate notes the very moment at which the scan was judged, who scanned, and where.

    Of several scans at one moment the one counts that the gate was most likely asked for.
    """
    at: defaultdict[tuple[UUID | None, str, datetime], list[LoggedScan]] = defaultdict(list)
    for one in scans:
        at[one.operator_id, one.device[:60], one.at].append(one)
    answers: defaultdict[UUID, list[GateLine]] = defaultdict(list)
    for line, who in gate:
        candidates = at.get((who, line.device, line.at))
        if candidates:
            likely = partial(_likeliness, line, codes)
            best = max(likely(one) for one in candidates)
            asking = min((one for one in candidates if likely(one) == best), key=lambda one: len(answers[one.scan_id]))
            answers[asking.scan_id].append(line)
    return answers


def _likeliness(line: GateLine, codes: Sequence[str], scan: LoggedScan) -> int:
    """How well a scan explains that the gate was asked."""
    carries = any(code in scan.raw for code in codes)
    return 4 * (scan.workflow == _WORKFLOW_OF.get(line.asked_at)) + 2 * (
        (line.asked_at in _ASKED_AT_THE_END and scan.raw == "*DONE*")
        or (line.asked_at == GatePoint.LABEL and scan.step == "weigh")
        or (line.asked_at in (GatePoint.CAGE, GatePoint.DISPATCH) and carries)
    ) + (scan.outcome == "gate_closed" and not line.is_open)  # fmt: skip


def _scan_line(one: LoggedScan, people: People, moved: Sequence[str], gate: Sequence[GateLine]) -> ScanLine:
    sentence = words("en", zone=CHINA_TIME).sentence(one.code, one.reply.details) if one.code else None
    answer = "" if sentence is None else f"{sentence.title} – {sentence.next}".strip(" –")
    return ScanLine(
        one.scan_id, one.at, one.scanned_at, people.badge(one.operator_id), one.device, one.workflow, one.step,
        scrub(one.raw), one.source, one.outcome, one.code, scrub(answer), tuple(moved), one.undone_by, tuple(gate),
    )  # fmt: skip


def passes_of(session: Session, warehouse_id: int, parcel: Parcel) -> tuple[PassCopy, ...]:
    """Every pass that ever listed the parcel: of the few that were asked for since it was packed."""
    rows = session.execute(
        select(ExitPassRow, ExitPassLineRow.invt_no)
        .join(
            ExitPassLineRow,
            and_(ExitPassLineRow.warehouse_id == ExitPassRow.warehouse_id, ExitPassLineRow.pass_id == ExitPassRow.id),
        )
        .where(
            ExitPassRow.warehouse_id == warehouse_id,
            ExitPassRow.requested_at >= parcel.closed_at,
            ExitPassLineRow.parcel_id == parcel.id,
        )
        .order_by(ExitPassRow.requested_at, ExitPassRow.id)
    )
    return tuple(
        PassCopy(
            row.id, row.load_code, row.pass_no, row.state,
            Words(pass_state_words(row.state, "en"), pass_state_words(row.state, "zh")), row.said, row.parcels,
            invt_no, row.requested_at, row.requested_by, row.sent_at, row.decided_at,
        )
        for row, invt_no in rows
    )  # fmt: skip


def book_of(session: Session, declaration: DeclarationRow) -> tuple[BookLine, ...]:
    """Entries of the account book for the parcel, and by hand under the number of its list."""
    records = select(Sku.article_record_no).where(
        Sku.id.in_(
            select(OrderLineRow.sku_id).where(
                OrderLineRow.warehouse_id == declaration.warehouse_id, OrderLineRow.order_id == declaration.order_id
            )
        )
    )
    by_hand = and_(
        BookEntryRow.record_no.in_(records),
        BookEntryRow.booked_at >= declaration.created_at,
        BookEntryRow.document_no.in_([one for one in (declaration.invt_no, declaration.tracking_number) if one]),
    )
    rows = session.scalars(
        select(BookEntryRow)
        .where(
            BookEntryRow.warehouse_id == declaration.warehouse_id,
            or_(BookEntryRow.source == event_of_parcel(declaration.parcel_id), by_hand),
        )
        .order_by(BookEntryRow.booked_at, BookEntryRow.record_no, BookEntryRow.kind)
    )
    return tuple(
        BookLine(row.record_no, row.kind, row.quantity, row.booked_at, row.document_no, row.note, row.who)
        for row in rows
    )


def audit_of(session: Session, warehouse_id: int, names: Collection[str]) -> tuple[AuditLine, ...]:
    """What the audit trail says about the order, the parcel, its receipts and passes."""
    rows = session.scalars(
        select(AuditRow)
        .where(AuditRow.warehouse_id == warehouse_id, AuditRow.on_what.in_(names), AuditRow.what != TAKEN_OUT)
        .order_by(AuditRow.happened_at, AuditRow.id)
    )
    return tuple(AuditLine(row.happened_at, row.who, row.device, row.what, row.on_what, row.details) for row in rows)
