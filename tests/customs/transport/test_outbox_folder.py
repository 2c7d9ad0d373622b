"""Messages appear in the outbox whole, once, and under their name; whatever happens to who writes them."""

import os
import resource
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.customs.transport.dying import START, killed_before_each_step
from wms.customs.transport.outbox_folder import KEEP_DAYS, OutboxFolder
from wms.customs.transport.port import TransportFailed
from wms.customs.transport.tree import PortFolders
from wms.kernel.clock import FixedClock

ID = "FA4E0621-0000-4000-8000-20261105A001"
NAME = f"CEB621_{ID}.xml"
RAW = b"<a>" + b"x" * 20_000 + b"</a>"


def outbox_of(root: Path, clock: FixedClock | None = None, *, may_be_made: bool = True) -> OutboxFolder:
    return OutboxFolder(PortFolders(root, may_be_made), clock or FixedClock(START))


def send(root: Path, clock: FixedClock | None = None) -> str:
    return outbox_of(root, clock).send(NAME, "CEB621", ID, RAW)


def fetched(root: Path) -> list[bytes]:
    """What the port's client takes away now."""
    found = [path for path in sorted((root / "outbox").glob("*")) if not path.name.startswith(".")]
    contents = [path.read_bytes() for path in found]
    for path in found:
        path.unlink()
    return contents


def everything(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_message_lies_there_under_its_name(tmp_path: Path) -> None:
    assert send(tmp_path / "DEMO") == str(tmp_path / "DEMO" / "outbox" / NAME)
    assert everything(tmp_path / "DEMO" / "outbox") == [NAME]
    assert fetched(tmp_path / "DEMO") == [RAW]


def test_the_same_message_again_is_not_another_one(tmp_path: Path) -> None:
    for _ in range(3):
        send(tmp_path)
    assert fetched(tmp_path) == [RAW]
    send(tmp_path)
    assert fetched(tmp_path) == [], "the client had it already"


def test_what_is_remembered_holds_no_contents_and_is_ours_alone(tmp_path: Path) -> None:
    send(tmp_path)
    (marker,) = [path for path in (tmp_path / "sent").rglob("*") if path.is_file()]
    assert len(marker.read_bytes()) < 100
    assert stat.S_IMODE((tmp_path / "sent").stat().st_mode) == 0o700


def test_what_is_remembered_is_forgotten_in_time(tmp_path: Path) -> None:
    clock = FixedClock(START)
    send(tmp_path, clock)
    orphan, fresh = tmp_path / "outbox" / ".CEB621_old.tmp", tmp_path / "outbox" / ".CEB621_new.tmp"
    orphan.write_bytes(RAW)
    os.utime(orphan, (1, 1))
    fresh.write_bytes(RAW)
    clock.forward(timedelta(days=KEEP_DAYS + 1))
    outbox_of(tmp_path, clock).send("CEB311_x.xml", "CEB311", "x", RAW)
    assert everything(tmp_path / "sent") == ["x"]
    assert not orphan.exists()
    assert fresh.exists()


def test_killed_before_any_step_it_is_sent_once_by_the_next(tmp_path: Path) -> None:
    for step in killed_before_each_step(lambda step: send(tmp_path / str(step))):
        root = tmp_path / str(step)
        root.joinpath("outbox").mkdir(parents=True, exist_ok=True)
        seen = fetched(root)
        send(root)
        seen += fetched(root)
        send(root)
        seen += fetched(root)
        assert seen == [RAW], f"killed before step {step}"


def test_two_workers_with_the_same_message_send_it_once(tmp_path: Path) -> None:
    for attempt in range(40):
        root = tmp_path / str(attempt)
        with ThreadPoolExecutor(3) as threads:
            workers = [threads.submit(send, root) for _ in range(3)]
            for worker in workers:
                worker.result()
        seen = fetched(root)
        send(root)
        assert seen + fetched(root) == [RAW]
        assert everything(root / "outbox") == []


def test_a_missing_folder_is_named_and_not_made_where_a_drive_should_be(tmp_path: Path) -> None:
    root = tmp_path / "DEMO"
    with pytest.raises(TransportFailed) as failed:
        outbox_of(root, may_be_made=False).send(NAME, "CEB621", ID, RAW)
    assert str(failed.value) == f"the folder {root / 'outbox'} is missing: make it, or mount what should be there"
    assert not root.exists()
    (root / "outbox").mkdir(parents=True)
    outbox_of(root, may_be_made=False).send(NAME, "CEB621", ID, RAW)
    assert fetched(root) == [RAW]


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("")
    with pytest.raises(TransportFailed, match=f"the folder {tmp_path / 'sent'} cannot be used: File exists"):
        send(tmp_path)


def test_where_there_is_no_room_nothing_half_written_stays(tmp_path: Path) -> None:
    send_other = outbox_of(tmp_path)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        code = 1
        try:
            send_other.send(NAME, "CEB621", ID, RAW)
        except TransportFailed as error:
            code = 0 if f"the outbox {tmp_path / 'outbox'} cannot be used: File too large" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert everything(tmp_path) == []
    send(tmp_path)
    assert fetched(tmp_path) == [RAW]


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../a", "a\0b", "a b", "清单.xml", "x" * 151])
def test_a_name_that_not_every_system_keeps_is_our_bug(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no name for a file"):
        outbox_of(tmp_path).send(name, "CEB621", ID, RAW)
    with pytest.raises(ValueError, match="is no name for a file"):
        outbox_of(tmp_path).send(NAME, "CEB621", name, RAW)
    assert not any(tmp_path.iterdir())
