"""Lists of customs that are no declarations: exit passes, receipts nobody here is meant by. Statements only."""

from sqlalchemy import and_, select

from wms.customs.model import PassState
from wms.customs.tables import ExitPassRow, ReceiptEntryRow, WaitingReceiptRow
from wms.office.listing import Column, ListKind, Scope, Shown, Slice, Statement


def _passes(scope: Scope) -> Statement:
    return (
        select(
            ExitPassRow.load_code,
            ExitPassRow.state,
            ExitPassRow.pass_no,
            ExitPassRow.parcels,
            ExitPassRow.requested_at,
            ExitPassRow.requested_by,
            ExitPassRow.decided_at,
            ExitPassRow.said,
        )
        .where(ExitPassRow.warehouse_id == scope.warehouse_id)
        .order_by(ExitPassRow.id.desc())
    )


def _passes_in(state: PassState) -> Slice:
    names = {
        PassState.REQUESTED: "Asked for",
        PassState.CONFIRMED: "Confirmed, not left yet",
        PassState.REFUSED: "Refused",
    }
    return Slice(state.value, names[state], lambda scope: _passes(scope).where(ExitPassRow.state == state.value))


PASSES = ListKind(
    "exit-passes",
    "Exit passes 核放单",
    (
        _passes_in(PassState.REQUESTED),
        _passes_in(PassState.REFUSED),
        _passes_in(PassState.CONFIRMED),
        Slice("all", "All, newest first", _passes),
    ),
    (
        Column("load_code", "Load", Shown.CODE),
        Column("state", "State", Shown.WORD),
        Column("pass_no", "Pass number", Shown.CODE),
        Column("parcels", "Parcels", Shown.NUMBER),
        Column("requested_at", "Asked for", Shown.MOMENT),
        Column("requested_by", "By", Shown.CODE),
        Column("decided_at", "Decided", Shown.MOMENT),
        Column("said", "In their words"),
    ),
    ExitPassRow.__table__.c.load_code,
    "Load, such as LOD-7",
    search_is_whole=True,
    explained={
        "requested": "The load is sealed and waits for the zone's answer.",
        "refused": "The load cannot leave. Open it again at its lane, mend what was named, and seal it anew.",
    },
)


def _waiting(scope: Scope) -> Statement:
    return (
        select(
            WaitingReceiptRow.message_type,
            WaitingReceiptRow.company_key,
            WaitingReceiptRow.number_key,
            ReceiptEntryRow.return_status,
            ReceiptEntryRow.return_info,
            WaitingReceiptRow.since,
        )
        .join(
            ReceiptEntryRow,
            and_(
                ReceiptEntryRow.warehouse_id == WaitingReceiptRow.warehouse_id,
                ReceiptEntryRow.fingerprint == WaitingReceiptRow.fingerprint,
            ),
        )
        .where(WaitingReceiptRow.warehouse_id == scope.warehouse_id)
        .order_by(WaitingReceiptRow.since, WaitingReceiptRow.fingerprint)
    )


WAITING = ListKind(
    "waiting-receipts",
    "Receipts without a declaration",
    (Slice("open", "Waiting", _waiting),),
    (
        Column("message_type", "Message", Shown.CODE),
        Column("company_key", "Company", Shown.CODE),
        Column("number_key", "Number", Shown.CODE),
        Column("return_status", "Status", Shown.CODE),
        Column("return_info", "In their words"),
        Column("since", "Since", Shown.MOMENT),
    ),
    ReceiptEntryRow.__table__.c.number_key,
    "Number",
    explained={
        "open": "They name nothing we know. Each is applied by itself when its declaration appears; what stays here "
        "belongs to another system, or to an order that was never taken in."
    },
)
