"""Notices: taken in once, counted against, closed, and goods that nobody knows."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene
from tests.support.threads import together
from wms.arrivals import service
from wms.arrivals.barcode import NoticeReader
from wms.arrivals.importing import NoticeImportReport, import_notices
from wms.arrivals.intake import NewNotice, NewNoticeLine
from wms.arrivals.lookup import (
    notice_by_number,
    notice_lines,
)
from wms.arrivals.model import (
    CloseNotice,
    CountReceived,
    Notice,
    NoticeState,
    OpenNotice,
    RecordUnknownArrival,
    SettleUnknownArrival,
)
from wms.arrivals.tables import UnknownArrivalRow
from wms.barcodes.model import Cleaned
from wms.kernel.effect import Effect
from wms.kernel.errors import BadInput, Conflict
from wms.kernel.identity import uuid7
from wms.kernel.quantity import MAX_QUANTITY

NOTICE = NewNotice("ACME", "1001", (NewNoticeLine("RED", 10), NewNoticeLine("BLUE", 5)))
WRITERS = {
    CountReceived: service.count_received,
    OpenNotice: service.open_notice,
    CloseNotice: service.close_notice,
    RecordUnknownArrival: service.record_unknown_arrival,
    SettleUnknownArrival: service.settle_unknown_arrival,
}


def create(scene: Scene, notice: NewNotice) -> service.TakenNotice:
    return scene.database.in_transaction(
        lambda session: service.create_notice(session, scene.warehouse_id, notice, now=NOW)
    )


def apply(scene: Scene, effect: Effect) -> str:
    """The code of the refusal, or nothing."""
    write = WRITERS[type(effect)]
    refusal = scene.database.in_transaction(
        lambda session: write(session, scene.warehouse_id, effect, now=NOW)  # type: ignore[operator]
    )
    return refusal.code if refusal else ""


def counted(scene: Scene, notice_id: UUID) -> list[tuple[int, int, int, int]]:
    """(expected, received, over, short) of each line."""
    lines = scene.database.reading(lambda session: notice_lines(session, scene.warehouse_id, notice_id))
    return [(line.expected, line.received, line.over, line.short) for line in lines]


@pytest.fixture
def notice_id(scene: Scene) -> UUID:
    """A notice of ten red and five blue ones, being received."""
    taken = create(scene, NOTICE)
    assert apply(scene, OpenNotice(taken.id)) == ""
    return taken.id


def test_the_same_notice_gets_the_same_answer(scene: Scene) -> None:
    first, again = create(scene, NOTICE), create(scene, NOTICE)
    assert (first.is_new, again.is_new, first.id) == (True, False, again.id)


def test_other_contents_are_a_conflict(scene: Scene) -> None:
    create(scene, NOTICE)
    with pytest.raises(Conflict, match="other contents"):
        create(scene, NewNotice("ACME", "1001", (NewNoticeLine("RED", 11),)))


def test_every_fault_is_listed(scene: Scene) -> None:
    lines = (NewNoticeLine("RED", 1), NewNoticeLine("RED", 1), NewNoticeLine("POT", 1))
    with pytest.raises(BadInput) as error:
        create(scene, NewNotice("ACME", "no spaces", lines))
    assert [fault.where for fault in error.value.faults] == ["number", "lines[1].sku", "lines[2].sku"]


def test_an_unknown_merchant_is_a_fault(scene: Scene) -> None:
    with pytest.raises(BadInput, match="'NOBODY' is not known"):
        create(scene, NewNotice("NOBODY", "1", (NewNoticeLine("RED", 1),)))


def test_counts_add_up_over_and_short(scene: Scene, notice_id: UUID) -> None:
    assert apply(scene, CountReceived(notice_id, 1, 8)) == ""
    assert apply(scene, CountReceived(notice_id, 1, 4)) == ""
    assert counted(scene, notice_id) == [(10, 12, 2, 0), (5, 0, 0, 5)]


def test_a_count_is_taken_back(scene: Scene, notice_id: UUID) -> None:
    effect = CountReceived(notice_id, 1, 8)
    apply(scene, effect)
    assert apply(scene, effect.inverse()) == ""
    assert counted(scene, notice_id)[0] == (10, 0, 0, 10)


def test_a_count_does_not_fall_below_zero(scene: Scene, notice_id: UUID) -> None:
    assert apply(scene, CountReceived(notice_id, 1, -1)) == "counted_below_zero"


def test_an_absurd_count_is_refused(scene: Scene, notice_id: UUID) -> None:
    apply(scene, CountReceived(notice_id, 1, 1))
    assert apply(scene, CountReceived(notice_id, 1, MAX_QUANTITY)) == "counted_too_many"


def test_a_missing_line_is_refused(scene: Scene, notice_id: UUID) -> None:
    assert apply(scene, CountReceived(notice_id, 9, 1)) == "no_such_notice_line"


def test_nothing_is_counted_before_opening_or_after_closing(scene: Scene) -> None:
    taken = create(scene, NOTICE)
    count = CountReceived(taken.id, 1, 1)
    assert apply(scene, count) == "notice_not_open"
    assert (apply(scene, OpenNotice(taken.id)), apply(scene, count)) == ("", "")
    assert (apply(scene, CloseNotice(taken.id)), apply(scene, count)) == ("", "notice_not_open")


def test_opening_twice_is_opening(scene: Scene, notice_id: UUID) -> None:
    effect = OpenNotice(notice_id)
    assert (apply(scene, effect), apply(scene, effect.inverse())) == ("", "")
    assert apply(scene, CountReceived(notice_id, 1, 1)) == ""


def test_a_closed_notice_is_not_opened_again(scene: Scene, notice_id: UUID) -> None:
    assert CloseNotice(notice_id).inverse() is None
    apply(scene, CloseNotice(notice_id))
    assert apply(scene, CloseNotice(notice_id)) == "notice_not_open"
    assert apply(scene, OpenNotice(notice_id)) == "notice_closed"


def test_unknown_notices_are_refused(scene: Scene) -> None:
    assert apply(scene, OpenNotice(uuid7())) == "no_such_notice"
    assert apply(scene, CountReceived(uuid7(), 1, 1)) == "notice_not_open"


def test_rival_counters_lose_nothing(scene: Scene, notice_id: UUID) -> None:
    assert together(8, lambda _: [apply(scene, CountReceived(notice_id, 1, 1)) for _ in range(5)]) == [[""] * 5] * 8
    assert counted(scene, notice_id)[0][1] == 40


def test_nothing_is_counted_beside_closing(scene: Scene, notice_id: UUID) -> None:
    """Whatever was accepted was counted before the notice closed, and is in its report."""

    def work(thread: int) -> int:
        if thread == 0:
            apply(scene, CloseNotice(notice_id))
            return counted(scene, notice_id)[0][1]
        return sum(apply(scene, CountReceived(notice_id, 1, 1)) == "" for _ in range(5))

    reported, *accepted = together(4, work)
    assert reported == sum(accepted) == counted(scene, notice_id)[0][1]


def test_looking_up(scene: Scene, notice_id: UUID) -> None:
    def work(session: Session) -> None:
        notice = notice_by_number(session, scene.warehouse_id, "1001")
        assert notice is not None
        assert (notice.id, notice.barcode, notice.state) == (notice_id, "ASN-1001", NoticeState.RECEIVING)
        assert notice_by_number(session, scene.warehouse_id, "1002") is None

    scene.database.reading(work)


def test_the_paper_s_code_is_read(scene: Scene, notice_id: UUID) -> None:
    reader = NoticeReader()

    def read(text: str) -> list[UUID]:
        found = scene.database.reading(lambda session: reader(session, scene.warehouse_id, Cleaned(text, text)))
        assert not hasattr(found, "code")
        return [notice.id for notice in found if isinstance(notice, Notice)]

    assert read("ASN-1001") == [notice_id]
    assert read("ASN-1002") == []
    assert read("1001") == []


def test_unknown_goods_are_recorded_and_settled(scene: Scene, notice_id: UUID) -> None:
    effect = RecordUnknownArrival(uuid7(), "x" * 300, 4, scene.places["PROBLEM"], notice_id, uuid7())
    assert apply(scene, effect) == ""
    row = scene.database.reading(lambda session: session.execute(select(UnknownArrivalRow)).scalar_one())
    assert (len(row.code), row.quantity, row.settled_at, row.at) == (200, 4, None, NOW)
    assert (apply(scene, effect.inverse()), apply(scene, effect.inverse())) == ("", "unknown_arrival_settled")


def test_unknown_goods_need_a_quantity(scene: Scene) -> None:
    assert apply(scene, RecordUnknownArrival(uuid7(), "?", 0, scene.places["PROBLEM"])) == "bad_quantity"


# --- files ---


def load(scene: Scene, *rows: str) -> NoticeImportReport:
    lines = [f"{row}\n".encode() for row in ("merchant,number,sku,quantity", *rows)]
    return import_notices(scene.database, scene.warehouse_id, lines, now=lambda: NOW)


def test_a_file_loads_once(scene: Scene) -> None:
    rows = ("ACME,1,RED,10", "ACME,2,RED,1", "ACME,1,BLUE,5")
    assert load(scene, *rows) == NoticeImportReport(2, 0, 0, ())
    assert load(scene, *rows) == NoticeImportReport(0, 2, 0, ())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("ACME,1,NONE,1",), [(2, "sku")]),
        (("ACME,1,RED,0", "ACME,1,BLUE,x"), [(2, "quantity"), (3, "quantity")]),
        (("ACME,1,RED,1", "ACME,1,RED,2"), [(3, "sku")]),
        (("ACME,1,,1",), [(2, "sku")]),
        (("ACME,1,RED,1,2",), [(2, "")]),
        ((f"ACME,{'9' * 40},RED,1",), [(2, "")]),
    ],
)
def test_a_bad_row_refuses_its_notice(scene: Scene, rows: tuple[str, ...], said: list[tuple[int, str]]) -> None:
    report = load(scene, *rows, "ACME,GOOD,RED,1")
    assert [(fault.line, fault.column) for fault in report.faults][: len(said)] == said
    assert report.new == 1


def test_a_notice_that_may_have_lost_a_row_is_not_taken_in_by_half(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1", "ACME,1,BLUE,2,3", "ACME,GOOD,RED,1")
    assert [(fault.line, fault.column) for fault in report.faults] == [(2, ""), (3, "")]
    assert (report.new, report.refused) == (1, 1)


def test_changed_contents_are_refused(scene: Scene) -> None:
    load(scene, "ACME,1,RED,10")
    report = load(scene, "ACME,1,RED,11")
    assert (report.refused, report.faults[0].column) == (1, "number")
