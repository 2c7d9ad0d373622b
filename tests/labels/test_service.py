"""Further copies of a label: numbered, byte-identical, asked for once, on record."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.labels.printing import job_lines, jobs, messages, printed_files, printer_of
from tests.support.floor import Floor
from tests.support.threads import together
from wms.access.model import Caller, Role
from wms.access.tables import AuditRow
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.labels.effects import PrintParcelLabel
from wms.labels.model import Medium
from wms.labels.press import Press
from wms.labels.service import (
    PrintedCopy,
    PrintJob,
    copies_of,
    first_copy,
    jobs_of,
    reprint,
    request_parcel_label,
    see_label,
)
from wms.shipments.tables import ParcelRow


@pytest.fixture
def boss(floor: Floor) -> Caller:
    return Caller(floor.warehouse_id, Role.SUPERVISOR, "EMP-1", "Li Wei", device="office")


def ask(floor: Floor, by: Caller, copy_no: int, tracking_number: str = "") -> PrintedCopy | Refusal:
    tracking = tracking_number or floor.parcel("42").tracking_no
    return floor.database.in_transaction(lambda session: reprint(session, by, tracking, copy_no, now=floor.clock.now()))


def code(outcome: object) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.code


def print_all(floor: Floor, press: Press) -> None:
    for message in messages(floor):
        printer_of(floor, press).print_label(message)


def test_packing_asks_for_one_label(floor: Floor) -> None:
    assert len(messages(floor)) == 1
    floor.database.in_transaction(
        lambda session: request_parcel_label(
            session, floor.warehouse_id, PrintParcelLabel(floor.parcel("42").id), now=floor.clock.now()
        )
    )
    assert len(messages(floor)) == 2


def test_a_copy_is_the_same_bytes_under_the_next_number(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    assert ask(floor, boss, 2) == PrintedCopy(floor.parcel("42").tracking_no, 2, asked_before=False)
    assert job_lines(floor)[2:] == ["2 pdf rendered", "2 zpl_203 rendered"]
    print_all(floor, press)
    assert job_lines(floor)[2:] == ["2 pdf printed simulated", "2 zpl_203 printed simulated"]
    assert [job.sha256 for job in jobs(floor)[:2]] == [job.sha256 for job in jobs(floor)[2:]]
    assert [job.content for job in jobs(floor)[2:]] == [b"", b""], "the bytes are kept once"
    copy_id, parcel_id = jobs(floor)[2].id, floor.parcel("42").id
    second = floor.database.reading(lambda session: jobs_of(session, floor.warehouse_id, copy_id))
    first = floor.database.reading(lambda session: first_copy(session, floor.warehouse_id, parcel_id))
    assert {medium: job.content for medium, job in second.items()} == {m: job.content for m, job in first.items()}
    assert {job.asked_by for job in jobs(floor)[2:]} == {"EMP-1"}
    assert len(printed_files(floor)) == 6


def test_asking_for_the_same_copy_again_prints_it_once(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    ask(floor, boss, 2)
    again = ask(floor, boss, 2)
    assert isinstance(again, PrintedCopy)
    assert again.asked_before
    assert len(messages(floor)) == 2
    assert len(jobs(floor)) == 4


def test_two_people_ask_for_the_same_copy_at_once(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    outcomes = together(4, lambda _: ask(floor, boss, 2))
    assert sorted(outcome.asked_before for outcome in outcomes if isinstance(outcome, PrintedCopy)) == [
        False, True, True, True,
    ]  # fmt: skip
    assert len(messages(floor)) == 2


def test_who_asked_is_on_record(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    ask(floor, boss, 2)
    rows = floor.database.reading(
        lambda session: session.execute(select(AuditRow).where(AuditRow.what == "label_reprinted")).scalars().all()
    )
    assert [(row.who, row.on_what, row.details) for row in rows] == [
        ("EMP-1", floor.parcel("42").tracking_no, '{"copy": 2}')
    ]


def test_what_is_refused(floor: Floor, press: Press, boss: Caller) -> None:
    assert code(ask(floor, boss, 2)) == "label_not_ready"
    print_all(floor, press)
    assert code(ask(floor, boss, 2, "CP000000000CN")) == "parcel_not_known"
    assert code(ask(floor, boss, 3)) == "copy_out_of_turn"
    assert code(ask(floor, boss, 1)) == "copy_out_of_turn"
    elsewhere = replace(boss, warehouse_id=floor.warehouse_id + 1)
    assert code(ask(floor, elsewhere, 2)) == "parcel_not_known"
    assert len(messages(floor)) == 1


def test_a_parcel_that_has_left_needs_somebody_who_sees_the_board(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    hand = floor.handheld()
    tracking = floor.parcel("42").tracking_no
    hand.scans("LANE-1", tracking)
    hand.scan("*DONE*")
    hand.scan("*DONE*")
    assert code(ask(floor, replace(boss, role=Role.PACKER), 2, tracking)) == "parcel_has_left"
    assert isinstance(ask(floor, boss, 2, tracking), PrintedCopy)


def test_a_cancelled_parcel_gets_no_further_label(floor: Floor, press: Press, boss: Caller) -> None:
    print_all(floor, press)
    tracking = floor.parcel("42").tracking_no
    floor.database.in_transaction(lambda session: session.execute(update(ParcelRow).values(state="cancelled")))
    assert code(ask(floor, boss, 2, tracking)) == "parcel_cancelled"


def test_looking_at_a_label(floor: Floor, press: Press, boss: Caller) -> None:
    tracking = floor.parcel("42").tracking_no

    def look(number: str) -> PrintJob | Refusal:
        return floor.database.in_transaction(
            lambda session: see_label(session, boss, number, Medium.PDF, now=floor.clock.now())
        )

    assert code(look(tracking)) == "label_not_ready"
    assert code(look("CP000000000CN")) == "parcel_not_known"
    print_all(floor, press)
    found = look(tracking)
    assert isinstance(found, PrintJob)
    assert found.content.startswith(b"%PDF")
    parcel_id = floor.parcel("42").id
    assert floor.database.reading(lambda session: copies_of(session, floor.warehouse_id, parcel_id)) == 1
    assert floor.database.reading(lambda session: copies_of(session, floor.warehouse_id, NIL)) == 0
