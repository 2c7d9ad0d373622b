"""The board is read once for all who look at about the same time, and nobody sees his own change too late."""

from zoneinfo import ZoneInfo

import pytest

from tests.support.floor import Floor
from wms.office import shared_board
from wms.office.listing import Scope
from wms.office.shared_board import SharedBoard


def test_a_board_that_asks_by_itself_is_given_what_another_was(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, scope = SharedBoard(floor.database), Scope(floor.warehouse_id, floor.clock.now(), ZoneInfo("UTC"))
    monkeypatch.setattr(shared_board, "KEPT_SECONDS", 3_600)
    first = shared.look(scope, "one", by_itself=True)
    assert shared.look(scope, "two", by_itself=True) is first
    assert shared.look(scope, "one", by_itself=True) is not first, "whoever asks once more is given the numbers of now"
    loaded = shared.look(scope, "two", by_itself=False)
    assert loaded.reader == "two", "so is whoever loads the page"
    assert shared.look(scope, "one", by_itself=True) is loaded
    monkeypatch.setattr(shared_board, "KEPT_SECONDS", 0)
    old = shared.look(scope, "one", by_itself=False)
    assert shared.look(scope, "two", by_itself=True) is not old
