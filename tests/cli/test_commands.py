"""The command line: helpful, and an expected error is a sentence and a status, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import done, refused, wms
from wms.config import sqlite_url
from wms.demo.people import PEOPLE

REPOSITORY = Path(__file__).parents[2]


def test_help_names_every_command() -> None:
    said = done(wms("--help"))
    for command in ("run", "web", "worker", "migrate", "warehouse", "merchant", "import", "audit", "demo"):
        assert f"\n  {command} " in said
    assert "--kept" not in said


@pytest.mark.parametrize("group", ["import", "demo"])
def test_groups_describe_their_commands(group: str) -> None:
    said = done(wms(group, "--help"))
    wanted = {"import": ("places", "products", "orders", "notices"), "demo": ("load", "shift", "credentials")}[group]
    for command in wanted:
        assert f"\n  {command} " in said
        assert done(wms(group, command, "--help")).startswith("Usage:")


def test_it_runs_as_a_program() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "wms.cli", "--version"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert outcome.stdout.startswith("wms")


def test_all_wrong_settings_are_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WMS_PORT", "http")
    monkeypatch.setenv("WMS_DATABASE_URL", "mysql://somewhere")
    said = refused(wms("migrate"))
    assert "WMS_PORT: must be a whole number" in said
    assert "WMS_DATABASE_URL: must start with sqlite:/// or postgresql://" in said


@pytest.mark.parametrize("command", [("audit",), ("worker",), ("web",), ("demo", "load")])
def test_a_database_without_tables_is_said(command: tuple[str, ...]) -> None:
    assert "call `wms migrate`" in refused(wms(*command))


def test_a_database_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WMS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert "The database cannot be used" in refused(wms("migrate"))


def test_the_folder_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WMS_DATA_DIR", str(tmp_path / "file"))
    assert "WMS_DATA_DIR:" in refused(wms("migrate"))


def test_migrating_twice_is_harmless() -> None:
    assert done(wms("migrate")) == done(wms("migrate")) == "The database is up to date.\n"


def test_the_demo_loads_once_and_its_books_are_right(tmp_path: Path) -> None:
    done(wms("migrate"))
    assert "HZ1 is loaded." in done(wms("demo", "load"))
    assert "nothing was changed" in done(wms("demo", "load"))
    assert "0 differences" in done(wms("audit"))
    assert "HZ1: " in done(wms("audit", "--warehouse", "HZ1"))
    assert "known: HZ1" in refused(wms("audit", "--warehouse", "XX9"), status=2)


def test_an_audit_that_finds_something_ends_with_status_one(tmp_path: Path) -> None:
    done(wms("migrate"))
    done(wms("demo", "load"))
    engine = create_engine(sqlite_url(tmp_path / "data" / "wms.sqlite"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE stock_balances SET on_hand = on_hand + 1 WHERE rowid = (SELECT min(rowid) FROM stock_balances)"
            )
        )
    engine.dispose()
    said = refused(wms("audit"))
    assert "balance differs from journal" in said


def test_an_empty_database_has_nothing_to_audit() -> None:
    done(wms("migrate"))
    assert "There is no warehouse" in done(wms("audit"))


def test_badges_and_pins_are_listed() -> None:
    said = done(wms("demo", "credentials"))
    for person in PEOPLE:
        assert person.badge in said
        assert person.pin in said


IMPORTS = {
    "products": ("sku_code,merchant_code,name\nA-1,LUMEN,Thing\n", "sku_code,merchant_code,name\nA-2,NOBODY,Thing\n"),
    "notices": (
        "merchant,number,sku,quantity\nLUMEN,N-1,BRUSH-S,5\n",
        "merchant,number,sku,quantity\nLUMEN,N-2,BRUSH-S,many\n",
    ),
}


@pytest.mark.parametrize("what", IMPORTS)
def test_files_are_imported_and_wrong_rows_are_said(what: str, tmp_path: Path) -> None:
    done(wms("migrate"))
    done(wms("demo", "load"))
    good, bad = (tmp_path / "good.csv", tmp_path / "bad.csv")
    for file, contents in zip((good, bad), IMPORTS[what], strict=True):
        file.write_text(contents)
    done(wms("import", what, str(good)))
    done(wms("import", what, str(good)))
    said = refused(wms("import", what, str(bad), "--report", str(tmp_path / "report")))
    assert "2" in said
    assert "2" in (tmp_path / "report").read_text()


@pytest.mark.parametrize("what", ["products", "orders", "notices"])
def test_a_file_that_is_none_is_said(what: str, tmp_path: Path) -> None:
    done(wms("migrate"))
    done(wms("demo", "load"))
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\xff\xfe\x00\x01")
    assert "UTF-16" in refused(wms("import", what, str(picture)))
    assert "does not exist" in refused(wms("import", what, str(tmp_path / "nothing.csv")), status=2)


def test_the_shift_says_what_is_wrong_with_an_address() -> None:
    assert "is not an address" in refused(wms("demo", "shift", "--url", "ftp://somewhere"))
    assert "nobody answers" in refused(wms("demo", "shift", "--url", "http://127.0.0.1:1"))
    assert "pickers" in refused(wms("demo", "shift", "--pickers", "99"), status=2)
