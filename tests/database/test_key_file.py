"""The key file: whole at any moment, readable by its owner only, and never without an older key."""

import stat
from pathlib import Path

import pytest

from wms.database import key_file
from wms.database.key_file import add_key, read_keys

OLD = "a2V5cy1mb3ItdGVzdHMtZ3VhcmQtbm90aGluZy0xMjM="


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "personal-data-keys"
    made.write_text(OLD)
    made.chmod(0o600)
    return made


def test_the_new_key_stands_in_front_of_all_others(path: Path) -> None:
    second = add_key(path)
    third = add_key(path)
    assert third[1:] == second
    assert third[2:] == (OLD,)
    assert len(set(third)) == 3
    assert read_keys(path) == third
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_goes_wrong_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(key_file.os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        add_key(path)
    assert read_keys(path) == (OLD,)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("contents", ["", "short", f"{OLD}\nshort"])
def test_what_is_no_key_is_not_taken_for_one(path: Path, contents: str) -> None:
    path.write_text(contents)
    with pytest.raises(ValueError, match="key"):
        read_keys(path)
