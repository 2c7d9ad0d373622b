"""Reads devices.toml. All faults are reported at once, each with its line, its key, what is wrong and what to write.

Called by the command line. Nothing is opened and nothing is changed here.
"""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devices.configuration import (
    Configuration,
    PrinterEntry,
    PrinterLanguage,
    ScaleEntry,
    ScaleFamily,
    ScannerEntry,
)
from devices.printers.cainiao import Component
from devices.printers.zpl import COUNTER
from devices.scales.continuous import GROUPS
from devices.scales.model import known_units
from devices.scales.toledo_8217 import STATUS_BITS
from devices.scales.weighing import WeighingRules
from devices.scanners.framing import ScannerFraming
from devices.server import ServerAddress
from devices.toml_places import TomlPlaces
from devices.toml_table import ConfigurationFaults, Fault, TomlTable
from devices.wire import SerialSettings

_BAUDS = (300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 38400, 57600, 115200, 230400, 460800)
_PARITIES = ("none", "even", "odd", "mark", "space")
_FLOWS = ("none", "xonxoff", "rtscts")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_BENCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,29}")


def read_configuration(path: Path) -> Configuration:
    """Raises ConfigurationFaults, or OSError where the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationFaults((Fault(1, path.name, "is no UTF-8 text: save it as UTF-8"),)) from error
    return parse_configuration(text, path.parent)


def parse_configuration(text: str, folder: Path) -> Configuration:
    """The configuration; paths in it are taken from `folder`. Raises ConfigurationFaults."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        what = re.sub(r" \(at .*\)", "", str(error))
        fault = Fault(int(place[1]) if place else len(text.splitlines()), "TOML", f"{what}: correct this line")
        raise ConfigurationFaults((fault,)) from error
    places, faults = TomlPlaces(text), list[Fault]()
    for name in document:
        if name not in {"bench", "scanner", "scale", "printer"}:
            line = (
                places.line_of("", 0, name) if not isinstance(document[name], dict | list) else places.line_of(name, 0)
            )
            faults.append(Fault(line, name, "is not known: there are [bench], [[scanner]], [[scale]] and [[printer]]"))
    bench_values = document.get("bench")
    if not isinstance(bench_values, dict):
        faults.append(Fault(1, "[bench]", "is missing: begin with [bench], then name, server, token_file"))
        bench_values = {}
        bench, server, state_folder = "", ServerAddress("http://localhost", folder), folder
    else:
        bench, server, state_folder = _bench(TomlTable("bench", 0, bench_values, places, faults), folder)
    scanners = tuple(_scanner(table) for table in _tables(document, "scanner", places, faults))
    scales = tuple(_scale(table) for table in _tables(document, "scale", places, faults))
    printers = tuple(_printer(table) for table in _tables(document, "printer", places, faults))
    _check_twice(scanners, scales, printers, places, faults)
    if faults:
        raise ConfigurationFaults(tuple(sorted(faults, key=lambda fault: fault.line)))
    return Configuration(bench, server, state_folder, scanners, scales, printers)


def _tables(document: dict[str, Any], name: str, places: TomlPlaces, faults: list[Fault]) -> list[TomlTable]:
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
        faults.append(Fault(places.line_of(name, 0), name, f"must be written with two brackets: [[{name}]]"))
        return []
    return [TomlTable(name, number, values, places, faults) for number, values in enumerate(found)]


def _bench(table: TomlTable, folder: Path) -> tuple[str, ServerAddress, Path]:
    name = table.get("name", str, None, '"BENCH-1", the code of the bench at the server')
    if name and not _BENCH.fullmatch(name):
        table.fault("name", f"is {name!r}: up to 30 letters, digits and dashes")
    url = table.get("server", str, None, '"https://wms.example.com"')
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
        table.fault("server", f"is {url!r}: write it like https://wms.example.com or http://10.0.0.5:8080")
        url = ""
    token_file = folder / table.get("token_file", str, None, '"token", a file that holds the device token')
    ca_file = table.get("ca_file", str, "", '"ca.pem"')
    state = folder / table.get("state_folder", str, "state", '"/var/lib/wms-bench"')
    table.finish()
    return name, ServerAddress(url or "http://localhost", token_file, folder / ca_file if ca_file else None), state


def _device_name(table: TomlTable) -> str:
    name = table.get("name", str, None, f'"{table.name}-1"')
    if name and not _NAME.fullmatch(name):
        table.fault("name", f"is {name!r}: up to 30 small letters, digits and dashes")
    return name


