"""What a code turned out to be: the thing, where it is, what it waits for, and its life. Values in codes, pure.

Made by `wms.office.look_up`, put into words by `scanner_ui.portraits`. A portrait is a look and no more: making one
changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wms.barcodes.model import CodeKind
from wms.kernel.refusal import Detail


@dataclass(frozen=True, slots=True)
class Line:
    """One fact. `tone` is empty, `go`, `look` or `stop`; `is_sentence` where the code is one of the scan door's."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)
    tone: str = ""
    is_sentence: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, and by whom (a badge)."""

    at: datetime
    line: Line
    who: str = ""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A thing as a person at the shelf wants to know it. The latest moment of its life comes first."""

    kind: CodeKind
    name: str
    what: str = ""
    """What it is called in words: a product's name, a person's."""
    facts: tuple[Line, ...] = ()
    where: tuple[Line, ...] = ()
    waits_for: tuple[Line, ...] = ()
    life: tuple[Moment, ...] = ()
