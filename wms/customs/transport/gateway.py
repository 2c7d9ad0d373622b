"""The HTTP gateway of a local electronic port: messages go by POST, answers are fetched. Made by `choice`.

`OK` means received, nothing more. Where we were in the list of answers is kept in a file of the warehouse, written
after `keep` has committed; whoever loses it gets everything once more, and keeping an answer twice keeps it once.
"""

import base64
import binascii
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid5

import msgspec

from wms.customs.model import CHINA_TIME
from wms.customs.transport.envelope import IMPORT_SYSTEM
from wms.customs.transport.inbox_folder import NAMESPACE
from wms.customs.transport.port import Keep, TransportFailed
from wms.customs.transport.tree import PortFolders, legible, put_in_place, said
from wms.customs.wire import AnswerTooLong, Wire
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)

SEND_SECONDS = 30
FETCH_SECONDS = 10
_PAGES = (100, 10, 1)
"""How many answers are asked for; fewer where so many do not fit into one."""
_LONGEST_CURSOR = 500


class Fetched(msgspec.Struct, frozen=True):
    """One answer of the port as the gateway lists it."""

    cursor: str
    name: str
    body: str


class Page(msgspec.Struct, frozen=True):
    """What the gateway answers."""

    receipts: list[Fetched]


class Bookmark(msgspec.Struct, frozen=True):
    """Where we are; another gateway or another client of it starts anew."""

    url: str
    receiver: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """The way out."""

    wire: Wire
    sender: str
    clock: Clock

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        payload = {
            "MessageId": message_id,
            "MessageType": message_type,
            "SenderID": self.sender,
            "ReceiverID": IMPORT_SYSTEM,
            "SendTime": self.clock.now().astimezone(CHINA_TIME).strftime("%Y%m%d%H%M%S"),
            "Version": "1.0",
            "Body": base64.b64encode(raw).decode(),
        }
        try:
            answer = self.wire.post("/messages", payload, timeout_seconds=SEND_SECONDS)
        except AnswerTooLong as error:
            raise TransportFailed(str(error)) from None
        if answer.strip().strip(b'"').upper() != b"OK":
            raise TransportFailed(f"the gateway {self.wire.url} did not answer OK to {name}; it is sent again")
        return self.wire.url[:200]


class GatewayInbox:
    """The way in."""

    pause_seconds = 2.0

    def __init__(self, wire: Wire, receiver: str, folders: PortFolders, warehouse_code: str) -> None:
        self._wire = wire
        self._receiver = receiver
        self._folders = folders
        self._warehouse_code = warehouse_code

    def take(self, keep: Keep) -> int:
        after = self._cursor()
        kept, last = 0, after
        try:
            for fetched in self._fetch(after):
                self._keep(fetched, keep)
                last = fetched.cursor
                kept += 1
        finally:
            # Also when `keep` failed in the middle: what came before it was kept.
            if last != after:
                self._move_to(last)
        if kept and last == after:
            raise TransportFailed(f"the gateway {self._wire.url} lists the same answers behind {after!r} for ever")
        return kept

    def _fetch(self, after: str) -> Sequence[Fetched]:
        for limit in _PAGES:
            query = {"receiver": self._receiver, "after": after, "limit": str(limit)}
            try:
                body = self._wire.get("/receipts", query, timeout_seconds=FETCH_SECONDS)
                receipts = msgspec.json.decode(body, type=Page).receipts
            except AnswerTooLong as error:
                if limit == _PAGES[-1]:
                    raise TransportFailed(f"{error} for one message behind {after!r}") from None
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise TransportFailed(f"the gateway {self._wire.url} sent no list of answers: {error}") from None
            else:
                if any(not 0 < len(one.cursor) <= _LONGEST_CURSOR for one in receipts):
                    raise TransportFailed(f"the gateway {self._wire.url} lists answers without a usable cursor")
                return receipts
        raise AssertionError("unreachable")

    def _keep(self, fetched: Fetched, keep: Keep) -> None:
        try:
            raw = base64.b64decode("".join(fetched.body.split()), validate=True)
        except (binascii.Error, ValueError):
            # Kept as it is: people then see what came, and the answers behind it are not held up.
            raw = fetched.body.encode("utf-8", errors="replace")
        name = legible(fetched.name)
        sha256 = hashlib.sha256(raw).hexdigest()
        keep(raw, f"gateway {name}"[:60], uuid5(NAMESPACE, f"gateway\n{self._warehouse_code}\n{name}\n{sha256}"))

    def _cursor(self) -> str:
        try:
            bookmark = msgspec.json.decode(self._bookmark().read_bytes(), type=Bookmark)
        except FileNotFoundError:
            return ""
        except (msgspec.MsgspecError, UnicodeDecodeError):
            log.warning("%s cannot be read; all answers are fetched once more", self._bookmark())
            return ""
        return bookmark.cursor if (bookmark.url, bookmark.receiver) == (self._wire.url, self._receiver) else ""

    def _move_to(self, cursor: str) -> None:
        bookmark = Bookmark(self._wire.url, self._receiver, cursor)
        with said(f"the folder {self._folders.root}"):
            put_in_place(self._bookmark(), msgspec.json.encode(bookmark))

    def _bookmark(self) -> Path:
        return self._folders.own("gateway") / "cursor.json"
