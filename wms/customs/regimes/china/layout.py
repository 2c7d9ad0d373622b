"""How each document is nested and named in its message.

Called by `writer` and `document_reader`, which so cannot disagree. Pure. Order, names and types of the fields are those
of the dataclasses in `documents`; this adds only the elements around them.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_type_hints

from wms.customs.regimes.china.documents import (
    KIND_OF,
    Cancellation,
    Document,
    Inventory,
    InventoryHead,
    InventoryLine,
    MessageKind,
    Order,
    OrderHead,
    OrderLine,
    Payment,
    Refund,
    RefundHead,
    RefundLine,
    SignedFor,
    Waybill,
)


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One field: its element, the type of its value, and whether it may be absent."""

    name: str
    type: type[str] | type[int] | type[Decimal]
    optional: bool


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One element that holds fields: a head or a line."""

    name: str
    made: type[Any]
    """The dataclass of its fields."""
    fields: tuple[FieldLayout, ...]


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """One document: `node` holds `head` and the lines; where `head` has the node's own name, they are one element."""

    kind: MessageKind
    document: type[Any]
    node: str
    head: PartLayout
    line: PartLayout | None

    @property
    def flat(self) -> bool:
        """Whether the fields stand directly in the node."""
        return self.head.name == self.node


def _part(name: str, made: type[Any]) -> PartLayout:
    hints = get_type_hints(made)
    return PartLayout(name, made, tuple(_field(one.name, hints[one.name], one.default) for one in fields(made)))


def _field(name: str, hint: Any, default: object) -> FieldLayout:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] if isinstance(hint, UnionType) else [hint]
    (kind,) = kinds
    assert kind in {str, int, Decimal}, f"{name}: {hint}"
    return FieldLayout(name, kind, optional=default is not MISSING)


def _layout(document: type[Document], node: str, head: PartLayout, line: PartLayout | None = None) -> DocumentLayout:
    return DocumentLayout(KIND_OF[document], document, node, head, line)


LAYOUTS: Mapping[MessageKind, DocumentLayout] = {
    layout.kind: layout
    for layout in (
        _layout(Order, "Order", _part("OrderHead", OrderHead), _part("OrderList", OrderLine)),
        _layout(Payment, "Payment", _part("PaymentHead", Payment)),
        _layout(Waybill, "Logistics", _part("LogisticsHead", Waybill)),
        _layout(SignedFor, "LogisticsStatus", _part("LogisticsStatus", SignedFor)),
        _layout(Inventory, "Inventory", _part("InventoryHead", InventoryHead), _part("InventoryList", InventoryLine)),
        _layout(Cancellation, "InvtCancel", _part("InvtCancel", Cancellation)),
        _layout(Refund, "InvtRefund", _part("InvtRefundHead", RefundHead), _part("InvtRefundList", RefundLine)),
    )
}
