"""Accounts, rules and prices: from files, all faults at once, nothing changed by a bad one; secrets are sealed."""

from datetime import time

import pytest
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.orders.scene import NOW
from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, account_by_code, rules_of, set_account, set_rules
from wms.carriers.files import read_rules
from wms.carriers.model import CarrierKind
from wms.carriers.rules import Rule
from wms.kernel.errors import BadInput

RULES = """rank,account,countries,districts,to_grams,longest_mm,middle_mm,shortest_mm,girth_mm,before,service
1,SF,CN,33 31,3000,1200,600,600,3000,16:30,2
2,OWN,,,,,,,,,
"""


def lines(text: str) -> list[bytes]:
    return [f"{line}\n".encode() for line in text.splitlines()]


def test_rules_from_a_file(sending: Sending) -> None:
    sending.rules()
    by = command_line(sending.warehouse_id)
    rules = read_rules(lines(RULES))
    sending.database.in_transaction(lambda session: set_rules(session, by, rules, now=NOW))
    assert sending.database.reading(lambda session: rules_of(session, sending.warehouse_id)) == [
        Rule(
            1,
            "SF",
            countries=("CN",),
            districts=("33", "31"),
            to_grams=3000,
            longest_mm=1200,
            middle_mm=600,
            shortest_mm=600,
            girth_mm=3000,
            before=time(16, 30),
            service="2",
        ),
        Rule(2, "OWN"),
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("rank,account\n,SF\n", "rank is missing"),
        ("rank,account\none,SF\n", "rank is a whole number"),
        ("rank,account,before\n1,SF,25:00\n", "before is a time"),
        ("rank,account,before\n1,SF,16\n", "before is a time"),
        ("rank,account\n1,SF,x\n", "has 3 cells"),
    ],
)
def test_a_bad_line_is_named(text: str, wrong: str) -> None:
    with pytest.raises(BadInput) as bad:
        read_rules(lines(text))
    (fault,) = bad.value.faults
    assert (fault.where, wrong in fault.what) == ("line 2", True)


def test_rules_that_make_no_sense_change_nothing(sending: Sending) -> None:
    sending.rules()
    by = command_line(sending.warehouse_id)
    nonsense = [
        Rule(1, "NOBODY"),
        Rule(1, "SF", from_grams=2, to_grams=1),
        Rule(1, "SF", countries=("China",)),
        Rule(1, "SF", districts=("Zhejiang",)),
        Rule(1, "SF", patience_seconds=100_000),
        Rule(1, "SF", service="x" * 31),
        Rule(1, "SF", countries=("CN",) * 100),
        Rule(1, "SF", longest_mm=600, shortest_mm=601),
    ]
    with pytest.raises(BadInput) as bad:
        sending.database.in_transaction(lambda session: set_rules(session, by, nonsense, now=NOW))
    assert [fault.where for fault in bad.value.faults] == [f"line {number}" for number in range(1, 9)]
    assert sending.database.reading(lambda session: rules_of(session, sending.warehouse_id)) == [Rule(1, "SF")]


@pytest.mark.parametrize(
    ("account", "wrong"),
    [
        (NewAccount("sf", CarrierKind.OWN, "x"), ["code"]),
        (NewAccount("X", CarrierKind.OWN, ""), ["name"]),
        (NewAccount("X", CarrierKind.OWN, "x", company_code="1"), ["company_code"]),
        (NewAccount("X", CarrierKind.OWN, "x" * 101), ["name"]),
        (NewAccount("X", CarrierKind.OWN, "x", settings=(("numbers", "upc"),)), ["numbers"]),
        (NewAccount("X", CarrierKind.OWN, "x", settings=(("colour", "red"),)), ["colour"]),
        (NewAccount("X", CarrierKind.SF, "x"), ["url", "partner_id", "secret"]),
        (
            NewAccount(
                "X", CarrierKind.SF, "x", secret="s",
                settings=(("url", "ftp://x"), ("partner_id", "p"), ("signing", "x"), ("pay_method", "0")),
            ),
            ["url", "signing", "pay_method"],
        ),
        (NewAccount("SF", CarrierKind.OWN, "x"), ["kind"]),
        (NewAccount("X", CarrierKind.REST, "x"), ["url", "secret"]),
        (
            NewAccount(
                "X", CarrierKind.REST, "x", secret="s\n",
                settings=(
                    ("url", "acme.example"), ("auth_header", "a b"), ("auth_prefix", "键"), ("rates", "x"),
                    ("label", "x"), ("manifests", "x"), ("amends", "x"), ("timeout_seconds", "31"),
                    ("draw_label_after", "x"), ("statuses", "POD=done"),
                ),
            ),
            [
                "url", "secret", "auth_header", "auth_prefix", "rates", "label", "manifests", "amends",
                "timeout_seconds", "draw_label_after", "statuses",
            ],
        ),
    ],
)  # fmt: skip
def test_an_account_no_adapter_could_work_with(sending: Sending, account: NewAccount, wrong: list[str]) -> None:
    sending.rules()
    by = command_line(sending.warehouse_id)
    with pytest.raises(BadInput) as bad:
        sending.database.in_transaction(lambda session: set_account(session, by, account, now=NOW))
    assert [fault.where for fault in bad.value.faults] == wrong


def test_a_secret_is_sealed_and_stays_when_none_is_given(sending: Sending) -> None:
    sending.rules()
    by = command_line(sending.warehouse_id)

    def work(session: Session) -> None:
        known = account_by_code(session, sending.warehouse_id, "PLATFORM")
        assert known is not None
        assert "shared" not in repr(known)
        renamed = NewAccount("PLATFORM", CarrierKind.FORWARDED, "Renamed")
        changed = set_account(session, by, renamed, now=NOW)
        assert (changed.name, changed.secret, changed.key_prefix) == ("Renamed", "shared", known.key_prefix)
        raw = session.connection().exec_driver_sql("SELECT secret FROM carrier_accounts").scalars().all()
        assert not any("shared" in text for text in raw)

    sending.database.in_transaction(work)
