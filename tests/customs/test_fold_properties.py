"""From the bytes to the gate: whatever comes, in whatever order and number.

The pure tests run the product's own rooms one behind the other (reader, identity, fold, gate); the last class does the
same through the database, on both engines.
"""

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.customs.ceb import LIST_KEYS, message, node
from tests.customs.parcels import WAREHOUSE, declared, note_sent
from wms.customs.fold import fold
from wms.customs.folded import Anomaly, Attempt, Cancellation, Folded
from wms.customs.gate import gate
from wms.customs.matching import DeclaredIdentity, disagreement
from wms.customs.model import (
    OPENING_STATES,
    DeclarationStanding,
    DeclarationState,
    MessageType,
    ReceiptEntry,
    StandingHold,
)
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow, HoldRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock

OURS = DeclaredIdentity(
    LIST_KEYS["copNo"], LIST_KEYS["agentCode"], LIST_KEYS["ebpCode"], LIST_KEYS["ebcCode"], LIST_KEYS["customsCode"]
)
OF_LIST = ["120", "300", "399", "500", "501", "502", "503", "599", "700", "100", "800", "899"]
OF_PORT = ["1", "2", "3", "4", "-1", "-621004", "-621018"]
IMITATIONS = [
    "８００",
    "８９９",
    "0800",
    "00899",
    "800.0",
    "+800",
    "8e2",
    "800\u3000",
    "\u200b800",
    "0x320",
    "放行",
    "800 899",
]
UNKNOWN = ["400", "600", "18", "1399", "8000", "80", "801"]
EVERY_STATUS = [*OF_LIST, *OF_PORT, *IMITATIONS, *UNKNOWN]
KINDS = [kind.value for kind in MessageType if kind is not MessageType.EXCHANGE_FAILURE]
TIMES = [f"202611051025{second:02d}{fraction}" for second in range(8) for fraction in ("", "000", "001", "999")]
INFO = ["", "放行", "[Code:2600;Desc:放行]", "[Code:1300;Desc:退单]", "800"]

nodes = st.builds(
    lambda kind, status, time, info, changed: (kind, node(kind, status, time, info, **changed)),
    st.sampled_from(["CEB622"] * 4 + KINDS),
    st.sampled_from(EVERY_STATUS),
    st.sampled_from(TIMES),
    st.sampled_from(INFO),
    st.dictionaries(
        st.sampled_from(["agentCode", "ebpCode", "ebcCode", "customsCode", "preNo", "invtNo"]),
        st.sampled_from(["", "OTHER", "9999980005", "B1", "0000"]),
        max_size=2,
    ).map(lambda changed: {name: text[:4] if name == "customsCode" else text for name, text in changed.items()}),
)
attempts = st.sampled_from(
    [Attempt(), Attempt(2, "20261105102503500"), Attempt(3, "20261105102504000", frozenset({"B1"}))]
)
cancellations = st.sampled_from([(), (Cancellation(LIST_KEYS["copNo"], LIST_KEYS["invtNo"], "20261105102502000"),)])


def read(sent: Sequence[tuple[str, str]]) -> list[ReceiptEntry]:
    """What the reader takes of these nodes, each in a message of its own."""
    return [entry for kind, text in sent for entry in read_receipt(message(kind, text).encode()).entries]


def computed(entries: Sequence[ReceiptEntry], attempt: Attempt, ours: Sequence[Cancellation]) -> Folded:
    return fold([entry for entry in entries if not disagreement(entry, OURS)], attempt, sent=True, cancellations=ours)


def is_open(folded: Folded) -> bool:
    now = datetime(2026, 11, 5, tzinfo=UTC)
    holds = tuple(StandingHold(hold.kind, now) for hold in folded.holds)
    return gate(DeclarationStanding(folded.state, now, holds=holds)).open


def releases(entry: ReceiptEntry) -> bool:
    return (
        entry.message_type is MessageType.LIST_RECEIPT
        and entry.return_status in ("800", "899")
        and not disagreement(entry, OURS)
    )


