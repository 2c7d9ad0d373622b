"""What an inbox brought is kept once and read once."""

from uuid import UUID

from sqlalchemy import func, select

from tests.customs.parcels import WAREHOUSE
from wms.customs.jobs import READ_TOPIC
from wms.customs.receipts.inbound import receipt_keeper
from wms.customs.tables import RawReceiptRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.outbox.tables import OutboxMessage


def test_the_same_delivery_is_kept_and_read_once(database: Database, clock: FixedClock) -> None:
    keep = receipt_keeper(database, clock)
    for number in (1, 1, 2, 1):
        keep(WAREHOUSE, b"<a/>", "folder a.xml", UUID(int=number))
    kept = select(RawReceiptRow.id).order_by(RawReceiptRow.id)
    to_read = select(func.count()).where(OutboxMessage.topic == READ_TOPIC)
    assert database.reading(lambda session: list(session.scalars(kept))) == [UUID(int=1), UUID(int=2)]
    assert database.reading(lambda session: session.execute(to_read).scalar_one()) == 2
