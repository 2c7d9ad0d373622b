"""The doors of labels: look, ask for a copy, and who may."""

from flask.testing import FlaskClient

from tests.labels.printing import jobs, messages
from tests.support.floor import Floor, Handheld
from wms.labels.press import Press


def copies(hand: Handheld, number: int, tracking: str) -> tuple[int, object]:
    answer = hand.client.post(
        f"/api/v1/labels/{tracking}/copies", json={"copy_no": number}, headers={"X-CSRF-Token": hand.csrf_token}
    )
    return answer.status_code, answer.get_json()


def get(client: FlaskClient, path: str, **headers: str) -> tuple[int, bytes]:
    answer = client.get(path, headers=headers)
    return answer.status_code, answer.data


def test_looking_at_a_label(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    packer = floor.handheld("EMP-4").client
    answer = packer.get(f"/api/v1/labels/{tracking}.pdf")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, jobs(floor)[0].content, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"inline; filename={tracking}.pdf"
    assert get(packer, f"/api/v1/labels/{tracking}.zpl") == (200, jobs(floor)[1].content)
    assert get(packer, f"/api/v1/labels/{tracking}.pdf", **{"If-None-Match": answer.headers["ETag"]}) == (304, b"")


def test_a_label_that_is_not_there(floor: Floor) -> None:
    tracking = floor.parcel("42").tracking_no
    boss = floor.handheld().client
    waiting = boss.get(f"/api/v1/labels/{tracking}.pdf")
    assert waiting.status_code == 404
    assert "is not made yet" in waiting.get_json()["detail"]
    assert "no parcel" in boss.get("/api/v1/labels/CP000000000CN.pdf").get_json()["detail"]
    assert boss.get(f"/api/v1/labels/{tracking}.exe").status_code == 404


def test_asking_for_a_copy(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("42").tracking_no
    packer = floor.handheld("EMP-4")
    assert copies(packer, 2, tracking) == (
        202,
        {"tracking_number": tracking, "copy_no": 2, "asked_before": False},
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
    assert get(picker.client, f"/api/v1/labels/{tracking}.pdf")[0] == 403
    assert copies(picker, 2, tracking)[0] == 403
    assert get(floor.app.test_client(), f"/api/v1/labels/{tracking}.pdf")[0] == 401
    forged = floor.handheld("EMP-4").client.post(f"/api/v1/labels/{tracking}/copies", json={"copy_no": 2})
    assert forged.status_code == 403
    assert len(messages(floor)) == 1
