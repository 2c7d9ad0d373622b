"""Files of the inbox: each is kept once and then put away, whoever dies and whoever else looks."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.customs.transport.dying import START, killed_before_each_step
from wms.customs.transport.inbox_folder import MOST_BYTES, InboxFolder
from wms.customs.transport.port import TransportFailed
from wms.customs.transport.tree import PortFolders
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy


class Kept:
    """Keeps in memory, once for each id."""

    def __init__(self) -> None:
        self.receipts: dict[UUID, tuple[bytes, str]] = {}
        self.order: list[bytes] = []

    def __call__(self, raw: bytes, source: str, receipt_id: UUID) -> None:
        assert len(source) <= 60
        source.encode()
        self.receipts[receipt_id] = (raw, source)
        self.order.append(raw)


def inbox_of(
    root: Path, clock: FixedClock | None = None, *, claim_seconds: float = 60, made: bool = True
) -> InboxFolder:
    return InboxFolder(PortFolders(root, made), "DEMO", clock or FixedClock(START), claim_seconds=claim_seconds)


def arrive(root: Path, name: str, raw: bytes, *, seconds_ago: float = 10) -> Path:
    path = root / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    moment = time.time() - seconds_ago
    os.utime(path, (moment, moment))
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_are_kept_oldest_first_and_put_away(tmp_path: Path) -> None:
    arrive(tmp_path, "b.xml", b"<second/>", seconds_ago=20)
    arrive(tmp_path, "c.xml", b"<first/>", seconds_ago=30)
    arrive(tmp_path, "a.xml", b"<third/>", seconds_ago=10)
    kept = Kept()
    assert inbox_of(tmp_path).take(kept) == 3
    assert kept.order == [b"<first/>", b"<second/>", b"<third/>"]
    assert sorted(source for _, source in kept.receipts.values()) == ["folder a.xml", "folder b.xml", "folder c.xml"]
    assert files(tmp_path / "inbox") == []
    put_away = {name.rpartition("-")[2] for name in files(tmp_path / "done" / "2026-11-05")}
    assert put_away == {"a.xml", "b.xml", "c.xml"}
    assert not any((tmp_path / "taking").iterdir())
    assert inbox_of(tmp_path).take(kept) == 0


def test_a_file_is_put_away_only_after_it_was_kept(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<a/>")

    def keep(raw: bytes, source: str, receipt_id: UUID) -> None:
        assert not (tmp_path / "done").exists()
        assert files(tmp_path / "inbox") == []

    assert inbox_of(tmp_path).take(keep) == 1
    assert len(files(tmp_path / "done")) == 1


def test_the_same_delivery_has_the_same_id(tmp_path: Path) -> None:
    ids = []
    for name, raw in (("a.xml", b"<a/>"), ("a.xml", b"<a/>"), ("a.xml", b"<b/>"), ("b.xml", b"<a/>")):
        kept = Kept()
        arrive(tmp_path, name, raw)
        inbox_of(tmp_path).take(kept)
        ids += kept.receipts
    assert ids[0] == ids[1]
    assert len({*ids}) == 3
    assert len(files(tmp_path / "done")) == 3


def test_files_that_are_still_written_are_left_alone(tmp_path: Path) -> None:
    for name in (".a.xml", "b.xml.tmp", "c.part", "d.XML.TMP", "e.filepart", "f.xml~"):
        arrive(tmp_path, name, b"<a/>")
    arrive(tmp_path, "new.xml", b"<a/>", seconds_ago=0)
    arrive(tmp_path, "half.xml", b"<a><b", seconds_ago=60)
    arrive(tmp_path, "empty.xml", b"", seconds_ago=60)
    (tmp_path / "inbox" / "folder").mkdir()
    os.mkfifo(tmp_path / "inbox" / "pipe.xml")
    kept = Kept()
    assert inbox_of(tmp_path).take(kept) == 0
    assert len(files(tmp_path / "inbox")) == 9


def test_a_file_that_stopped_half_way_is_kept_in_the_end(tmp_path: Path) -> None:
    arrive(tmp_path, "half.xml", b"<a><b", seconds_ago=200)
    kept = Kept()
    assert inbox_of(tmp_path).take(kept) == 1
    assert kept.order == [b"<a><b"]


def test_endings_of_other_systems_count_as_finished(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<a/>\r\n\r\n")
    arrive(tmp_path, "b.xml", "<a/>\n".encode("utf-16"))
    assert inbox_of(tmp_path).take(Kept()) == 2


def test_a_writer_whose_clock_is_ahead_is_watched_instead(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<a/>", seconds_ago=-3_600)
    inbox, kept = inbox_of(tmp_path), Kept()
    assert inbox.take(kept) == 0
    time.sleep(0.6)
    assert inbox.take(kept) == 1


def test_a_file_that_grows_while_it_is_read_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = arrive(tmp_path, "a.xml", b"<a>")
    inbox, kept = inbox_of(tmp_path), Kept()
    with path.open("ab") as writer:
        rename = Path.rename

        def write_on(self: Path, target: Path) -> Path:
            result = rename(self, target)
            if target.parent.parent.name == "taking":
                monkeypatch.setattr(Path, "rename", rename)
                real_read = os.fstat

                def growing(descriptor: int) -> os.stat_result:
                    found = real_read(descriptor)
                    monkeypatch.setattr(os, "fstat", real_read)
                    writer.write(b"</a>")
                    writer.flush()
                    return found

                monkeypatch.setattr(os, "fstat", growing)
            return result

        monkeypatch.setattr(Path, "rename", write_on)
        assert inbox.take(kept) == 0
    assert files(tmp_path / "inbox") == ["a.xml"]
    time.sleep(1.1)
    assert inbox.take(kept) == 1
    assert kept.order == [b"<a></a>"]


def test_a_file_that_is_too_large_goes_to_quarantine_with_the_reason(tmp_path: Path) -> None:
    path = arrive(tmp_path, "big.xml", b">")
    os.truncate(path, MOST_BYTES + 1)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b">")
    os.utime(path, (1, 1))
    (tmp_path / "inbox" / "link.xml").symlink_to("/etc/passwd")
    os.utime(tmp_path / "inbox" / "link.xml", (1, 1), follow_symlinks=False)
    arrive(tmp_path, "good.xml", b"<a/>")
    kept = Kept()
    assert inbox_of(tmp_path).take(kept) == 1
    assert kept.order == [b"<a/>"]
    found = {path.name.partition("-")[2]: path for path in (tmp_path / "quarantine").iterdir()}
    assert found.keys() == {"big.xml", "big.xml.why.txt", "link.xml", "link.xml.why.txt"}
    assert found["big.xml.why.txt"].read_text() == (
        f"big.xml was not taken in: it has {MOST_BYTES + 1} bytes; answers of the port have at most {MOST_BYTES}\n"
        "Put it back into the inbox once that is mended.\n"
    )
    assert "it is a link" in found["link.xml.why.txt"].read_text()
    assert files(tmp_path / "inbox") == []


def test_odd_names_are_taken(tmp_path: Path) -> None:
    names = [b"a b.xml", "回执.xml".encode(), b"\xbb\xd8\xd6\xb4.xml", b"x" * 251 + b".xml", b"-rf.xml", b"a\nb.xml"]
    for name in names:
        arrive(tmp_path, os.fsdecode(name), b"<a/>")
    kept = Kept()
    assert inbox_of(tmp_path).take(kept) == len(names)
    assert len(kept.receipts) == len(names)
    assert len(files(tmp_path / "done")) == len(names)


# --- keeping fails ----------------------------------------------------------------------------------------------------


class Failing(Kept):
    """Cannot keep some things."""

    def __init__(self, *broken: bytes) -> None:
        super().__init__()
        self.broken = set(broken)

    def __call__(self, raw: bytes, source: str, receipt_id: UUID) -> None:
        if raw in self.broken:
            raise Busy("the database has no time")
        super().__call__(raw, source, receipt_id)


def test_one_that_cannot_be_kept_holds_up_nobody_and_stays(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<bad/>", seconds_ago=30)
    arrive(tmp_path, "b.xml", b"<good/>")
    inbox, kept = inbox_of(tmp_path), Failing(b"<bad/>")
    assert inbox.take(kept) == 1
    assert files(tmp_path / "inbox") == ["a.xml"]
    assert inbox.take(kept) == 0
    kept.broken.clear()
    time.sleep(1.1)
    assert inbox.take(kept) == 1
    assert kept.order == [b"<good/>", b"<bad/>"]


def test_where_nothing_can_be_kept_it_says_so_and_nothing_is_lost(tmp_path: Path) -> None:
    for number in range(8):
        arrive(tmp_path, f"{number}.xml", b"<bad/>")
    with pytest.raises(Busy, match="no time"):
        inbox_of(tmp_path).take(Failing(b"<bad/>"))
    assert len(files(tmp_path / "inbox")) == 8
    assert inbox_of(tmp_path).take(Kept()) == 8


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TransportFailed) as failed:
        inbox_of(tmp_path / "DEMO", made=False).take(Kept())
    assert str(failed.value) == (
        f"the folder {tmp_path / 'DEMO' / 'inbox'} is missing: make it, or mount what should be there"
    )
    assert inbox_of(tmp_path / "DEMO").take(Kept()) == 0


# --- workers die ------------------------------------------------------------------------------------------------------


class KeptInFiles:
    """Keeps on disk, once for each id, as a database does; counts who asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, raw: bytes, source: str, receipt_id: UUID) -> None:
        draft = self.folder / f".{receipt_id}.{os.getpid()}"
        draft.write_bytes(raw)
        draft.replace(self.folder / str(receipt_id))

    def contents(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.folder.iterdir() if not path.name.startswith("."))


