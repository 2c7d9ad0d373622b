"""The counter: what is taken, what is turned away and how it says so."""

import pytest

from tests.customs.simulator.papers import ABSENT, Desk, Purchase, message

LATER = "20261105103000"


def test_four_papers_that_agree_are_released(desk: Desk) -> None:
    desk.declare(Purchase())
    desk.settle()
    assert desk.said("312") == desk.said("412") == desk.said("512") == ["2", "120"]
    assert desk.said("622") == ["2", "120", "800"]
    assert desk.why("622", "800") == "[Code:2600;Desc:放行]"


def test_a_whole_batch_is_answered_paper_by_paper(desk: Desk) -> None:
    desk.declare(*(Purchase(number) for number in range(1, 101)))
    desk.settle()
    assert {tuple(desk.said("622", Purchase(number).cop_no)) for number in (1, 50, 100)} == {("2", "120", "800")}
    assert len(desk.said("622")) == 300


def test_the_port_repeats_the_senders_id_and_customs_do_not(desk: Desk) -> None:
    desk.declare(Purchase())
    desk.settle()
    texts = [raw.decode() for raw in desk.raw() if b"CEB622" in raw]
    ours = Purchase().list().split("<ceb:guid>")[1][:36]
    assert sorted(ours in text for text in texts) == [False, False, True]
    [first] = [text for text in texts if ours in text]
    assert "<invtNo>" not in first
    assert "<preNo>B20261105" in first


@pytest.mark.parametrize(
    ("number", "receipt", "paper", "code"),
    [
        ("311", "312", "order", "-301014"),
        ("411", "412", "payment", "-401012"),
        ("511", "512", "waybill", "-505016"),
    ],
)
def test_the_same_again_is_older_than_what_is_there(
    desk: Desk, number: str, receipt: str, paper: str, code: str
) -> None:
    document = getattr(Purchase(), paper)()
    desk.send(number, document)
    desk.settle()
    desk.put(message(number, document, dxp_id="DXPENT9999999006"))
    desk.settle()
    assert desk.said(receipt) == ["2", "120", code]


@pytest.mark.parametrize(
    ("number", "receipt", "paper", "code"),
    [
        ("311", "312", "order", "-301010"),
        ("411", "412", "payment", "-401007"),
        ("511", "512", "waybill", "-504015"),
    ],
)
def test_the_same_number_again_exists_already(desk: Desk, number: str, receipt: str, paper: str, code: str) -> None:
    desk.send(number, getattr(Purchase(), paper)())
    desk.settle()
    desk.send(number, getattr(Purchase().at(LATER), paper)())
    desk.settle()
    assert desk.said(receipt)[-1] == code


@pytest.mark.parametrize(
    ("number", "receipt", "paper", "nothing_there", "declared"),
    [
        ("311", "312", "order", "-301009", "-301011"),
        ("411", "412", "payment", "-401006", "-401008"),
        ("511", "512", "waybill", "-504014", "-504016"),
    ],
)
def test_a_change_needs_something_to_change_and_no_list(
    desk: Desk, number: str, receipt: str, paper: str, nothing_there: str, declared: str
) -> None:
    change = Purchase().at(LATER).with_(**{f"{paper}__appType": "2"})
    desk.send(number, getattr(change, paper)())
    desk.settle()
    assert desk.said(receipt) == [nothing_there]

    desk.send(number, getattr(Purchase(), paper)())
    desk.settle()
    desk.send(number, getattr(change.at("20261105103100"), paper)())
    desk.settle()
    assert desk.said(receipt)[-2:] == ["2", "120"]

    desk.send("621", Purchase().list())
    desk.settle()
    desk.send(number, getattr(change.at("20261105103200"), paper)())
    desk.settle()
    assert desk.said(receipt)[-1] == declared


def test_a_deleted_order_is_gone(desk: Desk) -> None:
    desk.send("311", Purchase().order())
    desk.settle()
    desk.send("311", Purchase().at(LATER).with_(order__appType="3").order())
    desk.settle()
    assert desk.said("312")[-2:] == ["2", "120"]
    desk.send("311", Purchase().at("20261105103100").with_(order__appType="2").order())
    desk.settle()
    assert desk.said("312")[-1] == "-301009"


def test_an_unknown_kind_of_application_changes_nothing(desk: Desk) -> None:
    desk.send("311", Purchase().with_(order__appType="7").order())
    desk.settle()
    assert desk.said("312") == ["-301009"]


def test_a_list_is_declared_once(desk: Desk) -> None:
    desk.declare(Purchase())
    desk.settle()
    desk.send("621", Purchase().at(LATER).list())
    # The same order under another number of ours is the same declaration.
    desk.send("621", Purchase().at(LATER).with_(list__copNo="ANOTHER").list())
    desk.settle()
    assert desk.said("622", Purchase().cop_no) == ["2", "120", "800", "-621004"]
    assert desk.said("622", "ANOTHER") == ["-621004"]


