"""Every published rule, broken once: customs say which and name the field."""

from decimal import Decimal

import pytest

from tests.customs.simulator.papers import ABSENT, Desk, Purchase
from wms.customs.simulator.agreement import is_identity_number
from wms.customs.simulator.dice import Dice
from wms.customs.simulator.office import GRACE_STEPS

OWN_FAULTS = {
    "order__acturalPaid": ("231.00", "OrderHead.acturalPaid:231.00"),
    "order__goodsValue": ("201.00", "OrderHead."),
    "order__1__totalPrice": ("99.00", "OrderHead.goodsValue"),
    "order__1__qty": ("0", "OrderList.totalPrice"),
    "order__2__currency": ("502", "OrderList.currency:502"),
    "order__currency": ("502", "OrderHead.currency:502"),
    "order__orderType": ("E", "OrderHead.orderType:E"),
    "order__buyerIdType": ("2", "OrderHead.buyerIdType:2"),
    "order__buyerIdNumber": ("990000199001010018", "OrderHead.buyerIdNumber"),
    "payment__currency": ("502", "PaymentHead.currency:502"),
    "payment__payerIdType": ("2", "PaymentHead.payerIdType:2"),
    "payment__payerIdNumber": ("99000019900101001x", "PaymentHead.payerIdNumber"),
    "waybill__packNo": ("2", "LogisticsHead.packNo:2"),
    "waybill__weight": ("0", "LogisticsHead.weight:0"),
}
_RECEIPTS = {"order": "312", "payment": "412", "waybill": "512"}


@pytest.mark.parametrize("change", OWN_FAULTS)
def test_a_paper_that_is_wrong_in_itself_is_refused(desk: Desk, change: str) -> None:
    value, said = OWN_FAULTS[change]
    desk.declare(Purchase().with_(**{change: value}))
    desk.settle()
    receipt = _RECEIPTS[change.partition("__")[0]]
    assert desk.said(receipt) == ["2", "100"]
    assert said in desk.why(receipt, "100")
    # The list cannot go on without it.
    assert desk.said("622") == ["2", "100"]
    assert "未通过审核" in desk.why("622", "100")


DISAGREEMENTS = {
    ("payment__amountPaid", "239.99"): "[Code:1332;",
    ("payment__payerName", "样例乙"): "[Code:1327;",
    ("payment__payerIdNumber", "990000199001010025"): "[Code:1327;",
    ("order__payCode", "9999960009"): "[Code:13035;",
    ("order__payTransactionId", "PAY-OTHER"): "[Code:13035;",
    ("list__buyerName", "样例乙"): "[Code:13127;",
    ("list__buyerIdNumber", "990000199001010025"): "[Code:13127;",
    ("list__buyerTelephone", "10000000002"): "[Code:13127;",
    ("list__ebcCode", "9999960008"): "InventoryHead.ebcCode:9999960008",
    ("list__consigneeAddress", "别处"): "InventoryHead.consigneeAddress",
    ("waybill__consignee", "样例乙"): "LogisticsHead.consignee",
    ("waybill__consigneeTelephone", "10000000002"): "LogisticsHead.consigneeTelephone",
    ("waybill__consigneeAddress", "别处"): "LogisticsHead.consigneeAddress",
    ("waybill__orderNo", "ORD-OTHER"): "LogisticsHead.orderNo:ORD-OTHER",
    ("waybill__logisticsNo", "WB-OTHER"): "LogisticsHead.logisticsNo:WB-OTHER",
    ("waybill__freight", "29"): "LogisticsHead.freight:29",
    ("waybill__insuredFee", "1"): "LogisticsHead.insuredFee:1",
    ("waybill__weight", "1.86"): "LogisticsHead.weight:1.86",
    ("list__1__gname", "别的商品"): "[Code:1322;",
    ("list__1__gnum", "3"): "[Code:1322;",
    ("list__freight", "31"): "InventoryHead.freight:31",
    ("list__netWeight", "1.90"): "InventoryHead.netWeight:1.90",
    ("list__netWeight", "0"): "InventoryHead.netWeight:0",
    ("list__packNo", "2"): "InventoryHead.packNo:2",
    ("list__currency", "502"): "InventoryHead.currency:502",
    ("list__ieFlag", "E"): "InventoryHead.ieFlag:E",
    ("list__country", "601"): "InventoryHead.country:601",
    ("list__emsNo", ABSENT): "InventoryHead.emsNo",
    ("list__areaCode", ABSENT): "InventoryHead.areaCode",
    ("list__areaName", ""): "InventoryHead.areaName",
    ("list__1__itemRecordNo", ABSENT): "InventoryList.itemRecordNo",
    ("list__1__qty1", "0"): "InventoryList.qty1:0",
    ("list__1__gcode", "19053100AA"): "InventoryList.gcode",
    ("list__1__totalPrice", "101"): "InventoryList.totalPrice:101",
    ("list__tradeMode", "0110"): "InventoryHead.tradeMode:0110",
    ("list__tradeMode", "9610"): "InventoryHead.trafNo",
}


