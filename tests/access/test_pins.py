import threading

import pytest
from argon2 import PasswordHasher

from wms.access import pins as room
from wms.access.pins import Pins
from wms.kernel.errors import BadInput, Busy


def test_right_and_wrong(pins: Pins) -> None:
    pin_hash = pins.hash("1234")
    assert pins.is_right(pin_hash, "1234")
    assert not pins.is_right(pin_hash, "1235")
    assert not pins.is_right(None, "1234")
    assert "1234" not in pin_hash


def test_the_shipped_cost() -> None:
    assert Pins().hash("1234").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_bad_new_pin_is_refused(pins: Pins) -> None:
    with pytest.raises(BadInput, match="pin: must be 4 to 6 digits"):
        pins.hash("12")


class _Slow(PasswordHasher):
    """A real hasher that says when it is entered and waits to be let go."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.entered.release()
        self.let_go.wait(30)
        return super().verify(hash, password)


def test_an_unknown_badge_does_the_same_work() -> None:
    hasher = _Slow()
    hasher.let_go.set()
    pins = Pins(hasher)
    pins.is_right(None, "1234")
    assert hasher.entered.acquire(blocking=False)


def test_only_a_few_at_once_and_the_rest_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WAIT_SECONDS", 0)
    hasher = _Slow()
    pins = Pins(hasher)
    threads = [threading.Thread(target=pins.is_right, args=(None, "1234")) for _ in range(room.AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert hasher.entered.acquire(timeout=30)
    with pytest.raises(Busy):
        pins.is_right(None, "1234")
    hasher.let_go.set()
    for thread in threads:
        thread.join()
    assert not pins.is_right(None, "1234")
