"""Kinds of places are remembered, but only those of places that really exist."""

import pytest
from sqlalchemy.orm import Session

from tests.support.opened import opened
from wms.places.lookup import place_kinds
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_place, create_warehouse


class ChangedHisMind(Exception):
    """Ends a transaction without a commit."""


def test_a_place_that_was_rolled_back_is_not_remembered(database_url: str) -> None:
    with opened(database_url) as database:
        warehouse_id = database.in_transaction(lambda session: create_warehouse(session, NewWarehouse("W1", "One")))

        def rolled_back(session: Session) -> int:
            place_id = create_place(session, warehouse_id, NewPlace("A-01", PlaceKind.CAGE))
            assert place_kinds(session, warehouse_id, frozenset({place_id})) == {place_id: PlaceKind.CAGE}
            raise ChangedHisMind

        with pytest.raises(ChangedHisMind):
            database.in_transaction(rolled_back)
        place_id = database.in_transaction(
            lambda session: create_place(session, warehouse_id, NewPlace("A-01", PlaceKind.PICK))
        )
        wanted = frozenset({place_id})
        for _ in range(2):
            kinds = database.in_transaction(lambda session: place_kinds(session, warehouse_id, wanted))
            assert kinds == {place_id: PlaceKind.PICK}


def test_a_place_that_does_not_exist_is_our_bug(database_url: str) -> None:
    with opened(database_url) as database, pytest.raises(KeyError):
        database.in_transaction(lambda session: place_kinds(session, 1, frozenset({99})))
