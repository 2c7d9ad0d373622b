"""Values of the stock ledger: transfers, holds, balances, and the effects that ask for them. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect
from wms.kernel.identity import NIL


class Reason(StrEnum):
    """Why a transfer was made."""

    RECEIVED = "received"
    PUT_AWAY = "put_away"
    PICKED = "picked"
    PACKED = "packed"
    STAGED = "staged"
    """Put on a dispatch lane or into a hold cage."""
    SHIPPED = "shipped"
    MOVED = "moved"
    SHORT = "short"
    """Written down because a picker did not find it."""
    FOUND = "found"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, order=True)
class BalanceKey:
    """Where units of a SKU can be counted; the order is the locking order."""

    sku_id: int
    place_id: int
    lot_id: UUID = NIL
    container_id: UUID = NIL


@dataclass(frozen=True, slots=True)
class Balance:
    """Units at one key. For real places the database itself keeps on_hand >= held >= 0."""

    key: BalanceKey
    on_hand: int
    held: int
    is_virtual: bool

    @property
    def free(self) -> int:
        return self.on_hand - self.held


@dataclass(frozen=True, slots=True)
class Transfer:
    """`quantity` units of one SKU and lot from one place (and container) to another.

    `settles` names the hold these units were held by; `restores` is its reverse: the units arrive held again.
    """

    sku_id: int
    quantity: int
    from_place_id: int
    to_place_id: int
    reason: Reason
    lot_id: UUID = NIL
    from_container_id: UUID = NIL
    to_container_id: UUID = NIL
    document: UUID | None = None
    """The order, notice or load this was done for."""
    settles: UUID | None = None
    restores: UUID | None = None

    @property
    def source(self) -> BalanceKey:
        return BalanceKey(self.sku_id, self.from_place_id, self.lot_id, self.from_container_id)

    @property
    def target(self) -> BalanceKey:
        return BalanceKey(self.sku_id, self.to_place_id, self.lot_id, self.to_container_id)

    def reversed(self) -> "Transfer":
        """The counter-transfer: how a mistake is corrected."""
        return Transfer(
            sku_id=self.sku_id,
            quantity=self.quantity,
            from_place_id=self.to_place_id,
            to_place_id=self.from_place_id,
            reason=Reason.UNDONE,
            lot_id=self.lot_id,
            from_container_id=self.to_container_id,
            to_container_id=self.from_container_id,
            document=self.document,
            settles=self.restores,
            restores=self.settles,
        )


@dataclass(frozen=True, slots=True)
class Hold:
    """Units promised to a document (an order line) at one key."""

    id: UUID
    key: BalanceKey
    quantity: int
    document: UUID
    line_no: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch of a SKU; `expires_on` None where the SKU has no expiry."""

    id: UUID
    code: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Move(Effect):
    """Post one transfer."""

    transfer: Transfer

    def inverse(self) -> "Move":
        return Move(self.transfer.reversed())


def moves_of(
    contents: tuple["Balance", ...], to_place_id: int, reason: Reason, document: UUID, *, loose: bool = False
) -> list[Move]:
    """Move everything in a container, in its container, or out of it (`loose`) when it leaves for the customer."""
    return [
        Move(
            Transfer(
                sku_id=balance.key.sku_id,
                quantity=balance.on_hand,
                from_place_id=balance.key.place_id,
                to_place_id=to_place_id,
                reason=reason,
                lot_id=balance.key.lot_id,
                from_container_id=balance.key.container_id,
                to_container_id=NIL if loose else balance.key.container_id,
                document=document,
            )
        )
        for balance in contents
    ]


@dataclass(frozen=True, slots=True)
class PlaceHold(Effect):
    """Hold units for a document."""

    hold: Hold

    def inverse(self) -> "VoidHold":
        return VoidHold(self.hold.id)


@dataclass(frozen=True, slots=True)
class VoidHold(Effect):
    """Give the rest of a hold back. Cannot be undone: somebody else may have taken the units."""

    hold_id: UUID


@dataclass(frozen=True, slots=True)
class RegisterLot(Effect):
    """Make a batch known. Refused `lot_expiry_differs` when it is known with another date."""

    lot_id: UUID
    sku_id: int
    code: str
    expires_on: date | None

    def inverse(self) -> "KeepLot":
        return KeepLot(self.lot_id)


@dataclass(frozen=True, slots=True)
class KeepLot(Effect):
    """Taking a registration back changes nothing: others may have received the same batch by now."""

    lot_id: UUID

    def inverse(self) -> "KeepLot":
        return self
