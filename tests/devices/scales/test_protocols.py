"""What scales say and what it means, per family."""

import re
from decimal import Decimal

import pytest

from devices.scales.continuous import Continuous
from devices.scales.model import Answer, Said, grams_of
from devices.scales.mt_sics import MtSics
from devices.scales.toledo_8217 import Toledo8217

CAS = Continuous(
    re.compile(
        r"(?:(?P<stable>ST)|(?P<moving>US)|(?P<overload>OL)|(?P<underload>UL)),"
        r"(?:GS|(?P<net>NT)),(?P<weight>[-+ ]*[\d.]+) *(?P<unit>kg|g|lb)"
    )
)
BARE = Continuous(re.compile(r" *(?P<weight>-?[\d.]+)"), unit="kg")


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (b"S S     100.00 g", Answer(Said.STABLE, Decimal("100.00"), "g")),
        (b"S D      99.87 g", Answer(Said.MOVING, Decimal("99.87"), "g")),
        (b"S S      -0.50 kg", Answer(Said.STABLE, Decimal("-0.50"), "kg")),
        (b"S I", Answer(Said.NOT_READY)),
        (b"S +", Answer(Said.OVERLOAD)),
        (b"S -", Answer(Said.UNDERLOAD)),
        (b"Z A", Answer(Said.DONE)),
        (b"T S     100.00 g", Answer(Said.DONE)),
        (b"T I", Answer(Said.NOT_READY)),
        (b"ES", Answer(Said.NOT_UNDERSTOOD)),
        (b"00.00 g", None),
        (b"S S  100.00", None),
        (b"\xd3 \xd3  100.00 g", None),
    ],
)
def test_mt_sics(frame: bytes, answer: Answer | None) -> None:
    assert MtSics().read(frame) == answer


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (b"\x0201.250", Answer(Said.STABLE, Decimal("1.250"), "kg", net=False)),
        (b"\x0201.250N", Answer(Said.STABLE, Decimal("1.250"), "kg", net=True)),
        (b"\x0201.2\x0201.250", Answer(Said.STABLE, Decimal("1.250"), "kg", net=False)),
        (b"\x02?\x41", Answer(Said.MOVING)),
        (b"\x02?\x42", Answer(Said.OVERLOAD)),
        (b"\x02?\x43", Answer(Said.OVERLOAD)),
        (b"\x02?\x44", Answer(Said.UNDERLOAD)),
        (b"\x02?\x48", Answer(Said.NOT_READY)),
        (b"\x02?\x50", Answer(Said.DONE)),
        (b"\x02?", None),
        (b"1.250", None),
        (b"", None),
        (b"\x02\xb01.250", None),
    ],
)
def test_toledo_8217(frame: bytes, answer: Answer | None) -> None:
    assert Toledo8217().read(frame) == answer


def test_toledo_takes_another_order_of_bits_from_the_manual() -> None:
    assert Toledo8217(status_bits=("overload", "moving")).read(b"\x02?\x42") == Answer(Said.MOVING)


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (b"ST,GS,+0001.250kg", Answer(Said.STABLE, Decimal("1.250"), "kg", net=False)),
        (b"ST,NT,+0001.250kg", Answer(Said.STABLE, Decimal("1.250"), "kg", net=True)),
        (b"US,GS,+0001.250kg", Answer(Said.MOVING, Decimal("1.250"), "kg", net=False)),
        (b"OL,GS,+9999.999kg", Answer(Said.OVERLOAD)),
        (b"UL,GS,-9999.999kg", Answer(Said.UNDERLOAD)),
        (b"T,GS,+0001.250kg", None),
        (b"ST,GS,+1.2.5kg", None),
    ],
)
def test_lines_by_a_pattern(frame: bytes, answer: Answer | None) -> None:
    assert CAS.read(frame) == answer


def test_lines_without_a_word_about_rest() -> None:
    assert BARE.read(b"  1.25") == Answer(Said.UNFLAGGED, Decimal("1.25"), "kg")
    moving_only = Continuous(re.compile(r"(?P<moving>M?)(?P<weight>[\d.]+)"), unit="g")
    assert moving_only.read(b"12") == Answer(Said.STABLE, Decimal(12), "g")
    assert moving_only.read(b"M12") == Answer(Said.MOVING, Decimal(12), "g")


@pytest.mark.parametrize(
    ("amount", "unit", "grams"),
    [
        ("1.2504", "kg", 1250),
        ("1.2505", "kg", 1251),
        ("2", "lb", 907),
        ("1", "OZ", 28),
        ("999", "mg", 1),
        ("-0.5", "g", -1),
        ("1", "ct", None),
        ("1", "", None),
    ],
)
def test_grams(amount: str, unit: str, grams: int | None) -> None:
    assert grams_of(Decimal(amount), unit) == grams
