"""Each fault in devices.toml is named by line and key, with what to write; all at once."""

from pathlib import Path

import pytest

from devices.configuration_file import parse_configuration, read_configuration
from devices.printers.cainiao import Component
from devices.printers.tspl import Tspl
from devices.printers.zpl import Zpl
from devices.scales.continuous import Continuous
from devices.scales.mt_sics import MtSics
from devices.scales.toledo_8217 import Toledo8217
from devices.toml_table import ConfigurationFaults

BENCH = '[bench]\nname = "BENCH-1"\nserver = "https://wms.example.com"\ntoken_file = "token"\n'
SCALE = BENCH + '[[scale]]\nname = "scale"\nport = "/dev/ttyS0"\n'
PRINTER = BENCH + '[[printer]]\nname = "label"\n'
LINES = SCALE + 'protocol = "continuous"\n'


COMPONENT = '[[printer]]\nname = "{}"\nlanguage = "cainiao"\naddress = "ws://127.0.0.1:13528"\n'


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigurationFaults) as found:
        parse_configuration(text, Path("/etc/wms-bench"))
    return [str(fault) for fault in found.value.faults]


def test_everything_at_its_place() -> None:
    found = parse_configuration(
        BENCH
        + """
state_folder = "/var/lib/wms-bench"
[[scanner]]
name = "hand"
port = "usb-serial:A1"
baud = 115200
parity = "even"
data_bits = 7
aim = true
gs = "~"
[[scale]]
name = "one"
port = "socket://10.0.0.9:4001"
protocol = "mt-sics"
division_grams = 2
[[scale]]
name = "two"
port = "/dev/ttyS1"
protocol = "toledo-8217"
unit = "lb"
status_bits = ["moving", "", "overload"]
[[scale]]
name = "three"
port = "/dev/ttyS2"
protocol = "continuous"
pattern = '(?P<stable>ST)?,(?P<weight>[\\d.]+)'
unit = "kg"
[[printer]]
name = "label"
language = "zpl"
address = "tcp://10.0.0.7:9100"
counter = "none"
[[printer]]
name = "cheap"
language = "tspl"
address = "/dev/ttyS3"
baud = 19200
counter_ask = "OUT @LABEL\\r\\n"
counter_pattern = '(\\d+)'
[[printer]]
name = "office"
language = "ipp"
address = "ipp://localhost/printers/a4"
""",
        Path("/etc/wms-bench"),
    )
    assert found.bench == "BENCH-1"
    assert found.server.token_file == Path("/etc/wms-bench/token")
    assert found.state_folder == Path("/var/lib/wms-bench")
    (hand,) = found.scanners
    assert (hand.serial.baud, hand.serial.parity, hand.serial.data_bits) == (115200, "even", 7)
    assert (hand.framing.aim, hand.framing.gs, hand.framing.suffix) == (True, "~", "\r\n")
    one, two, three = found.scales
    assert one.protocol == MtSics()
    assert one.rules.minimum_grams == 10
    assert two.protocol == Toledo8217("lb", ("moving", "", "overload"))
    assert isinstance(three.protocol, Continuous)
    label, cheap, office = found.printers
    assert label.speaks == Zpl(counter="")
    assert isinstance(cheap.speaks, Tspl)
    assert cheap.speaks.ask_counter == b"OUT @LABEL\r\n"
    assert [next(iter(printer.media_types)) for printer in found.printers] == [
        "application/vnd.zebra-zpl",
        "application/vnd.tspl",
        "application/pdf",
    ]
    assert office.address == "ipp://localhost/printers/a4"