def test_a_refused_list_is_declared_again_with_its_orders(desk: Desk) -> None:
    wrong = Purchase().with_(list__1__qty="1", list__1__totalPrice="50")
    desk.declare(wrong)
    desk.settle()
    assert desk.said("622") == ["2", "100"]
    first = {entry.pre_no for entry in desk.entries() if entry.cop_no}

    desk.put(message("621", wrong.list(), dxp_id="DXPENT9999999006"))
    desk.settle()
    assert desk.said("622")[-1] == "-621004", "the same time is not later"

    again = Purchase().at("20261105103500")
    desk.declare(again)
    desk.settle()
    assert desk.said("622")[-3:] == ["2", "120", "800"]
    assert desk.said("312")[-2:] == ["2", "120"]
    assert {entry.pre_no for entry in desk.entries() if entry.cop_no} > first, "another attempt, another number"


def test_the_three_orders_are_declared_again_together_when_one_was_refused(desk: Desk) -> None:
    def three(purchase: Purchase) -> None:
        desk.send("411", purchase.payment())
        desk.send("311", purchase.order())
        desk.send("511", purchase.waybill())
        desk.settle()

    three(Purchase().with_(order__acturalPaid="1"))
    assert (desk.said("312"), desk.said("412")) == (["2", "100"], ["2", "120"])
    three(Purchase().at(LATER))
    assert desk.said("312")[-2:] == desk.said("412")[-2:] == desk.said("512")[-2:] == ["2", "120"]
    # And not once more: now all of them stand.
    three(Purchase().at("20261105103500"))
    assert (desk.said("312")[-1], desk.said("412")[-1], desk.said("512")[-1]) == ("-301010", "-401007", "-504015")


def test_changing_a_list_needs_a_list_that_can_be_changed(desk: Desk) -> None:
    change = Purchase().with_(list__appType="2")
    desk.send("621", change.list())
    desk.settle()
    assert desk.said("622") == ["-621011"]
    desk.send("621", Purchase().list())
    desk.settle()
    desk.send("621", change.at(LATER).list())
    desk.settle()
    assert desk.said("622")[-1] == "2", "it still waits for its orders and may be changed"
    desk.send("311", Purchase().order())
    desk.send("411", Purchase().payment())
    desk.send("511", Purchase().waybill())
    desk.settle()
    desk.send("621", change.at("20261105103100").list())
    desk.settle()
    assert desk.said("622")[-2:] == ["800", "-621012"]


@pytest.mark.parametrize(
    ("number", "receipt", "paper", "code"),
    [("311", "312", "order", "-301002"), ("621", "622", "list", "-621027")],
)
def test_a_repeated_line_number_is_turned_away(desk: Desk, number: str, receipt: str, paper: str, code: str) -> None:
    desk.send(number, getattr(Purchase().with_(**{f"{paper}__2__gnum": "1"}), paper)())
    desk.settle()
    assert desk.said(receipt) == [code]


def test_more_than_the_limit_of_one_transaction_is_turned_away_unless_it_is_one_thing(desk: Desk) -> None:
    dear = {"list__1__price": "3000", "list__1__totalPrice": "6000"}
    desk.send("621", Purchase().with_(**dear).list())
    desk.settle()
    assert desk.said("622") == ["-621005"]
    desk.send(
        "621", Purchase(2, lines=1).with_(list__1__price="6000", list__1__totalPrice="6000", list__1__qty="1").list()
    )
    desk.settle()
    assert desk.said("622", Purchase(2).cop_no) == ["2"]


def test_drafts_are_not_declared(desk: Desk) -> None:
    desk.send("621", Purchase().with_(list__appStatus="1").list())
    desk.send("311", Purchase().with_(order__appStatus="1").order())
    desk.settle()
    assert desk.said("622") == ["1"]
    assert desk.said("312") == []
    desk.declare(Purchase())
    desk.settle()
    assert desk.said("622")[-1] == "800"


def test_a_parcel_that_was_signed_for(desk: Desk) -> None:
    desk.send("513", Purchase().signed_for())
    desk.send("513", Purchase(2).with_(signed_for__logisticsStatus="R").signed_for())
    desk.settle()
    assert desk.said("514", Purchase().logistics_no) == ["2", "120"]
    assert desk.said("514", Purchase(2).logistics_no) == ["2", "100"]
    desk.put(message("513", Purchase().signed_for(), dxp_id="OTHER"))
    desk.settle()
    assert desk.said("514", Purchase().logistics_no)[-1] == "-505016"


def test_a_list_without_a_number_of_its_own_is_known_by_its_order(desk: Desk) -> None:
    desk.declare(Purchase().with_(list__copNo=ABSENT))
    desk.settle()
    assert desk.said("622", Purchase().order_no) == ["2", "120", "800"]
