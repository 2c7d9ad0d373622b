"""What docs/bench.md tells people to write is right, and what docs/bench-api.md names is what the program says."""

import re
from pathlib import Path

import pytest

from devices.configuration_file import parse_configuration
from devices.health import Condition
from devices.printers.model import Answer, State, Why
from devices.scales.model import Said

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = re.findall(r"```toml\n(.*?)```", (DOCS / "bench.md").read_text(encoding="utf-8"), re.DOTALL)
BENCH = '[bench]\nname = "B"\nserver = "http://localhost"\ntoken_file = "token"\n'


def test_the_example_is_a_whole_file() -> None:
    found = parse_configuration(BLOCKS[0], DOCS)
    assert (len(found.scanners), len(found.scales), len(found.printers)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "line", "said", "amount", "net"),
    [
        ("cas", b"ST,GS,1A,   1.250 kg", Said.STABLE, "1.250", False),
        ("cas", b"US,NT,1A,-  0.250 kg", Said.MOVING, "-0.250", True),
        ("cas", b"OL,GS,1A,        kg", Said.OVERLOAD, None, None),
        ("and", b"ST,GS,+0012.340kg", Said.STABLE, "12.340", False),
        ("and", b"US,GS,+0012.340kg", Said.MOVING, "12.340", False),
        ("plain", b"   1.25", Said.UNFLAGGED, "1.25", None),
    ],
)
def test_the_patterns_read_what_such_scales_send(
    name: str, line: bytes, said: Said, amount: str | None, net: bool | None
) -> None:
    scales = {scale.name: scale for scale in parse_configuration(BENCH + BLOCKS[1], DOCS).scales}
    answer = scales[name].protocol.read(line)
    assert answer is not None
    assert (answer.said, str(answer.amount) if answer.amount is not None else None) == (said, amount)
    assert answer.net is net


@pytest.mark.parametrize("word", [*State, *Why, *Answer, *Condition])
def test_every_word_of_the_contract_is_written_down(word: str) -> None:
    assert re.search(rf"\b{word}\b", (DOCS / "bench-api.md").read_text(encoding="utf-8"))