@pytest.mark.parametrize(
    ("text", "line", "where", "words"),
    [
        ("", 1, "[bench]", "begin with [bench]"),
        ("[bench]\nname = \n", 2, "TOML", "correct this line"),
        ('bench = "x"\n', 1, "[bench]", "begin with [bench]"),
        (BENCH.replace('name = "BENCH-1"\n', ""), 1, "bench.name", "is missing: write name ="),
        (BENCH.replace("BENCH-1", "BENCH 1"), 2, "bench.name", "letters, digits and dashes"),
        (BENCH.replace("https://", ""), 3, "bench.server", "write it like https://"),
        (BENCH.replace('"token"', "7"), 4, "bench.token_file", "a file that holds the device token"),
        (BENCH + "colour = 1\n", 5, "bench.colour", "is not known here"),
        (BENCH + "[scanner]\nname = 1\n", 5, "scanner", "two brackets: [[scanner]]"),
        (BENCH + "[camera]\n", 5, "camera", "there are [bench], [[scanner]]"),
        (BENCH + '[[scanner]]\nname = "hand"\n', 5, "scanner.port", "wms-bench list"),
        (BENCH + '[[scanner]]\nname = "Hand 1"\nport = "/dev/a"\n', 6, "scanner.name", "small letters"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "COM3"\n', 7, "scanner.port", "/dev/serial/by-id/"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "socket://box"\n', 7, "scanner.port", "socket://host:port"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "socket://box:99999"\n', 7, "scanner.port", "socket://host:port"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\nbaud = 9601\n', 8, "scanner.baud", "one of 300"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\nbaud = true\n', 8, "scanner.baud", "one of 300"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\nparity = "E"\n', 8, "scanner.parity", "'even'"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\naim = "yes"\n', 8, "scanner.aim", "true or false"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\nsilence_ms = 1\n', 8, "scanner.silence_ms", "20 to 5000"),
        (BENCH + '[[scanner]]\nname = "a"\nport = "/dev/a"\nsufix = "x"\n', 8, "scanner.sufix", "suffix"),
        (SCALE, 5, "scale.protocol", "'mt-sics', 'toledo-8217', 'continuous'"),
        (SCALE + 'protocol = "8213"\n', 8, "scale.protocol", "'toledo-8217'"),
        (SCALE + 'protocol = "mt-sics"\nunit = "kg"\n', 9, "scale.unit", "is not known here"),
        (SCALE + 'protocol = "toledo-8217"\nunit = "stone"\n', 9, "scale.unit", "write one of g, kg"),
        (SCALE + 'protocol = "toledo-8217"\nstatus_bits = ["motion"]\n', 9, "scale.status_bits", "moving"),
        (LINES, 5, "scale.pattern", "group called weight"),
        (LINES + "pattern = '('\n", 9, "scale.pattern", "no regular expression"),
        (LINES + "pattern = '(.*)'\nunit = \"g\"\n", 9, "scale.pattern", "no group called weight"),
        (LINES + "pattern = '(?P<weight>.*)(?P<colour>.)'\nunit = \"g\"\n", 9, "scale.pattern", "'colour'"),
        (LINES + "pattern = '(?P<weight>.*)'\n", 5, "scale.unit", "no group called unit"),
        (LINES + "pattern = '(?P<weight>.*)'\nunit = \"g\"\nend = \"\"\n", 11, "scale.end", "is empty"),
        (PRINTER + 'address = "tcp://a:1"\n', 5, "printer.language", "'zpl', 'tspl', 'ipp'"),
        (PRINTER + 'language = "zpl"\naddress = "10.0.0.7"\n', 8, "printer.address", "tcp://host:port"),
        (PRINTER + 'language = "ipp"\naddress = "tcp://a:1"\n', 8, "printer.address", "ipp://localhost:631"),
        (PRINTER + 'language = "cainiao"\naddress = "tcp://a:1"\n', 8, "printer.address", "ws://127.0.0.1:13528"),
        (BENCH + COMPONENT.format("a") + COMPONENT.format("b"), 12, "printer.address", "belongs to 'a' already"),
        (PRINTER + 'language = "zpl"\naddress = "tcp://a:1"\ncounter = "a b"\n', 9, "printer.counter", "odometer"),
        (PRINTER + 'language = "zpl"\naddress = "tcp://a:1"\ndpi = 600\n', 9, "printer.dpi", "203 or 300"),
        (PRINTER + 'language = "zpl"\naddress = "tcp://a:1"\nbaud = 9600\n', 9, "printer.baud", "is not known here"),
        (
            PRINTER + 'language = "tspl"\naddress = "tcp://a:1"\ncounter_ask = "x"\ncounter_pattern = "x"\n',
            10, "printer.counter_pattern", "one group",
        ),
        (SCALE + 'protocol = "mt-sics"\n[[printer]]\nname = "scale"\nlanguage = "zpl"\naddress = "tcp://a:1"\n',
         10, "printer.name", "is taken by a scale"),
        (SCALE + 'protocol = "mt-sics"\n[[scanner]]\nname = "hand"\nport = "/dev/ttyS0"\n',
         11, "scanner.port", "belongs to 'scale' already"),
    ],
)  # fmt: skip
def test_a_fault_is_named(text: str, line: int, where: str, words: str) -> None:
    found = faults(text)
    assert len(found) == 1, found
    assert found[0].startswith(f"line {line}: {where}: "), found
    assert words in found[0]


def test_several_printers_of_one_component_share_its_address() -> None:
    one, two = BENCH + COMPONENT.format("a"), COMPONENT.format("b") + 'printer = "Zebra"\nversion = "2.0"\n'
    found = parse_configuration(one + two, Path("/etc/wms-bench")).printers
    assert [printer.component for printer in found] == [
        Component("ws://127.0.0.1:13528"),
        Component("ws://127.0.0.1:13528", "Zebra", "2.0"),
    ]
    assert {printer.media_types for printer in found} == {frozenset({"application/x-cainiao"})}


def test_all_faults_at_once_in_the_order_of_their_lines() -> None:
    found = faults('[bench]\nname = 1\nserver = "x"\n[[printer]]\nlanguage = "epl"\n')
    assert [fault.split(": ")[1] for fault in found] == [
        "bench.token_file", "bench.name", "bench.server", "printer.name", "printer.address", "printer.language",
    ]  # fmt: skip


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "devices.toml").write_bytes(b"\xff\xfe[")
    with pytest.raises(ConfigurationFaults, match="UTF-8"):
        read_configuration(tmp_path / "devices.toml")
