from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from wms.access import callers as room
from wms.access.callers import REMEMBERED, CallerMemory, KnownCaller
from wms.access.model import Caller, Role
from wms.access.tokens import TokenKey, TokenKind

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LI, CHEN = UUID(int=1), UUID(int=2)


def key(name: str) -> TokenKey:
    return TokenKey(TokenKind.SESSION, 1, name)


def known(operator_id: UUID = LI, expires_at: datetime | None = None) -> KnownCaller:
    return KnownCaller(Caller(1, Role.PICKER, "EMP-1", "Li", operator_id), expires_at, "page")


def memory_with(*entries: tuple[str, KnownCaller]) -> CallerMemory:
    memory = CallerMemory()
    for name, entry in entries:
        memory.remember(key(name), entry, now=NOON, generation=memory.generation)
    return memory


def test_remembered_for_a_few_seconds() -> None:
    memory = memory_with(("a", known()))
    assert memory.find(key("a"), NOON) == known()
    assert memory.find(key("a"), NOON + REMEMBERED - timedelta(microseconds=1)) == known()
    assert memory.find(key("a"), NOON + REMEMBERED) is None
    assert memory.find(key("b"), NOON) is None


def test_not_longer_than_the_session_lasts() -> None:
    memory = memory_with(("a", known(expires_at=NOON + timedelta(seconds=1))))
    assert memory.find(key("a"), NOON) is not None
    assert memory.find(key("a"), NOON + timedelta(seconds=1)) is None


def test_a_clock_that_is_set_back_keeps_nothing_alive() -> None:
    assert memory_with(("a", known())).find(key("a"), NOON - timedelta(seconds=1)) is None


def test_forgotten_at_once() -> None:
    memory = memory_with(("a", known(LI)), ("b", known(LI)), ("c", known(CHEN)))
    memory.forget(key("a"))
    assert memory.find(key("a"), NOON) is None
    memory.forget_operator(LI)
    assert memory.find(key("b"), NOON) is None
    assert memory.find(key("c"), NOON) is not None


@pytest.mark.parametrize("forget", [lambda m: m.forget(key("a")), lambda m: m.forget_operator(LI)])
def test_an_answer_older_than_the_sign_out_is_not_put_back(forget: object) -> None:
    assert callable(forget)
    memory = CallerMemory()
    before = memory.generation
    forget(memory)
    memory.remember(key("a"), known(), now=NOON, generation=before)
    assert memory.find(key("a"), NOON) is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_REMEMBERED", 3)
    memory = memory_with(*((str(number), known()) for number in range(10)))
    assert sum(memory.find(key(str(number)), NOON) is not None for number in range(10)) <= 3
    assert memory.find(key("9"), NOON) is not None
