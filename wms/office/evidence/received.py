"""What came from outside about a parcel: receipts, tax bills, payment slips, with the bytes they came in. Reads only.

Called by `gathering`. A receipt is found by what its entries name; a delivery that only repeated something is found by
the note that was kept of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.hearing import Heard, attempt_of, entry_of, identity_of
from wms.customs.model import DocumentKind, ReceiptEntry
from wms.customs.payment.payments import slips_of_order_no
from wms.customs.payment.rows import joined, values_of
from wms.customs.receipts.part import parts_of
from wms.customs.sheets.sheet import DeclarationSheet, Words
from wms.customs.tables import (
    DeclarationRow,
    PaymentSlipRow,
    QuarantineRow,
    RawReceiptRow,
    ReceiptEntryRow,
    RepeatedEntryRow,
    TaxBillRow,
)
from wms.customs.words.wording import receipt_words
from wms.database.sealed import vault_of
from wms.office.evidence.steps import Place
from wms.office.evidence.values import NodeCopy, ReceiptCopy, SetAside, SlipCopy, Trouble

DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Received:
    """Everything that came."""

    receipts: tuple[ReceiptCopy, ...]
    slips: tuple[SlipCopy, ...]
    places: Mapping[str, Place]
    """Where each entry's bytes are, by fingerprint."""
    troubles: tuple[Trouble, ...]


def received(
    session: Session, declaration: DeclarationRow, sheet: DeclarationSheet, heard: Sequence[Heard]
) -> Received:
    """What came about the declaration; `heard` is what each of its attempts was told."""
    rows = _entries(session, declaration, heard)
    slips, troubles = _slips(session, declaration)
    nodes = _nodes(session, declaration, rows, heard)
    what = dict.fromkeys(nodes, "receipt")
    what |= dict.fromkeys(_tax_receipts(session, declaration, sheet), "tax bill")
    what |= {one.receipt_id: "payment slip" for one in slips if one.receipt_id is not None}
    return Received(
        receipts=_receipts(session, declaration.warehouse_id, what, nodes),
        slips=slips,
        places={entry_of(row).fingerprint: (row.receipt_id, row.position) for row in rows},
        troubles=(*troubles, *_changed_entries(rows)),
    )


def _entries(session: Session, declaration: DeclarationRow, heard: Sequence[Heard]) -> list[ReceiptEntryRow]:
    wanted = {fingerprint for one in heard for fingerprint in one.kept}
    rows = session.scalars(
        select(ReceiptEntryRow).where(
            ReceiptEntryRow.warehouse_id == declaration.warehouse_id, ReceiptEntryRow.fingerprint.in_(wanted)
        )
    )
    return sorted(rows, key=lambda row: (row.return_time, row.fingerprint))


def _changed_entries(rows: Iterable[ReceiptEntryRow]) -> list[Trouble]:
    return [
        Trouble(
            f"entry {row.fingerprint[:12]} of receipt {row.receipt_id}",
            Words("the entry is not what was read when it came", "回执条目与入库时不一致"),
        )
        for row in rows
        if entry_of(row).fingerprint != row.fingerprint
    ]


def _nodes(
    session: Session, declaration: DeclarationRow, rows: Sequence[ReceiptEntryRow], heard: Sequence[Heard]
) -> Mapping[UUID, list[NodeCopy]]:
    """The nodes of each receipt that speak of this parcel, repeated ones too."""
    parts = _parts(session, declaration, [entry_of(row) for row in rows], heard)
    nodes: defaultdict[UUID, list[NodeCopy]] = defaultdict(list)
    by_fingerprint = {row.fingerprint: row for row in rows}
    for row in rows:
        part = parts.get(entry_of(row).fingerprint, "counts")
        nodes[row.receipt_id].append(_node(row, row.position, part))
    repeats = session.execute(
        select(RepeatedEntryRow.fingerprint, RepeatedEntryRow.receipt_id, RepeatedEntryRow.position).where(
            RepeatedEntryRow.warehouse_id == declaration.warehouse_id, RepeatedEntryRow.fingerprint.in_(by_fingerprint)
        )
    )
    for repeat in repeats:
        nodes[repeat.receipt_id].append(_node(by_fingerprint[repeat.fingerprint], repeat.position, DUPLICATE))
    return nodes