def test_killed_before_any_step_the_next_worker_takes_everything_once(tmp_path: Path) -> None:
    def prepare(step: int) -> None:
        for number in range(2):
            arrive(tmp_path / str(step), f"{number}.xml", b"<a%d/>" % number, seconds_ago=30 - number)

    def work(step: int) -> None:
        root = tmp_path / str(step)
        inbox_of(root).take(KeptInFiles(root / "kept"))

    for step in killed_before_each_step(work, prepare):
        root = tmp_path / str(step)
        keep = KeptInFiles(root / "kept")
        time.sleep(0.002)
        inbox_of(root, claim_seconds=0.001).take(keep)
        assert keep.contents() == [b"<a0/>", b"<a1/>"], f"killed before step {step}"
        assert files(root / "inbox") == []
        assert files(root / "taking") == []
        assert len(files(root / "done")) == 2, f"killed before step {step}"


def test_a_claim_is_left_to_its_worker_for_a_while(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<a/>")
    seen = []

    def keep_and_look(raw: bytes, source: str, receipt_id: UUID) -> None:
        seen.append(inbox_of(tmp_path).take(Kept()))

    inbox_of(tmp_path).take(keep_and_look)
    assert seen == [0]


def test_a_worker_that_was_too_slow_does_no_harm(tmp_path: Path) -> None:
    arrive(tmp_path, "a.xml", b"<a/>")
    other = Kept()

    def slow(raw: bytes, source: str, receipt_id: UUID) -> None:
        time.sleep(0.01)
        assert inbox_of(tmp_path, claim_seconds=0.001).take(other) == 1
        other(raw, source, receipt_id)

    assert inbox_of(tmp_path).take(slow) == 1
    assert len(other.receipts) == 1
    assert len(files(tmp_path / "done")) == 1
    assert not any((tmp_path / "taking").iterdir())


def test_done_is_sorted_by_day(tmp_path: Path) -> None:
    clock = FixedClock(START)
    inbox = inbox_of(tmp_path, clock)
    arrive(tmp_path, "a.xml", b"<a/>")
    inbox.take(Kept())
    clock.forward(timedelta(days=1))
    arrive(tmp_path, "a.xml", b"<b/>")
    inbox.take(Kept())
    assert sorted(path.name for path in (tmp_path / "done").iterdir()) == ["2026-11-05", "2026-11-06"]
