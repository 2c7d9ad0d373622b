"""Settings: read once, frozen, and everything that is wrong with them is said at once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wms.config import settings_from_environment
from wms.kernel.errors import BadInput


def faults(environment: dict[str, str], folder: Path) -> dict[str, str]:
    with pytest.raises(BadInput) as wrong:
        settings_from_environment({"WMS_DATA_DIR": str(folder), **environment})
    return {fault.where: fault.what for fault in wrong.value.faults}


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = settings_from_environment({})
    assert settings.database_url == f"sqlite:///{tmp_path}/var/wms.sqlite"
    assert (settings.host, settings.port, settings.processes) == ("127.0.0.1", 8080, 1)
    assert settings.label_dir == tmp_path / "var" / "printed"
    assert len(settings.secret_key) == 64


def test_all_faults_are_listed(tmp_path: Path) -> None:
    wrong = {
        "WMS_PORT": "99999",
        "WMS_SESSION_HOURS": "½",
        "WMS_OFFLINE_SIGN_IN": "sometimes",
        "WMS_OFFLINE_LEASE_SECONDS": "4h",
        "WMS_CUSTOMS_STEP_MS": "-5",
        "WMS_DATABASE_URL": "mysql://x",
        "WMS_GS1_COMPANY_PREFIX": "abc",
        "WMS_CUSTOMS_TRANSPORT": "pigeon",
        "WMS_PARCEL_LABEL_SIZE": "A4",
        "WMS_SECRET_KEY": "short",
    }
    assert faults(wrong, tmp_path).keys() == wrong.keys()


def test_one_process_on_sqlite_and_as_many_as_wanted_on_postgresql(tmp_path: Path) -> None:
    assert "WMS_WEB_PROCESSES" in faults({"WMS_WEB_PROCESSES": "2"}, tmp_path)
    many = settings_from_environment(
        {"WMS_DATA_DIR": str(tmp_path), "WMS_WEB_PROCESSES": "3", "WMS_DATABASE_URL": "postgresql://somewhere/wms"}
    )
    assert many.processes == 3
    assert many.database_url == "postgresql+psycopg://somewhere/wms"
    by_default = settings_from_environment({"WMS_DATA_DIR": str(tmp_path), "WMS_DATABASE_URL": "postgresql:///wms"})
    assert by_default.processes >= 1


def test_a_relative_sqlite_file_lies_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_from_environment({"WMS_DATABASE_URL": "sqlite:///my.db"}).database_url == (
        f"sqlite:///{tmp_path}/my.db"
    )


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    environment = {"WMS_DATA_DIR": str(tmp_path / "new")}
    with ThreadPoolExecutor(8) as together:
        keys = {
            settings.secret_key
            for settings in together.map(lambda _: settings_from_environment(environment), range(32))
        }
    assert len(keys) == 1
    assert settings_from_environment(environment).secret_key in keys
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"secret-key", "personal-data-keys"}


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in faults({}, tmp_path / "file")["WMS_DATA_DIR"]


def test_the_key_is_not_printed(tmp_path: Path) -> None:
    settings = settings_from_environment({"WMS_DATA_DIR": str(tmp_path)})
    assert settings.secret_key not in repr(settings)
