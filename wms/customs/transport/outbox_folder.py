"""Messages leave through a folder, from which a DXP client takes them. Made by `choice`.

A file appears under its name whole or not at all, and once: the client may have taken it away before our transaction
said `sent`, so a marker in `sent` keeps the name under which the file was prepared. Marker and no prepared file: it
went out. Markers hold no contents and are forgotten after KEEP_DAYS.
"""

import logging
import os
import re
import shutil
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from wms.customs.transport.tree import PortFolders, put_first, said, sync_folder, write_whole
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)

KEEP_DAYS = 7
"""Far longer than the outbox goes on trying."""
_ORPHAN_SECONDS = 86_400
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,149}")


class OutboxFolder:
    """The outbox of one warehouse."""

    def __init__(self, folders: PortFolders, clock: Clock) -> None:
        self._folders = folders
        self._clock = clock

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        for text in (name, message_id):
            if not _SAFE_NAME.fullmatch(text):
                raise ValueError(f"{text!r} is no name for a file that every system can keep")
        outbox = self._folders.outbox
        target = outbox / name
        with said(f"the outbox {outbox}"):
            marker = self._marker(message_id)
            if not marker.exists() and not target.exists():
                draft = outbox / f".{name}.{os.urandom(6).hex()}.tmp"
                write_whole(draft, raw)
                # The draft must be there for good before the marker says that it was.
                sync_folder(outbox)
                if not put_first(marker, draft.name.encode()):
                    # Another worker sends the same message at this moment.
                    draft.unlink()
            self._show(marker, target)
            sync_folder(outbox)
        return str(target)[-200:]

    @staticmethod
    def _show(marker: Path, target: Path) -> None:
        """Give the prepared file its name, unless that happened before."""
        with suppress(FileNotFoundError):
            draft = target.with_name(marker.read_text())
            draft.rename(target)

    def _marker(self, message_id: str) -> Path:
        """Where the marker of a message is, or has to be."""
        sent = self._folders.own("sent")
        for day in sorted(sent.iterdir()):
            if (day / message_id).exists():
                return day / message_id
        today = self._clock.now().date()
        folder = sent / today.isoformat()
        if not folder.is_dir():
            self._forget(sent, today)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(sent)
        return folder / message_id

    def _forget(self, sent: Path, today: date) -> None:
        """Once a day: old markers, and drafts of senders that died before anybody could see them."""
        oldest = (today - timedelta(days=KEEP_DAYS)).isoformat()
        for day in sent.iterdir():
            if day.name < oldest:
                shutil.rmtree(day, ignore_errors=True)
        for draft in self._folders.outbox.glob(".*.tmp"):
            with suppress(FileNotFoundError):
                # The age of a file is told by the machine's clock, which also dated it.
                if time.time() - draft.stat().st_mtime > _ORPHAN_SECONDS:
                    draft.unlink()
                    log.warning("%s was never finished and is removed", draft)
