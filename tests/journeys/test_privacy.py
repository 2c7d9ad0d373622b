"""A buyer nobody could confuse goes through the whole chain; afterwards nothing but the sealed columns knows him.

His order and its payment come in over HTTP with the mistakes senders make, are packed, declared, answered by customs
with words about him, explained on handhelds and pages, and dispatched. Then whatever could have kept or shown him in
plain is read: every byte of the database, every line of the log, every page and answer, the command line.
"""

import io
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.support.floor import PIN, Floor, pin_hash
from wms.access.model import Role, command_line
from wms.access.service import create_api_token, create_operator
from wms.access.tables import AuditRow
from wms.customs.commands import customs_commands
from wms.customs.parties.commands import party_commands
from wms.customs.parties.settings import MerchantCustoms, add_partner, set_merchant_customs
from wms.customs.privacy import reveal
from wms.customs.tables import DeclarationRow, FindingRow
from wms.database.base import Base
from wms.database.commands import keys_commands
from wms.demo.customers import id_number
from wms.kernel.errors import BadInput, NotAllowed
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.orders.lookup import orders_by_number
from wms.orders.promises import allocate_order

BUYER, BUYER_ID, BUYER_PHONE = "慕容隐测", "990000199205170776", "10055512345"
RECEIVER, RECEIVER_PHONE = "欧阳藏测", "10055567890"
STREET = "隐私区秘密路七十七号"
PAYER, PAYER_ID, PAYER_PHONE = "司徒匿测", "990000198811230551", "10055554321"
ACCOUNT = "6222000099998888"
SECRETS = (
    BUYER, BUYER_ID, BUYER_PHONE, RECEIVER, RECEIVER_PHONE, STREET, PAYER, PAYER_ID, PAYER_PHONE, ACCOUNT,
)  # fmt: skip
MOST_PAGES = 400


def order(number: str, **changed: Any) -> dict[str, Any]:
    return {
        "merchant": "ACME",
        "number": number,
        "currency": "CNY",
        "lines": [{"sku": "RED", "quantity": 1, "unit_price": "10.00"}],
        "buyer": {"account": "b-1", "name": BUYER, "id_number": BUYER_ID, "phone": BUYER_PHONE},
        "payment": {"transaction_id": f"PAY-{number}", "paid_at": "2026-11-05T03:50:00Z"},
        "consignee": {
            "name": RECEIVER, "phone": RECEIVER_PHONE, "address": ["样例省样例市", STREET], "district": "330100",
        },
    } | changed  # fmt: skip


def slip(number: str, **changed: str) -> dict[str, str]:
    return {
        "pay_code": "9999960003",
        "pay_name": "样例支付",
        "transaction_id": f"PAY-{number}",
        "order_no": number,
        "ebp_code": "9999960001",
        "ebp_name": "样例平台",
        "app_time": "20261105115100",
        "payer_name": BUYER,
        "payer_id_number": BUYER_ID,
        "payer_phone": BUYER_PHONE,
        "amount": "10.00",
        "paid_at": "20261105115000",
        "payee_name": "样例电商",
        "payee_account": ACCOUNT,
    } | changed


