"""The commands: what they say, what they change, and that a bad file changes nothing."""

import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.carriers.scene import Sending
from tests.support.keys import PERSONAL_DATA_KEYS
from wms.carriers.commands import SIMULATED_CHECKWORD, carrier_commands
from wms.carriers.simulator.registry import Registry
from wms.carriers.simulator.rest import PREFIX
from wms.config import Settings
from wms.kernel.errors import BadInput


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        database_url=database_url, data_dir=tmp_path, secret_key="x" * 32, personal_data_keys=PERSONAL_DATA_KEYS
    )


def run(sending: Sending, settings: Settings, *arguments: str) -> str:
    group = carrier_commands(lambda: sending.database, lambda: settings, sending.clock, threading.Event)
    result = CliRunner().invoke(group, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_set_up_by_commands(sending: Sending, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SIMULATED_CHECKWORD)
    said = run(
        sending, settings, "account", "SF", "--kind", "sf", "--name", "SF Express", "--set", "url=http://localhost:1",
        "--set", "partner_id=P", "--secret-file", str(tmp_path / "secret"), "--warehouse", str(sending.warehouse_id),
    )  # fmt: skip
    assert said == "SF is on.\n"
    rules = tmp_path / "rules.csv"
    rules.write_text("rank,account,countries,before\n1,SF,CN DE,16:30\n2,OWN,,\n")
    said = run(sending, settings, "rules", str(rules), "--warehouse", str(sending.warehouse_id))
    assert said.splitlines()[1:] == ["1,SF,,CN DE,,,,,,,,,,16:30,120", "2,OWN,,,,,,,,,,,,,120"]
    prices = tmp_path / "prices.csv"
    prices.write_text("account,country,up_to_grams,price,currency\nSF,CN,1000,12.50,CNY\n")
    said = run(sending, settings, "prices", str(prices), "--warehouse", str(sending.warehouse_id))
    assert said.splitlines()[1:] == ["SF,,,,CN,1000,12.50,CNY,,"]
    said = run(sending, settings, "account", "--warehouse", str(sending.warehouse_id))
    assert said.splitlines() == ["OWN  own  Own numbers", "SF  sf  SF Express"]


def test_what_is_shown_can_be_loaded_again(sending: Sending, settings: Settings, tmp_path: Path) -> None:
    sending.rules()
    warehouse = ("--warehouse", str(sending.warehouse_id))
    (tmp_path / "zones.csv").write_text("account,zone,country,districts\nOWN,NEAR,CN,33 3101\n")
    (tmp_path / "prices.csv").write_text(
        "account,merchant,zone,country,up_to_grams,price,currency,step_grams,step_price\n"
        "OWN,ACME,NEAR,,5000,9,CNY,1000,1.50\nSF,,,DE,1000,12.5,EUR,,\n"
    )
    run(sending, settings, "zones", str(tmp_path / "zones.csv"), *warehouse)
    run(sending, settings, "prices", str(tmp_path / "prices.csv"), *warehouse)
    for table, lines in (("rules", 2), ("zones", 2), ("prices", 3)):
        shown = run(sending, settings, table, *warehouse)
        assert len(shown.splitlines()) == lines
        (tmp_path / "again.csv").write_text(shown)
        assert run(sending, settings, table, str(tmp_path / "again.csv"), *warehouse) == shown


def test_bad_input_is_said_and_changes_nothing(sending: Sending, settings: Settings, tmp_path: Path) -> None:
    sending.rules()
    warehouse = ("--warehouse", str(sending.warehouse_id))
    before = run(sending, settings, "rules", *warehouse)
    (tmp_path / "bad.csv").write_text("rank,account\n1,NOBODY\n")
    with pytest.raises(BadInput, match="NOBODY"):
        run(sending, settings, "rules", str(tmp_path / "bad.csv"), *warehouse)
    with pytest.raises(BadInput, match="needs --kind"):
        run(sending, settings, "account", "X", *warehouse)
    with pytest.raises(BadInput, match="knows no SF1"):
        run(sending, settings, "travel", "SF1")
    assert run(sending, settings, "rules", *warehouse) == before


def test_a_parcel_of_the_carrier_by_plain_json_travels_on(sending: Sending, settings: Settings) -> None:
    registry = Registry(settings.data_dir / "simulated-carrier" / "rest.sqlite", PREFIX)
    known, _ = registry.book("K-1", "{}", "2", 0)
    registry.close()
    said = run(sending, settings, "travel", known.waybill, "--steps", "2", "--push", "http://127.0.0.1:9/events")
    assert [line.split("  ")[1] for line in said.splitlines()[:2]] == ["collected", "in_transit"]
    assert said.splitlines()[2] == "Told http://127.0.0.1:9/events: 0, 0"