@pytest.mark.parametrize("change", DISAGREEMENTS, ids="=".join)
def test_papers_that_disagree_are_refused(desk: Desk, change: tuple[str, str]) -> None:
    name, value = change
    desk.declare(Purchase().with_(**{name: value}))
    desk.settle()
    assert desk.said("622") == ["2", "100"]
    assert DISAGREEMENTS[change] in desk.why("622", "100")


def test_different_quantities_and_numbers_of_lines_have_codes_of_their_own(desk: Desk) -> None:
    desk.declare(Purchase(1).with_(list__1__qty="1", list__1__totalPrice="50"))
    fewer = Purchase(2, lines=1)
    desk.send("311", Purchase(2).order())
    desk.send("411", Purchase(2).payment())
    desk.send("511", Purchase(2).waybill())
    desk.send("621", fewer.list())
    desk.settle()
    assert desk.why("622", "100", Purchase(1).cop_no).startswith("[Code:1322;")
    assert "OrderList.qty:2,InventoryList.qty:1" in desk.why("622", "100", Purchase(1).cop_no)
    assert desk.why("622", "100", Purchase(2).cop_no).startswith("[Code:1320;")


def test_amounts_that_are_the_same_number_agree(desk: Desk) -> None:
    desk.declare(Purchase().with_(payment__amountPaid="240.00000", waybill__weight="01.850"))
    desk.settle()
    assert desk.said("622")[-1] == "800"


def test_what_names_a_person_is_not_repeated(desk: Desk) -> None:
    desk.declare(Purchase().with_(payment__payerName="样例乙"))
    desk.settle()
    assert "样例" not in desk.why("622", "100")


def test_the_list_waits_for_its_three_orders(desk: Desk) -> None:
    desk.send("621", Purchase().list())
    desk.settle()
    assert desk.said("622") == ["2"]
    desk.send("411", Purchase().payment())
    desk.send("511", Purchase().waybill())
    desk.settle(hours=1)
    assert desk.said("622") == ["2"]
    desk.send("311", Purchase().order())
    desk.settle()
    assert desk.said("622") == ["2", "120", "800"]


def test_papers_of_another_platform_are_not_taken_for_ours(desk: Desk) -> None:
    desk.send("311", Purchase().with_(order__ebpCode="9999960077").order())
    desk.send("411", Purchase().with_(payment__ebpCode="9999960077").payment())
    desk.send("511", Purchase().waybill())
    desk.send("621", Purchase().list())
    desk.settle(hours=1)
    assert desk.said("622") == ["2"]


def test_a_refused_order_that_is_mended_soon_does_not_cost_the_list(desk: Desk) -> None:
    desk.declare(Purchase().with_(order__acturalPaid="1.00"))
    desk.settle(seconds=GRACE_STEPS)
    assert desk.said("312") == ["2", "100"]
    assert desk.said("622") == ["2"]
    desk.send("311", Purchase().at("20261105103500").order())
    desk.settle()
    assert desk.said("622") == ["2", "120", "800"]


def test_a_new_slip_of_the_payment_company_takes_the_place_of_a_refused_one(desk: Desk) -> None:
    wrong = Purchase().with_(payment__payTransactionId="PAY-FIRST", payment__currency="502")
    desk.send("411", wrong.payment())
    desk.settle()
    desk.declare(Purchase())
    desk.settle()
    assert desk.said("622") == ["2", "120", "800"]


def test_a_buyer_has_an_annual_limit(desk: Desk) -> None:
    # Nineteen and a little more lists of 1,330.00 fit into 26,000.00.
    dear = {
        "order__goodsValue": "1300", "order__acturalPaid": "1340", "payment__amountPaid": "1340",
        "order__1__price": "600", "order__1__totalPrice": "1200",
        "list__1__price": "600", "list__1__totalPrice": "1200",
    }  # fmt: skip
    fitting = int(Decimal(26000) / 1330)
    for number in range(1, fitting + 1):
        desk.declare(Purchase(number).with_(**dear))
    desk.settle()
    assert desk.said("622").count("800") == fitting
    one_more = Purchase(fitting + 1).with_(**dear)
    desk.declare(one_more)
    desk.settle()
    assert desk.said("622", one_more.cop_no) == ["2", "100"]
    assert "[Code:1313;" in desk.why("622", "100")
    assert "totalPrice：26,600.00 > limitPrice: 26,000.00" in desk.why("622", "100")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("990000199001010017", True),
        ("990000199001010018", False),
        ("990000199013010017", False),
        ("99000019900101001", False),
        ("", False),
    ],
)
def test_identity_numbers(text: str, is_one: bool) -> None:
    assert is_identity_number(text) is is_one


def test_dice_fall_the_same_way_and_in_proportion() -> None:
    dice = [Dice(7, (str(number),)) for number in range(4000)]
    assert 150 < sum(one.happens("x", 50) for one in dice) < 250
    assert [one.digits("y", 9) for one in dice] == [one.digits("y", 9) for one in dice]
    assert not any(one.happens("x", 0) for one in dice)
    assert all(one.happens("x", 1000) for one in dice)
