"""Fixtures for all tests: databases of both engines, a browser, the real data.

A test that asks for `database_url` runs twice, once on SQLite and once on PostgreSQL, each time with the product's
tables and no rows. What is not installed is skipped with a reason, or fails where it is required (see
`tests.support.requirement`).
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support import browser as browser_support
from tests.support.databases import EmptyablePostgres, PristineSqlite
from tests.support.invariants import check_invariants
from tests.support.postgres import Cluster, PostgresNotInstalled, running_cluster
from tests.support.requirement import lacking
from tests.support.session import Session, open_session, session_folder

_session = pytest.StashKey[Session]()

BROWSER_MARK = "pytest.mark.browser"


def _is_xdist_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if not _is_xdist_worker(config):
        config.stash[_session] = open_session()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _session in config.stash:
        config.stash[_session].close()


# What is imported and collected stays to the end: to look through it for garbage again and again takes a third of the
# time of the collection, and some of every test.
@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return OneBrowser(config, log) if config.getoption("dist") == "loadgroup" else None


class OneBrowser(LoadScopeScheduling):
    """All browser tests in one process, one after the other; each other test in whichever process is free.

    Two browsers on two cores would make each other's keystrokes late, and how far apart keystrokes come is what tells a
    scanner from a person. (The mark `xdist_group` is for the same end, but the releases in use do not see it.)
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        files = Path(__file__).parent.rglob("test_*.py")
        self._with_browser = {
            str(file.relative_to(config.rootpath)) for file in files if BROWSER_MARK in file.read_text()
        }

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.partition("::")[0] in self._with_browser else nodeid


# --- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """The session's private PostgreSQL server."""
    try:
        return running_cluster(session_folder())
    except PostgresNotInstalled as reason:
        lacking(f"{reason}; on Debian: apt install postgresql", "WMS_POSTGRES_REQUIRED")


@pytest.fixture(scope="session")
def _postgres(postgres_cluster: Cluster, worker_id: str) -> EmptyablePostgres:
    return EmptyablePostgres.made_on(postgres_cluster, f"wms_{worker_id}")


@pytest.fixture(scope="session")
def _pristine_sqlite(tmp_path_factory: pytest.TempPathFactory) -> PristineSqlite:
    return PristineSqlite.made_in(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def sqlite_database_url(
    _pristine_sqlite: PristineSqlite, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """An SQLite database with all tables and no rows."""
    url = _pristine_sqlite.copy_to(tmp_path)
    yield url
    _check_invariants_after(request, url)


@pytest.fixture
def postgresql_database_url(_postgres: EmptyablePostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL database with all tables and no rows."""
    yield _postgres.url
    try:
        _check_invariants_after(request, _postgres.url)
    finally:
        _postgres.empty()


def _check_invariants_after(request: pytest.FixtureRequest, url: str) -> None:
    if request.node.get_closest_marker("spoils_stock") is None:
        check_invariants(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows; the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


# --- browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Debian's Chromium."""
    binary = browser_support.chromium_binary()
    if binary is None:
        lacking("there is no chromium on the PATH; on Debian: apt install chromium", "WMS_BROWSER_REQUIRED")
    return binary


# One browser per module and not per session: while Playwright's synchronous interface is open, no other test in the
# same process could run an event loop of its own.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A running Chromium."""
    with browser_support.running_chromium(chromium) as running:
        yield running


@pytest.fixture
def handheld_page(browser: Browser) -> Iterator[Page]:
    """An empty page on a screen of 360 × 640 with touch. An uncaught error in its scripts fails the test.

    It is always drawn by the server; tests of the shell that the device keeps start a browser of their own.
    """
    context = browser.new_context(
        viewport={"width": browser_support.HANDHELD_WIDTH, "height": browser_support.HANDHELD_HEIGHT},
        has_touch=True,
        is_mobile=True,
        service_workers="block",
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, f"uncaught errors in the page's scripts: {errors}"


# --- real data -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real orders and products."""
    folder = os.environ.get("WMS_REAL_DATA")
    if not folder:
        pytest.skip("WMS_REAL_DATA does not name the folder with the real orders and products")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"WMS_REAL_DATA names {folder}, which is not a folder", pytrace=False)
    return path
