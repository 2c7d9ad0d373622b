"""The same operator signs in again without network, within the shift, if the site lets him; nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

NEXT = "*NEXT*"


def until(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def signed_in(handheld: Handheld, practice: Practice, badge: str = "EMP-1") -> None:
    """Signed in by the server, in the first task, then without network."""
    practice.signed_in = False
    practice.give(["A-1", "A-2", "A-3"])
    handheld.open()
    handheld.sign_in(badge)
    handheld.expect_body(screen="home")
    kept = "() => new Promise((done) => { const open = indexedDB.open('wms-handheld'); open.onsuccess = () => {" + (
        "const read = open.result.transaction('kept').objectStore('kept').get('offline_sign_in');"
        "read.onsuccess = () => { open.result.close(); done(read.result !== undefined); }; }; })"
    )
    handheld.page.wait_for_function(kept)
    handheld.scan_and_wait(NEXT)
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")


def sign_out(handheld: Handheld) -> None:
    handheld.scan("*SIGNOUT*")
    handheld.expect_body(screen="sign_in", step="badge")
    handheld.settle()


def test_the_same_operator_goes_on_where_he_was(handheld: Handheld, practice: Practice) -> None:
    practice.shift_until = until(8)
    signed_in(handheld, practice)
    handheld.scan_and_wait("A-1")
    sign_out(handheld)
    handheld.expect_code("still_waiting")
    expect(handheld.page.locator("#outcome")).to_contain_text("1 scans wait here.")
    handheld.sign_in()
    handheld.expect_body(screen="picking", tone="go", waiting="1")
    expect(handheld.page.locator("#expect")).to_have_text("A-2")
    handheld.scan_and_wait("A-2")
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")
    assert practice.codes() == [NEXT, "A-1", "A-2"]


def test_scans_left_behind_are_sent_in_their_own_name(handheld: Handheld, practice: Practice) -> None:
    practice.shift_until = until(8)
    signed_in(handheld, practice)
    handheld.scan_and_wait("A-1")
    sign_out(handheld)
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")  # nobody is signed in here, but the session is still his
    assert practice.codes() == [NEXT, "A-1"]


def test_another_operator_and_another_pin_do_not_open_it(handheld: Handheld, practice: Practice) -> None:
    practice.shift_until = until(8)
    signed_in(handheld, practice)
    sign_out(handheld)
    handheld.sign_in("EMP-2")
    handheld.expect_code("no_connection_sign_in")
    handheld.settle()
    handheld.sign_in("EMP-1", pin="9999")
    handheld.expect_code("bad_pin")
    expect(handheld.page.locator("#outcome")).to_contain_text("4 tries left")
    for tries_left in (3, 2, 1):
        handheld.scan(f"999{tries_left}")
        expect(handheld.page.locator("#outcome")).to_contain_text(f"{tries_left} tries left")
        handheld.settle()
    handheld.scan("9999")
    handheld.expect_code("no_connection_tries")
    handheld.settle()
    handheld.sign_in("EMP-1")  # the right one comes too late
    expect(handheld.page.locator("#outcome")).to_contain_text("Too many wrong PINs without connection.")
    handheld.expect_body(screen="sign_in")


@pytest.mark.parametrize("allowed_until", ["", until(-1)], ids=["switched off", "shift is over"])
def test_not_where_the_site_forbids_it_or_after_the_shift(
    handheld: Handheld, practice: Practice, allowed_until: str
) -> None:
    practice.shift_until = allowed_until
    signed_in(handheld, practice)
    sign_out(handheld)
    handheld.sign_in()
    handheld.expect_code("no_connection_sign_in")
    handheld.expect_body(screen="sign_in")


def test_the_pin_is_not_on_the_device(handheld: Handheld, practice: Practice) -> None:
    practice.shift_until = until(8)
    signed_in(handheld, practice)
    kept = handheld.page.evaluate("""() => new Promise((done) => {
      const open = indexedDB.open("wms-handheld");
      open.onsuccess = () => {
        const read = open.result.transaction("kept").objectStore("kept").get("offline_sign_in");
        read.onsuccess = () => done({ ...read.result, salt: read.result.salt.length, hash: read.result.hash.length });
      };
    })""")
    assert (kept["salt"], kept["hash"]) == (16, 32)
    assert "1234" not in str({name: value for name, value in kept.items() if name not in ("since", "until")})
