"""The development key is usable at once, made once, and readable by its owner only."""

import stat
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from tests.customs.signing.pem import UNSIGNED
from wms.customs.signing.port import Algorithm
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.throwaway import NAME, make_throwaway_key
from wms.customs.signing.verifying import verify
from wms.kernel.clock import FixedClock


def test_it_signs_at_every_time_a_simulation_may_play_at(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "key.pem"
    make_throwaway_key(path)
    for year in (2021, 2026, 2050):
        clock = FixedClock(datetime(year, 11, 5, tzinfo=UTC))
        signed = KeySigner(SoftwareKey(path, None, clock), Algorithm.RSA_SHA1, clock).sign(UNSIGNED)
        assert verify(signed, at=clock.now()).subject == f"CN={NAME}"


def test_only_its_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    make_throwaway_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key.pem"]


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    make_throwaway_key(path)
    before = path.read_bytes()
    make_throwaway_key(path)
    assert path.read_bytes() == before


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    spawned = get_context("spawn")
    processes = [spawned.Process(target=make_throwaway_key, args=(path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [found.name for found in tmp_path.iterdir()] == ["key.pem"]
    assert path.read_bytes().count(b"BEGIN CERTIFICATE") == 1
