"""Leaves a carrier alone that does not answer: after some vain calls in a row nobody waits for it, until one tries.

Around the adapters of the worker, one state per account and process; made by `adapters`. Who is turned away here has
sent nothing, so he may come again, and the rules may choose another carrier meanwhile. Safe in threads.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from wms.carriers.model import (
    Amended,
    Answer,
    Capabilities,
    CarrierLabel,
    Found,
    Manifest,
    NotPriced,
    Quote,
    Rejected,
    ShipmentDraft,
    TooLate,
    TrackingEvent,
    Voided,
)
from wms.carriers.port import CarrierPort, InDoubt, LeftAlone, NotReached
from wms.kernel.clock import Clock

VAIN_CALLS = 5
"""In a row, before nobody is let through."""
REST = timedelta(seconds=30)
"""Then one may try; the others wait for what comes of it."""

T = TypeVar("T")


@dataclass(slots=True)
class Breaker:
    """The state of one account."""

    clock: Clock
    _vain: int = 0
    _rests_until: datetime | None = None
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def call(self, who: str, ask: Callable[[], T]) -> T:
        """What `ask` says. Raises LeftAlone without asking while the carrier is left alone."""
        with self._mutex:
            now = self.clock.now()
            if self._rests_until is not None and now < self._rests_until:
                seconds = max(1, round((self._rests_until - now).total_seconds()))
                what = f"{who} gave no answer {self._vain} times in a row; it is asked again in {seconds} s"
                raise LeftAlone(what, self._rests_until)
            if self._rests_until is not None:
                # This one tries; whoever comes before it is back is turned away as well.
                self._rests_until = now + REST
        try:
            said = ask()
        except (NotReached, InDoubt):
            with self._mutex:
                self._vain += 1
                if self._vain >= VAIN_CALLS:
                    self._rests_until = self.clock.now() + REST
            raise
        with self._mutex:
            self._vain, self._rests_until = 0, None
        return said


@dataclass(frozen=True, slots=True)
class Guarded:
    """An adapter behind its breaker. What needs no carrier goes past it."""

    adapter: CarrierPort
    breaker: Breaker
    who: str

    def capabilities(self) -> Capabilities:
        return self.adapter.capabilities()

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        return self.breaker.call(self.who, lambda: self.adapter.allocate(draft, key))

    def lookup(self, key: str) -> Found:
        return self.breaker.call(self.who, lambda: self.adapter.lookup(key))

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        return self.breaker.call(self.who, lambda: self.adapter.fetch_label(waybill_no))

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        return self.breaker.call(self.who, lambda: self.adapter.void(waybill_no, key, reason, carrier_ref=carrier_ref))

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        return self.breaker.call(self.who, lambda: self.adapter.amend(draft, waybill_no, key))

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        return self.breaker.call(self.who, lambda: self.adapter.track(waybill_nos))

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        return self.adapter.parse_push(headers, body)

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        return self.breaker.call(self.who, lambda: self.adapter.close_manifest(waybill_nos, key))

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        return self.breaker.call(self.who, lambda: self.adapter.rate(draft))
