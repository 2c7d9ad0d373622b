"""A worker process that takes from one inbox until it is killed. Run by `test_race`: python taking.py URL ROOT."""

import sys
import threading
from functools import partial
from pathlib import Path

from tests.support.opened import opened
from wms.customs.receipts.inbound import receipt_keeper
from wms.customs.transport.inbox_folder import InboxFolder
from wms.customs.transport.tree import PortFolders
from wms.kernel.clock import SystemClock

CLAIM_SECONDS = 3.0
"""Much longer than keeping one receipt takes on a busy machine, much shorter than in service."""


def main(url: str, root: str, warehouse_id: str) -> None:
    clock = SystemClock()
    inbox = InboxFolder(PortFolders(Path(root), may_be_made=True), "W7", clock, claim_seconds=CLAIM_SECONDS)
    with opened(url) as database:
        keep = partial(receipt_keeper(database, clock), int(warehouse_id))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            if not inbox.take(keep):
                threading.Event().wait(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