def _parts(
    session: Session, declaration: DeclarationRow, entries: Collection[ReceiptEntry], heard: Sequence[Heard]
) -> dict[str, str]:
    listed = heard[-1].papers.declared.get(DocumentKind.INVENTORY)
    list_message = listed.message_id if listed else None
    parts = parts_of(entries, attempt_of(session, declaration), identity_of(declaration), list_message)
    told = {fingerprint: part.value for fingerprint, part in parts.items()}
    # A failure of a message in which an earlier attempt travelled: history, not somebody else's message.
    of_earlier = {entry.fingerprint for one in heard[:-1] for entry in one.for_fold}
    for entry in entries:
        if told[entry.fingerprint] == "other_message" and entry.fingerprint in of_earlier:
            told[entry.fingerprint] = "earlier_attempt"
    return told


def _node(row: ReceiptEntryRow, position: int, part: str) -> NodeCopy:
    meaning = Words(*(receipt_words(row.message_type, row.return_status, row.return_info, one) for one in ("en", "zh")))
    return NodeCopy(
        position, row.message_type, row.return_status, row.return_time, row.return_info, meaning, part, row.fingerprint
    )


def _tax_receipts(session: Session, declaration: DeclarationRow, sheet: DeclarationSheet) -> list[UUID]:
    numbers = {one.invt_no for one in sheet.attempts if one.invt_no} | ({sheet.invt_no} if sheet.invt_no else set())
    if not numbers:
        return []
    return list(
        session.scalars(
            select(TaxBillRow.receipt_id).where(
                TaxBillRow.warehouse_id == declaration.warehouse_id, TaxBillRow.invt_no.in_(numbers)
            )
        )
    )


def _receipts(
    session: Session, warehouse_id: int, what: Mapping[UUID, str], nodes: Mapping[UUID, list[NodeCopy]]
) -> tuple[ReceiptCopy, ...]:
    rows = session.scalars(
        select(RawReceiptRow).where(RawReceiptRow.warehouse_id == warehouse_id, RawReceiptRow.id.in_(what))
    )
    aside: defaultdict[UUID, list[SetAside]] = defaultdict(list)
    for one in session.scalars(
        select(QuarantineRow).where(QuarantineRow.warehouse_id == warehouse_id, QuarantineRow.receipt_id.in_(what))
    ):
        aside[one.receipt_id].append(
            SetAside(one.position, one.reason, one.what, one.at, one.settled_at, one.settled_by, one.settle_reason)
        )
    copies = [
        ReceiptCopy(
            row.id,
            row.sha256,
            row.source,
            row.received_at,
            what[row.id],
            tuple(sorted(nodes.get(row.id, ()), key=lambda node: (node.position, node.fingerprint))),
            tuple(sorted(aside[row.id], key=lambda one: (one.position, one.reason))),
            row.raw,
        )
        for row in rows
    ]
    return tuple(sorted(copies, key=lambda copy: (copy.received_at, copy.sha256, copy.receipt_id)))


def _slips(session: Session, declaration: DeclarationRow) -> tuple[tuple[SlipCopy, ...], list[Trouble]]:
    kept = slips_of_order_no(session, declaration.warehouse_id, declaration.order_no)
    # Whole histories of transactions are told; of those only what names this order is about this parcel.
    mine = [one for one in kept if one.slip.order_no == declaration.order_no]
    vault = vault_of(session.get_bind().dialect)
    rows = session.execute(
        select(PaymentSlipRow.id, PaymentSlipRow.fingerprint).where(
            PaymentSlipRow.warehouse_id == declaration.warehouse_id,
            PaymentSlipRow.id.in_([one.slip_id for one in mine]),
        )
    )
    fingerprints = {row.id: row.fingerprint for row in rows}
    troubles = [
        Trouble(f"payment slip {one.slip_id}", Words("it is not what was taken in", "支付单与接收时不一致"))
        for one in mine
        if vault.digest(joined(values_of(one.slip))) != fingerprints[one.slip_id]
    ]
    copies = tuple(
        SlipCopy(one.slip_id, one.counts, one.source, one.receipt_id, one.taken_at, one.slip) for one in mine
    )
    return copies, troubles
