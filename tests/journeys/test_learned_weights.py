"""What a parcel taught of a product's weight is kept with it, and taken back where it is opened again."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.journeys.test_opening_again import opened
from tests.support.floor import Floor, Handheld
from wms.catalogue.tables import Sku
from wms.packaging.tables import SkuWeightRow

BOX_GRAMS = 50


def learned(floor: Floor) -> tuple[int, int, int]:
    """Parcels, the sum of what they taught in grams, and the sum of its squares."""

    def look(session: Session) -> tuple[int, int, int]:
        row = session.scalars(select(SkuWeightRow)).one()
        return row.parcels, row.sum_mg // 1000, row.sum_of_squares // 1_000_000

    return floor.database.reading(look)


def packed(floor: Floor, packer: Handheld, number: str, grams: int) -> None:
    floor.order(number, RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    packer.scans("T-1", *(["BENCH-1"] if number == "41" else []), "RED", "BOX-S", f"{BOX_GRAMS + grams}g")


def test_a_parcel_opened_again_teaches_nothing(floor: Floor) -> None:
    """Nor is taken back what is forgotten anyhow, because the catalogue says something else since."""
    floor.put_stock("A-01 RED 9")
    packer = floor.handheld("EMP-4")
    packed(floor, packer, "41", 100)
    packed(floor, packer, "42", 105)
    assert learned(floor) == (2, 205, 100**2 + 105**2)
    assert opened(packer, floor.parcel("42"), "T-3") == "parcel_opened_again"
    assert learned(floor) == (1, 100, 100**2)
    packer.scans("T-3", "RED", "BOX-S", f"{BOX_GRAMS + 110}g")
    assert learned(floor) == (2, 210, 100**2 + 110**2)

    floor.clock.forward(timedelta(minutes=1))
    floor.database.in_transaction(lambda session: session.execute(update(Sku).values(weight_grams=120)))
    packed(floor, packer, "43", 120)
    assert learned(floor) == (1, 120, 120**2)
    assert opened(packer, floor.parcel("42"), "T-3") == "parcel_opened_again"
    assert learned(floor) == (1, 120, 120**2)
    assert opened(packer, floor.parcel("43"), "T-4") == "parcel_opened_again"
    assert learned(floor) == (0, 0, 0)
