import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.customs.fold import fold, fold_document
from wms.customs.folded import Anomaly, Attempt, Cancellation, Folded
from wms.customs.model import (
    ADVERSE_STATES,
    OPENING_STATES,
    DeclarationState,
    DocumentKind,
    DocumentState,
    HoldKind,
    MessageType,
    ReceiptEntry,
)

ACCEPTED, CLOSED, RELEASED = DeclarationState.ACCEPTED, DeclarationState.CLOSED, DeclarationState.RELEASED
DETAINED, INSPECTION = DeclarationState.DETAINED, DeclarationState.UNDER_INSPECTION
PENDING, SUBMITTED = DeclarationState.PENDING, DeclarationState.SUBMITTED
REJECTED, RETURNED, CANCELLED = DeclarationState.REJECTED, DeclarationState.RETURNED, DeclarationState.CANCELLED

FIRST = Attempt()


def said(status: str, second: int, kind: MessageType = MessageType.LIST_RECEIPT, **changed: str) -> ReceiptEntry:
    keys = {"agent_code": "AGENT", "cop_no": "COP", "return_info": f"{status} at {second}"} | changed
    return ReceiptEntry(kind, status, f"202611051025{second:02d}000", **keys)


def listed(*decisions: tuple[str, int]) -> Folded:
    return fold([said(status, second) for status, second in decisions], FIRST, sent=True)


class TestElectronicPort:
    def test_nothing_sent(self) -> None:
        assert fold([], FIRST, sent=False).state is PENDING

    def test_sent_and_silent(self) -> None:
        assert fold([], FIRST, sent=True).state is SUBMITTED

    @pytest.mark.parametrize(
        ("decisions", "state"),
        [
            ([("1", 1)], PENDING),
            ([("1", 1), ("2", 2)], SUBMITTED),
            ([("2", 1), ("3", 2)], SUBMITTED),
            ([("2", 1), ("4", 2)], REJECTED),
            ([("4", 1), ("2", 2)], SUBMITTED),
            ([("2", 1), ("-621001", 2)], REJECTED),
            ([("2", 1), ("4", 1)], REJECTED),
            ([("2", 1), ("-1", 1)], REJECTED),
        ],
    )
    def test_latest_counts_and_a_failure_wins_a_tie(
        self, decisions: list[tuple[str, int]], state: DeclarationState
    ) -> None:
        assert listed(*decisions).state is state

    def test_format_failure_of_the_whole_message(self) -> None:
        failure = said("-1", 2, MessageType.FORMAT_FAILURE, original_message_id="M")
        assert fold([said("2", 1), failure], FIRST, sent=True).state is REJECTED

    @pytest.mark.parametrize("status", ["1", "2", "3", "4", "-621004"])
    def test_only_logged_once_customs_spoke(self, status: str) -> None:
        assert listed(("800", 1), (status, 59)).state is RELEASED
        assert listed(("120", 1), (status, 59)).state is ACCEPTED


