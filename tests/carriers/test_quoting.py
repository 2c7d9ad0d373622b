"""Carriers are asked for their price where it decides, outside any transaction; whoever is silent delays nobody."""

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.carriers.scene import CHECKWORD, Sending, sf_settings
from tests.carriers.test_bookings import ask
from tests.orders.scene import NOW
from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, set_account
from wms.carriers.choosing import read_choice
from wms.carriers.model import CarrierKind
from wms.carriers.price_list import set_prices
from wms.carriers.quoting import quotes_of
from wms.carriers.rules import Asked, Rule
from wms.carriers.simulator.platform import Platform
from wms.carriers.tariff import Price
from wms.carriers.wording import reason_words
from wms.kernel.money import Money

QUERY = "EXP_RECE_QUERY_DELIVERTM"


def competing(sending: Sending, own_price: int) -> None:
    """SF's price is asked for, ours stands in the list, SF-2 has neither."""
    sending.rules(Rule(1, "SF", service="2"), Rule(1, "OWN"), Rule(1, "SF-2"))
    by = command_line(sending.warehouse_id)

    def work(session: Session) -> None:
        settings = sf_settings(sending.url, rates="ask")
        account = NewAccount("SF", CarrierKind.SF, "SF Express", settings=settings, secret=CHECKWORD)
        set_account(session, by, account, now=NOW)
        set_prices(session, by, [Price("OWN", "CN", 30_000, Money(own_price, "CNY"))], now=NOW)

    sending.database.in_transaction(work)


def reasons(sending: Sending, order_id: object) -> list[str]:
    row = sending.bookings(order_id)[0]  # type: ignore[arg-type]
    return [reason_words(looked, looked.account) for looked in read_choice(row.choice)]


def test_the_cheaper_one_takes_it_by_what_the_carrier_says_today(sending: Sending, carrier: Platform) -> None:
    competing(sending, 1300)
    order_id = ask(sending)
    sending.work()
    assert sending.story(order_id) == [f"SF allocated {carrier.registry.orders()[0].waybill}"]
    words = reasons(sending, order_id)
    assert "SF takes it: the cheapest of those that fit equally well, price 12.00 CNY (said by the carrier)." in words
    assert "OWN fits as well and costs more, 13.00 CNY (CN up to 30000 g)." in words
    assert "SF-2 fits as well and has no price for it." in words
    assert carrier.registry.asked(QUERY) == 1


def test_nobody_is_asked_where_no_price_decides(sending: Sending, carrier: Platform) -> None:
    competing(sending, 1300)
    sending.rules(Rule(1, "SF"), Rule(2, "OWN"))
    ask(sending)
    sending.work()
    assert carrier.registry.asked(QUERY) == 0


def test_a_silent_carrier_competes_without_a_price_and_says_why(sending: Sending, carrier: Platform) -> None:
    carrier.faults = replace(carrier.faults, bad_gateway=1000)
    competing(sending, 1300)
    order_id = ask(sending)
    sending.work()
    assert sending.story(order_id) == ["OWN allocated"]
    assert "SF fits as well and has no price for it, SF answered 502." in reasons(sending, order_id)
    kept = sending.database.reading(lambda session: quotes_of(session, sending.warehouse_id, order_id))
    assert kept == {("SF", "2"): Asked(None, "SF answered 502")}
