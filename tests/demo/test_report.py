"""What counts as trouble at the end of a shift: a parcel with no good reason to be here, and no other."""

from typing import Any, cast

import pytest

from wms.customs.gate import REFUSED_CODES
from wms.demo.hall import Hall
from wms.demo.handheld import Handheld
from wms.demo.report import gather
from wms.demo.tally import Tally
from wms.demo.trades.dispatcher import heard_of, may_still_move


class Office:
    """The door of declarations and labels, with one parcel behind it."""

    def __init__(self, code: str) -> None:
        self.declaration = {
            "state": "pending", "status": "", "left_at": None, "gate_open": False, "gate_code": code, "order_no": "42",
            "documents": [{"kind": "payment", "outgoing": "sent", "state": "refused"}],
        }  # fmt: skip

    def get(self, path: str) -> Any:
        return {"declarations": [self.declaration]} if "declarations" in path else {"state": "packed"}

    def request(self, method: str, path: str) -> tuple[int, bytes]:
        return 200, b""


@pytest.mark.parametrize("code", sorted(REFUSED_CODES.values()))
def test_a_parcel_whose_paper_was_refused_is_held_with_a_reason(code: str) -> None:
    office, hall = Office(code), Hall(Tally())
    hall.note_tracking_number("SF1")
    report = gather(cast(Handheld, office), hall, 1.0)
    assert (dict(report.held), report.stuck) == ({code: 1}, [])
    assert not may_still_move(office.declaration), "the truck does not wait for what only a person can mend"


def test_a_parcel_whose_papers_simply_were_not_sent_is_stuck() -> None:
    office, hall = Office("customs_not_submitted"), Hall(Tally())
    hall.note_tracking_number("SF1")
    report = gather(cast(Handheld, office), hall, 1.0)
    assert report.stuck == ["42, parcel SF1: customs_not_submitted, payment sent refused"]
    assert may_still_move(office.declaration)


def test_a_paper_that_moves_is_news() -> None:
    before, after = Office("customs_not_submitted").declaration, Office("customs_not_submitted").declaration
    assert heard_of(before) == heard_of(after)
    after["documents"] = [{"kind": "payment", "outgoing": "sent", "state": "taken"}]
    assert heard_of(before) != heard_of(after)
