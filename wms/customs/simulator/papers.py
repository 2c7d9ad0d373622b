"""The values the port works with: what was sent to it, field by field. Pure; called by everything behind `messages`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wms.customs.simulator.layouts import LAYOUTS, Kind

THREE_ORDERS = (Kind.ORDER, Kind.PAYMENT, Kind.WAYBILL)
SIGNED = (Kind.LIST, Kind.CANCEL, Kind.RETURN)
"""What must carry a signature."""

_KEYS: Mapping[Kind, tuple[str, str]] = {
    Kind.ORDER: ("ebpCode", "orderNo"),
    Kind.PAYMENT: ("payCode", "payTransactionId"),
    Kind.WAYBILL: ("logisticsCode", "logisticsNo"),
    Kind.SIGNED_FOR: ("logisticsCode", "logisticsNo"),
    Kind.LIST: ("agentCode", "copNo"),
    Kind.CANCEL: ("agentCode", "copNo"),
    Kind.RETURN: ("agentCode", "copNo"),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """Elements by name, as sent. What is absent reads as empty."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def number(self, name: str) -> Decimal:
        """A number whose form was checked on taking it; an absent one counts as nothing."""
        return Decimal(self.values.get(name) or "0")


@dataclass(frozen=True, slots=True)
class Paper:
    """One document."""

    kind: Kind
    head: Fields
    lines: Sequence[Fields] = ()

    @property
    def key(self) -> str:
        """What customs knows it by; the guid is only the sender's."""
        first, second = _KEYS[self.kind]
        return f"{self.head.text(first)}|{self.head.text(second)}"

    @property
    def order_key(self) -> str:
        """The order it belongs to, by the number the platform gave it. A waybill does not name the platform."""
        return self.head.text("orderNo")

    @property
    def guid(self) -> str:
        return self.head.text("guid")

    @property
    def app_type(self) -> str:
        return self.head.text("appType")

    @property
    def app_time(self) -> str:
        return self.head.text("appTime")

    def path(self, name: str) -> str:
        """Where a field of the head stands, as receipts name it."""
        return f"{LAYOUTS[self.kind].head}.{name}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answers to a message go."""

    receiver: str
    """DXP client, or empty where there is only one way back: the folder it came from."""
    enveloped: bool = False
    """Whether it came inside a DxpMsg; then its answers do as well."""


@dataclass(frozen=True, slots=True)
class PassRequest:
    """What is asked at the gate of the zone: these parcels, on one load."""

    id: str
    parcels: Sequence[tuple[str, str]]
    """Waybill and list number of each."""


@dataclass(frozen=True, slots=True)
class PassWithdrawal:
    """A pass that is not wanted any more."""

    id: str
