"""The port shares no line with what it tests: a mistake made once and used on both sides would never be refused."""

import ast
from pathlib import Path

import pytest

import wms.customs.simulator.port

FOLDER = Path(wms.customs.simulator.port.__file__).parent
ALLOWED = ("wms.customs.simulator", "wms.kernel", "wms.config", "wms.web.listening")
"""The last opens a socket for whatever is served, and knows nothing of it."""
FOREIGN = ("lxml", "signxml", "flask", "sqlalchemy", "defusedxml")


def imported_by(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return names + [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_it_imports_nothing_of_the_service(file: Path) -> None:
    names = imported_by(file)
    assert [name for name in names if name.split(".")[0] == "wms" and not name.startswith(ALLOWED)] == []
    assert [name for name in names if name.split(".")[0] in FOREIGN] == []
