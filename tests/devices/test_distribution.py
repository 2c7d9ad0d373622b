"""The bench is a distribution of its own: complete, and with nothing of the server's."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import serial
import websockets

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


def test_a_bench_needs_pyserial_and_websockets_and_nothing_else() -> None:
    assert imported(DEVICES) - {"PIL", "barcode", "qrcode"} == {"serial", "websockets"}
    assert imported(DEVICES / "simulation") == {"PIL", "barcode", "qrcode", "websockets"}
    assert [name.partition("==")[0] for name in PROJECT["project"]["dependencies"]] == ["pyserial", "websockets"]


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


def test_the_wheel_runs_beside_these_two_alone(tmp_path: Path) -> None:
    # From a copy, because building leaves its scraps beside the source.
    shutil.copytree(DEVICES, tmp_path / "devices", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path), str(tmp_path / "devices")],
        check=True, cwd=tmp_path,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("wms_bench-*.whl")
    alone = tmp_path / "alone"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(alone)
    (alone / "serial").symlink_to(Path(serial.__file__).parent)
    (alone / "websockets").symlink_to(Path(websockets.__file__).parent)

    def wms_bench(command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            # -S: nothing of what is installed beside the tests.
            [sys.executable, "-S", "-c", "import sys; from devices.command import main; sys.exit(main())", command],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(alone)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert wms_bench("list").returncode == 0
    assert "devices.toml cannot be read" in wms_bench("run").stderr
    assert "is not installed: install wms-bench with its extra" in wms_bench("simulate").stderr
