"""Every control of a page says what it does, in the same words as the cards."""

import re
from pathlib import Path

import pytest

import scanner_ui

TEMPLATES = sorted((Path(scanner_ui.__file__).parent / "templates").glob("*.html"))
CONTROL = re.compile(r"<(?:button|summary|a)\b[^>]*>")
FILLED_BY_SCRIPT = re.compile(r"<template\b.*?</template>", re.DOTALL)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_control_has_an_action(template: Path) -> None:
    text = FILLED_BY_SCRIPT.sub("", template.read_text("utf-8"))
    assert [control for control in CONTROL.findall(text) if "data-action=" not in control] == []
