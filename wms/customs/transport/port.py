"""What transport offers to the rest of customs. Implemented by `outbox_folder`, `inbox_folder` and `gateway`.

Made from the settings by `choice.transport_of` and `choice.inbox_of`.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from wms.kernel.errors import WmsError

Keep = Callable[[bytes, str, UUID], None]
"""keep(raw, source, receipt_id): store one delivery. Returns when it is committed, and only then; the same receipt id
again is the same delivery and changes nothing. `source` has at most 60 characters."""


class TransportFailed(WmsError):
    """The way is not there now: a missing folder, a full disk, a silent gateway. The text is a sentence naming it."""


class Transport(Protocol):
    """Carries messages to the electronic port."""

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        """Hand one message over under the file name `name`; says where it went, in at most 200 characters.

        Idempotent by `message_id`: again is harmless. Raises TransportFailed.
        """
        ...


class Inbox(Protocol):
    """Brings the answers of the electronic port."""

    @property
    def pause_seconds(self) -> float:
        """How long nobody needs to look after there was nothing."""
        ...

    def take(self, keep: Keep) -> int:
        """Hand everything that is there to `keep`, oldest first; how many. Raises TransportFailed, or what `keep`
        raised: what was not kept is still there for the next time.
        """
        ...