class TestCustomsDecisions:
    @pytest.mark.parametrize(
        ("decisions", "state"),
        [
            ([("120", 1)], ACCEPTED),
            ([("120", 1), ("300", 2), ("399", 3)], ACCEPTED),
            ([("120", 1), ("800", 2)], RELEASED),
            ([("800", 2), ("120", 3)], RELEASED),
            ([("800", 1), ("899", 2)], CLOSED),
            ([("899", 1), ("800", 2)], CLOSED),
            ([("120", 1), ("500", 2)], INSPECTION),
            ([("500", 1), ("120", 2)], INSPECTION),
            ([("500", 1), ("800", 2)], RELEASED),
            ([("500", 1), ("100", 2)], REJECTED),
            ([("800", 1), ("500", 2)], INSPECTION),
            ([("899", 1), ("500", 2)], INSPECTION),
            ([("800", 1), ("502", 2)], DETAINED),
            ([("501", 1), ("500", 2)], DETAINED),
            ([("503", 1), ("800", 2)], RELEASED),
            ([("599", 1), ("120", 2)], DETAINED),
            ([("100", 1)], REJECTED),
            ([("100", 1), ("120", 2)], ACCEPTED),
            ([("100", 1), ("800", 2)], RELEASED),
            ([("700", 1), ("100", 2)], RETURNED),
            ([("700", 1), ("500", 2)], RETURNED),
            ([("700", 1), ("501", 2)], RETURNED),
            ([("700", 1), ("120", 2)], RETURNED),
            ([("800", 1), ("700", 2)], RETURNED),
        ],
    )
    def test_applied_in_the_order_of_their_times(
        self, decisions: list[tuple[str, int]], state: DeclarationState
    ) -> None:
        folded = listed(*decisions)
        assert (folded.state, folded.holds) == (state, frozenset())

    @pytest.mark.parametrize(
        ("decisions", "state"),
        [
            ([("800", 1), ("100", 2)], RELEASED),
            ([("899", 1), ("100", 2)], CLOSED),
            ([("700", 1), ("800", 2)], RETURNED),
            ([("700", 1), ("899", 2)], RETURNED),
            ([("800", 1), ("100", 1)], RELEASED),
        ],
    )
    def test_conflicts_hold(self, decisions: list[tuple[str, int]], state: DeclarationState) -> None:
        folded = listed(*decisions)
        assert folded.state is state
        assert [hold.kind for hold in folded.holds] == [HoldKind.CONFLICT]

    @pytest.mark.parametrize("adverse", ["500", "501", "502", "503", "599", "700"])
    def test_adverse_wins_a_tie(self, adverse: str) -> None:
        assert listed((adverse, 1), ("800", 1)).state in ADVERSE_STATES

    def test_closed_without_release_is_noted(self) -> None:
        assert listed(("899", 1)).anomalies == {Anomaly.CLOSED_WITHOUT_RELEASE}
        assert listed(("800", 1), ("899", 2)).anomalies == frozenset()
        assert listed(("899", 1), ("800", 2)).anomalies == {Anomaly.CLOSED_WITHOUT_RELEASE}

    def test_since_is_when_the_state_began_and_said_is_the_latest(self) -> None:
        folded = listed(("120", 1), ("300", 2), ("-621004", 3))
        assert (folded.since, folded.said, folded.status) == ("20261105102501000", "300 at 2", "300")

    def test_short_times_sort_as_text(self) -> None:
        early = replace(said("800", 1), return_time="20261105102511000")
        late = replace(said("500", 1), return_time="20261105102511001")
        assert fold([late, early], FIRST, sent=True).state is INSPECTION

    def test_numbers_of_the_list(self) -> None:
        entries = [said("2", 1, pre_no="B1"), said("120", 2, pre_no="B1", invt_no="I1")]
        folded = fold(entries, FIRST, sent=True)
        assert (folded.pre_no, folded.invt_no) == ("B1", "I1")


class TestUnknownCodes:
    @pytest.mark.parametrize("status", ["400", "600", "0800", "18", "99", "1399", "00", "0120"])
    def test_hold_and_no_change(self, status: str) -> None:
        folded = listed(("800", 1), (status, 2))
        assert folded.state is RELEASED
        assert [hold.kind for hold in folded.holds] == [HoldKind.UNKNOWN_STATUS]

    @pytest.mark.parametrize(
        "kind", [MessageType.ORDER_RECEIPT, MessageType.PAYMENT_RECEIPT, MessageType.LOGISTICS_RECEIPT]
    )
    def test_a_code_of_the_list_on_another_document(self, kind: MessageType) -> None:
        folded = fold([said("120", 1), said("800", 2, kind)], FIRST, sent=True)
        assert folded.state is ACCEPTED
        assert [hold.kind for hold in folded.holds] == [HoldKind.UNKNOWN_STATUS]

    def test_the_reason_is_kept(self) -> None:
        (hold,) = listed(("600", 2)).holds
        assert (hold.since, hold.said) == ("20261105102502000", "CEB622 600 600 at 2")

    @pytest.mark.parametrize("kind", [MessageType.RETURN_RECEIPT, MessageType.SIGNED_FOR_RECEIPT])
    def test_returns_and_signatures_do_not_touch_the_gate(self, kind: MessageType) -> None:
        folded = fold([said("800", 1), said("555", 2, kind), said("100", 2, kind)], FIRST, sent=True)
        assert (folded.state, folded.holds) == (RELEASED, frozenset())


