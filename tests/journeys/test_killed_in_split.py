"""The service is killed by the operating system in the middle of an order's split into parcels, and started again.

Scan by scan: right before its transaction is committed, or right after, before the answer is written. The device, which
got no answer, sends the same scan to the service that was started in its place.
"""

import os
import signal
from collections.abc import Mapping
from typing import Any, NoReturn

import pytest
from sqlalchemy import event

from tests.journeys.test_several_parcels import leave, picked, state_of
from tests.support.floor import Floor, Handheld, code_of
from wms.app import create_app, house_of
from wms.kernel.identity import uuid7

LONGEST_SECONDS = 60


def killed_over(floor: Floor, packer: Handheld, scan: Mapping[str, Any], moment: str) -> None:
    """A process of its own takes the scan and is killed at its commit."""
    # A child must not share our connections.
    floor.database.engine.dispose()
    child = os.fork()
    if child == 0:
        _die_over(floor, packer, scan, moment)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _die_over(floor: Floor, packer: Handheld, scan: Mapping[str, Any], moment: str) -> NoReturn:
    try:
        signal.alarm(LONGEST_SECONDS)
        packer.client.application = create_app(floor.settings, floor.clock)
        database = house_of(packer.client.application).database
        in_transaction = database.in_transaction

        def dying(work: Any) -> Any:
            result = in_transaction(work)
            _die()
            return result

        if moment == "before":
            event.listen(database.engine, "commit", _die)
        else:
            database.in_transaction = dying  # type: ignore[method-assign]
        packer.post(scan)
    finally:
        os._exit(1)


def _die(*_connection: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_split_goes_on_where_it_was_and_nothing_is_lost_or_done_twice(floor: Floor, moment: str) -> None:
    packer = picked(floor)
    packer.scans("RED")
    for text in ("*SPLIT*", "BOX-S", "150g", "RED", "BLUE", "BOX-S", "250g"):
        scan = {
            "scan_id": str(uuid7()), "device": packer.device, "raw": code_of(text), "source": "wedge",
            "task_id": packer.task["id"] if packer.task else None,
            "task_version": packer.task["version"] if packer.task else None,
        }  # fmt: skip
        killed_over(floor, packer, scan, moment)
        packer.client.application = create_app(floor.settings, floor.clock)
        reply = packer.send(scan)
        house_of(packer.client.application).database.engine.dispose()
        assert (reply["outcome"] in ("accepted", "completed"), reply["replayed"]) == (True, moment == "after"), reply
    first, second = floor.parcels("42")
    assert state_of(floor) == "packed"
    on_bench = [f"BENCH-1/{first.tracking_no} RED 1", f"BENCH-1/{second.tracking_no} BLUE 1"]
    on_bench.append(f"BENCH-1/{second.tracking_no} RED 1")
    floor.stock.is_now("\n".join(["A-01 RED 3", "A-02 BLUE 4", *on_bench]))
    leave(floor, first.tracking_no, second.tracking_no)
    assert state_of(floor) == "dispatched"
