"""Tax bills of customs: kept as they were told, shown with the declaration they belong to.

Called by `intake` and by the declaration's sheet. A bill names the list by the number customs gave it (invtNo), which
a declaration may learn after the bill came: bills are looked up when they are shown.
"""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.customs.model import TaxBill
from wms.customs.sheets.sheet import TaxBillView
from wms.customs.tables import TaxBillRow
from wms.database.dialect import insert_ignoring_duplicates


def store_bill(
    session: Session, warehouse_id: int, receipt_id: UUID, position: int, bill: TaxBill, *, now: datetime
) -> None:
    """Keep a bill, or a word on its status, once."""
    values = asdict(bill) | {"lines": json.dumps([asdict(line) for line in bill.lines])}
    session.execute(
        insert_ignoring_duplicates(cast(Table, TaxBillRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id,
            fingerprint=bill.fingerprint,
            receipt_id=receipt_id,
            position=position,
            taken_at=now,
            **values,
        )
    )


def bills_of(session: Session, warehouse_id: int, invt_nos: Collection[str]) -> list[TaxBillView]:
    """The bills of lists with these numbers, each as its latest message left it, by number."""
    rows = session.scalars(
        select(TaxBillRow)
        .where(TaxBillRow.warehouse_id == warehouse_id, TaxBillRow.invt_no.in_(invt_nos))
        .order_by(TaxBillRow.return_time, TaxBillRow.status, TaxBillRow.fingerprint)
    )
    bills: dict[tuple[str, str], TaxBillView] = {}
    for row in rows:
        key = (row.invt_no, row.tax_no)
        before = bills.get(key)
        # A word on the status carries no amounts: those of the bill itself stay.
        bills[key] = TaxBillView(
            row.invt_no, row.tax_no, row.status, row.return_time,
            row.customs_tax or (before.customs_tax if before else ""),
            row.value_added_tax or (before.value_added_tax if before else ""),
            row.consumption_tax or (before.consumption_tax if before else ""),
            row.payment_book_no or (before.payment_book_no if before else ""),
            row.assure_code or (before.assure_code if before else ""),
            row.note or (before.note if before else ""),
        )  # fmt: skip
    return [bills[key] for key in sorted(bills)]
