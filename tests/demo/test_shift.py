"""A short working day, from the command line to the last truck, on a private service."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from wms.cli import cli


def test_a_day_ends_with_right_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WMS_DATA_DIR", str(tmp_path))
    result = CliRunner(env={"COLUMNS": "120"}).invoke(cli, ["demo", "shift", "--pickers", "3", "--orders", "6"])
    said = result.output
    assert result.exit_code == 0, said
    figures = {
        cells[-2].strip(): cells[-1].strip()
        for line in said.splitlines()
        if line.startswith("│") and len(cells := line.strip("│").split("│")) == 3
    }
    assert figures["differences"] == "0"
    assert figures["missing"] == "0"
    assert int(figures["deliveries received"]) == 5
    assert int(figures["lines put away"]) > 0
    assert int(figures["released"]) > 0
    # What is not packed has nothing to pack; what is packed and has not left is held.
    assert int(figures["printed"]) == int(figures["dispatched"]) + int(figures["held"])
    assert int(figures["accepted"]) > 500
    assert list(tmp_path.iterdir()) == [], "a private service leaves this installation alone"
