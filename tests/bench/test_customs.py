"""The benchmark of customs measures what it says: real parcels, copies the gate knows, walks that are seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bench.customs import main
from bench.databases import Measured
from bench.gate import GateBench
from bench.multiply import TABLES, key_of_copy
from bench.plans import watched
from bench.port import Office, open_office, whole_way
from bench.stages import ENTRIES, entries_of_declaration
from tests.customs.parcels import WAREHOUSE
from wms.customs.fold import fold
from wms.customs.folded import Attempt
from wms.customs.model import DeclarationState
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow

PARCELS = 25


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    name = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    with open_office(Measured(name, database_url, tmp_path, server_process=None)) as office:
        yield office


def _rows(office: Office) -> dict[str, int]:
    def count(session: Session) -> dict[str, int]:
        return {table.name: session.scalars(select(func.count()).select_from(table)).one() for table in TABLES}

    return office.database.reading(count)


def test_parcels_go_the_whole_way_and_their_copies_are_answered_like_them(office: Office) -> None:
    whole_way(office, PARCELS)
    assert [rate.count for rate in office.rates][:4] == [PARCELS, 3 * PARCELS, 3 * PARCELS, PARCELS]
    gate = GateBench(office)
    before = _rows(office)
    assert all(before.values()), before
    there = gate.grow(4 * PARCELS)
    copies = there // before["customs_declarations"]
    assert _rows(office) == {name: count * copies for name, count in before.items()}
    # Growing to where it is already adds nothing.
    assert gate.grow(4 * PARCELS) == there
    figures = list(gate.measure(10))
    assert {one.declarations for one in figures} == {there}
    assert all(0 < one.p50_us <= one.p99_us for one in figures)

    def answers(session: Session) -> set[tuple[bool, str]]:
        parcels = session.scalars(select(DeclarationRow.parcel_id)).all()
        found = gate_answer(session, WAREHOUSE, parcels, lock=False)
        assert len(found) == there
        return {(answer.open, answer.code) for answer in found.values()}

    assert office.database.reading(answers) == {
        (True, ""), (False, "customs_inspection"), (False, "customs_rejected"), (False, "customs_hold"),
        (False, "customs_findings"), (False, "customs_not_submitted"),
    }  # fmt: skip


@pytest.fixture
def many_rows(office: Office) -> Iterator[Engine]:
    """A table of two warehouses with more rows than a walk is cheap for, which the database knows."""
    engine = office.database.engine
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE many (warehouse_id int, id int, PRIMARY KEY (warehouse_id, id))"))
        connection.execute(
            text("INSERT INTO many VALUES (:warehouse_id, :id)"),
            [{"warehouse_id": number % 2, "id": number} for number in range(20_000)],
        )
        connection.execute(text("ANALYZE"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE many"))


@pytest.mark.parametrize(
    ("where", "walks"),
    [
        ("", True),
        ("WHERE warehouse_id = :warehouse_id", True),
        ("WHERE warehouse_id = :warehouse_id AND id = 7", False),
    ],
)
def test_a_plan_tells_a_walk_from_a_look_by_key(office: Office, many_rows: Engine, where: str, walks: bool) -> None:
    with watched(office.database) as seen, many_rows.connect() as connection:
        connection.execute(text(f"SELECT id FROM many {where}"), {"warehouse_id": 1} if where else {})
    assert [(step.table, step.walks) for step in seen.steps(frozenset({"many"}))] == [("many", walks)]


def test_a_copy_has_its_number_in_front() -> None:
    assert key_of_copy("0123456789abcdef", 255) == "000000ff89abcdef"


@pytest.mark.parametrize("size", ENTRIES)
def test_the_receipts_to_fold_are_as_many_as_said_and_released(size: int) -> None:
    entries = entries_of_declaration(size)
    assert len(entries) == size
    assert fold(entries, Attempt(), sent=True).state is DeclarationState.RELEASED


def test_figures_are_kept_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "figures.json"
    assert main(["--quick", "--no-database", "--documents", "10", "--json", str(kept)]) == 0
    assert "CEB621" in capsys.readouterr().out
    assert '"whole_us"' in kept.read_text()
