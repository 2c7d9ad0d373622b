"""The test support keeps its promises: both engines, clean databases, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, text

from tests.support.databases import EmptyablePostgres, import_all_tables
from tests.support.postgres import Cluster
from wms.database.base import Base

REPOSITORY = Path(__file__).parents[2]


def test_database_has_all_tables_and_no_rows(database_url: str) -> None:
    import_all_tables()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        assert set(Base.metadata.tables) <= present
        assert all(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() == 0 for name in present)
    engine.dispose()


@pytest.mark.parametrize("rows", [1, 40_000])
def test_emptying_removes_rows_though_a_trigger_forbids_it(
    postgres_cluster: Cluster, worker_id: str, rows: int
) -> None:
    name = f"emptying_{worker_id}"
    postgres_cluster.make_database(name)
    with postgres_cluster.connect(name) as connection:
        connection.execute("CREATE TABLE journal (id bigserial PRIMARY KEY, what text)")
        connection.execute("CREATE TABLE line (journal_id bigint REFERENCES journal)")
        connection.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
        connection.execute("CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON journal EXECUTE FUNCTION no()")
        connection.execute("INSERT INTO journal (what) SELECT 'one' FROM generate_series(1, %s)", [rows])
        connection.execute("INSERT INTO line VALUES (1)")
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("TRUNCATE journal CASCADE")

        EmptyablePostgres(postgres_cluster, name).empty()

        assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)
        assert connection.execute("INSERT INTO journal (what) VALUES ('two') RETURNING id").fetchone() == (1,)


def test_a_transaction_left_open_is_named(postgres_cluster: Cluster, worker_id: str) -> None:
    name = f"left_open_{worker_id}"
    postgres_cluster.make_database(name)
    with closing(postgres_cluster.connect(name)) as forgetful:
        forgetful.execute("CREATE TABLE thing (id int)")
        forgetful.execute("INSERT INTO thing VALUES (1)")
        forgetful.execute("BEGIN")
        forgetful.execute("SELECT count(*) FROM thing")
        with pytest.raises(AssertionError, match=r"left a transaction open.*SELECT count\(\*\) FROM thing"):
            EmptyablePostgres(postgres_cluster, name).empty()


SESSION = """
import pathlib, time
from tests.support.postgres import running_cluster
from tests.support.session import open_session, session_folder

session = open_session()
with running_cluster(session.folder, durable={durable}).connect() as connection:
    pid = (session.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
    print(pid, session.folder, flush=True)
{then}
"""


def _run_session(then: str, *, durable: bool = False) -> tuple[subprocess.Popen[str], int, Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", SESSION.format(then=then, durable=durable)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    pid, folder = process.stdout.readline().split()
    return process, int(pid), Path(folder)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.usefixtures("postgres_cluster")  # skips or fails where PostgreSQL is not installed
def test_a_session_that_ends_leaves_nothing_behind() -> None:
    process, pid, folder = _run_session("session.close()")
    with process:
        assert process.wait(60) == 0
    assert not _alive(pid)
    assert not folder.exists()


def test_only_a_durable_server_waits_for_the_disk(postgres_cluster: Cluster) -> None:
    asks = """print(connection.execute("SHOW fsync").fetchone()[0], flush=True)\nsession.close()"""
    process, _, _ = _run_session("connection = running_cluster(session.folder).connect()\n" + asks, durable=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.read().strip() == "on"
    with postgres_cluster.connect() as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)


@pytest.mark.usefixtures("postgres_cluster")
def test_a_session_that_is_killed_leaves_nothing_behind() -> None:
    process, pid, folder = _run_session("time.sleep(600)")
    with process:
        assert _alive(pid)
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while (_alive(pid) or folder.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)
    assert not folder.exists()


@pytest.mark.browser
def test_handheld_page_is_as_small_as_a_handheld(handheld_page: Page) -> None:
    handheld_page.set_content("<meta name=viewport content='width=device-width'><p>ready</p>")
    assert handheld_page.evaluate("[innerWidth, innerHeight, navigator.maxTouchPoints > 0]") == [360, 640, True]
