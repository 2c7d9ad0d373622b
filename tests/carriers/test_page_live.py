"""The public page in a real browser: it renews itself without being loaded anew."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.carriers.scene import Sending
from tests.carriers.test_tracking import event, keep, packed, tracked
from wms.carriers.model import TrackingStatus
from wms.carriers.tracking_page import tracking_views
from wms.web.headers import register_headers
from wms.web.listening import open_door

pytestmark = pytest.mark.browser


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What a browser does is the same over either database."""
    return sqlite_database_url


@pytest.fixture
def address(sending: Sending) -> Iterator[str]:
    app = Flask("public", static_folder=None)
    register_headers(app)
    app.register_blueprint(tracking_views(sending.database))
    with open_door(app, threads=2) as opened:
        yield f"http://127.0.0.1:{opened.port}"


def test_news_come_onto_the_open_page(browser: Browser, sending: Sending, address: str) -> None:
    parcel = packed(sending)
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/t/{tracked(sending).token}")
    expect(page.get_by_role("status")).to_contain_text("仓库已打包")
    page.evaluate("() => { window.stayed = true; }")

    keep(sending, event(parcel.tracking_no, TrackingStatus.OUT_FOR_DELIVERY, "44"))
    # What the timer does every half minute, it also does when somebody comes back to the page.
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("status")).to_contain_text("派送中")
    assert page.evaluate("() => window.stayed") is True
    expect(page).to_have_title("派送中 · 包裹追踪")
    context.close()
    assert not errors
