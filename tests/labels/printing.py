"""Print messages of a floor, done one by one as the worker does them."""

import json
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from tests.support.floor import Floor
from wms.kernel.identity import NIL
from wms.labels.jobs import LabelPrinter
from wms.labels.press import Press
from wms.labels.service import PRINT_TOPIC, PRINT_TOPICS
from wms.labels.tables import PrintJobRow
from wms.outbox.service import Message
from wms.outbox.tables import OutboxMessage


def printer_of(floor: Floor, press: Press) -> LabelPrinter:
    return LabelPrinter(floor.database, floor.clock, press, floor.settings.label_dir)


def messages(floor: Floor) -> list[Message]:
    """All print messages, oldest first, as a worker would claim them."""
    query = select(OutboxMessage).where(OutboxMessage.topic.in_(PRINT_TOPICS)).order_by(OutboxMessage.id)
    rows = floor.database.reading(lambda session: session.execute(query).scalars().all())
    return [Message(row.warehouse_id, row.id, row.topic, row.payload, 1, NIL) for row in rows]


def message_for(floor: Floor, parcel_id: UUID, message_id: UUID) -> Message:
    return Message(floor.warehouse_id, message_id, PRINT_TOPIC, json.dumps({"parcel_id": str(parcel_id)}), 1, NIL)


def jobs(floor: Floor) -> list[PrintJobRow]:
    """All print jobs by copy and medium."""
    query = select(PrintJobRow).order_by(PrintJobRow.copy_no, PrintJobRow.medium)
    return list(floor.database.reading(lambda session: session.execute(query).scalars().all()))


def job_lines(floor: Floor) -> list[str]:
    """`1 pdf printed simulated` per job."""
    return [f"{job.copy_no} {job.medium} {job.state} {job.printer}".rstrip() for job in jobs(floor)]


def printed_files(floor: Floor) -> dict[str, bytes]:
    folder: Path = floor.settings.label_dir
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.exists() else {}