class TestCancellation:
    OURS = Cancellation("CANCEL", "INVT", "20261105102530000")

    def answered(self, *answers: tuple[str, str]) -> Folded:
        entries = [said("800", 1, invt_no="INVT")]
        entries += [
            said(status, 40, MessageType.CANCEL_RECEIPT, cop_no="CANCEL", invt_no=invt_no)
            for status, invt_no in answers
        ]
        return fold(entries, FIRST, sent=True, cancellations=[self.OURS])

    def test_applied_for(self) -> None:
        folded = self.answered()
        assert folded.state is RELEASED
        assert [hold.kind for hold in folded.holds] == [HoldKind.CANCEL_PENDING]

    def test_on_its_way(self) -> None:
        assert [hold.kind for hold in self.answered(("2", "INVT"), ("120", "INVT")).holds] == [HoldKind.CANCEL_PENDING]

    def test_approved_is_final(self) -> None:
        assert self.answered(("399", "INVT")).state is CANCELLED
        assert self.answered(("399", "INVT"), ("100", "INVT")).state is CANCELLED

    def test_refused(self) -> None:
        folded = self.answered(("100", "INVT"))
        assert (folded.state, folded.holds) == (RELEASED, frozenset())

    def test_answer_for_another_list(self) -> None:
        folded = self.answered(("399", "OTHER"))
        assert folded.state is RELEASED
        assert [hold.kind for hold in folded.holds] == [HoldKind.CANCEL_PENDING]

    def test_application_that_is_not_ours(self) -> None:
        stranger = said("399", 2, MessageType.CANCEL_RECEIPT, cop_no="STRANGER", invt_no="INVT")
        assert fold([said("800", 1), stranger], FIRST, sent=True).state is RELEASED


class TestAttempts:
    SECOND = Attempt(2, "20261105102530000", frozenset({"B-OLD"}))

    def test_receipts_before_it_are_history(self) -> None:
        assert fold([said("800", 29)], self.SECOND, sent=True).state is SUBMITTED
        assert fold([said("800", 30)], self.SECOND, sent=True).state is RELEASED

    def test_numbers_of_an_earlier_attempt_are_history(self) -> None:
        assert fold([said("800", 40, pre_no="B-OLD")], self.SECOND, sent=True).state is SUBMITTED

    def test_the_first_attempt_trusts_no_clock(self) -> None:
        assert fold([said("800", 1)], Attempt(1, "20261105102559000"), sent=True).state is RELEASED


class TestDocuments:
    @pytest.mark.parametrize(
        ("decisions", "state"),
        [
            ([], DocumentState.WAITING),
            ([("1", 1)], DocumentState.WAITING),
            ([("2", 1)], DocumentState.TAKEN),
            ([("2", 1), ("4", 2)], DocumentState.REFUSED),
            ([("120", 1)], DocumentState.ACCEPTED),
            ([("120", 1), ("-301014", 2)], DocumentState.ACCEPTED),
            ([("120", 1), ("100", 2)], DocumentState.REFUSED),
            ([("100", 1), ("120", 2)], DocumentState.ACCEPTED),
        ],
    )
    def test_standing(self, decisions: list[tuple[str, int]], state: DocumentState) -> None:
        entries = [said(status, second, MessageType.ORDER_RECEIPT) for status, second in decisions]
        assert fold_document(DocumentKind.ORDER, entries, present=True).state is state

    def test_missing(self) -> None:
        assert fold_document(DocumentKind.PAYMENT, [], present=False).state is DocumentState.MISSING


