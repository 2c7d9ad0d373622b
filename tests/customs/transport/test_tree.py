"""What the system refuses is said in words, and files are written whole."""

import errno
import os
from pathlib import Path

import pytest

from wms.customs.transport.port import TransportFailed
from wms.customs.transport.tree import (
    LONGEST_NAME_BYTES,
    PortFolders,
    in_words,
    legible,
    put_first,
    put_in_place,
    said,
    shortened,
)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_called_so(number: int) -> None:
    error = OSError(number, os.strerror(number), "/data/outbox/.x.tmp")
    assert in_words("the outbox /data/outbox", error) == (
        "the outbox /data/outbox (/data/outbox/.x.tmp) cannot be written: the disk is full"
    )


def test_anything_else_is_said_in_the_system_s_words() -> None:
    with (
        pytest.raises(TransportFailed, match=r"the inbox /in cannot be used: Permission denied"),
        said("the inbox /in"),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", "/in")


def test_contents_change_whole(tmp_path: Path) -> None:
    put_in_place(tmp_path / "a", b"one")
    put_in_place(tmp_path / "a", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"two")]


def test_only_the_first_writes(tmp_path: Path) -> None:
    assert put_first(tmp_path / "a", b"one")
    assert not put_first(tmp_path / "a", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"one")]


def test_on_a_drive_without_links_it_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert put_first(tmp_path / "a", b"one")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"one")]


def test_long_and_foreign_names(tmp_path: Path) -> None:
    assert shortened("CEB622_x.xml") == "CEB622_x.xml"
    long = "回执" * 40 + ".xml"
    assert len(shortened(long).encode()) <= LONGEST_NAME_BYTES
    assert shortened(long).endswith("回执.xml")
    assert legible("回执.xml") == "回执.xml"
    assert legible(os.fsdecode(b"\xbb\xd8.xml")) == "??.xml"


def test_folders_of_ours_are_not_made_where_a_drive_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TransportFailed, match="cannot be used: No such file"):
        PortFolders(tmp_path / "gone", may_be_made=False).own("done")
    assert PortFolders(tmp_path / "new", may_be_made=True).own("done", "2026-11-05").is_dir()
