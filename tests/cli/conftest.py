"""Every test of a command has an installation of its own."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wms.cli import cli


@pytest.fixture(autouse=True)
def _own_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("WMS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WMS_DATA_DIR", str(tmp_path / "data"))


def wms(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def refused(result: Result, status: int = 1) -> str:
    """What was said by a command that ended with `status` and without a traceback."""
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.output


def done(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output
