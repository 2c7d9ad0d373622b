"""Packing lists that go into parcels: what each says is kept when its parcel is full, its PDF is made by the worker.

`keep_list`, `request_list` and `lists_made` are called by benches, each inside a transaction of theirs. `PaperMaker` is
registered in `wms.app`; it waits for the press with nothing open, may die at any line and begin again, and what was
made once is never made anew.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.labels.documents import PackingList
from wms.labels.effects import PrintPackingList
from wms.labels.list_codes import in_words
from wms.labels.model import Medium, RenderedLabel
from wms.labels.packing_list import list_of_open_parcel
from wms.labels.press import Press
from wms.labels.render import render_label
from wms.labels.tables import PackingListRow
from wms.outbox.service import Message, enqueue
from wms.outbox.worker import Handler
from wms.places.tables import Warehouse

PAPER_TOPIC = "paper.bench"

_lists = cast(Table, PackingListRow.__table__)


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A finished paper, as PDF."""

    content: bytes
    sha256: str


def keep_list(session: Session, warehouse_id: int, effect: PrintPackingList, *, now: datetime) -> None:
    """What a list says from now on; once more the same changes nothing."""
    session.execute(
        insert_ignoring_duplicates(_lists, session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id,
            code=effect.code,
            order_id=effect.order_id,
            parcel_id=effect.parcel_id,
            parcel_number=effect.parcel_number,
            contents=in_words(effect.contents),
            ordered_at=now,
            content=None,
            sha256="",
        )
    )


def request_list(session: Session, warehouse_id: int, code: str, *, now: datetime) -> None:
    """Have the worker make it."""
    enqueue(session, warehouse_id, PAPER_TOPIC, json.dumps({"list": code}), now=now, serial_key=f"paper:{code}")


def lists_made(session: Session, warehouse_id: int, codes: Collection[str]) -> dict[str, KeptPaper]:
    """What is made already of these lists."""
    rows = session.execute(
        select(_lists.c.code, _lists.c.content, _lists.c.sha256).where(
            _lists.c.warehouse_id == warehouse_id, _lists.c.code.in_(codes), _lists.c.sha256 != ""
        )
    )
    return {row.code: KeptPaper(row.content, row.sha256) for row in rows}


@dataclass(frozen=True, slots=True)
class PaperMaker:
    """The outbox handler."""

    database: Database
    clock: Clock
    press: Press

    def handlers(self) -> Mapping[str, Handler]:
        return {PAPER_TOPIC: self.make}

    def make(self, message: Message) -> None:
        """Raises LabelError (data to be corrected), PressError: tried again, then parked."""
        code, warehouse_id = str(json.loads(message.payload)["list"]), message.warehouse_id
        if self.database.reading(lambda session: lists_made(session, warehouse_id, [code])):
            return
        document = self.database.reading(lambda session: _packing_list(session, warehouse_id, code))
        made = render_label(document, Medium.PDF, press=self.press, job_id=message.id, urgent=True)
        self.database.in_transaction(lambda session: _keep(session, warehouse_id, code, made))


def _packing_list(session: Session, warehouse_id: int, code: str) -> PackingList:
    zone = ZoneInfo(session.get_one(Warehouse, warehouse_id).timezone)
    found = list_of_open_parcel(session, warehouse_id, code, zone)
    assert found is not None, f"list {code} was ordered and is not kept"
    return found


def _keep(session: Session, warehouse_id: int, code: str, made: RenderedLabel) -> None:
    session.execute(
        update(_lists)
        .where(_lists.c.warehouse_id == warehouse_id, _lists.c.code == code, _lists.c.sha256 == "")
        .values(content=made.content, sha256=made.sha256)
    )
