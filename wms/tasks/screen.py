"""What a handheld should show, as values. Pure; `scanner_ui.presenter` turns it into words in the operator's language.

One generic screen serves every step of every workflow; a step fills the slots it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wms.barcodes.model import CodeKind

HOME = "home"
HOME_STEP = "scan_anything"

HOME_KINDS = (
    CodeKind.COMMAND,
    CodeKind.NOTICE,
    CodeKind.LOAD,
    CodeKind.PARCEL,
    CodeKind.CONTAINER,
    CodeKind.PLACE,
    CodeKind.ITEM,
    CodeKind.BOX,
    CodeKind.ORDER,
)
"""Everything a scan outside a task may mean; the thing scanned decides which work begins."""

STANDS_FOR = "\ufffc"
"""In the path ahead, the code of a thing of which any will do: the handheld puts the scanned one in its place."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The scan that a step hopes for: what it means, and the codes a scanner may send for it (first one preferred).

    `prefixes` instead of `codes` where any thing of a kind will do, such as an empty tote; `value` then has STANDS_FOR
    for its code.
    """

    kind: CodeKind
    value: object
    codes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


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
class CartSlot:
    """One tote on a cart: where it stands, and how much of the present product goes into it."""

    position: int
    units: int = 0
    is_next: bool = False


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
    picture: str = ""
    """Name of the file that shows the item."""
    quantity: int = 0
    counted: int = 0
    pack_quantity: int = 0
    altogether: int = 0
    """Units to take here for all totes of a cart, where these are more than those of the present one."""
    to_put: int = 0
    """Units in the hand that go there now; they are counted already."""
    slots: tuple[CartSlot, ...] = ()
    """The totes of a cart, as they stand on it."""
    lot: str = ""
    expires_on: str = ""
    container: str = ""
    box: str = ""
    parcel_number: int = 0
    """Which parcel of its order, where it goes into several; 0 while it may be the only one."""
    weight_grams: int = 0
    weight_from: int = 0
    weight_to: int = 0
    """The weights at which nobody is asked."""
    note: str = ""
    """What the platform says about packing."""
    needs: str = ""
    """What still has to go into the parcel besides the goods."""
    label_position: str = ""
    hides_prices: bool = False
    """Nothing in the parcel may say what it cost."""
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


def best_pack(packs: Sequence[int], units: int) -> int:
    """The largest pack that fits into so many units; 0 where they are counted one by one."""
    return max((pack for pack in packs if pack <= units), default=0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of work on the home screen, with how much of it waits."""

    action: str
    workflow: str
    waiting: int


@dataclass(frozen=True, slots=True)
class NextJob:
    """What the card NEXT opens, for the first button of the home screen."""

    workflow: str
    document: str
    line: int = 0
    lines: int = 0
    place: str = ""
    item: str = ""
    container: str = ""
    due_at: datetime | None = None
    is_mine: bool = False
    """He has begun it and goes on with it."""
    task_id: UUID | None = None
    """Where it is open already, also where it was only laid ready for him."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of the handheld. `kinds` are accepted in this order; `actions` are command cards such as `*SHORT*`."""

    workflow: str
    step: str
    kinds: tuple[CodeKind, ...]
    actions: tuple[str, ...]
    prompt: Prompt
    choices: tuple[Choice, ...] = ()
    next_job: NextJob | None = None
    needs_server: bool = False
    """What the next scan leads to is known to the server alone, or cannot be taken back."""


AT_HOME = Screen(HOME, HOME_STEP, HOME_KINDS, (), Prompt(), needs_server=True)
"""Home as far as it is known without looking what waits."""
