"""The demo site: complete, workable at once, and loaded only once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.keys import PERSONAL_DATA_KEYS
from wms.access.model import Role
from wms.access.tables import OperatorRow
from wms.app import House, create_app, house_of
from wms.config import Settings
from wms.database.base import Base
from wms.demo.people import PEOPLE, one_of_each, people_with
from wms.demo.site import NOTICES, OPEN_ORDERS, SCARCE, load_demo_site
from wms.kernel.errors import BadInput
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.model import PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.audit import audit


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    settings = Settings(
        database_url=database_url,
        data_dir=tmp_path,
        secret_key="a-key-for-tests-of-32-characters!",
        personal_data_keys=PERSONAL_DATA_KEYS,
    )
    house = house_of(create_app(settings))
    yield house
    house.database.engine.dispose()


def rows_per_table(house: House) -> dict[str, int]:
    def count(session: Any) -> dict[str, int]:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }

    return house.database.reading(count)


def test_loading_twice_changes_nothing(house: House) -> None:
    first = load_demo_site(house)
    assert first.is_new
    before = rows_per_table(house)
    again = load_demo_site(house)
    assert not again.is_new
    assert again.warehouse_id == first.warehouse_id
    assert rows_per_table(house) == before


def test_work_can_begin_at_once(house: House) -> None:
    warehouse_id = load_demo_site(house).warehouse_id

    def look(session: Any) -> tuple[list[str], int, set[str]]:
        states = list(session.execute(select(OrderRow.state)).scalars())
        short = session.execute(select(func.sum(OrderLineRow.short))).scalar_one()
        kinds = set(session.execute(select(PlaceRow.kind)).scalars())
        return states, short, kinds

    states, short, kinds = house.database.reading(look)
    assert len(states) == OPEN_ORDERS
    assert states.count("allocated") > OPEN_ORDERS * 9 // 10
    assert short > 0, f"{SCARCE} are there to show what waiting for a delivery looks like"
    assert kinds == {kind.value for kind in PlaceKind}
    assert house.database.reading(lambda session: audit(session, warehouse_id)).is_clean


def test_everybody_can_sign_in_in_his_language(house: House) -> None:
    load_demo_site(house)
    for person in one_of_each():
        signed_in = house.doorman.sign_in(person.badge, person.pin, "test")
        assert signed_in.operator.role is person.role
        assert signed_in.operator.language == person.language


def test_there_are_people_for_every_work(house: House) -> None:
    load_demo_site(house)
    badges = house.database.reading(lambda session: list(session.execute(select(OperatorRow.badge)).scalars()))
    assert sorted(badges) == sorted(person.badge for person in PEOPLE)
    assert {person.language for person in people_with(Role.PICKER)} == {"en", "zh"}
    assert len(NOTICES) == 3


def test_a_badge_that_is_worn_elsewhere_is_said(house: House) -> None:
    from wms.access.model import command_line
    from wms.access.pins import Pins
    from wms.access.service import create_operator
    from wms.places.model import NewWarehouse
    from wms.places.service import create_warehouse

    pin_hash = Pins().hash("1234")

    def other(session: Any) -> None:
        warehouse_id = create_warehouse(session, NewWarehouse("SH9", "Another"))
        by, now = command_line(warehouse_id), house.clock.now()
        create_operator(session, by, badge="EMP-300", name="Somebody", role=Role.PICKER, pin_hash=pin_hash, now=now)

    house.database.in_transaction(other)
    with pytest.raises(BadInput, match="badge EMP-300"):
        load_demo_site(house)
    rows = rows_per_table(house)
    assert (rows["warehouses"], rows["merchants"], rows["skus"]) == (1, 0, 0)
