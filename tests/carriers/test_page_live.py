"""The public page in a real browser: it renews itself without being loaded anew."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from waitress import create_server, wasyncore

from tests.carriers.scene import Sending
from tests.carriers.test_tracking import event, keep, packed, tracked
from wms.carriers.model import TrackingStatus
from wms.carriers.tracking_page import tracking_views
from wms.web.headers import register_headers

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
    channels: dict[int, Any] = {}
    server = create_server(app, map=channels, host="127.0.0.1", port=0, threads=2, asyncore_use_poll=True)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
    wasyncore.close_all(channels, ignore_all=True)
    thread.join(5)


def test_news_come_onto_the_open_page(browser: Browser, sending: Sending, address: str) -> None:
    parcel = packed(sending)
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/t/{tracked(sending).token}")
    expect(page.get_by_role("status")).to_contain_text("已通知承运商")
    page.evaluate("() => { window.stayed = true; }")

    keep(sending, event(parcel.tracking_no, TrackingStatus.OUT_FOR_DELIVERY, "44"))
    # What the timer does every half minute, it also does when somebody comes back to the page.
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("status")).to_contain_text("派送中")
    assert page.evaluate("() => window.stayed") is True
    expect(page).to_have_title("派送中 · 包裹追踪")
    context.close()
    assert not errors