# Properties: whatever arrives, in whatever order and number.

PORT_STATUSES = ["1", "2", "3", "4", "-621001", "-1"]
CUSTOMS_STATUSES = ["120", "300", "399", "500", "501", "502", "503", "599", "700", "100", "800", "899"]
STATUSES = st.sampled_from([*PORT_STATUSES, *CUSTOMS_STATUSES, "400", "0800"])
ENTRIES = st.builds(
    said,
    STATUSES,
    st.integers(0, 6),
    st.sampled_from([MessageType.LIST_RECEIPT] * 3 + list(MessageType)),
    pre_no=st.sampled_from(["B1", "B2"]),
    invt_no=st.sampled_from(["INVT", "OTHER"]),
    cop_no=st.sampled_from(["COP", "CANCEL"]),
    return_info=st.sampled_from(["放行", ""]),
)
ATTEMPTS = st.sampled_from([FIRST, Attempt(2, "20261105102503000", frozenset({"B1"}))])
CANCELLATIONS = st.sampled_from([(), (Cancellation("CANCEL", "INVT", "20261105102502000"),)])


@given(st.lists(ENTRIES, max_size=8), st.randoms(use_true_random=False), ATTEMPTS, CANCELLATIONS, st.booleans())
def test_order_and_number_of_deliveries_do_not_matter(
    entries: list[ReceiptEntry],
    shuffler: random.Random,
    attempt: Attempt,
    cancellations: Sequence[Cancellation],
    sent: bool,
) -> None:
    delivered = entries + shuffler.choices(entries, k=shuffler.randint(0, 5)) if entries else []
    shuffler.shuffle(delivered)
    in_order = fold(entries, attempt, sent=sent, cancellations=cancellations)
    assert fold(delivered, attempt, sent=sent, cancellations=cancellations) == in_order


def test_every_permutation_of_a_full_life() -> None:
    entries = [
        said(status, second)
        for status, second in [("2", 1), ("120", 2), ("500", 3), ("100", 3), ("800", 4), ("899", 5)]
    ]
    outcomes = {fold(order, FIRST, sent=True) for order in itertools.permutations(entries)}
    assert [outcome.state for outcome in outcomes] == [CLOSED]


@given(st.lists(ENTRIES, max_size=12), ATTEMPTS, CANCELLATIONS, st.booleans())
def test_only_a_released_list_opens(
    entries: list[ReceiptEntry], attempt: Attempt, cancellations: Sequence[Cancellation], sent: bool
) -> None:
    released = [
        entry
        for entry in entries
        if entry.message_type is MessageType.LIST_RECEIPT and entry.return_status in {"800", "899"}
    ]
    without = [entry for entry in entries if entry not in released]
    assert fold(without, attempt, sent=sent, cancellations=cancellations).state not in OPENING_STATES


@given(st.lists(ENTRIES, max_size=8))
def test_documents_fold_in_any_order(entries: list[ReceiptEntry]) -> None:
    there = fold_document(DocumentKind.ORDER, entries, present=True)
    assert fold_document(DocumentKind.ORDER, [*reversed(entries), *entries], present=True) == there


@given(st.lists(ENTRIES, max_size=6), ENTRIES)
def test_what_is_said_never_decides(entries: list[ReceiptEntry], entry: ReceiptEntry) -> None:
    spoken = [replace(one, return_info="放行 800 [Code:2600;Desc:放行]") for one in [*entries, entry]]
    silent = [replace(one, return_info="") for one in [*entries, entry]]
    assert fold(spoken, FIRST, sent=True).state is fold(silent, FIRST, sent=True).state
