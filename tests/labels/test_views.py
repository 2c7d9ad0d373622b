"""The doors of labels: look, ask for a copy, and who may."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.labels.printing import jobs, messages
from tests.support.floor import Floor, Handheld, pin_hash
from wms.access.model import Role, command_line
from wms.access.service import create_operator
from wms.access.tables import AuditRow
from wms.labels.press import Press


def copies(hand: Handheld, number: int, tracking: str) -> tuple[int, object]:
    answer = hand.client.post(
        f"/api/v1/labels/{tracking}/copies", json={"copy_no": number}, headers={"X-CSRF-Token": hand.csrf_token}
    )
    return answer.status_code, answer.get_json()


def get(client: FlaskClient, path: str, **headers: str) -> tuple[int, bytes]:
    answer = client.get(path, headers=headers)
    return answer.status_code, answer.data


def clerk(floor: Floor) -> FlaskClient:
    """The customs clerk, who may see personal data, at a browser."""

    def hire(session: Session) -> None:
        create_operator(
            session, command_line(floor.warehouse_id), badge="EMP-90", name="Clerk", role=Role.DECLARANT,
            pin_hash=pin_hash(), now=floor.clock.now(),
        )  # fmt: skip

    floor.database.in_transaction(hire)
    return floor.handheld("EMP-90").client


def seen(floor: Floor) -> list[tuple[str, str]]:
    """Who looked at which label, as the audit trail has it."""
    query = select(AuditRow.who, AuditRow.on_what).where(AuditRow.what == "label_seen").order_by(AuditRow.id)
    return floor.database.reading(lambda session: [(row.who, row.on_what) for row in session.execute(query)])


def test_looking_at_a_label_is_for_the_clerk_and_recorded(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    browser = clerk(floor)
    answer = browser.get(f"/api/v1/labels/{tracking}.pdf")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, jobs(floor)[0].content, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"inline; filename={tracking}.pdf"
    assert get(browser, f"/api/v1/labels/{tracking}.zpl") == (200, jobs(floor)[1].content)
    assert get(browser, f"/api/v1/labels/{tracking}.pdf", **{"If-None-Match": answer.headers["ETag"]}) == (304, b"")
    assert seen(floor) == [("EMP-90", tracking)] * 3


@pytest.mark.parametrize("badge", ["EMP-1", "EMP-2", "EMP-4"])
def test_nobody_else_reads_where_a_parcel_goes(floor: Floor, press: Press, badge: str) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    for ending in ("pdf", "zpl"):
        assert get(floor.handheld(badge).client, f"/api/v1/labels/{tracking}.{ending}")[0] == 403
    assert seen(floor) == []


def test_how_far_a_label_is(floor: Floor, press: Press) -> None:
    tracking = floor.parcel("42").tracking_no
    packer = floor.handheld("EMP-4").client
    assert get(packer, f"/api/v1/labels/{tracking}")[0] == 404
    floor.work_off_outbox(press, hours=0)
    answer = packer.get(f"/api/v1/labels/{tracking}")
    assert answer.get_json() == {"tracking_number": tracking, "copies": 1, "is_printed": True}
    assert get(floor.handheld("EMP-2").client, f"/api/v1/labels/{tracking}")[0] == 403


def test_a_label_that_is_not_there(floor: Floor) -> None:
    tracking = floor.parcel("42").tracking_no
    browser = clerk(floor)
    waiting = browser.get(f"/api/v1/labels/{tracking}.pdf")
    assert waiting.status_code == 404
    assert "is not made yet" in waiting.get_json()["detail"]
    assert "no parcel" in browser.get("/api/v1/labels/CP000000000CN.pdf").get_json()["detail"]
    assert browser.get(f"/api/v1/labels/{tracking}.exe").status_code == 404
    assert seen(floor) == []


def test_asking_for_a_copy(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    packer = floor.handheld("EMP-4")
    assert copies(packer, 2, tracking) == (
        202,
        {"tracking_number": tracking, "copy_no": 2, "asked_before": False, "put": "lane", "reason": ""},
    )
    assert copies(packer, 2, tracking)[0] == 200
    assert len(messages(floor)) == 2
    status, problem = copies(packer, 9, tracking)
    assert (status, isinstance(problem, dict) and problem["code"]) == (409, "copy_out_of_turn")
    assert copies(packer, 1, tracking)[0] == 400


def test_who_may(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    picker = floor.handheld("EMP-2")
    assert copies(picker, 2, tracking)[0] == 403
    assert get(floor.app.test_client(), f"/api/v1/labels/{tracking}.pdf")[0] == 401
    forged = floor.handheld("EMP-4").client.post(f"/api/v1/labels/{tracking}/copies", json={"copy_no": 2})
    assert forged.status_code == 403
    assert len(messages(floor)) == 1