@settings(max_examples=150)
@given(st.lists(nodes, max_size=9), st.randoms(use_true_random=False), attempts, cancellations)
def test_no_order_and_no_repetition_makes_a_difference(
    sent: list[tuple[str, str]], shuffler: random.Random, attempt: Attempt, ours: Sequence[Cancellation]
) -> None:
    delivered = sent + shuffler.choices(sent, k=shuffler.randint(0, 6)) if sent else []
    shuffler.shuffle(delivered)
    assert computed(read(delivered), attempt, ours) == computed(read(sent), attempt, ours)


@settings(max_examples=200)
@given(st.lists(nodes, max_size=12), attempts, cancellations)
@example([("CEB622", node("CEB622", "８００"))], Attempt(), ())
@example([("CEB312", node("CEB312", "800")), ("CEB622", node("CEB622", "120"))], Attempt(), ())
@example([("CEB622", node("CEB622", "800", agentCode="OTHER"))], Attempt(), ())
@example([("CEB624", node("CEB624", "800"))], Attempt(), ())
@example([("CEB626", node("CEB626", "800"))], Attempt(), ())
def test_nothing_but_a_released_list_of_ours_opens_the_gate(
    sent: list[tuple[str, str]], attempt: Attempt, ours: Sequence[Cancellation]
) -> None:
    without = [entry for entry in read(sent) if not releases(entry)]
    folded = computed(without, attempt, ours)
    assert folded.state not in OPENING_STATES
    assert not is_open(folded)
    assert folded.released == ""


@given(st.lists(nodes, max_size=12), attempts, cancellations)
def test_an_open_gate_names_the_receipt_that_opened_it(
    sent: list[tuple[str, str]], attempt: Attempt, ours: Sequence[Cancellation]
) -> None:
    entries = read(sent)
    folded = computed(entries, attempt, ours)
    if is_open(folded):
        opened = [entry for entry in entries if releases(entry) and entry.return_time == folded.released]
        assert opened
        assert folded.released >= attempt.app_time[:14]


@given(st.lists(nodes, max_size=8), st.sampled_from(["500", "501", "502", "503", "599", "700"]), attempts)
def test_a_withdrawal_that_is_not_older_than_all_releases_closes_it(
    sent: list[tuple[str, str]], adverse: str, attempt: Attempt
) -> None:
    last = ReceiptEntry(MessageType.LIST_RECEIPT, adverse, "20261105102559999", "", cop_no=OURS.cop_no)
    assert not is_open(computed([*read(sent), last], attempt, ()))


@given(st.lists(nodes, max_size=8), attempts, cancellations)
def test_what_is_said_never_decides(
    sent: list[tuple[str, str]], attempt: Attempt, ours: Sequence[Cancellation]
) -> None:
    silent = [(kind, text.replace("放行", "退单").replace("2600", "1300")) for kind, text in sent]
    assert is_open(computed(read(sent), attempt, ours)) == is_open(computed(read(silent), attempt, ours))


@pytest.mark.parametrize("statuses", list(itertools.permutations(["120", "500", "800", "100"])))
def test_ties_do_not_depend_on_who_is_named_first(statuses: tuple[str, ...]) -> None:
    sent = [("CEB622", node("CEB622", status, "20261105102503000")) for status in statuses]
    folded = computed(read(sent), Attempt(), ())
    # 120 and 800 first, then the refusal that contradicts the release, then the inspection.
    assert folded.state is DeclarationState.UNDER_INSPECTION
    assert [hold.kind for hold in folded.holds] == ["conflict"]


class TestTimes:
    @pytest.mark.parametrize(("short", "long"), [("20261105102503", "20261105102503000")])
    def test_fourteen_digits_are_the_beginning_of_their_second(self, short: str, long: str) -> None:
        one = computed(read([("CEB622", node("CEB622", "800", short))]), Attempt(), ())
        assert one == computed(read([("CEB622", node("CEB622", "800", long))]), Attempt(), ())

    def test_both_lengths_sort_by_moment(self) -> None:
        released = ("CEB622", node("CEB622", "800", "20261105102503"))
        inspected = ("CEB622", node("CEB622", "500", "20261105102503001"))
        assert computed(read([released, inspected]), Attempt(), ()).state is DeclarationState.UNDER_INSPECTION
        earlier = ("CEB622", node("CEB622", "500", "20261105102502999"))
        assert computed(read([released, earlier]), Attempt(), ()).state is DeclarationState.RELEASED