def _serial(table: TomlTable) -> SerialSettings:
    return SerialSettings(
        baud=table.choice("baud", _BAUDS, 9600),
        data_bits=table.choice("data_bits", (8, 7), 8),
        parity=table.choice("parity", _PARITIES, "none"),
        stop_bits=table.choice("stop_bits", (1, 2), 1),
        flow=table.choice("flow", _FLOWS, "none"),
    )


def _port(table: TomlTable, key: str = "port") -> str:
    port = table.get(key, str, None, '"/dev/serial/by-id/…"; `wms-bench list` shows what is there')
    if port:
        _check_address(table, key, port, ("socket", "rfc2217"))
    return port


def _check_address(table: TomlTable, key: str, address: str, schemes: tuple[str, ...]) -> None:
    if address.startswith(("/", "usb-serial:")):
        return
    parts = urlsplit(address)
    try:
        is_good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is not None or "ipp" in parts.scheme)
    except ValueError:
        is_good = False
    if not is_good:
        forms = ", ".join(f"{scheme}://host:port" for scheme in schemes)
        table.fault(key, f"is {address!r}: write a path such as /dev/serial/by-id/…, usb-serial:<number>, {forms}")


def _scanner(table: TomlTable) -> ScannerEntry:
    entry = ScannerEntry(
        name=_device_name(table),
        port=_port(table),
        serial=_serial(table),
        framing=ScannerFraming(
            prefix=table.get("prefix", str, "", '"\\u0002"'),
            suffix=table.get("suffix", str, "\r\n", '"\\r\\n"'),
            aim=table.get("aim", bool, False, "true or false"),
            gs=table.get("gs", str, "", '"~", what the scanner sends for the GS1 separator'),
            silence_ms=table.number_from("silence_ms", 500, 20, 5000, "milliseconds"),
        ),
    )
    table.finish()
    return entry


def _scale(table: TomlTable) -> ScaleEntry:
    name, port, serial = _device_name(table), _port(table), _serial(table)
    family = ScaleFamily(table.choice("protocol", tuple(map(str, ScaleFamily)), None))
    division = table.number_from("division_grams", 1, 1, 1000, "grams")
    rules = WeighingRules(
        # Less than five divisions is noise on the pan, not a parcel.
        minimum_grams=table.number_from("minimum_grams", 5 * division, 1, 100_000, "grams"),
        limit_ms=table.number_from("limit_ms", 5000, 500, 60_000, "milliseconds"),
        settle_ms=table.number_from("settle_ms", 1000, 200, 10_000, "milliseconds"),
        answer_ms=table.number_from("answer_ms", 500, 100, 5000, "milliseconds"),
        accepts_net=table.get("net", bool, False, "true to accept weights under a tare"),
    )
    unit, pattern, ask, end = "", None, "", "\r\n"
    status_bits: tuple[str, ...] = STATUS_BITS
    if family is not ScaleFamily.MT_SICS:
        unit = table.get("unit", str, "", '"kg"')
        if unit and unit.lower() not in known_units():
            table.fault("unit", f"is {unit!r}: write one of {', '.join(known_units())}")
    if family is ScaleFamily.TOLEDO_8217:
        bits = table.get("status_bits", list, list(STATUS_BITS), f"{list(STATUS_BITS)}")
        if unknown := [bit for bit in bits if bit not in {*STATUS_BITS, ""}]:
            table.fault(
                "status_bits", f'holds {unknown[0]!r}: write names from {", ".join(STATUS_BITS)}, "" for others'
            )
        status_bits = tuple(map(str, bits))
    if family is ScaleFamily.CONTINUOUS:
        pattern = table.pattern("pattern", "a regular expression with a group called weight, see docs/bench.md")
        ask = table.get("ask", str, "", '"Q\\r\\n", or leave it out where the scale talks by itself')
        end = table.get("end", str, "\r\n", '"\\r\\n"')
        _check_pattern(table, pattern, unit, end)
    table.finish()
    return ScaleEntry(name, port, serial, family, rules, unit, pattern, ask, end, status_bits)


def _check_pattern(table: TomlTable, pattern: re.Pattern[str] | None, unit: str, end: str) -> None:
    if not end:
        table.fault("end", 'is empty: write what ends each line, such as "\\r\\n"')
    if pattern is None:
        return
    groups = set(pattern.groupindex)
    if "weight" not in groups:
        table.fault("pattern", "has no group called weight: write (?P<weight>[-+ ]*[0-9.]+) where the digits are")
    if unknown := groups - GROUPS:
        table.fault("pattern", f"has a group {sorted(unknown)[0]!r}: the names are {', '.join(sorted(GROUPS))}")
    if "unit" not in groups and not unit:
        table.fault("unit", 'is missing, and the pattern has no group called unit: write unit = "kg", or what it shows')


