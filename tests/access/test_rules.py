from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.access.model import Capability, Role
from wms.access.rules import (
    FRESH,
    LOCK,
    MOST_TRIES,
    PinState,
    after_wrong_pin,
    capabilities_of,
    clean_badge,
    faults_of_operator,
    faults_of_pin,
    is_locked,
    may,
    refusal_of,
)
from wms.kernel.refusal import Refusal

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_roles() -> None:
    assert capabilities_of(Role.PICKER) == {
        Capability.WORK_RECEIVING,
        Capability.WORK_PUTAWAY,
        Capability.WORK_PICKING,
    }
    assert capabilities_of(Role.PACKER) == {Capability.WORK_PACKING, Capability.WORK_DISPATCH}
    assert may(Role.SUPERVISOR, Capability.LIFT_HOLD)
    assert not may(Role.SUPERVISOR, Capability.MANAGE)
    assert not may(Role.SUPERVISOR, Capability.PUSH_RECEIPTS)
    assert may(Role.SUPERVISOR, Capability.MEND_DECLARATION)
    assert may(Role.SUPERVISOR, Capability.DECIDE_TRAINING)
    not_by_rank = {Capability.SEE_PERSONAL_DATA, Capability.PUSH_PAYMENTS, Capability.ATTEND_BENCH}
    assert capabilities_of(Role.ADMIN) == set(Capability) - not_by_rank
    assert capabilities_of(Role.BENCH) == {Capability.ATTEND_BENCH, Capability.PUSH_WEIGHTS}
    assert capabilities_of(Role.INTEGRATION) == {
        Capability.PUSH_ORDERS,
        Capability.PUSH_RECEIPTS,
        Capability.PUSH_WEIGHTS,
        Capability.PUSH_PAYMENTS,
    }
    assert capabilities_of(Role.DECLARANT) == {
        Capability.SEE_BOARD,
        Capability.LIFT_HOLD,
        Capability.MEND_DECLARATION,
        Capability.SEE_PERSONAL_DATA,
    }


def test_only_the_customs_clerk_sees_personal_data_and_only_programs_bring_slips() -> None:
    assert [role for role in Role if may(role, Capability.SEE_PERSONAL_DATA)] == [Role.DECLARANT]
    assert [role for role in Role if may(role, Capability.PUSH_PAYMENTS)] == [Role.INTEGRATION]


def test_every_role_has_its_capabilities_and_every_capability_a_role_besides_admin_or_manage() -> None:
    others = [capabilities_of(role) for role in Role if role is not Role.ADMIN]
    assert frozenset().union(*others) == set(Capability) - {Capability.MANAGE}


def test_five_wrong_pins_lock_for_five_minutes() -> None:
    state = FRESH
    for tries_left in (4, 3, 2, 1):
        state = after_wrong_pin(state, NOON)
        assert refusal_of(state, NOON) == Refusal("bad_pin", {"tries_left": tries_left})
        assert not is_locked(state, NOON)
    state = after_wrong_pin(state, NOON)
    assert state == PinState(MOST_TRIES, NOON + LOCK)
    assert refusal_of(state, NOON) == Refusal("locked_out", {"minutes": 5})


def test_the_minutes_we_say_are_enough() -> None:
    state = PinState(MOST_TRIES, NOON + LOCK)
    assert refusal_of(state, NOON + timedelta(seconds=1)).details == {"minutes": 5}
    assert refusal_of(state, NOON + LOCK - timedelta(seconds=1)).details == {"minutes": 1}
    assert is_locked(state, NOON + LOCK - timedelta(microseconds=1))
    assert not is_locked(state, NOON + LOCK)


def test_a_lock_that_has_ended_gives_all_tries_back() -> None:
    assert after_wrong_pin(PinState(MOST_TRIES, NOON - MINUTE), NOON) == PinState(1)


def test_a_locked_badge_takes_no_tries() -> None:
    with pytest.raises(AssertionError):
        after_wrong_pin(PinState(MOST_TRIES, NOON + MINUTE), NOON)


@given(st.lists(st.integers(min_value=0, max_value=120), max_size=60))
def test_never_more_than_five_tries_in_five_minutes(pauses: list[int]) -> None:
    """Whatever the rhythm of guessing: after every fifth guess that is looked at comes a pause of at least LOCK."""
    state, now, looked_at = FRESH, NOON, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        if not is_locked(state, now):
            state = after_wrong_pin(state, now)
            looked_at.append(now)
    for sixth in range(MOST_TRIES, len(looked_at), MOST_TRIES):
        assert looked_at[sixth] - looked_at[sixth - 1] >= LOCK


@pytest.mark.parametrize("text", ["EMP-7", " emp-7 ", "]C0EMP-7", "]c1emp-7\r"])
def test_a_badge_as_it_comes_from_a_scanner(text: str) -> None:
    assert clean_badge(text) == "EMP-7"


def test_what_a_new_operator_may_not_be() -> None:
    assert faults_of_operator("EMP-1", "Li Wei", Role.PICKER, "zh") == []
    wrong = faults_of_operator("LOC-1", " ", Role.INTEGRATION, "tlh")
    assert [fault.where for fault in wrong] == ["badge", "name", "role", "language"]


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "１２３４", "1234\n"])
def test_a_pin_is_four_to_six_digits_and_is_not_repeated(pin: str) -> None:
    (fault,) = faults_of_pin(pin)
    assert fault.where == "pin"
    assert not pin or pin not in fault.what


def test_right_pins() -> None:
    assert faults_of_pin("1234") == faults_of_pin("123456") == []
