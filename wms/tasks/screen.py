"""What a handheld should show, as values. Pure; `scanner_ui.presenter` turns it into words in the operator's language.

One generic screen serves every step of every workflow; a step fills the slots it needs.
"""

from dataclasses import dataclass

from wms.barcodes.model import CodeKind


@dataclass(frozen=True, slots=True)
class Expected:
    """The scan that a step hopes for: what it means, and the codes a scanner may send for it (first one preferred)."""

    kind: CodeKind
    value: object
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateSlot:
    """Why the customs gate is closed for one parcel, for the full-screen STOP."""

    parcel: str
    code: str
    since: str = ""
    said: str = ""
    cage: str = ""
    place: str = ""
    """Where the parcel stands, where nobody has it in his hands."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The slots of the generic screen. Empty means not shown."""

    document: str = ""
    """Order, notice, load: what this task is about."""
    line: int = 0
    lines: int = 0
    place: str = ""
    item: str = ""
    item_code: str = ""
    quantity: int = 0
    counted: int = 0
    pack_quantity: int = 0
    lot: str = ""
    expires_on: str = ""
    container: str = ""
    box: str = ""
    weight_grams: int = 0
    merchant: str = ""
    parcels: int = 0
    held: int = 0
    """Parcels that stay in a cage."""
    released: str = ""
    """Parcels in cages that may be fetched, in codes and numbers."""
    waits_for: str = ""
    """A word for what has to come before the task can go on, such as `exit_pass`."""
    gate: GateSlot | None = None
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of work on the home screen, with how much of it waits."""

    action: str
    workflow: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of the handheld. `kinds` are accepted in this order; `actions` are command cards such as `*SHORT*`."""

    workflow: str
    step: str
    kinds: tuple[CodeKind, ...]
    actions: tuple[str, ...]
    prompt: Prompt
    choices: tuple[Choice, ...] = ()
