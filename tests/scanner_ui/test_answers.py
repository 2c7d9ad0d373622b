"""The answers to what hurts elsewhere: each of the 54 has one, and every test they name exists."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "scan-ux-answers.md"
ROW = re.compile(r"^\| (\d+) \| .+ \| (Shown|Explained|Open): (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[int, str, str]]:
    return [(int(number), how, answer) for number, how, answer in ROW.findall(DOCUMENT.read_text("utf-8"))]


def names_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.name for node in tree if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing(text: str) -> list[str]:
    """Tests that a text names and nobody wrote."""
    return [f"{file}::{name}" for file, name in NAMED.findall(text) if name not in names_in(TESTS / file)]


def test_each_of_the_54_has_one_answer() -> None:
    assert [number for number, _, _ in rows()] == list(range(1, 55))


def test_every_test_that_is_named_exists() -> None:
    assert missing(DOCUMENT.read_text("utf-8")) == []


def test_what_is_said_to_be_shown_names_a_test() -> None:
    assert [number for number, how, answer in rows() if how == "Shown" and not NAMED.search(answer)] == []


def test_a_test_that_nobody_wrote_is_noticed() -> None:
    assert missing("`stock/test_service.py::test_of_nothing`") == ["stock/test_service.py::test_of_nothing"]
    assert missing("`stock/test_no_such_file.py::test_of_nothing`") == ["stock/test_no_such_file.py::test_of_nothing"]
