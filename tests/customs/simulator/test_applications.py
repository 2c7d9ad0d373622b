"""Cancelling a list, returning goods, and the pass at the gate of the zone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.customs.simulator.papers import APP_TIME, CALM, Desk, Purchase, message

ONE = Purchase()


@pytest.fixture
def released(desk: Desk) -> Desk:
    desk.declare(ONE)
    desk.settle()
    assert desk.said("622")[-1] == "800"
    return desk


def test_a_released_list_is_cancelled(released: Desk) -> None:
    released.send("623", ONE.cancel(released.invt_no(ONE)))
    released.settle()
    assert released.said("624") == ["2", "120", "399"]
    # The order may be declared anew, under a number of its own.
    released.declare(ONE.at("20261105110000").with_(list__copNo="COPNEW"))
    released.settle()
    assert released.said("622", "COPNEW") == ["2", "120", "800"]


def test_the_list_to_cancel_must_exist(desk: Desk) -> None:
    desk.send("623", ONE.cancel("99992026I000000001"))
    desk.settle()
    assert desk.said("624") == ["-623003"]


def test_a_list_is_cancelled_once(released: Desk) -> None:
    number = released.invt_no(ONE)
    released.send("623", ONE.cancel(number))
    released.send("623", ONE.cancel(number, cop_no="CX-AGAIN"))
    released.settle()
    assert released.said("624", "CX-AGAIN") == ["-623009"]


def test_an_inspected_list_is_not_cancelled(desk: Desk) -> None:
    desk.port.scenario = replace(CALM, inspected=1000, inspection_ms=3_600_000)
    desk.declare(ONE)
    desk.settle(minutes=5)
    assert desk.said("622") == ["2", "120", "500"]
    desk.send("623", ONE.cancel(desk.invt_no(ONE)))
    desk.settle(minutes=5)
    assert desk.said("624") == ["-623005"]
    desk.settle()
    assert desk.said("622")[-1] == "800"


def test_what_was_planned_for_a_list_does_not_happen_once_it_is_cancelled(desk: Desk) -> None:
    desk.port.scenario = replace(CALM, withdrawn=1000, inspection_ms=3_600_000)
    desk.declare(ONE)
    desk.settle(minutes=5)
    desk.send("623", ONE.cancel(desk.invt_no(ONE)))
    desk.settle()
    assert desk.said("624") == ["2", "120", "399"]
    assert desk.said("622") == ["2", "120", "800"]


def test_an_application_about_another_parcel_is_refused(released: Desk) -> None:
    application = ONE.with_(cancel__logisticsNo="WB-OTHER").cancel(released.invt_no(ONE))
    released.send("623", application)
    released.settle()
    assert released.said("624") == ["2", "120", "100"]
    assert "InvtCancel.logisticsNo:WB-OTHER,InventoryHead.logisticsNo:WB000001" in released.why("624", "100")
    # Refused, it may be made again.
    released.send("623", ONE.at("20261105103900").cancel(released.invt_no(ONE), cop_no="CX-AGAIN"))
    released.settle()
    assert released.said("624", "CX-AGAIN") == ["2", "120", "399"]


def test_applications_are_refused_by_share(released: Desk) -> None:
    released.port.scenario = replace(CALM, applications_refused=1000)
    released.send("623", ONE.cancel(released.invt_no(ONE)))
    released.settle()
    assert released.said("624") == ["2", "120", "100"]
    assert released.why("624", "100").startswith("[Code:1300;Desc:")


def test_goods_are_returned(released: Desk) -> None:
    number = released.invt_no(ONE)
    released.send("625", ONE.give_back(number, {1: "1", 2: "2"}))
    released.settle()
    assert released.said("626") == ["2", "120", "399"]
    # One piece is left to be returned, and no more.
    released.send("625", ONE.give_back(number, {1: "2"}, cop_no="RT-TOO-MUCH"))
    released.send("625", ONE.give_back(number, {1: "1"}, cop_no="RT-LAST"))
    released.settle()
    assert released.said("626", "RT-TOO-MUCH") == ["2", "120", "100"]
    assert "InvtRefundList.qty:2" in released.why("626", "100", "RT-TOO-MUCH")
    assert released.said("626", "RT-LAST") == ["2", "120", "399"]


def test_goods_that_were_not_on_the_list_are_not_returned(released: Desk) -> None:
    number = released.invt_no(ONE)
    released.send("625", ONE.give_back(number, {3: "1"}, cop_no="RT-LINE"))
    released.send("625", ONE.with_(give_back__1__gcode="2106909090").give_back(number, {1: "1"}, cop_no="RT-CODE"))
    released.send("625", ONE.give_back("99992026I000000009", {1: "1"}, cop_no="RT-LIST"))
    released.settle()
    assert released.said("626") == ["-625209"] * 3


def test_an_application_to_return_is_made_once_and_for_a_released_list(released: Desk) -> None:
    number = released.invt_no(ONE)
    released.send("625", ONE.give_back(number, {1: "1"}))
    released.settle()
    released.put(message("625", ONE.give_back(number, {1: "1"}), dxp_id="OTHER"))
    released.settle()
    assert released.said("626")[-1] == "-625022"
    # What comes back is not cancelled as well.
    released.send("623", ONE.cancel(number))
    released.settle()
    assert released.said("624") == ["-623005"]

    cancelled = Purchase(2)
    released.declare(cancelled)
    released.settle()
    released.send("623", cancelled.cancel(released.invt_no(cancelled)))
    released.settle()
    released.send("625", cancelled.give_back(released.invt_no(cancelled), {1: "1"}))
    released.settle()
    assert released.said("626", "RT000002") == ["-625022"]


def test_returns_have_a_time_limit(released: Desk) -> None:
    released.clock.forward(timedelta(days=31))
    released.send("625", ONE.at("20261206103000").give_back(released.invt_no(ONE), {1: "1"}))
    released.settle()
    assert released.said("626") == ["2", "120", "100"]
    assert "期限" in released.why("626", "100")


PASS_ID = "0192f0c0-0000-7000-8000-000000000001"


def ask(desk: Desk, parcels: list[tuple[str, str]], pass_id: str = PASS_ID) -> None:
    lines = "".join(f'<Parcel logisticsNo="{number}" invtNo="{invt_no}"/>' for number, invt_no in parcels)
    desk.put(
        f'<?xml version="1.0" encoding="UTF-8"?><ExitPassRequest xmlns="urn:wms:exit-pass:1" id="{pass_id}" '
        f'load="LOD-7" customsCode="9999" areaCode="" emsNo="" sentAt="{APP_TIME}">{lines}</ExitPassRequest>'.encode(),
        f"EXITPASS_{pass_id}-{desk.sent}.xml",
    )


def answers(desk: Desk) -> list[str]:
    return [raw.decode() for raw in desk.raw() if b"ExitPassReceipt" in raw]


def test_a_load_of_released_parcels_gets_its_pass(released: Desk) -> None:
    ask(released, [(ONE.logistics_no, released.invt_no(ONE))])
    ask(released, [(ONE.logistics_no, released.invt_no(ONE))])
    released.settle()
    [answer] = answers(released)
    assert f'id="{PASS_ID}" passNo="P2026' in answer
    assert 'returnStatus="confirmed"' in answer


def test_a_load_with_anything_else_gets_none(released: Desk) -> None:
    number = released.invt_no(ONE)
    waiting = Purchase(2)
    released.send("621", waiting.list())
    ask(released, [(ONE.logistics_no, number), ("WB-OTHER", number), ("WB-NONE", "99992026I000000009")])
    released.settle()
    [answer] = answers(released)
    assert 'passNo="" returnStatus="refused"' in answer
    assert f"运单WB-OTHER与清单{number}不符；清单99992026I000000009不存在" in answer


def test_a_load_with_a_parcel_whose_release_was_withdrawn_gets_none(desk: Desk) -> None:
    desk.port.scenario = replace(CALM, withdrawn=1000, refused_after_inspection=1000)
    desk.declare(ONE)
    desk.settle()
    assert desk.said("622")[-1] == "100"
    ask(desk, [(ONE.logistics_no, desk.invt_no(ONE))])
    desk.settle()
    [answer] = answers(desk)
    assert "未放行" in answer


def test_passes_are_refused_by_share(released: Desk) -> None:
    released.port.scenario = replace(CALM, passes_refused=1000)
    ask(released, [(ONE.logistics_no, released.invt_no(ONE))])
    released.settle()
    [answer] = answers(released)
    assert 'returnStatus="refused"' in answer


def test_a_pass_that_is_given_back_is_not_answered(released: Desk) -> None:
    released.put(f'<ExitPassWithdrawal xmlns="urn:wms:exit-pass:1" id="{PASS_ID}" sentAt="{APP_TIME}"/>'.encode())
    released.settle()
    assert answers(released) == []
    assert not list((released.folder / "outbox").iterdir())
