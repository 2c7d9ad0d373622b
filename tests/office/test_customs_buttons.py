"""Mending from the page: a refused order is corrected and submitted again; every button leaves a record or a reason."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.customs.ceb import receipt
from tests.office.customs_scene import CLERK, OTHER_PERSON, CustomsDay
from tests.office.scene import page_token, post, signed_in
from tests.office.test_customs_pages import words_of
from tests.support.floor import PIN, Floor
from tests.support.payments import push_slip
from wms.access.tables import AuditRow
from wms.catalogue.tables import Sku
from wms.customs.model import as_return_time
from wms.customs.simulator.desk import Decision
from wms.customs.tables import AttemptRow, DocumentRow, QuarantineRow
from wms.labels.press import Press
from wms.orders.lookup import orders_by_number


@pytest.fixture
def day(floor: Floor, press: Press) -> CustomsDay:
    return CustomsDay(floor, press)


def trail(day: CustomsDay, what: str) -> list[tuple[str, str, dict[str, Any]]]:
    query = select(AuditRow).where(AuditRow.what == what).order_by(AuditRow.id)
    rows = day.floor.database.reading(lambda session: session.scalars(query).all())
    return [(row.who, row.on_what, json.loads(row.details)) for row in rows]


def said(client: FlaskClient, answer: Any) -> str:
    """What the page says after a button."""
    assert answer.status_code == 303, answer.text
    text = client.get(answer.headers["Location"]).text
    found = re.search(r'<p class="said" role="status">([^<]*)</p>', text)
    return found[1] if found else ""


def test_a_refused_order_is_corrected_and_submitted_again_from_the_page(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("61")
    day.run()
    day.say("61", Decision.REFUSE, "订购人身份信息有误")
    assert day.declaration("61").state == "rejected"
    page = client.get("/office/order/61").text
    order_id = day.order_id("61")
    assert f'href="/office/orders/{order_id}/correct"' in page
    form = client.get(f"/office/orders/{order_id}/correct").text
    assert "now 虚*" in form

    path = f"/office/orders/{order_id}/correct"
    wrong = post(client, path, buyer_name="x" * 61, tax="much", reason="platform mailed")
    assert wrong.status_code == 400
    assert "has more than 60 characters" in wrong.text
    assert "is not an amount" in wrong.text
    assert trail(day, "order_corrected") == []
    assert "write down the reason" in said(client, post(client, path, buyer_phone="10000000009"))
    assert "Nothing was changed" in said(client, post(client, path, reason="nothing new"))

    answer = post(client, path, buyer_phone="10000000009", reason="platform mailed on 5 November")
    assert said(client, answer) == "Corrected, and submitted again as attempt 2."
    ((who, on_what, details),) = trail(day, "order_corrected")
    assert (who, on_what, details) == (
        "EMP-1",
        "61",
        {
            "buyer_phone": "100****0000 → 100****0009",
            "reason": "platform mailed on 5 November",
        },
    )
    day.run()
    day.say("61", Decision.RELEASE)
    declaration = day.declaration("61")
    assert (declaration.state, declaration.attempt) == ("released", 2)
    history = words_of(client.get("/office/order/61").text)
    assert "Released: the gate is open" in history
    assert "platform mailed on 5 November" in history
    with_attempts = select(AttemptRow.attempt, AttemptRow.state).order_by(AttemptRow.attempt)
    rows = day.floor.database.reading(lambda session: session.execute(with_attempts).all())
    assert tuple(rows[0]) == (1, "rejected")
    guids = select(DocumentRow.guid)
    found = day.floor.database.reading(lambda session: list(session.scalars(guids)))
    assert len(found) == len(set(found)) == 8, "a new document id for each document of each attempt"
    day.leave("61")


PAPERS = (
    ("CEB312", "order", ("ebpCode", "orderNo")),
    ("CEB412", "payment", ("payCode", "payTransactionId")),
    ("CEB512", "logistics", ("logisticsCode", "logisticsNo")),
)


def answer_paper(
    day: CustomsDay, number: str, message: str, kind: str, key: tuple[str, str], status: str, info: str
) -> None:
    """Customs speaks of one of the three orders, with a time that is the last word for the next twenty minutes."""
    query = select(DocumentRow.company_key, DocumentRow.number_key).where(
        DocumentRow.declaration_id == day.declaration(number).id, DocumentRow.kind == kind
    )
    company, own = day.floor.database.reading(lambda session: session.execute(query).first()) or ("", "")
    time = as_return_time(day.floor.clock.now() + timedelta(minutes=20))
    day.deliver(receipt(message, status, time, info, **dict(zip(key, (company, own), strict=True))))


def test_a_refused_payment_waits_for_a_new_slip_and_goes_again_from_the_page(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("64")
    answer_paper(day, "64", *PAPERS[1], "100", "[Code:1332;Desc:支付金额与订单金额不一致]")
    day.run()
    declaration = day.declaration("64")
    assert (declaration.state, declaration.sent_at) == ("pending", None), "the list waits"
    page = words_of(client.get("/office/order/64").text)
    assert "The payment slip was refused 支付单被退单" in page
    assert "refused by customs" in page
    assert "支付金额与订单金额不一致" in page
    assert "Ask the payment company for a new slip" in page
    assert "Submit again as it is now" in page
    board = words_of(client.get("/office/customs").text)
    assert "Papers refused" in board
    refused = words_of(client.get("/office/customs/papers-refused").text)
    assert "payment slip refused" in refused
    assert "64" in refused
    assert "支付金额与订单金额不一致" in refused
    assert "/office/order/64" not in client.get("/office/customs/pending").text
    hand = day.floor.handheld("EMP-4", device="lane")
    hand.scans("LANE-1")
    reply = hand.scan(day.floor.parcel("64").tracking_no)
    assert (reply["outcome"], reply["code"]) == ("gate_closed", "customs_payment_refused")
    assert "支付金额与订单金额不一致" in reply["screen"]["gate"]["reason"]
    hand.scan("CAGE-1")

    day.floor.clock.forward(timedelta(minutes=20))
    push_slip(day.floor, "64", app_type="2", app_time=as_return_time(day.floor.clock.now())[:14])
    day.run(1)
    path = f"/office/declarations/{declaration.id}/resubmit"
    again = post(client, path, reason="the payment company mended its slip", to="/office/order/64")
    assert "2" in said(client, again)
    day.run()
    assert day.declaration("64").attempt == 2
    for message, kind, key in PAPERS:
        answer_paper(day, "64", message, kind, key, "120", "[Code:1800;Desc:逻辑校验通过]")
    day.run(30)
    day.say("64", Decision.RELEASE)
    assert (day.declaration("64").state, day.declaration("64").attempt) == ("released", 2)
    assert "/office/order/64" not in client.get("/office/customs/papers-refused").text


def test_a_refused_order_of_the_three_is_corrected_and_goes_again(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("65")
    answer_paper(day, "65", *PAPERS[0], "100", "[Code:1300;Desc:订购人电话有误]")
    day.run()
    page = words_of(client.get("/office/order/65").text)
    assert "The order was refused 订单被退单" in page
    assert "Correct what was named and submit again below" in page
    path = f"/office/orders/{day.order_id('65')}/correct"
    answer = post(client, path, buyer_phone="10000000009", reason="the platform wrote")
    assert said(client, answer) == "Corrected, and submitted again as attempt 2."


def test_an_order_is_set_to_what_was_packed_and_waits_for_the_new_slip(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("62", RED=1, GREEN=2)
    day.run()
    order_id = day.order_id("62")
    assert day.declaration("62").sent_at is None
    path = f"/office/orders/{order_id}/correct"
    assert "Set the order to what was packed" in client.get(path).text
    answer = post(client, path, as_packed="1", reason="platform refunds the two that are missing")
    assert "waits for a corrected slip of the payment company" in said(client, answer)
    warehouse_id = day.floor.warehouse_id
    order = day.floor.database.reading(lambda session: orders_by_number(session, warehouse_id, "62")[0])
    assert [(line.line_no, line.quantity) for line in order.lines] == [(1, 1)]
    assert (order.amounts.goods.minor, order.amounts.tax.minor, order.amounts.paid.minor) == (1000, 91, 1091)
    assert "Amount paid is not the amount of the order" in words_of(client.get("/office/order/62").text)
    day.run()
    assert day.declaration("62").sent_at is None

    push_slip(day.floor, "62", app_type="2")
    day.run()
    day.say("62", Decision.RELEASE)
    assert day.declaration("62").state == "released"


def test_what_is_with_customs_is_not_corrected_behind_its_back(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("63")
    day.run()
    order_id = day.order_id("63")
    page = client.get("/office/order/63").text
    assert f"/office/orders/{order_id}/correct" not in page
    answer = post(client, f"/office/orders/{order_id}/correct", buyer_name="样例甲", reason="they wrote")
    assert "papers with the old data are at customs" in said(client, answer)
    assert trail(day, "order_corrected") == []
    declaration_id = day.declaration("63").id
    again = post(client, f"/office/declarations/{declaration_id}/resubmit", reason="x", to="/office/order/63")
    assert "papers with the old data" in said(client, again)

    # Silence is a state of its own.
    assert "No word for 30 min" in client.get("/office/customs").text
    checked = post(client, f"/office/orders/{order_id}/check", to="/office/order/63")
    assert said(client, checked).startswith("Checked again.")
    assert trail(day, "order_checked") == [("EMP-1", "63", {})]

    # Cancelled with a reason, and customs agrees.
    missing = post(client, f"/office/declarations/{declaration_id}/cancel", to="/office/order/63")
    assert "write down the reason" in said(client, missing)
    applied = post(
        client, f"/office/declarations/{declaration_id}/cancel", reason="buyer gave up", to="/office/order/63"
    )
    assert "Applied to cancel the list (CEB623, application 1)" in said(client, applied)
    assert trail(day, "cancellation_applied_for")[0][2]["reason"] == "buyer gave up"
    page = words_of(client.get("/office/order/63").text)
    assert "a cancellation was applied for" in page
    twice = post(client, f"/office/declarations/{declaration_id}/cancel", reason="again", to="/office/order/63")
    assert "applied for already" in said(client, twice)
    kept = post(
        client, f"/office/declarations/{declaration_id}/holds/cancel_pending/lift", reason="x", to="/office/order/63"
    )
    assert "the answer of customs ends this hold" in said(client, kept)
    day.run()
    assert day.declaration("63").state == "cancelled"
    assert "The declaration was cancelled" in words_of(client.get("/office/order/63").text)


def test_a_hold_is_lifted_with_a_reason_and_goods_come_back_after_they_left(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("64")
    day.run()
    day.say("64", Decision.RELEASE)
    row = day.declaration("64")
    names = {"customsCode": "9999", "copNo": row.cop_no, "preNo": row.pre_no or "", "invtNo": row.invt_no or ""}
    day.deliver(receipt("CEB622", "100", "20261105235959000", "退单", **names))
    path = f"/office/declarations/{row.id}"
    to = "/office/order/64"
    assert "Lift the hold" in client.get(to).text
    assert "write down the reason" in said(client, post(client, f"{path}/holds/conflict/lift", to=to))
    done = post(client, f"{path}/holds/conflict/lift", reason="customs phoned: sent by mistake", to=to)
    assert said(client, done) == "The hold is lifted, with your reason."
    ((who, parcel, details),) = trail(day, "hold_lifted")
    assert (who, parcel) == ("EMP-1", row.tracking_number)
    assert details["reason"] == "customs phoned: sent by mistake"
    assert "customs phoned: sent by mistake" in words_of(client.get(to).text)
    assert "no such hold" in said(client, post(client, f"{path}/holds/conflict/lift", reason="x", to=to))
    assert post(client, f"{path}/holds/nonsense/lift", reason="x").status_code == 404

    early = post(client, f"{path}/return", reason="x", to=to, **{"line-1": "1"})
    assert "has not left" in said(client, early)
    day.leave("64")
    nothing = post(client, f"{path}/return", reason="buyer sent it back", to=to, **{"line-1": "0", "line-x": "1"})
    assert "say how many units" in said(client, nothing)
    too_many = post(client, f"{path}/return", reason="buyer sent it back", to=to, **{"line-1": "2"})
    assert "more units of line 1" in said(client, too_many)
    back = post(client, f"{path}/return", reason="buyer sent it back", to=to, **{"line-1": "1"})
    assert "Applied for the return of goods (CEB625, application 1)" in said(client, back)
    assert "give day and time" in said(client, post(client, f"{path}/signed", signed_at="soon", to=to))
    assert "has not come yet" in said(client, post(client, f"{path}/signed", signed_at="2026-12-24T10:00", to=to))
    signed = post(client, f"{path}/signed", signed_at="2026-11-05T12:05", to=to)
    assert "Customs is told" in said(client, signed)
    day.run()
    page = words_of(client.get(to).text)
    assert "application for return 退货申请单" in page
    assert "signed-for message 运单签收状态" in page


def test_a_fault_of_a_product_is_mended_in_the_product(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    change(day, article_record_no="")
    day.pack("68")
    day.run()
    page = words_of(client.get("/office/order/68").text)
    assert "warehouse 仓库 must mend it" in page
    assert "It comes from product RED : correct it in your product file, run wms import products FILE.csv" in page
    assert day.declaration("68").sent_at is None
    change(day, article_record_no="1")
    checked = post(client, f"/office/orders/{day.order_id('68')}/check", to="/office/order/68")
    assert said(client, checked) == "Checked again. Nothing stops it: the documents are on their way."
    day.run()
    day.say("68", Decision.RELEASE)
    assert day.declaration("68").state == "released"


def change(day: CustomsDay, **values: str) -> None:
    """Another product file is loaded."""
    day.floor.database.in_transaction(
        lambda session: session.execute(update(Sku).where(Sku.code == "RED").values(**values))
    )


def test_persons_are_shown_in_full_once_and_to_the_clerk_alone(day: CustomsDay) -> None:
    day.floor.order("65", is_paid=False, RED=1)
    push_slip(day.floor, "65", **OTHER_PERSON)
    path = f"/office/orders/{day.order_id('65')}/reveal"
    boss, clerk = signed_in(day.floor), signed_in(day.floor, CLERK)
    assert "Show in full" not in boss.get("/office/order/65").text
    assert post(boss, path, reason="curious").status_code == 403
    assert "Show in full" in clerk.get("/office/order/65").text
    assert "write down what you need" in said(clerk, post(clerk, path, to="/office/order/65"))
    assert trail(day, "personal_data_seen") == []
    shown = post(clerk, path, reason="platform asks which buyer it is")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    for person in ("990000199001010017", "虚构买家", "样例乙", OTHER_PERSON["payer_id_number"], "样例路"):
        assert person in shown.text
    assert trail(day, "personal_data_seen") == [(CLERK, "65", {"reason": "platform asks which buyer it is"})]
    assert clerk.get(path).status_code in (404, 405), "it cannot be shown by an address"


def test_what_was_set_aside_is_settled_with_a_reason(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.deliver(b"this is no receipt")
    rows = day.floor.database.reading(lambda session: list(session.scalars(select(QuarantineRow))))
    path = f"/office/customs/quarantine/{rows[0].receipt_id}"
    to = "/office/customs/quarantine"
    assert "No well-formed XML" in client.get(to).text
    again = post(client, f"{path}/read-again", to=to)
    assert said(client, again) == "Read again: it is still not understood."
    settle = f"{path}/{rows[0].position}/{rows[0].reason}/settle"
    assert "write down the reason" in said(client, post(client, settle, to=to))
    assert said(client, post(client, settle, reason="a test of the port", to=to)) == "Settled, with your reason."
    assert "Nothing was set aside" in client.get(to).text
    assert "a test of the port" in client.get(f"{to}?all=1").text
    assert "settled already" in said(client, post(client, settle, reason="x", to=to))
    assert post(client, f"{path}/0/nonsense/settle", reason="x").status_code == 404
    assert [who for who, _, _ in trail(day, "quarantine_settled")] == ["EMP-1"]


def test_training_from_the_page(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    day.pack("66")
    day.run()
    path = "/office/customs/training"
    page = client.get(path).text
    assert day.declaration("66").cop_no in page
    decide = f"{path}/{day.declaration('66').cop_no}/decide"
    assert "customs give a reason" in said(client, post(client, decide, decision="refuse"))
    assert said(client, post(client, decide, decision="inspect", chosen="担保余额不足")).startswith("Decided.")
    assert "Somebody decided" in said(client, post(client, decide, decision="release"))
    day.run()
    assert day.declaration("66").state == "under_inspection"
    assert said(client, post(client, decide, decision="refuse", chosen="担保余额不足")).startswith("Decided.")
    day.run()
    assert "担保余额不足" in day.declaration("66").said
    assert [details["decision"] for _, _, details in trail(day, "training_decided")] == ["inspect", "refuse"]
    assert [details["reason"] for _, _, details in trail(day, "training_decided")] == ["", "担保余额不足"]
    assert "does not wait" in said(client, post(client, f"{path}/NOTHING/decide", decision="release"))
    assert post(client, decide, decision="nonsense").status_code == 404
    assert "Training mode is off" in said(client, post(client, f"{path}/switch", on="0"))
    assert "Switch training on" in client.get(path).text
    clerk = signed_in(day.floor, CLERK)
    assert clerk.get(path).status_code == 403
    assert "/office/customs/training" not in clerk.get("/office/customs").text


def test_buttons_need_the_token_and_the_capability(day: CustomsDay) -> None:
    day.pack("67")
    order_id, declaration_id = day.order_id("67"), day.declaration("67").id
    paths = [f"/office/orders/{order_id}/{what}" for what in ("check", "correct", "reveal")]
    paths += [f"/office/declarations/{declaration_id}/{what}" for what in ("resubmit", "cancel", "return", "signed")]
    paths += [f"/office/declarations/{declaration_id}/holds/conflict/lift", "/office/customs/training/switch"]
    paths += [f"/office/customs/quarantine/{order_id}/{what}" for what in ("read-again", "0/empty/settle")]
    boss = signed_in(day.floor)
    for path in paths:
        assert boss.post(path, data={"reason": "x"}).status_code == 403, path
    picker = day.floor.app.test_client()
    picker.post("/office/sign-in", data={"badge": "EMP-2", "pin": PIN})
    token = picker.get("/api/v1/me").get_json()["csrf_token"]
    for path in paths:
        assert picker.post(path, data={"csrf_token": token, "reason": "x"}).status_code == 403, path
    token = page_token(boss)
    forms = re.findall(r'<form method="post".*?</form>', boss.get("/office/order/67").text, re.DOTALL)
    assert len(forms) >= 2
    assert all(f'name="csrf_token" value="{token}"' in form for form in forms)
    assert post(boss, f"/office/orders/{declaration_id}/check").headers["Location"] == "/office?said=no_such_order"
    assert boss.get(f"/office/orders/{declaration_id}/correct").status_code == 404
