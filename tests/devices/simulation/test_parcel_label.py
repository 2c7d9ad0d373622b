"""The labels of this product on the simulated printer: all is drawn, and every symbol on the picture is read again."""

from uuid import UUID

import pytest
import zxingcpp

from devices.simulation.zpl_picture import picture_of
from tests.labels.samples import LABELS
from wms.labels.contents import contents_of
from wms.labels.model import Medium
from wms.labels.zpl import zpl_text


@pytest.mark.parametrize("medium", [Medium.ZPL_203, Medium.ZPL_300])
@pytest.mark.parametrize("name", LABELS)
def test_a_label_of_the_product_is_drawn_whole(name: str, medium: Medium) -> None:
    contents = contents_of(LABELS[name])
    picture, missing = picture_of(zpl_text(contents, UUID(int=42), medium).encode())
    assert missing == []
    found = {(code.symbology_identifier, code.text) for code in zxingcpp.read_barcodes(picture.convert("L"))}
    plain = {(aim, text.replace("(", "").replace(")", "")) for aim, text in found}
    for symbol in contents.expected:
        assert (symbol.symbology.value, symbol.content.replace("\x1d", "")) in plain, (symbol, found)
