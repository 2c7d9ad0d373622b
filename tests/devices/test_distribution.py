"""The bench is a distribution of its own: complete, and with nothing of the server's."""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEVICES = ROOT / "devices"
PROJECT = tomllib.loads((DEVICES / "pyproject.toml").read_text(encoding="utf-8"))


def imported(folder: Path) -> set[str]:
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - {"devices"} - set(sys.stdlib_module_names)


def test_it_names_all_its_packages() -> None:
    folders = {file.parent.relative_to(ROOT) for file in DEVICES.rglob("*.py") if "build" not in file.parts}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == {str(folder).replace("/", ".") for folder in folders}


def test_a_bench_needs_pyserial_and_nothing_else() -> None:
    assert imported(DEVICES) - imported(DEVICES / "simulation") == {"serial"}
    assert imported(DEVICES / "simulation") == {"PIL", "barcode", "qrcode"}
    assert [name.partition("==")[0] for name in PROJECT["project"]["dependencies"]] == ["pyserial"]


def test_it_is_pinned_to_what_is_tested_here() -> None:
    locked = dict(
        re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["simulate"]
    for requirement in wanted:
        name, _, version = requirement.partition("==")
        assert locked[name] == version


def test_it_has_the_version_of_the_server() -> None:
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert f"version = {PROJECT['project']['version']}\n" in setup