def _printer(table: TomlTable) -> PrinterEntry:
    name = _device_name(table)
    language = PrinterLanguage(table.choice("language", tuple(map(str, PrinterLanguage)), None))
    address = table.get("address", str, None, '"tcp://192.168.1.20:9100"')
    if language is PrinterLanguage.IPP:
        if address and urlsplit(address).scheme not in {"ipp", "ipps"}:
            table.fault("address", f"is {address!r}: write ipp://localhost:631/printers/<name>")
        table.finish()
        return PrinterEntry(name, language, address, SerialSettings())
    if language is PrinterLanguage.CAINIAO:
        return _component(table, name, address)
    if address:
        _check_address(table, "address", address, ("tcp", "socket"))
    serial = _serial(table) if not address.startswith(("tcp:", "socket:")) else SerialSettings()
    has_status = table.get("status", bool, True, "true or false")
    dots_per_inch = table.get("dpi", int, 203, "203 or 300")
    if dots_per_inch not in {203, 300}:
        table.fault("dpi", f"is {dots_per_inch}: write 203 or 300, whichever the printer has")
    has_error_report, counter, question = True, "", ""
    pattern: re.Pattern[bytes] | None = None
    if language is PrinterLanguage.ZPL:
        has_error_report = table.get("error_report", bool, True, "true or false")
        counter = table.get("counter", str, COUNTER, f'"{COUNTER}", or "none"')
        counter = "" if counter == "none" else counter
        if '"' in counter or not counter.isascii() or any(character.isspace() for character in counter):
            table.fault("counter", f"is {counter!r}: write its name, such as {COUNTER}, or none")
    else:
        question = table.get("counter_ask", str, "", '"OUT @LABEL\\r\\n"')
        if question:
            text = table.pattern("counter_pattern", '"([0-9]+)\\r\\n", with one group around the number')
            if text is not None and text.groups != 1:
                table.fault("counter_pattern", "must have one group, around the number")
            pattern = None if text is None else re.compile(text.pattern.encode())
    table.finish()
    return PrinterEntry(
        name, language, address, serial, has_status, has_error_report, counter, question, pattern, dots_per_inch
    )


def _component(table: TomlTable, name: str, address: str) -> PrinterEntry:
    if address and urlsplit(address).scheme not in {"ws", "wss"}:
        table.fault("address", f"is {address!r}: write ws://127.0.0.1:13528")
    printer = table.get("printer", str, "", '"Zebra ZD421", its name in the component')
    version = table.get("version", str, "1.0", '"1.0", of what is spoken with the component')
    table.finish()
    component = Component(address, printer, version)
    return PrinterEntry(name, PrinterLanguage.CAINIAO, address, SerialSettings(), component=component)


def _one(entry: PrinterEntry) -> str:
    """What belongs to one printer alone: a component has several behind one address."""
    return entry.address if entry.component is None else f"{entry.address} {entry.component.printer}".strip()


def _check_twice(
    scanners: tuple[ScannerEntry, ...],
    scales: tuple[ScaleEntry, ...],
    printers: tuple[PrinterEntry, ...],
    places: TomlPlaces,
    faults: list[Fault],
) -> None:
    """Names and ports stand for one device each: two that share a port would each get half of everything."""
    seen_names: dict[str, str] = {}
    seen_ports: dict[str, str] = {}
    entries = [("scanner", number, entry.name, "port", entry.port) for number, entry in enumerate(scanners)]
    entries += [("scale", number, entry.name, "port", entry.port) for number, entry in enumerate(scales)]
    entries += [("printer", number, entry.name, "address", _one(entry)) for number, entry in enumerate(printers)]
    entries.sort(key=lambda entry: places.line_of(entry[0], entry[1]))
    for table, number, name, key, port in entries:
        if name and name in seen_names:
            line = places.line_of(table, number, "name")
            faults.append(Fault(line, f"{table}.name", f"{name!r} is taken by a {seen_names[name]}: choose another"))
        if port and port in seen_ports:
            line = places.line_of(table, number, key)
            faults.append(Fault(line, f"{table}.{key}", f"{port} belongs to {seen_ports[port]!r} already: correct one"))
        seen_names.setdefault(name, table)
        seen_ports.setdefault(port, name)
