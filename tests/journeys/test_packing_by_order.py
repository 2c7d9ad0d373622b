"""Packing begun by an order's code: where its goods lie, or how it stands in words."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.floor import Floor, Handheld, new_order
from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.containers.model import ContainerUse
from wms.containers.tables import ContainerRow
from wms.labels.symbols import code_128
from wms.orders.barcode import order_barcode
from wms.orders.lookup import orders_by_number
from wms.orders.model import OrderState
from wms.orders.service import take_order
from wms.orders.tables import OrderRow


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """A packer at home; one RED of order 42 waits for him in TOT-1."""
    floor.put_stock("A-01 RED 9")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    return floor.handheld("EMP-4")


@pytest.mark.parametrize("code", ["ORD-ACME.42", "ord-acme.42", "ORD-42", "42"])
def test_an_order_is_packed_by_the_code_on_its_paper_or_its_bare_number(packer: Handheld, code: str) -> None:
    begun = packer.scans(code)
    assert begun["code"] == "order_opened_in"
    assert begun["message"]["title"] == "Order 42 lies in TOT-1, BUFFER. Lines: 1."
    packer.scans("BENCH-1", "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed"


def test_an_order_that_is_not_to_be_packed_says_in_words_how_it_stands(floor: Floor, packer: Handheld) -> None:
    floor.order("50", BLUE=1)
    floor.order("51", RED=2)
    assert packer.scan("50")["message"]["title"] == "50 has no goods: they are short."
    assert packer.scan("51")["message"]["title"] == "51 is not picked yet."
    floor.handheld("EMP-3").scans("T-7", "A-01", "RED")
    assert packer.scan("51")["message"]["title"] == "51 is being picked, into TOT-7."
    set_state(floor, "50", OrderState.CANCELLED)
    assert packer.scan("50")["message"]["title"] == "50 was cancelled."


def test_an_order_that_is_packed_or_gone_names_its_parcel(floor: Floor, packer: Handheld) -> None:
    packer.scans("42", "BENCH-1", "RED", "BOX-S", "150g")
    number = floor.parcel("42").tracking_no
    assert packer.scan("42")["message"]["title"] == f"42 is packed already: parcel {number}."
    set_state(floor, "42", OrderState.DISPATCHED)
    assert packer.scan("42")["code"] == "order_has_left"
    assert floor.handheld("EMP-2").scan("ORD-ACME.42")["code"] == "order_has_left", "a picker is told as well"


def test_an_order_at_another_bench_names_the_packer_and_his_own_is_gone_on_with(floor: Floor, packer: Handheld) -> None:
    packer.scans("42", "BENCH-1")
    refused = floor.handheld("EMP-1").scan("42")
    assert refused["message"]["title"] == "Ben Okoro is packing 42 at BENCH-1."
    assert refused["message"]["next"] == "Ask there. To take it over, scan TOT-1."
    packer.scans("*HOME*")
    assert packer.scan("42")["code"] == "task_resumed"


def test_a_number_of_two_merchants_is_not_guessed(floor: Floor, packer: Handheld) -> None:
    order_of_another_merchant(floor, "42")
    assert packer.scan("42")["code"] == "order_of_several"
    assert packer.scan("ORD-OTHER.42")["code"] == "order_not_picked"
    assert packer.scan("ORD-ACME.42")["code"] == "order_opened_in"


def test_an_order_in_several_totes_is_packed_by_the_one_in_front(floor: Floor, packer: Handheld) -> None:
    put_into_tote(floor, "42", "TOT-2")
    refused = packer.scan("42")
    assert (refused["code"], refused["details"]["containers"]) == ("order_in_totes", "TOT-1, TOT-2")


def test_where_something_else_is_asked_for_it_is_said_that_it_is_an_order(packer: Handheld) -> None:
    packer.scans("42", "BENCH-1")
    refused = packer.scan("ORD-ACME.42")
    assert (refused["code"], refused["details"]["got_name"]) == ("wrong_kind", "42")
    assert packer.scan("ORD-ACME.99")["outcome"] == "unknown"


def test_its_office_page_shows_the_code_as_bars(floor: Floor, packer: Handheld) -> None:
    page = floor.handheld("EMP-1").client.get("/office/order/42").text
    drawn = [int(place) - 10 for place in re.findall(r"M(\d+) 0h1v48h-1z", page)]
    assert drawn == [place for place, module in enumerate(code_128("ORD-ACME.42").modules) if module == "1"]


def test_a_number_that_is_no_barcode_has_none() -> None:
    assert order_barcode("ACME", "so-7") == "ORD-ACME.so-7"
    assert order_barcode("ACME", "订单7") == order_barcode("ACME", "7" * 60) == ""


def set_state(floor: Floor, number: str, state: OrderState) -> None:
    statement = update(OrderRow).where(OrderRow.number == number).values(state=state.value)
    floor.database.in_transaction(lambda session: session.execute(statement))


def order_of_another_merchant(floor: Floor, number: str) -> None:
    """OTHER has an order of the same number."""

    def work(session: Any) -> None:
        other = create_merchant(session, NewMerchant("OTHER", "Other"))
        take_order(session, floor.warehouse_id, new_order(f"{number}-other", {"RED": 1}), now=floor.clock.now())
        changed = update(OrderRow).where(OrderRow.number == f"{number}-other")
        session.execute(changed.values(number=number, merchant_id=other))

    floor.database.in_transaction(work)


def put_into_tote(floor: Floor, number: str, tote: str) -> None:
    """A further tote that holds goods of the order."""
    order = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, number)[0])
    statement = update(ContainerRow).where(ContainerRow.code == tote)
    values = {"use": ContainerUse.PACKING.value, "subject": order.id}
    floor.database.in_transaction(lambda session: session.execute(statement.values(values)))
