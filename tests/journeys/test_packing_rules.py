"""Packing with rules in scans: forbidden boxes, inserts, numbered seals, gifts, notes, and weights that are learned."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.test_scale import Scale
from tests.support.floor import Floor, Handheld, new_order
from wms.access.tables import AuditRow
from wms.orders.promises import allocate_order
from wms.orders.service import take_order
from wms.packaging.importing import import_materials, import_rules
from wms.packaging.tables import ParcelMaterialRow, ParcelPackingRow
from wms.packaging.weights import LEARNED_FROM

MATERIALS = b"code,kind,name,weight_grams,number_prefix\nTHANKS,insert,Thank-you card,8,\nSEAL,seal,Blue seal,1,BS\n"
RULES = """rule,mark,no_boxes,inserts,seals,no_materials,label_position,prices
Everybody,,,,SEAL,FOAM,the largest side,
Gifts,gift,S,THANKS,,,,no
"""


@pytest.fixture
def ruled(floor: Floor) -> Floor:
    foam = MATERIALS + b"FOAM,filling,Foam,5,\n"
    assert not import_materials(floor.database, floor.warehouse_id, foam.splitlines(keepends=True)).faults
    assert not import_rules(floor.database, floor.warehouse_id, RULES.encode().splitlines(keepends=True)).faults
    floor.put_stock("A-01 RED 30")
    return floor


def picked(floor: Floor, number: str, tote: str, *, is_gift: bool = False, note: str = "", line_note: str = "") -> None:
    """An order for one RED with what its platform says, in a tote."""
    wanted = new_order(number, {"RED": 1})
    lines = (replace(wanted.lines[0], packing_note=line_note),)
    wanted = replace(wanted, lines=lines, packing_note=note, is_gift=is_gift)

    def work(session: Session) -> None:
        taken = take_order(session, floor.warehouse_id, wanted, now=floor.clock.now())
        allocate_order(session, floor.warehouse_id, taken.id, now=floor.clock.now())

    floor.database.in_transaction(work)
    floor.handheld("EMP-2").scans(tote, "A-01", "RED")


def facts(hand: Handheld) -> dict[str, str]:
    return dict(hand.screen["facts"])


def test_rules_are_enforced_at_the_bench(ruled: Floor) -> None:
    picked(ruled, "42", "T-1", is_gift=True, note="Ribbon,\nplease", line_note="Red side up")
    packer = ruled.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1")
    assert facts(packer)["Note"] == "Red side up · Ribbon, please"
    assert packer.scan("MAT-FOAM")["message"]["title"] == "Foam is forbidden here: Everybody."
    packer.scans("RED")
    refused = packer.scan("BOX-S")
    assert (refused["code"], refused["message"]["title"]) == ("box_forbidden", "Box S is forbidden here: Gifts.")
    assert packer.scan("BOX-L")["message"]["next"] == "Put in and scan: Thank-you card."
    assert packer.scan("509g")["message"]["title"] == "Thank-you card is missing in the parcel."
    assert facts(packer)["Put in"] == "Thank-you card, Blue seal"
    assert facts(packer)["Prices"] == "none in the parcel"
    packer.scans("MAT-THANKS")
    assert packer.scan("MAT-SEAL")["code"] == "seal_number_needed"
    packer.scans("BS000123")
    assert facts(packer)["Should weigh"] == "509 g"
    assert facts(packer)["Label goes"] == "the largest side"
    packer.scans("509g")
    query = select(ParcelMaterialRow.code, ParcelMaterialRow.number).order_by(ParcelMaterialRow.position)
    used = ruled.database.reading(lambda session: [tuple(row) for row in session.execute(query)])
    assert used == [("THANKS", ""), ("SEAL", "BS000123")]


def test_a_parcel_on_the_scale_that_lacks_something_hears_so(ruled: Floor) -> None:
    picked(ruled, "42", "T-1")
    packer = ruled.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "BOX-S")
    scale = Scale(ruled)
    assert scale.weighs(151)["code"] == "material_missing"
    packer.scans("BS000123")
    assert scale.weighs(151)["code"] == "parcel_closed"


def test_a_seal_is_on_one_parcel_only_and_scans_are_taken_back(ruled: Floor) -> None:
    picked(ruled, "42", "T-1")
    picked(ruled, "43", "T-2")
    packer = ruled.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "BOX-S", "BS000123", "*UNDO*")
    assert packer.screen["step"] == "scan_material"
    packer.scans("BS000123", "151g", "T-2", "RED", "BOX-S")
    assert packer.scan("BS000123")["code"] == "seal_used"
    packer.scans("BS000124", "151g")


def test_a_box_that_is_too_small_is_asked_about(floor: Floor) -> None:
    floor.put_stock("A-01 RED 90")
    floor.order("42", RED=80)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "*QTY+79*")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "*QTY+79*")
    asked = packer.scan("BOX-S")
    assert (asked["code"], asked["details"]) == ("confirm_small_box", {"got": "S", "reason": "volume", "want": "L"})
    assert packer.scan("BOX-S")["code"] == "box_taken"


def test_weights_are_learned_and_what_is_too_much_is_named(floor: Floor) -> None:
    """The catalogue says 100 g; parcels say 107. From then on one too many is told from one alone."""
    floor.put_stock("A-01 RED 30")
    picker, packer = floor.handheld("EMP-2"), floor.handheld("EMP-4")
    for number in range(LEARNED_FROM):
        floor.order(str(number), RED=1)
        picker.scans("T-1", "A-01", "RED")
        packer.scans("T-1", *(["BENCH-1"] if number == 0 else []), "RED", "BOX-S", "157g")
    floor.order("42", RED=2)
    picker.scans("T-1", "A-01", "RED", "RED")
    packer.scans("T-1", "RED", "RED", "BOX-S")
    assert (facts(packer)["Should weigh"], facts(packer)["Allowed"]) == ("264 g", "254–274 g")
    odd = packer.scan("372g")
    assert odd["code"] == "odd_weight_over"
    assert odd["message"]["title"] == "372 g, expected 254–274 g: 1 × Red brush too many?"
    assert packer.scan("157g")["message"]["title"] == "157 g, expected 254–274 g: 1 × Red brush missing?"
    packer.scans("EMP-1")
    number = floor.parcel("42").tracking_no

    def look(session: Session) -> None:
        accepted = session.scalars(select(ParcelPackingRow).where(ParcelPackingRow.is_accepted)).one()
        assert (accepted.weight_grams, accepted.expected_grams, accepted.suspect) == (157, 264, "-1 Red brush")
        trail = session.scalars(select(AuditRow).where(AuditRow.what == "odd_weight_accepted")).one()
        assert (trail.who, trail.on_what) == ("EMP-1", number)
        assert '"packed_by": "EMP-4"' in trail.details

    floor.database.reading(look)
