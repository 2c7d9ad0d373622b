"""That a closed parcel was opened again: when, by whom, why. Pure.

Made by `lookup` with a parcel that is void; the effect that makes one so is `model.VoidParcel`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VoidReason(StrEnum):
    """Why a closed parcel is opened again."""

    WRONG_ITEM = "wrong_item"
    WRONG_BOX = "wrong_box"
    DAMAGED = "damaged"
    NOT_WANTED = "not_wanted"
    """The order was cancelled, or is to be changed."""


@dataclass(frozen=True, slots=True)
class Void:
    """How a parcel ended on the bench. Its numbers are never given to another one."""

    at: datetime
    by: str
    """The name of whoever opened it."""
    passed_by: str
    """Badge of the supervisor who allowed it; empty where the packer might."""
    reason: VoidReason
    container: str
    """Where its goods were put."""
