"""A product by its Chinese name: where there is one, and only where it is certain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.support.floor import Floor, code_of, opened_floor
from wms.access.tables import OperatorRow
from wms.catalogue.chinese_names import LOOK_AGAIN, ChineseNames
from wms.catalogue.tables import Sku


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


def rename(floor: Floor, code: str, **names: str) -> None:
    def write(session: Session) -> None:
        session.execute(update(Sku).where(Sku.code == code).values(**names, updated_at=floor.clock.now()))

    floor.database.in_transaction(write)


def test_a_product_is_called_by_its_chinese_name_where_that_is_certain(floor: Floor) -> None:
    names = ChineseNames(floor.database, floor.clock)

    def now(**changes: str) -> str:
        """What the red brush is called a minute after a change."""
        floor.clock.forward(LOOK_AGAIN)
        rename(floor, **changes)
        floor.clock.forward(LOOK_AGAIN)
        return names("Red brush")

    assert names("Red brush") == "牙刷 RED"
    assert names("Lot 42") == "Lot 42"
    assert now(code="RED", name_zh="红色牙刷") == "红色牙刷"
    assert now(code="BLUE", name="Red brush") == "Red brush", "two products have that name"
    assert now(code="BLUE", name_zh="红色牙刷") == "红色牙刷", "and now the same Chinese one"
    assert now(code="BLUE", name="Blue brush") == "红色牙刷"
    assert now(code="RED", name_zh="Red brush") == "Red brush", "it has no Chinese name"


def test_the_floor_speaks_chinese_to_whoever_reads_it(floor: Floor) -> None:
    """On the screen, on the path ahead, in questions, refusals and look-ups; the books keep the one name."""

    def learn(session: Session) -> None:
        session.execute(update(OperatorRow).where(OperatorRow.badge == "EMP-2").values(language="zh"))

    floor.database.in_transaction(learn)
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=1, BLUE=1)
    hand = floor.handheld("EMP-2")
    reply = hand.scans("T-1")
    assert [step["screen"]["what"] for step in reply["lookahead"][:3]] == ["牙刷 RED", "牙刷 BLUE", "牙刷 BLUE"]
    hand.scans("A-01")
    assert hand.screen["what"] == "牙刷 RED"
    wrong = hand.scan("BLUE")
    assert wrong["message"]["title"] == "这是牙刷 BLUE,需要牙刷 RED。"
    assert wrong["details"] == {"got": "Blue brush", "want": "Red brush"}
    assert "牙刷 RED" in hand.scan("RED")["message"]["title"]
    question = {"raw": code_of("BLUE")}
    asked = hand.client.post("/api/v1/look-ups", json=question, headers={"X-CSRF-Token": hand.csrf_token}).json or {}
    assert asked["found"]["title"] == "牙刷 BLUE"
    english = floor.handheld("EMP-3")
    floor.order("43", RED=1)
    english.scans("T-2", "A-01")
    assert english.screen["what"] == "Red brush"