class Heard:
    """Everything the service said."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def __call__(self, where: str, said: str) -> None:
        self.texts.append((where, said))

    def leaks(self) -> list[str]:
        return [f"{secret} in {where}: …{around(said, secret)}…" for where, said in self.texts
                for secret in SECRETS if secret in said]  # fmt: skip


def around(said: str, secret: str) -> str:
    at = said.index(secret)
    return said[max(0, at - 80) : at + 80]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a handler on the root logger writes, from INFO on."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_marked_numbers_are_right_ones() -> None:
    assert id_number(datetime(1992, 5, 17), 77) == BUYER_ID  # noqa: DTZ001
    assert id_number(datetime(1988, 11, 23), 55) == PAYER_ID  # noqa: DTZ001


def test_nobody_reads_who_bought(bonded_floor: Floor, press: Press, heard: Heard, log: io.StringIO) -> None:
    floor = bonded_floor
    client = floor.app.test_client()
    shop, bank = programs(floor)

    def send(path: str, body: Any, headers: dict[str, str]) -> int:
        answer = client.post(path, json=body, headers=headers)
        heard(f"POST {path}", answer.text)
        return answer.status_code

    orders, payments = "/api/v1/orders", "/api/v1/customs/payments"
    broken = {"name": BUYER + "\0", "id_number": BUYER_ID * 5, "phone": [BUYER_PHONE]}
    assert send(orders, order("P-1", buyer=broken, consignee={"name": RECEIVER, "adress": [STREET]}), shop) == 400
    assert send(orders, order("P-1", currency="EUR"), shop) == 400
    assert [send(orders, order("P-1"), shop) for _ in range(2)] == [201, 200]
    assert send(orders, order("P-1", priority=1), shop) == 409
    assert send(payments, slip("P-1", payer_name=PAYER * 20, amount="-1"), bank) == 400
    assert send(payments, slip("P-1"), shop) == 403
    other = {"payer_name": PAYER, "payer_id_number": PAYER_ID, "payer_phone": PAYER_PHONE}
    assert send(payments, slip("P-1", **other), bank) == 201
    raw = f"<x><payerName>{PAYER}</payerName><payerIdNumber>{PAYER_ID}</payerIdNumber></x>"
    answer = client.post("/api/v1/customs/receipts", data=raw.encode(), headers=shop)
    heard("receipt", answer.text)

    floor.put_stock("A-01 RED 3")
    floor.database.in_transaction(lambda session: allocate_order(
        session, floor.warehouse_id, orders_by_number(session, floor.warehouse_id, "P-1")[0].id, now=floor.clock.now()
    ))  # fmt: skip
    floor.work_off_outbox(press, hours=0)
    hand = floor.handheld("EMP-1", device="bench")
    for code in ("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g"):
        heard(f"scan {code}", str(hand.scan(code)))
    floor.work_off_outbox(press, hours=0)
    tracking = floor.parcel("P-1").tracking_no
    found = floor.database.reading(lambda session: set(session.scalars(select(FindingRow.rule)).all()))
    assert "C8" in found, "the wrong payer is found, and his name shown masked"
    look_everywhere(floor, heard, tracking, shop)

    assert send(payments, slip("P-1", app_type="2", app_time="20261105115200"), bank) == 201
    floor.work_off_outbox(press, hours=1)
    cop_no = floor.database.reading(lambda session: session.scalars(select(DeclarationRow.cop_no)).one())
    words = f"[Code:13127;Desc:订购人{BUYER_ID}电话{BUYER_PHONE}待核]"
    said = receipt("CEB622", "300", "20261105121500000", words, copNo=cop_no)
    assert client.post("/api/v1/customs/receipts", data=said, headers=shop).status_code == 202
    floor.work_off_outbox(press, hours=1)
    state = floor.database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one())
    assert state == "released"
    look_everywhere(floor, heard, tracking, shop)
    for code in (tracking, "LANE-1", tracking, "*DONE*", "*DONE*"):
        heard(f"dispatch {code}", str(floor_scan(floor, code)))

    clerk_sees_all_and_is_recorded(floor)
    commands(floor, heard, tracking)
    logging.getLogger("wms.somebody").warning("forgot to mask %s", BUYER_ID)
    assert "forgot to mask 9900**********0776" in log.getvalue()
    heard("log", log.getvalue())
    assert heard.leaks() == []
    assert plain_in_database(floor) == []


def programs(floor: Floor) -> tuple[dict[str, str], dict[str, str]]:
    """The headers of the shop's and of the payment company's program."""

    def make(session: Session) -> list[str]:
        by, now = command_line(floor.warehouse_id), floor.clock.now()
        tokens = []
        for name in ("shop", "bank"):
            token = create_api_token(session, by, name=name, role=Role.INTEGRATION, now=now)
            assert isinstance(token, str)
            tokens.append(token)
        assert add_partner(session, by, "bank", "9999960003", now=now) is None
        set_merchant_customs(session, by, MerchantCustoms(1, payee_account=ACCOUNT), now=now)
        return tokens

    shop, bank = floor.database.in_transaction(make)
    return {"Authorization": f"Bearer {shop}"}, {"Authorization": f"Bearer {bank}"}


def floor_scan(floor: Floor, code: str) -> Any:
    return floor.handheld("EMP-4", device="lane").scan(code)


def look_everywhere(floor: Floor, heard: Heard, tracking: str, shop: dict[str, str]) -> None:
    """Every page a supervisor can reach by links, and every answer about the order."""
    boss = floor.handheld("EMP-1", device="office").client
    pages = list(crawl(boss, heard, "/office", "/office/order/P-1"))
    assert "/office/order/P-1" in pages
    assert len(pages) > 10
    for path in (
        "/api/v1/orders/P-1",
        f"/api/v1/labels/{tracking}",
        "/api/v1/customs/declarations?order=P-1",
        "/api/v1/customs/payments?order=P-1",
        "/api/v1/customs/payments?transaction=PAY-P-1",
        "/",
        "/api/v1/screen",
    ):
        answer = boss.get(path)
        assert answer.status_code == 200, path
        heard(path, answer.text)
    assert boss.get(f"/api/v1/labels/{tracking}.pdf").status_code == 403
    heard("shop", floor.app.test_client().get("/api/v1/orders/P-1", headers=shop).text)
    heard("scan of the parcel", str(floor.handheld("EMP-1", device="any").scan(tracking)))


def crawl(client: FlaskClient, heard: Heard, *starts: str) -> Iterator[str]:
    """Follow every link of ours from page to page; yields the paths of pages that were there."""
    waiting, seen = list(starts), set(starts)
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop()
        answer = client.get(path)
        if answer.status_code != 200 or not (answer.mimetype or "").startswith(("text", "application/json")):
            continue
        heard(path, answer.text)
        yield path
        for link in re.findall(r'(?:href|action)="([^"#]+)"', answer.text):
            target = urljoin(path, link.replace("&amp;", "&"))
            if target not in seen and urlsplit(target).path.startswith(("/office", "/api")) and ".css" not in target:
                seen.add(target)
                waiting.append(target)


def clerk_sees_all_and_is_recorded(floor: Floor) -> None:
    """The way that is allowed shows everything, and the trail says who went it."""
    caller = floor.house.doorman.sign_in("EMP-1", PIN, "office")
    assert not isinstance(caller, Refusal)

    def hire(session: Session) -> Any:
        outcome = create_operator(
            session, command_line(floor.warehouse_id), badge="EMP-77", name="Clerk", role=Role.DECLARANT,
            pin_hash=pin_hash(), now=floor.clock.now(),
        )  # fmt: skip
        assert not isinstance(outcome, Refusal)

    floor.database.in_transaction(hire)
    clerk = floor.house.doorman.sign_in("EMP-77", PIN, "office")
    assert not isinstance(clerk, Refusal)
    order_id = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "P-1")[0].id)

    def look(session: Session, by: Any, reason: str) -> Any:
        return reveal(session, by, order_id, reason=reason, now=floor.clock.now())

    with pytest.raises(NotAllowed):
        floor.database.in_transaction(lambda session: look(session, caller.caller, "curious"))
    with pytest.raises(BadInput, match="reason"):
        floor.database.in_transaction(lambda session: look(session, clerk.caller, " "))
    data = floor.database.in_transaction(lambda session: look(session, clerk.caller, f"asked by {BUYER_PHONE}"))
    assert (data.buyer.name, data.buyer.id_number, data.buyer.phone) == (BUYER, BUYER_ID, BUYER_PHONE)
    assert (data.consignee.name, data.consignee.phone) == (RECEIVER, RECEIVER_PHONE)
    assert STREET in data.consignee.address
    assert (data.payer.name, data.payer.id_number) == (BUYER, BUYER_ID)
    assert not [secret for secret in SECRETS if secret in repr(data)]
    trail = floor.database.reading(
        lambda session: session.execute(
            select(AuditRow.who, AuditRow.on_what, AuditRow.details).where(AuditRow.what == "personal_data_seen")
        ).all()
    )
    assert [tuple(row) for row in trail] == [("EMP-77", "P-1", '{"reason": "asked by 100****2345"}')]


def commands(floor: Floor, heard: Heard, tracking: str) -> None:
    """What the command line shows."""
    customs = customs_commands(lambda: floor.house)
    for command in party_commands(lambda: floor.database, floor.clock):
        customs.add_command(command)
    keys = keys_commands(lambda: floor.database, lambda: None)
    at = ("--warehouse", str(floor.warehouse_id))
    shown = [
        (customs, ("declaration", tracking, *at)),
        (customs, ("merchant", "ACME", *at)),
        (customs, ("waiting", *at)),
        (customs, ("reinterpret", *at)),
        (keys, ("status",)),
    ]
    for group, words in shown:
        outcome = CliRunner().invoke(group, list(words))
        heard(" ".join(words), outcome.output + str(outcome.exception or ""))
        assert outcome.exit_code == 0, outcome.output


def plain_in_database(floor: Floor) -> list[str]:
    """Which secrets stand in the database so that whoever takes the disk or a copy could read them."""
    found: list[str] = []
    if floor.database.dialect_name == "sqlite":
        file = Path(floor.settings.database_url.removeprefix("sqlite:///"))
        for each in sorted(file.parent.glob(f"{file.name}*")):
            kept = each.read_bytes()
            found += [f"{secret} in {each.name}" for secret in SECRETS if secret.encode() in kept]

    def look(session: Session) -> None:
        for name in Base.metadata.tables:
            for row in session.execute(text(f'SELECT * FROM "{name}"')):
                for column, value in row._mapping.items():
                    kept = value if isinstance(value, bytes) else str(value).encode()
                    plain = [secret for secret in SECRETS if secret.encode() in kept]
                    found.extend(f"{secret} in {name}.{column}" for secret in plain)

    floor.database.reading(look)
    return found
