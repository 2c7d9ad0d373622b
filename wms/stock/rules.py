"""May these transfers be posted? Ordered checks, one name per failure. Pure; called by `wms.stock.service` alone.

Transfer rules follow double-entry practice: one debit and one credit place, equal units, no negative real balance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from wms.kernel.identity import NIL
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal
from wms.places.model import VIRTUAL_KINDS, PlaceKind
from wms.stock.model import Balance, BalanceKey, Transfer


@dataclass(frozen=True, slots=True)
class Change:
    """What a set of transfers adds to one balance."""

    on_hand: int
    held: int


def changes_of(transfers: Sequence[Transfer]) -> dict[BalanceKey, Change]:
    """The net change per balance, in locking order."""
    changes: dict[BalanceKey, Change] = {}

    def add(key: BalanceKey, on_hand: int, held: int) -> None:
        before = changes.get(key, Change(0, 0))
        changes[key] = Change(before.on_hand + on_hand, before.held + held)

    for transfer in transfers:
        add(transfer.source, -transfer.quantity, -transfer.quantity if transfer.settles else 0)
        add(transfer.target, transfer.quantity, transfer.quantity if transfer.restores else 0)
    return dict(sorted(changes.items()))


def malformed(transfers: Sequence[Transfer]) -> None:
    """Assert what no workflow may ever ask for; a violation is our bug."""
    for transfer in transfers:
        assert 0 < transfer.quantity <= MAX_QUANTITY, f"quantity {transfer.quantity}"
        assert transfer.source != transfer.target, f"from and to are the same: {transfer}"
        assert not (transfer.settles and transfer.restores), f"settles and restores: {transfer}"


def only_real_places_hold(keys: Iterable[BalanceKey], kinds: Mapping[int, PlaceKind]) -> None:
    """Assert that nothing is promised at a place that stands for the world; a violation is our bug."""
    for key in keys:
        assert kinds[key.place_id] not in VIRTUAL_KINDS, f"a hold at a virtual place: {key}"


def insufficient(
    changes: Mapping[BalanceKey, Change], balances: Mapping[BalanceKey, Balance], kinds: Mapping[int, PlaceKind]
) -> Refusal | None:
    """Refuses `hold_gone` and `not_enough_stock` where a real balance would fall below what is held, or below zero."""
    for key, change in changes.items():
        if kinds[key.place_id] in VIRTUAL_KINDS:
            continue
        balance = balances.get(key)
        on_hand, held = (balance.on_hand, balance.held) if balance else (0, 0)
        if held + change.held < 0:
            return hold_gone(key, held, -change.held)
        if on_hand + change.on_hand < held + change.held:
            # What leaves beyond its own hold, or what is newly promised, has to be free.
            wanted = max(change.held - change.on_hand, 0)
            return Refusal(
                "not_enough_stock",
                {
                    "sku": key.sku_id,
                    "place": key.place_id,
                    "on_hand": on_hand,
                    "free": on_hand - held,
                    "wanted": wanted,
                },
            )
    return None


def hold_gone(key: BalanceKey, held: int, wanted: int) -> Refusal:
    """Somebody gave the hold back (an order was cancelled) while a picker was on his way."""
    return Refusal("hold_gone", {"sku": key.sku_id, "place": key.place_id, "held": held, "wanted": wanted})


GATED_KINDS = frozenset({PlaceKind.LANE, PlaceKind.CUSTOMER})
"""Places a container reaches only with its release."""


def gated_containers(transfers: Sequence[Transfer], kinds: Mapping[int, PlaceKind]) -> frozenset[UUID]:
    """The containers that come onto a lane or leave the building with these transfers; each needs a release.

    Loose goods never do: `NIL` is in the answer then, and nothing releases it.
    """
    return frozenset(
        transfer.from_container_id
        for transfer in transfers
        if kinds[transfer.to_place_id] in GATED_KINDS and kinds[transfer.from_place_id] is not PlaceKind.CUSTOMER
    )


def unreleased(gated: frozenset[UUID], refusals: Mapping[UUID, Refusal]) -> Refusal | None:
    """The second of the two locks on the door: refuses the whole posting when one container may not go there."""
    if NIL in gated:
        return Refusal("loose_goods_cannot_leave")
    for container_id in sorted(gated):
        refusal = refusals.get(container_id)
        if refusal is not None:
            return refusal
    return None
