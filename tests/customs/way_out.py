"""The worker's way to the electronic port, with the real signer and the real folders, for the tests of customs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.keys import PERSONAL_DATA_KEYS, signing_key_file
from wms.config import Settings
from wms.customs.jobs import OrderChecker, ReceiptReader
from wms.customs.payment.jobs import SlipChecker
from wms.customs.regimes.china.document_reader import DocumentsReading, read_documents
from wms.customs.sending.outgoing import OutgoingMessages
from wms.customs.signing.choice import signer_of
from wms.customs.transport.choice import transport_of
from wms.customs.transport.port import Transport
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.outbox.worker import Worker


def settings_in(folder: Path) -> Settings:
    return Settings(
        database_url="sqlite://",
        data_dir=folder,
        secret_key="x" * 32,
        personal_data_keys=PERSONAL_DATA_KEYS,
        customs_key_file=signing_key_file(),
    )


@dataclass
class WayOut:
    """A worker and what it sends."""

    database: Database
    clock: FixedClock
    folder: Path

    def messages(self, transport_for: Callable[[str], Transport] | None = None, **changed: Any) -> OutgoingMessages:
        """The handlers that pack and send."""
        settings = settings_in(self.folder)
        signer = changed.pop("signer", None) or signer_of(settings, self.clock)
        way = transport_for or (lambda code: transport_of(settings, code, self.clock))
        return OutgoingMessages(self.database, self.clock, signer, way, settings.customs_dxp_id)

    def check(self) -> None:
        """Let a worker do all that is due, except sending."""
        rooms = (OrderChecker(self.database, self.clock), SlipChecker(self.database, self.clock))
        handlers = {topic: handler for room in rooms for topic, handler in room.handlers().items()}
        while Worker(self.database, self.clock, handlers).run_once():
            pass

    def work(self, messages: OutgoingMessages | None = None, *, seconds: int = 0) -> None:
        """Let a worker do all that is due, and then all that becomes due within `seconds`."""
        rooms = (
            OrderChecker(self.database, self.clock),
            SlipChecker(self.database, self.clock),
            messages or self.messages(),
            ReceiptReader(self.database, self.clock),
        )
        handlers = {topic: handler for room in rooms for topic, handler in room.handlers().items()}
        worker = Worker(self.database, self.clock, handlers)
        while worker.run_once():
            pass
        for _ in range(seconds):
            self.clock.forward(timedelta(seconds=1))
            while worker.run_once():
                pass

    @property
    def outbox(self) -> Path:
        return self.folder / "customs" / "W7" / "outbox"

    def files(self) -> list[str]:
        """Names of what was sent and nobody fetched yet: kinds of messages only."""
        return sorted(path.name.split("_")[0] for path in self.outbox.glob("*.xml"))

    def sent(self, kind: str) -> list[DocumentsReading]:
        """What stands in the messages of one kind, in the order of their ids."""
        return [read_documents(path.read_bytes()) for path in sorted(self.outbox.glob(f"{kind}_*.xml"))]