class TestAttempts:
    SECOND = Attempt(2, "20261105102503700", frozenset({"B1"}))

    def folded(self, *sent: tuple[str, str, str]) -> Folded:
        nodes_sent = [("CEB622", node("CEB622", status, time, preNo=pre_no)) for status, time, pre_no in sent]
        return computed(read(nodes_sent), self.SECOND, ())

    def test_an_answer_in_the_second_of_the_new_attempt_is_its_own(self) -> None:
        assert self.folded(("2", "20261105102503", "B2")).status == "2"
        assert self.folded(("800", "20261105102503", "B2")).state is DeclarationState.RELEASED

    def test_a_release_of_the_attempt_before_opens_nothing(self) -> None:
        assert self.folded(("800", "20261105102502999", "")).state is DeclarationState.SUBMITTED
        assert self.folded(("800", "20261105102502999", "B2")).state is DeclarationState.SUBMITTED

    def test_a_late_release_of_the_list_before_opens_nothing_and_is_noted(self) -> None:
        folded = self.folded(("800", "20261105102509000", "B1"))
        assert (folded.state, folded.anomalies) == (
            DeclarationState.SUBMITTED, {Anomaly.ANSWER_TO_EARLIER_ATTEMPT},
        )  # fmt: skip

    def test_history_is_not_noted(self) -> None:
        folded = self.folded(("100", "20261105102502000", "B1"), ("800", "20261105102509000", "B2"))
        assert (folded.state, folded.anomalies) == (DeclarationState.RELEASED, frozenset())

    def test_a_list_that_keeps_its_number_when_it_is_changed(self) -> None:
        entries = read([("CEB622", node("CEB622", "800", "20261105102509000", preNo="B1"))])
        assert computed(entries, Attempt(2, "20261105102503700"), ()).state is DeclarationState.RELEASED


class TestThroughTheDatabase:
    """Deliveries in any order, number and packing end in the same rows."""

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        sent=st.lists(
            st.tuples(st.sampled_from([*OF_LIST, *OF_PORT, "600", "８００"]), st.sampled_from(TIMES)), max_size=6
        ),
        shuffler=st.randoms(use_true_random=False),
    )
    def test_two_parcels_with_the_same_receipts_stand_alike(
        self, database: Database, clock: FixedClock, sent: list[tuple[str, str]], shuffler: random.Random
    ) -> None:
        name = f"{random.Random().getrandbits(40):x}"
        plain, mixed = (self.parcel(database, f"{name}-{which}") for which in ("A", "B"))
        for status, time in sent:
            self.deliver(database, clock, [(status, time)], plain)
        again = sent + shuffler.choices(sent, k=shuffler.randint(0, 4)) if sent else []
        shuffler.shuffle(again)
        while again:
            size = shuffler.randint(1, len(again))
            batch, again = again[:size], again[size:]
            self.deliver(database, clock, batch, mixed)
        assert self.standing(database, plain) == self.standing(database, mixed)
        opens = any(status in ("800", "899") for status, _ in sent)
        assert opens or not self.standing(database, mixed)[-1]

    def parcel(self, database: Database, order_no: str) -> tuple[UUID, UUID]:
        parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, order_no))
        database.in_transaction(lambda session: note_sent(session, declaration_id, f"MSG-{order_no}"))
        return parcel_id, declaration_id

    def deliver(
        self, database: Database, clock: FixedClock, sent: Sequence[tuple[str, str]], parcel: tuple[UUID, UUID]
    ) -> None:
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, parcel[1])).cop_no)
        inside = [node("CEB622", status, time, copNo=cop_no) for status, time in sent]
        store_receipt(database, clock, WAREHOUSE, message("CEB622", inside).encode(), "test")

    def standing(self, database: Database, parcel: tuple[UUID, UUID]) -> tuple[object, ...]:
        row = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, parcel[1])))
        holds = database.reading(
            lambda session: sorted(
                (hold.kind, hold.since)
                for hold in session.scalars(select(HoldRow).where(HoldRow.declaration_id == parcel[1]))
            )
        )
        answer = database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel[0]])[parcel[0]])
        return (
            row.state, row.status, row.state_since, row.said, row.released_at, row.anomalies, row.pre_no, holds,
            answer.code, answer.open,
        )  # fmt: skip
