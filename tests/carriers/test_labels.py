"""How far a carrier's own label is, and in whose words it is not there."""

from dataclasses import replace

from tests.carriers.scene import Sending
from tests.carriers.test_tracking import packed
from wms.carriers.labels import LabelStage, LabelState, label_state
from wms.carriers.simulator.platform import Platform


def test_a_label_is_awaited_and_then_stuck_in_the_carriers_words(sending: Sending, carrier: Platform) -> None:
    parcel = packed(sending)
    (row,) = sending.bookings(parcel.order_id)

    def now() -> LabelState:
        return sending.database.reading(lambda session: label_state(session, sending.warehouse_id, row.id))

    assert now() == LabelState(LabelStage.AWAITED, due_at=sending.clock.now())
    carrier.faults = replace(carrier.faults, busy=1000)
    sending.work()
    failed = now()
    assert failed.stage is LabelStage.AWAITED
    assert "请求太频繁" in failed.said
    sending.work(minutes=15)
    assert now().stage is LabelStage.STUCK
    assert "请求太频繁" in now().said


def test_a_label_is_here_once_it_was_fetched(sending: Sending, carrier: Platform) -> None:
    parcel = packed(sending)
    sending.work()
    (row,) = sending.bookings(parcel.order_id)
    found = sending.database.reading(lambda session: label_state(session, sending.warehouse_id, row.id))
    assert found == LabelState(LabelStage.HERE, "application/pdf")
    none = sending.database.reading(lambda session: label_state(session, sending.warehouse_id, parcel.id))
    assert none == LabelState(LabelStage.OURS)
