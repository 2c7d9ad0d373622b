"""The bench of `wms run`: its token is made once, is nobody else's to read, and is replaced when it opens nothing."""

import stat
from pathlib import Path

import pytest

from devices.configuration_file import parse_configuration, read_configuration
from devices.simulation.command import _DOCUMENTS, _EXAMPLE
from tests.support.floor import Floor, opened_floor
from wms.access.model import command_line
from wms.access.service import revoke_api_token
from wms.serving.simulated_bench import _DEVICES, SimulatedBench


@pytest.fixture
def bench(tmp_path: Path) -> SimulatedBench:
    return SimulatedBench("BENCH-1", tmp_path / "bench")


def give_token(floor: Floor, bench: SimulatedBench) -> str:
    house = floor.house
    bench.give_token(house.database, house.doorman, house.clock, floor.warehouse_id)
    return (bench.folder / "token").read_text()


def test_its_token_is_kept_until_it_opens_nothing(
    sqlite_database_url: str, tmp_path: Path, bench: SimulatedBench
) -> None:
    with opened_floor(sqlite_database_url, tmp_path, "none") as floor:
        token = give_token(floor, bench)
        assert stat.S_IMODE((bench.folder / "token").stat().st_mode) == 0o600
        assert give_token(floor, bench) == token
        by, memory, now = command_line(floor.warehouse_id), floor.house.doorman.memory, floor.clock.now()
        floor.database.in_transaction(
            lambda session: revoke_api_token(session, memory, by, "simulated BENCH-1", now=now)
        )
        assert give_token(floor, bench) != token


def test_its_devices_are_described_as_the_program_wants_them(bench: SimulatedBench) -> None:
    bench.folder.mkdir()
    (bench.folder / "token").write_text("token")
    devices, program = bench.parts("http://127.0.0.1:8099")
    found = read_configuration(bench.folder / "devices.toml")
    assert (found.bench, found.server.url) == ("BENCH-1", "http://127.0.0.1:8099")
    assert (found.scanners[0].name, found.scales[0].name, found.printers[0].name) == ("hand", "scale", "label")
    label, papers = found.printers
    ports = label.address.rpartition(":")[2], papers.address.rpartition(":")[2].partition("/")[0]
    assert devices.command[-4:] == ("--printer-port", ports[0], "--document-port", ports[1])
    assert (devices.is_needed, program.is_needed) == (False, False)


def test_both_programs_describe_the_same_simulated_bench(tmp_path: Path) -> None:
    """Neither may import the other, so what they write stands twice."""
    (tmp_path / "token").write_text("token")
    ports = {"printer_port": 9100, "language": "zpl", "dpi": 203, "documents": "ipp://127.0.0.1:8631/printers/a4"}
    by_hand = parse_configuration((_EXAMPLE + _DOCUMENTS).format(folder=tmp_path, **ports), tmp_path)
    of_the_run = parse_configuration(
        _DEVICES.format(
            bench="BENCH-1", url="http://127.0.0.1:8080", folder=tmp_path, printer_port=9100, document_port=8631
        ),
        tmp_path,
    )
    assert by_hand == of_the_run
