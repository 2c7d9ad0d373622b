from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.customs.gate import CLOSED_CODES, gate
from wms.customs.model import (
    DECLARED,
    OPENING_STATES,
    Cause,
    DeclarationStanding,
    DeclarationState,
    DocumentKind,
    DocumentStanding,
    DocumentState,
    Finding,
    HoldKind,
    StandingFinding,
    StandingHold,
)

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 5, 13, tzinfo=UTC)


def documents(**states: DocumentState) -> tuple[DocumentStanding, ...]:
    return tuple(
        DocumentStanding(kind, states.get(kind.value, DocumentState.ACCEPTED), NOON, f"{kind} said")
        for kind in DECLARED
    )


def test_never_declared() -> None:
    answer = gate(None)
    assert (answer.open, answer.code) == (False, "customs_not_declared")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (DeclarationState.PENDING, "customs_not_submitted"),
        (DeclarationState.SUBMITTED, "customs_no_answer"),
        (DeclarationState.ACCEPTED, "customs_not_released"),
        (DeclarationState.UNDER_INSPECTION, "customs_inspection"),
        (DeclarationState.DETAINED, "customs_detained"),
        (DeclarationState.REJECTED, "customs_rejected"),
        (DeclarationState.RETURNED, "customs_returned"),
        (DeclarationState.CANCELLED, "customs_cancelled"),
    ],
)
def test_closed_states_say_why_and_since_when(state: DeclarationState, code: str) -> None:
    answer = gate(DeclarationStanding(state, NOON, "查验"))
    assert (answer.open, answer.code, answer.state, answer.since, answer.said) == (False, code, state, NOON, "查验")


@pytest.mark.parametrize("state", sorted(OPENING_STATES))
def test_released_and_closed_open(state: DeclarationState) -> None:
    answer = gate(DeclarationStanding(state, NOON, "放行"))
    assert (answer.open, answer.code) == (True, "")


@pytest.mark.parametrize("state", sorted(OPENING_STATES))
@pytest.mark.parametrize("kind", list(HoldKind))
def test_any_hold_closes(state: DeclarationState, kind: HoldKind) -> None:
    answer = gate(DeclarationStanding(state, NOON, "放行", (StandingHold(kind, LATER, "CEB622 400"),)))
    assert (answer.open, answer.code) == (False, "customs_hold")
    assert (answer.since, answer.said, answer.holds) == (LATER, "CEB622 400", (kind,))


def test_a_closed_state_speaks_before_its_holds() -> None:
    answer = gate(
        DeclarationStanding(DeclarationState.DETAINED, NOON, "扣留", (StandingHold(HoldKind.CONFLICT, LATER),))
    )
    assert (answer.code, answer.since, answer.holds) == ("customs_detained", NOON, (HoldKind.CONFLICT,))


@pytest.mark.parametrize(
    ("states", "at_fault"),
    [
        ({}, None),
        ({"payment": DocumentState.WAITING}, DocumentKind.PAYMENT),
        ({"order": DocumentState.WAITING, "payment": DocumentState.MISSING}, DocumentKind.PAYMENT),
        ({"order": DocumentState.MISSING, "logistics": DocumentState.REFUSED}, DocumentKind.LOGISTICS),
        ({"inventory": DocumentState.REFUSED}, DocumentKind.INVENTORY),
    ],
)
def test_the_document_to_look_at_first(states: dict[str, DocumentState], at_fault: DocumentKind | None) -> None:
    answer = gate(DeclarationStanding(DeclarationState.SUBMITTED, NOON, documents=documents(**states)))
    assert answer.document is at_fault
    assert len(answer.documents) == 4


@pytest.mark.parametrize("state", [DeclarationState.PENDING, DeclarationState.SUBMITTED])
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("order", "customs_order_refused"),
        ("payment", "customs_payment_refused"),
        ("logistics", "customs_waybill_refused"),
    ],
)
def test_a_refused_order_of_the_three_is_named_with_what_was_said(
    state: DeclarationState, kind: str, code: str
) -> None:
    finding = StandingFinding(Finding("C8", Cause.PLATFORM, "OrderHead.buyerName", "x"), LATER)
    papers = documents(**{kind: DocumentState.REFUSED, "inventory": DocumentState.WAITING})
    answer = gate(DeclarationStanding(state, LATER, documents=papers, finding=finding))
    assert (answer.open, answer.code, answer.state) == (False, code, state)
    assert (answer.document, answer.said, answer.since) == (DocumentKind(kind), f"{kind} said", NOON)
    assert answer.refusal("SF1").details["said"] == f"{kind} said"
    assert answer.finding is finding.finding


