"""What devices.toml says, as values. Made by `devices.configuration_file` only, so whatever is here is right."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.printers.cainiao import CAINIAO_MEDIA_TYPES, Component
from devices.printers.ipp import IPP_MEDIA_TYPES
from devices.printers.talk import LabelLanguage
from devices.printers.tspl import Tspl
from devices.printers.zpl import COUNTER, Zpl
from devices.scales.continuous import Continuous
from devices.scales.model import ScaleProtocol
from devices.scales.mt_sics import MtSics
from devices.scales.toledo_8217 import STATUS_BITS, Toledo8217
from devices.scales.weighing import WeighingRules
from devices.scanners.framing import ScannerFraming
from devices.server import ServerAddress
from devices.wire import SerialSettings


class ScaleFamily(StrEnum):
    """The scale protocols."""

    MT_SICS = "mt-sics"
    TOLEDO_8217 = "toledo-8217"
    CONTINUOUS = "continuous"


class PrinterLanguage(StrEnum):
    """The ways to print."""

    ZPL = "zpl"
    TSPL = "tspl"
    IPP = "ipp"
    CAINIAO = "cainiao"
    """Not a language: the component of that platform, which prints what only it can read."""


@dataclass(frozen=True, slots=True)
class ScannerEntry:
    """One `[[scanner]]`."""

    name: str
    port: str
    serial: SerialSettings
    framing: ScannerFraming


@dataclass(frozen=True, slots=True)
class ScaleEntry:
    """One `[[scale]]`."""

    name: str
    port: str
    serial: SerialSettings
    family: ScaleFamily
    rules: WeighingRules
    unit: str = ""
    pattern: re.Pattern[str] | None = None
    ask: str = ""
    end: str = "\r\n"
    status_bits: tuple[str, ...] = STATUS_BITS

    @property
    def protocol(self) -> ScaleProtocol:
        if self.family is ScaleFamily.MT_SICS:
            return MtSics()
        if self.family is ScaleFamily.TOLEDO_8217:
            return Toledo8217(self.unit or "kg", self.status_bits)
        assert self.pattern is not None
        return Continuous(self.pattern, self.unit, self.ask.encode(), end=self.end.encode())


@dataclass(frozen=True, slots=True)
class PrinterEntry:
    """One `[[printer]]`. `counter` is a name for ZPL; TSPL has a question and a pattern instead."""

    name: str
    language: PrinterLanguage
    address: str
    serial: SerialSettings
    has_status: bool = True
    has_error_report: bool = True
    counter: str = COUNTER
    counter_question: str = ""
    counter_pattern: re.Pattern[bytes] | None = None
    dots_per_inch: int = 203
    """What labels have to be made for; nothing a printer could be asked."""
    component: Component | None = None
    """Of a platform's component: where it is, and which of its printers is meant."""

    @property
    def media_types(self) -> frozenset[str]:
        if self.language is PrinterLanguage.IPP:
            return IPP_MEDIA_TYPES
        if self.language is PrinterLanguage.CAINIAO:
            return CAINIAO_MEDIA_TYPES
        return frozenset(
            {"application/vnd.zebra-zpl" if self.language is PrinterLanguage.ZPL else "application/vnd.tspl"}
        )

    @property
    def speaks(self) -> LabelLanguage:
        assert self.language in {PrinterLanguage.ZPL, PrinterLanguage.TSPL}
        if self.language is PrinterLanguage.ZPL:
            return Zpl(self.counter, self.has_error_report)
        return Tspl(self.counter_question.encode(), self.counter_pattern)


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of devices.toml."""

    bench: str
    server: ServerAddress
    state_folder: Path
    scanners: tuple[ScannerEntry, ...] = ()
    scales: tuple[ScaleEntry, ...] = ()
    printers: tuple[PrinterEntry, ...] = ()
