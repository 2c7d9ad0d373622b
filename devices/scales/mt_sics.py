"""MT-SICS, the command set of Mettler-Toledo and many others: `SI` asks, `S S     100.00 g` answers. Pure.

Level 0 and 1 only. The scale's own waiting command `S` is not used: it blocks the scale for its time-out, while `SI`
says at once what is going on and leaves the time limit with us.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from devices.scales.model import Answer, Said

_WEIGHT = re.compile(r"S ([SD]) +(-?\d+(?:\.\d+)?) +([A-Za-z]+)")
_WORDS = {
    "S I": Said.NOT_READY,
    "S +": Said.OVERLOAD,
    "S -": Said.UNDERLOAD,
    "Z A": Said.DONE,
    "Z I": Said.NOT_READY,
    "Z +": Said.OVERLOAD,
    "Z -": Said.UNDERLOAD,
    "T I": Said.NOT_READY,
    "T +": Said.OVERLOAD,
    "T -": Said.UNDERLOAD,
    "ES": Said.NOT_UNDERSTOOD,
    "ET": Said.NOT_UNDERSTOOD,
    "EL": Said.NOT_UNDERSTOOD,
}


@dataclass(frozen=True, slots=True)
class MtSics:
    """The protocol. It does not say whether a weight is net: `TA` would, and not every scale knows it."""

    ask: bytes = b"SI\r\n"
    zero: bytes = b"Z\r\n"
    tare: bytes = b"T\r\n"
    end: bytes = b"\r\n"

    def read(self, frame: bytes) -> Answer | None:
        try:
            text = frame.decode("ascii").strip()
        except UnicodeDecodeError:
            return None
        if weight := _WEIGHT.fullmatch(text):
            said = Said.STABLE if weight[1] == "S" else Said.MOVING
            return Answer(said, Decimal(weight[2]), weight[3])
        if text.startswith("T S "):
            return Answer(Said.DONE)
        word = _WORDS.get(" ".join(text.split()))
        return None if word is None else Answer(word)
