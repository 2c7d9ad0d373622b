"""The benchmark of customs measures what it says: real parcels, copies the gate knows, walks that are seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
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
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.kernel.identity import uuid7

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


def by_key_where_it_can(engine: Engine) -> None:
    """Let PostgreSQL plan as for many rows: where they fit on one page, a walk costs no more than a key."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connected:
            connected.execute(text("ANALYZE"))

        @event.listens_for(engine, "connect")
        def no_walk(connection: DBAPIConnection, _: object) -> None:
            connection.cursor().execute("SET enable_seqscan = off")
            connection.commit()

        engine.dispose()


def test_a_plan_tells_a_walk_from_a_look_by_key(office: Office) -> None:
    by_key_where_it_can(office.database.engine)
    with watched(office.database) as seen:
        office.database.reading(lambda session: session.scalars(select(DocumentRow.guid)).all())
        office.database.reading(lambda session: session.get(DeclarationRow, (WAREHOUSE, uuid7())))
    steps = seen.steps(frozenset({"customs_documents", "customs_declarations"}))
    assert {step.table: step.walks for step in steps} == {"customs_documents": True, "customs_declarations": False}


def test_a_copy_has_its_number_in_front() -> None:
    assert key_of_copy("0123456789abcdef", 255) == "000000ff89abcdef"


@pytest.mark.parametrize("size", ENTRIES)
def test_the_receipts_to_fold_are_as_many_as_said_and_released(size: int) -> None:
    entries = entries_of_declaration(size)
    assert len(entries) == size
    assert fold(entries, Attempt(), sent=True).state is DeclarationState.RELEASED


def test_figures_are_kept_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "figures.json"
    assert main(["--quick", "--no-database", "--json", str(kept)]) == 0
    assert "CEB621" in capsys.readouterr().out
    assert '"whole_us"' in kept.read_text()
