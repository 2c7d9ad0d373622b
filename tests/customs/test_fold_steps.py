"""The fold step by step: the same computation as the state, every receipt once, each step where the last one ended."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from wms.customs.fold import fold, fold_steps
from wms.customs.folded import Attempt, Cancellation, FoldEffect, FoldStep
from wms.customs.model import DeclarationState, HoldKind, MessageType, ReceiptEntry

LIST = MessageType.LIST_RECEIPT


def said(status: str, second: int, kind: MessageType = LIST, **changed: str) -> ReceiptEntry:
    keys = {"agent_code": "AGENT", "cop_no": "COP", "return_info": f"{status} at {second}"} | changed
    return ReceiptEntry(kind, status, f"202611051025{second:02d}000", **keys)


def told(*entries: ReceiptEntry, attempt: Attempt | None = None, **more: Cancellation) -> list[tuple[str, str]]:
    """(effect, status) of each step that a receipt made."""
    steps = fold_steps(entries, attempt or Attempt(), sent=True, cancellations=list(more.values()))
    return [(step.effect.value, step.entry.return_status) for step in steps if step.entry is not None]


entries = st.builds(
    said,
    st.sampled_from(["1", "2", "4", "-1", "120", "300", "399", "500", "501", "700", "100", "800", "899", "0800", "18"]),
    st.integers(0, 5),
    st.sampled_from(list(MessageType)),
    pre_no=st.sampled_from(["B1", "B2"]),
    invt_no=st.sampled_from(["I1", "I2"]),
    customs_code=st.sampled_from(["9999", "8888"]),
)
attempts = st.sampled_from([Attempt(), Attempt(2, "20261105102503000", frozenset({"B1"}))])
applications = st.sampled_from([(), (Cancellation("COP", "I1", "20261105102502000"),)])


@given(st.lists(entries, max_size=8), attempts, applications, st.booleans())
def test_every_receipt_is_in_it_once_and_the_last_step_is_the_state(
    received: list[ReceiptEntry], attempt: Attempt, asked: tuple[Cancellation, ...], sent: bool
) -> None:
    steps = list(fold_steps(received, attempt, sent=sent, cancellations=asked))
    assert steps[-1].after == fold(received, attempt, sent=sent, cancellations=asked)
    assert steps[0].effect is FoldEffect.BEGINS
    assert steps[-1].effect is FoldEffect.CONCLUDES
    shown = [step.entry.fingerprint for step in steps if step.entry is not None]
    assert sorted(shown) == sorted(entry.fingerprint for entry in received)
    for step, following in itertools.pairwise(steps):
        assert following.before == step.after
    changing = {
        step.effect for step in steps if (step.before.state, step.before.holds) != (step.after.state, step.after.holds)
    }
    assert changing <= {
        FoldEffect.STATES, FoldEffect.CONFLICTS, FoldEffect.UNKNOWN_CODE, FoldEffect.CANCELS, FoldEffect.CANCEL_PENDING,
    }  # fmt: skip


def test_a_release_after_an_inspection_says_what_each_receipt_did() -> None:
    assert told(said("2", 1), said("120", 2), said("500", 3), said("120", 4), said("800", 5), said("100", 6)) == [
        ("logged_only", "2"),
        ("states", "120"),
        ("states", "500"),
        ("stays", "120"),
        ("states", "800"),
        ("conflicts", "100"),
    ]


def test_why_a_receipt_did_nothing() -> None:
    again = Attempt(2, "20261105102505000", frozenset({"B1"}))
    order = said("120", 7, MessageType.ORDER_RECEIPT, order_no="O", ebp_code="E")
    other_number = said("800", 8, customs_code="9999")
    found = told(said("100", 1), said("800", 6, pre_no="B1"), order, other_number, said("800", 8), attempt=again)
    assert sorted(found) == [
        ("duplicate", "800"),
        ("earlier_attempt", "100"),
        ("earlier_attempt", "800"),
        ("informs", "120"),
        ("states", "800"),
    ]


def test_holds_are_set_where_the_steps_say_so() -> None:
    asked = Cancellation("COP", "I1", "20261105102502000")
    steps = list(fold_steps([said("800", 1), said("0800", 2)], Attempt(), sent=True, cancellations=[asked]))
    setting = [step for step in steps if step.before.holds != step.after.holds]
    assert [(step.effect, _new_hold(step)) for step in setting] == [
        (FoldEffect.UNKNOWN_CODE, HoldKind.UNKNOWN_STATUS),
        (FoldEffect.CANCEL_PENDING, HoldKind.CANCEL_PENDING),
    ]


def test_a_cancellation_that_is_granted_and_one_that_is_refused() -> None:
    asked = Cancellation("COP", "I1", "20261105102502000")
    granted = said("399", 4, MessageType.CANCEL_RECEIPT, invt_no="I1")
    refused = said("100", 3, MessageType.CANCEL_RECEIPT, invt_no="I1")
    assert told(said("800", 1), granted, refused, one=asked) == [
        ("states", "800"),
        ("cancel_refused", "100"),
        ("cancels", "399"),
    ]
    *_, last = fold_steps([said("800", 1), granted], Attempt(), sent=True, cancellations=[asked])
    assert last.after.state is DeclarationState.CANCELLED


def _new_hold(step: FoldStep) -> HoldKind:
    (hold,) = step.after.holds - step.before.holds
    return hold.kind
