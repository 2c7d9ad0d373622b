"""The page for integrators names what there is."""

from dataclasses import fields
from enum import StrEnum
from pathlib import Path

import pytest

from wms.customs.fold import Anomaly
from wms.customs.model import DeclarationState, Outgoing, QuarantineReason
from wms.customs.receipts.part import Part
from wms.customs.sheets.sheet import DeclarationSheet

PAGE = (Path(__file__).parents[2] / "docs" / "customs-api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [QuarantineReason, Part, DeclarationState, Anomaly, Outgoing])
def test_every_word_is_explained(words: type[StrEnum]) -> None:
    assert [word.value for word in words if f"`{word.value}`" not in PAGE] == []


def test_every_field_of_a_declaration_is_explained() -> None:
    assert [field.name for field in fields(DeclarationSheet) if f"`{field.name}`" not in PAGE] == []
