"""The lock files belong to setup.cfg and to each other, and the notices belong to them."""

import configparser
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _locked(name: str) -> dict[str, str]:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def _wanted(*extras: str) -> set[str]:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    lines = config["options"]["install_requires"].split()
    for extra in extras:
        lines += config["options.extras_require"][extra].split()
    names = {re.split(r"[\[<>=!~;]", line)[0].lower() for line in lines}
    assert len(names) > 10
    return names


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_by_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (REPOSITORY / lock).read_text(encoding="utf-8"))
    assert all(re.match(r"^\S+==\S+( ;.*)? \\\n +--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


def test_locks_hold_what_setup_cfg_asks_for() -> None:
    assert _wanted("install") <= set(_locked("requirements.lock")), "call make lock"
    assert _wanted("install", "test", "lint") <= set(_locked("requirements-dev.lock")), "call make lock"


def test_tests_run_with_the_versions_the_service_runs_with() -> None:
    assert _locked("requirements.lock").items() <= _locked("requirements-dev.lock").items()


def test_notices_name_every_locked_library() -> None:
    notices = (REPOSITORY / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| (\d[\w.]*) \|", notices, re.MULTILINE)
    noticed = {name.lower().replace("_", "-"): version for name, version in rows}
    assert noticed == _locked("requirements-dev.lock"), "call make notices"
