"""The import contracts of setup.cfg hold, and each of them would notice a breach."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CODE = ("wms", "scanner_ui", "devices")

BREACHES = {
    "layers": ("wms/catalogue/breach_layers.py", "import wms.places"),
    "pure-rooms": ("wms/kernel/breach_pure_rooms.py", "import sqlalchemy"),
    "workflows": ("wms/floor/picking/breach_workflows.py", "import wms.floor.packing"),
    "regimes": ("wms/customs/regimes/breach_regimes.py", "import wms.customs.regimes.china"),
    "journal": ("wms/labels/breach_journal.py", "import wms.stock.tables"),
    "handheld": ("scanner_ui/breach_handheld.py", "import wms.tasks.tables"),
    "handheld-on-top": ("wms/tasks/breach_handheld_on_top.py", "import scanner_ui.words"),
    "lxml": ("wms/customs/regimes/china/breach_lxml.py", "import lxml"),
    "simulated-port": ("wms/customs/simulator/breach_simulated_port.py", "import wms.customs.fold"),
    "simulated-carrier": ("wms/carriers/simulator/breach_simulated_carrier.py", "import wms.carriers.model"),
    "bench": ("devices/breach_bench.py", "import wms.kernel"),
    "press": ("wms/labels/breach_press.py", "import weasyprint"),
    "karrio": ("wms/carriers/breach_karrio.py", "import karrio"),
}
"""For each contract a file that breaks it, and the import that does."""


def _contracts() -> dict[str, str]:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    prefix = "importlinter:contract:"
    return {name.removeprefix(prefix): config[name]["name"] for name in config.sections() if name.startswith(prefix)}


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the tree in `folder`, and on no installed copy of it."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    outcome = _lint_imports(REPOSITORY)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.fixture(scope="module")
def report_on_breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the code with one breach of each contract planted."""
    copy = tmp_path_factory.mktemp("breached")
    for name in CODE:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "setup.cfg", copy)
    for file, breach in BREACHES.values():
        (copy / file).write_text(f"{breach}\n")
    return _lint_imports(copy).stdout


@pytest.mark.parametrize(("contract", "name"), _contracts().items())
def test_a_breach_is_noticed(contract: str, name: str, report_on_breaches: str) -> None:
    file, _ = BREACHES[contract]
    assert f"{name} BROKEN" in report_on_breaches
    assert Path(file).stem in report_on_breaches


def test_every_pattern_of_pure_rooms_matches_a_room() -> None:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    patterns = config["importlinter:contract:pure-rooms"]["source_modules"].split()
    unmatched = [pattern for pattern in patterns if not any(REPOSITORY.glob(_glob(pattern)))]
    assert not unmatched, "a renamed room is no longer watched: mend setup.cfg"


def _glob(pattern: str) -> str:
    path = pattern.replace(".", "/")
    return path if (REPOSITORY / path).is_dir() else f"{path}.py"


def test_every_top_level_package_is_watched() -> None:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    tops = [name for name in CODE if (REPOSITORY / name).is_dir()]
    assert "wms" in tops
    assert config["importlinter"]["root_packages"].split() == tops
    assert set(tops) <= {name.strip() for name in config["mypy"]["files"].split(",")}
