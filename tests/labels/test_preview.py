"""What `wms labels preview` writes."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from wms.labels.commands import label_commands
from wms.labels.model import LabelError, Medium
from wms.labels.press import Press
from wms.labels.preview import preview_named, previews, render_preview


def test_the_command_writes_one_template_in_every_form(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(
        label_commands(), ["preview", "sku_60x40", "packing_list_210x297", "--out", str(tmp_path)]
    )
    assert outcome.exit_code == 0, outcome.output
    assert "2 template(s) written" in outcome.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "sku_60x40.pdf", "sku_60x40.png", "sku_60x40.203dpi.zpl", "sku_60x40.300dpi.zpl",
        "sku_60x40.203dpi.tspl", "sku_60x40.300dpi.tspl",
        "packing_list_210x297.pdf", "packing_list_210x297.png",
    }  # fmt: skip
    assert (tmp_path / "sku_60x40.300dpi.zpl").read_text().startswith("^XA\n")
    with Image.open(tmp_path / "sku_60x40.png") as picture:
        assert picture.size == (480, 320)


def test_a_name_that_is_none_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="there are parcel_100x150, parcel_100x180"):
        preview_named("nonsense")
    outcome = CliRunner().invoke(label_commands(), ["preview", "nonsense", "--out", str(tmp_path / "none")])
    assert isinstance(outcome.exception, LabelError)
    assert not (tmp_path / "none").exists()


def test_papers_are_not_made_for_label_printers(press: Press) -> None:
    with pytest.raises(LabelError, match="is a paper"):
        render_preview(preview_named("manifest_210x297"), Medium.ZPL_203, press=press)


def test_every_template_is_listed_once() -> None:
    names = [each.name for each in previews()]
    assert len(names) == len(set(names)) == 13
