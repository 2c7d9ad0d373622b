"""Customs regimes a warehouse may be under, and what each asks of those who pack. Pure.

Called by `service`, which takes no other, by `lookup`, and by whoever asks what a regime wants. What a regime's
messages look like is `wms.customs.regimes`.
"""

from enum import StrEnum


class CustomsRegime(StrEnum):
    """What a warehouse's goods need before they leave."""

    NONE = "none"
    CHINA = "china"
    """Bonded: each order is declared, and released, by itself."""

    @property
    def needs_release(self) -> bool:
        """Whether goods are declared, and leave only once customs have let them go."""
        return self is not CustomsRegime.NONE

    @property
    def has_one_parcel_per_order(self) -> bool:
        """Whether an order must leave in one parcel: China's list names one order, one waybill and one piece."""
        return self is CustomsRegime.CHINA