def test_of_several_refused_papers_the_first_is_named() -> None:
    papers = documents(order=DocumentState.MISSING, payment=DocumentState.REFUSED, logistics=DocumentState.REFUSED)
    assert gate(DeclarationStanding(DeclarationState.PENDING, NOON, documents=papers)).document is DocumentKind.PAYMENT


@pytest.mark.parametrize("state", [DeclarationState.ACCEPTED, DeclarationState.REJECTED, DeclarationState.DETAINED])
def test_what_customs_decided_about_the_list_speaks_before_a_refused_paper(state: DeclarationState) -> None:
    papers = documents(payment=DocumentState.REFUSED)
    assert gate(DeclarationStanding(state, NOON, documents=papers)).code == CLOSED_CODES[state]


def test_documents_neither_open_nor_close() -> None:
    refused = documents(**{kind.value: DocumentState.REFUSED for kind in DECLARED})
    assert gate(DeclarationStanding(DeclarationState.RELEASED, NOON, documents=refused)).open
    assert not gate(DeclarationStanding(DeclarationState.ACCEPTED, NOON, documents=documents())).open


def test_refusal_carries_what_the_floor_needs() -> None:
    standing = DeclarationStanding(
        DeclarationState.REJECTED, NOON, "退单", documents=documents(payment=DocumentState.REFUSED)
    )
    refusal = gate(standing).refusal("SF123")
    assert refusal.code == "customs_rejected"
    assert dict(refusal.details) == {
        "parcel": "SF123",
        "state": "rejected",
        "since": "2026-11-05T12:00:00+00:00",
        "document": "payment",
        "said": "退单",
        "hold": None,
        "rule": None,
        "field": None,
        "cause": None,
    }


def test_what_stops_it_is_said_without_its_values() -> None:
    finding = StandingFinding(Finding("C8", Cause.PAYMENT_COMPANY, "PaymentHead.payerName", "样例丙"), LATER)
    answer = gate(DeclarationStanding(DeclarationState.PENDING, NOON, finding=finding))
    assert (answer.code, answer.since, answer.finding) == ("customs_findings", LATER, finding.finding)
    details = answer.refusal("SF123").details
    assert (details["rule"], details["field"], details["cause"]) == ("C8", "PaymentHead.payerName", "payment_company")
    assert "样例丙" not in str(details)


def test_an_open_gate_is_no_refusal() -> None:
    with pytest.raises(ValueError, match="open gate"):
        gate(DeclarationStanding(DeclarationState.RELEASED, NOON)).refusal("SF123")


def test_every_state_has_an_answer() -> None:
    assert set(CLOSED_CODES) | OPENING_STATES == set(DeclarationState)
    assert not set(CLOSED_CODES) & OPENING_STATES


@given(
    st.sampled_from(DeclarationState),
    st.lists(st.builds(StandingHold, st.sampled_from(HoldKind), st.sampled_from([NOON, LATER])), max_size=3),
    st.lists(st.sampled_from(DocumentState), min_size=4, max_size=4),
    st.sampled_from([None, StandingFinding(Finding("F1", Cause.PLATFORM, "OrderHead.acturalPaid", "1"), LATER)]),
)
def test_open_exactly_when_released_and_unheld(
    state: DeclarationState,
    holds: list[StandingHold],
    states: list[DocumentState],
    finding: StandingFinding | None,
) -> None:
    papers = tuple(DocumentStanding(kind, paper) for kind, paper in zip(DECLARED, states, strict=True))
    answer = gate(DeclarationStanding(state, NOON, "放行", tuple(holds), papers, finding))
    assert answer.open == (state in OPENING_STATES and not holds)
    assert answer.open == (answer.code == "")
