"""What the gate for ZPL lets through and what it stops, with its name."""

from uuid import UUID

import pytest

from tests.labels.samples import LABELS, parcel
from wms.labels.contents import contents_of
from wms.labels.model import LabelError, LabelTrouble, Medium
from wms.labels.zpl import zpl_text
from wms.labels.zpl_check import check_zpl

CONTENTS = contents_of(parcel())
EXPECTED = CONTENTS.expected


def zpl(medium: Medium = Medium.ZPL_203) -> str:
    return zpl_text(CONTENTS, UUID(int=1), medium)


@pytest.mark.parametrize("medium", [Medium.ZPL_203, Medium.ZPL_300])
def test_every_label_of_ours_passes(medium: Medium) -> None:
    for label in LABELS.values():
        contents = contents_of(label)
        check_zpl(zpl_text(contents, UUID(int=1), medium), contents.expected)


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        ("SF1234567890123", "SF1234567890124", "reads back as"),
        (">;>800", ">;00", "reads back as"),
        ("id.gs1.org/00/0952", "id.gs1.org/00/0953", "reads back as"),
        ("^BY4", "^BY9", "leaves the paper"),
        ("^FO24,136^GB752,2,2", "^FO24,136^GB752,900,2", "quiet zone"),
        ("^FO24,136^GB752,2,2", "^FO24,700^GB752,2,2", "quiet zone"),
        ("^FDFROM^FS", "^FDFROM^FS^FO600,200^GFA,8,8,1,FFFFFFFFFFFFFFFF^FS", "quiet zone"),
        ("Anna Schmidt", "Anna^IDR:*.*^FS", "none of ours"),
        ("Anna Schmidt", "Anna~JR", "not one ZPL format"),
        ("^XZ", "^XZ^XA^XZ", "none of ours"),
        (">:SF", "SF", "code set"),
    ],
)
def test_what_would_come_out_otherwise_is_stopped_by_name(found: str, instead: str, words: str) -> None:
    label = zpl()
    assert found in label
    with pytest.raises(LabelError, match=words) as caught:
        check_zpl(label.replace(found, instead), EXPECTED)
    assert caught.value.trouble is LabelTrouble.UNREADABLE


def test_a_symbol_more_or_less_is_stopped() -> None:
    with pytest.raises(LabelError, match="reads back as"):
        check_zpl(zpl(), EXPECTED[:2])
    with pytest.raises(LabelError, match="reads back as"):
        check_zpl(zpl(), (*EXPECTED, EXPECTED[0]))
