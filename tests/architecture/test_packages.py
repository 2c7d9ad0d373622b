"""Every folder of code is a package whose `__init__.py` states the folder's law and holds nothing else."""

import ast
import configparser
from fnmatch import fnmatch
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TOPS = [REPOSITORY / name for name in ("wms", "scanner_ui", "devices") if (REPOSITORY / name).is_dir()]


def _folders_of_code() -> list[Path]:
    files = (file for top in TOPS for file in top.rglob("*.py") if "migrations" not in file.parts)
    return sorted({file.parent.relative_to(REPOSITORY) for file in files})


@pytest.mark.parametrize("folder", _folders_of_code(), ids=str)
def test_package_says_what_it_is_and_no_more(folder: Path) -> None:
    init = REPOSITORY / folder / "__init__.py"
    assert init.exists(), f"{folder} holds code but is no package"
    statements = ast.parse(init.read_text(encoding="utf-8")).body
    assert len(statements) == 1, f"{init} must hold a docstring and nothing else"
    assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), f"{init} must start with a docstring"


@pytest.mark.parametrize("folder", _folders_of_code(), ids=str)
def test_every_module_says_what_it_is_for(folder: Path) -> None:
    silent = [
        file.name
        for file in (REPOSITORY / folder).glob("*.py")
        if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not silent, f"modules without a docstring in {folder}: {silent}"


def test_every_file_the_service_reads_is_installed_with_it() -> None:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    patterns = config["options.package_data"]["*"].split()
    folders = [REPOSITORY / name for name in ("wms", "scanner_ui", "label_templates", "devices")]
    data = [
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc", ".md"} and file.name != "py.typed"
    ]
    assert len(data) > 10
    left_out = [file for file in data if not any(fnmatch(file.name, pattern) for pattern in patterns)]
    assert not left_out, "add their pattern to [options.package_data] in setup.cfg"
