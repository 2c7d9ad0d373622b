"""An order that leaves in several parcels: packed from one tote, and dispatched when the last one has left."""

from datetime import UTC

from tests.carriers.test_closing import office
from tests.support.floor import Floor, Handheld
from wms.labels.documents import PackingList
from wms.labels.parcel import label_of_parcel
from wms.office.papers.parcel import packing_list
from wms.orders.lookup import orders_by_number
from wms.shipments.lookup import contents_of_parcels


def picked(floor: Floor) -> Handheld:
    """Two RED and one BLUE of order 42 lie in a tote, and somebody begins to pack them."""
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1")
    return packer


def state_of(floor: Floor) -> str:
    return floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42")[0].state)


def leave(floor: Floor, *parcels: str) -> None:
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", *parcels)
    loader.scan("*DONE*")
    assert loader.scan("*DONE*")["code"] == "load_closed"


def test_three_units_in_two_parcels_are_dispatched_with_the_second(floor: Floor) -> None:
    packer = picked(floor)
    packer.scans("RED")
    packer.scans("*SPLIT*", "*UNDO*", "*UNDO*", "RED", "*SPLIT*", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed_next"
    assert packer.scan("*UNDO*")["code"] == "cannot_undo", "a closed parcel stays closed"
    (first,) = floor.parcels("42")
    left = "BUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 1"
    floor.stock.is_now(f"A-01 RED 3\nA-02 BLUE 4\nBENCH-1/{first.tracking_no} RED 1\n{left}")
    leave(floor, first.tracking_no)
    assert state_of(floor) == "packing", "it leaves before the rest is packed"
    label = floor.database.reading(lambda session: label_of_parcel(session, floor.warehouse_id, first.id))
    assert label.piece_in_words == "1", "nobody knows yet how many there will be"

    # Whoever comes back to the tote, on whatever device, goes on with the second parcel.
    again = floor.handheld("EMP-4", device="spare")
    assert (again.screen["step"], ["Parcel", "2"] in again.screen["facts"]) == ("scan_item", True)
    again.scans("RED", "BLUE", "BOX-S")
    assert again.scan("250g")["code"] == "parcel_closed"
    assert state_of(floor) == "packed"
    first, second = floor.parcels("42")
    assert [parcel.number for parcel in (first, second)] == [1, 2]
    assert len({first.sscc, second.sscc, first.tracking_no, second.tracking_no}) == 4
    contents = floor.database.reading(
        lambda session: contents_of_parcels(session, floor.warehouse_id, [first.id, second.id])
    )
    assert [[(units.line_no, units.quantity) for units in contents[each.id]] for each in (first, second)] == [
        [(1, 1)],
        [(1, 1), (2, 1)],
    ]
    page = office(floor).get("/office/order/42").text
    for number, parcel in enumerate((first, second), start=1):
        assert f"<h2>Parcel {number} of 2</h2>" in page
        assert f'href="/office/parcels/{parcel.tracking_no}/packing-list.pdf"' in page
    papers = floor.database.reading(
        lambda session: [packing_list(session, floor.warehouse_id, each.tracking_no, UTC) for each in (first, second)]
    )
    assert [
        [(line.name, line.quantity) for line in paper.lines] for paper in papers if isinstance(paper, PackingList)
    ] == [
        [("Red brush", 1)],
        [("Red brush", 1), ("Blue brush", 1)],
    ]
    labels = floor.database.reading(
        lambda session: [label_of_parcel(session, floor.warehouse_id, each.id) for each in (first, second)]
    )
    assert [label.piece_in_words for label in labels] == ["1 / 2", "2 / 2"]
    leave(floor, second.tracking_no)
    assert state_of(floor) == "dispatched"
    assert floor.stock.world() == ["CUSTOMER BLUE 1", "CUSTOMER RED 2", "SUPPLIER BLUE -5", "SUPPLIER RED -5"]


def test_what_never_comes_lets_an_order_be_dispatched_whose_parcel_has_left(floor: Floor) -> None:
    packer = picked(floor)
    packer.scans("RED", "RED", "*SPLIT*", "BOX-S")
    assert packer.scan("250g")["code"] == "parcel_closed_next"
    leave(floor, floor.parcel("42").tracking_no)
    packer.scan("*SHORT*")
    packer.scans("*SHORT*")
    assert state_of(floor) == "dispatched"


def test_customs_of_china_know_one_parcel_per_order(bonded_floor: Floor) -> None:
    packer = picked(bonded_floor)
    packer.scans("RED")
    assert "*SPLIT*" not in [action["action"] for action in packer.screen["actions"]]
    refused = packer.scan("*SPLIT*")
    assert (refused["code"], refused["message"]["title"]) == (
        "one_parcel_per_order",
        "Customs lets 42 leave in one parcel only.",
    )
    assert refused["message"]["next"] == "Take a bigger box, or ask a supervisor to split the order."
