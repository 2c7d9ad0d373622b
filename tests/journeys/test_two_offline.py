"""Two handhelds work at the same shelf without network; whatever comes of it, stock ends as the goods lie."""

import random
import re
from collections import Counter
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.office.scene import post, signed_in
from tests.support.floor import Floor, code_of
from tests.support.offline import GoingOn
from wms.orders.lookup import orders_by_number
from wms.orders.service import cancel_order
from wms.tasks.tables import ExceptionCaseRow, ScanLogRow

FOUND = re.compile(r'name="(found [^"]+)"[^>]* value="(\d+)"|name="(found [^"]+)" value="(\d+)"')
BOOKED = re.compile(r'name="(booked [^"]+)" value="(\d+)"')


def page_of(floor: Floor, badge: str, *, wants_next: bool = False) -> GoingOn:
    page = GoingOn(floor.handheld(badge), wants_next=wants_next)
    page.look_again()
    return page


def count_in(floor: Floor, client: FlaskClient) -> None:
    """Settle every case that waits as the handhelds saw it."""
    for case in floor.database.reading(lambda session: list(session.scalars(select(ExceptionCaseRow)))):
        if case.settled_at is not None:
            continue
        text = unescape(client.get("/office/exceptions").text)
        part = text[text.index(f'id="case-{case.number}"') :].partition('id="case-')[2]
        part = part.partition('<li id="case-')[0]
        fields = dict(BOOKED.findall(part))
        fields |= {name or other: value or last for name, value, other, last in FOUND.findall(part)}
        how = "count" if fields else "discard"
        answer = post(client, f"/office/exceptions/{case.id}/{how}", to="/office/exceptions", **fields)
        assert answer.headers["Location"].endswith(("case_counted", "case_discarded")), answer.headers["Location"]


def test_both_are_booked_where_both_were_promised_their_goods(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=2)
    floor.order("42", RED=3)
    one, two = page_of(floor, "EMP-2"), page_of(floor, "EMP-3")
    one.online("T-1")
    two.online("T-2")
    one.offline("A-01", "RED")
    two.offline("A-01", "RED", "RED", "RED")
    one.offline("RED")
    two.drain()
    one.drain()
    assert one.refused + one.corrected + two.refused + two.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 RED 2\nBUFFER/TOT-2 RED 3")


def test_two_who_put_away_onto_one_shelf_are_both_booked(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    boss = floor.handheld()
    boss.scans("ASN-4711", "P-1", "RED", "RED", "P-2", "RED", "RED", "RED", "*DONE*")
    one, two = page_of(floor, "EMP-2"), page_of(floor, "EMP-3")
    one.online("P-1")
    two.online("P-2")
    shelves = [page.expected() for page in (one, two)]
    one.offline(shelves[0] or "")
    two.offline(shelves[1] or "")
    one.drain()
    two.drain()
    assert one.refused + two.refused == []
    assert sum(int(line.split()[2]) for line in floor.stock.lines()) == 5


def test_a_task_that_was_taken_over_is_counted_as_it_lies(floor: Floor) -> None:
    """One picks without network; meanwhile the other gets the order and shorts the shelf."""
    floor.put_stock("A-01 RED 4")
    floor.order("42", RED=4)
    one = page_of(floor, "EMP-2")
    one.online("T-1", "A-01")
    one.offline("RED", "RED")
    two = floor.handheld("EMP-3")
    two.scan("T-1")
    two.scan("T-1")
    # Two are left on the shelf, where the books think four.
    two.scans("RED", "RED")
    assert [two.scan("*SHORT*")["code"] for _ in range(2)] == ["confirm_short", "task_complete"]
    floor.stock.is_now("BUFFER/TOT-1 RED 2")
    one.drain()
    assert [reply["code"] for reply in one.refused] == ["task_done", "task_done"]
    # All four lie in the tote: two were booked, two were not.
    client = signed_in(floor)
    count_in(floor, client)
    floor.stock.is_now("BUFFER/TOT-1 RED 2\nPROBLEM RED 2")


def test_goods_of_a_cancelled_order_in_a_tote_go_back_by_putaway(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    one = page_of(floor, "EMP-2")
    one.online("T-1", "A-01")
    one.offline("RED", "RED")
    cancel(floor, "42")
    one.drain()
    assert [reply["code"] for reply in one.refused] == ["order_cancelled", "task_done"]
    count_in(floor, signed_in(floor))
    floor.stock.is_now("A-01 RED 8\nBUFFER/TOT-1 RED 2")
    hand = floor.handheld("EMP-2")
    assert hand.scan("T-1")["screen"]["screen"] == "putaway"
    hand.scans(str(hand.screen["accepts"][0]))
    floor.stock.is_now("A-01 RED 10")


def test_two_receivers_of_one_line(floor: Floor) -> None:
    """Together they count more than was announced: what comes second is asked about, and counted by a supervisor."""
    floor.notice("4711", RED=3)
    one, two = page_of(floor, "EMP-2"), page_of(floor, "EMP-3")
    one.online("ASN-4711", "P-1")
    two.online("ASN-4711", "P-2")
    one.offline("RED", "RED")
    two.offline("RED", "RED", "RED")
    one.drain()
    replies = two.drain()
    assert [reply["code"] for reply in replies] == ["line_done", "over_notice", "task_moved_on"]
    assert (len(two.corrected), len(two.refused)) == (1, 2)
    floor.stock.is_now("STAGE/PAL-1 RED 2\nSTAGE/PAL-2 RED 1")
    count_in(floor, signed_in(floor))
    floor.stock.is_now("STAGE/PAL-1 RED 2\nSTAGE/PAL-2 RED 3")


def cancel(floor: Floor, number: str) -> None:
    """The shop cancels; orders that are picked already stay."""

    def work(session: object) -> None:
        order = orders_by_number(session, floor.warehouse_id, number)[0]  # type: ignore[arg-type]
        cancel_order(session, floor.warehouse_id, order.id, now=floor.clock.now())  # type: ignore[arg-type]

    floor.database.in_transaction(work)


SHELVES = {"RED": "A-01", "BLUE": "A-02", "GREEN": "A-03"}
FULL = 60
TAKEN = ("counted", "line_done", "task_complete")


class Day:
    """Two pickers, what they took from the shelves with their own hands, and what they sent."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self.chance = random.Random(seed)
        self.floor = floor
        self.client = signed_in(floor)
        self.pages = [page_of(floor, badge, wants_next=True) for badge in ("EMP-2", "EMP-3")]
        self.numbers = [str(number) for number in range(50, 62)]
        self.totes = iter([f"TOT-{number}" for number in range(1, 10)])
        self.taken: Counter[str] = Counter()
        self.hands: dict[str, list[str]] = {page.hand.device: [] for page in self.pages}
        self.sent: list[str] = []

    def goes_on(self) -> None:
        """Something happens."""
        page, event = self.chance.choice(self.pages), self.chance.random()
        if event < 0.04:
            cancel(self.floor, self.chance.choice(self.numbers))
        elif event < 0.08:
            taken = re.findall(r'action="(/office/tasks/[^"]+/take-away)"', self.client.get("/office/leases").text)
            if taken:
                post(self.client, self.chance.choice(taken), to="/office/leases")
        elif event < 0.30:
            self.comes_back(page)
        elif page.queue or event < 0.75:
            self.scans_offline(page)
        else:
            self.scans_online(page)

    def comes_back(self, page: GoingOn) -> None:
        """What waits is sent, sometimes twice because an answer was lost; then the page shows what is so."""
        if page.queue and self.chance.random() < 0.5:
            page.hand.post({"scans": page.queue[: self.chance.randint(1, len(page.queue))]})
        self.sent += [str(body["scan_id"]) for body in page.queue]
        page.drain()
        page.look_again()
        self.hands[page.hand.device].clear()

    def scans_offline(self, page: GoingOn) -> None:
        """One scan without network, where there is one to make; goods are moved by hand along with it."""
        hand = self.hands[page.hand.device]
        if self.chance.random() < 0.15 and page.scan_offline("*UNDO*"):
            self.taken[hand.pop()] -= 1
            return
        code = page.expected()
        if code is None and (page.next or page.path):
            code = next(self.totes, "TOT-9")
        if code is None:
            return
        begins = page.task is None
        if page.scan_offline(code):
            if begins:
                hand.clear()
            hand.append(sku_of(code))
            self.taken[sku_of(code)] += 1

    def scans_online(self, page: GoingOn) -> None:
        """One scan with network."""
        code = page.expected() if page.task is not None else None
        code = code or ("*PICK*" if page.task is None else next(self.totes, "TOT-9"))
        reply = page.hand.scan(
            code,
            task_id=page.task["id"] if page.task else None,
            task_version=page.task["version"] if page.task else None,
            ahead=0,
            next_held=[laid["task"]["id"] for laid in page.next],
        )
        if reply["code"] in TAKEN:
            self.taken[sku_of(code)] += 1
        page.look_again()


def sku_of(code: str) -> str:
    """Which goods a code is on; empty for places and totes."""
    return next((sku for sku in SHELVES if code_of(sku) == code), "")


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_any_day_with_cuts_ends_with_every_scan_judged_once_and_the_stock_right(floor: Floor, seed: int) -> None:
    """Pickers lose their network at random, pages are loaded anew, orders cancelled and tasks taken away meanwhile."""
    floor.put_stock("\n".join(f"{place} {sku} {FULL}" for sku, place in SHELVES.items()))
    day = Day(floor, seed)
    for number in day.numbers:
        floor.order(number, **{sku: day.chance.randint(1, 3) for sku in day.chance.sample(list(SHELVES), 2)})
    for _ in range(80):
        day.goes_on()
    for page in day.pages:
        day.comes_back(page)
    judged = floor.database.reading(lambda session: list(session.scalars(select(ScanLogRow.scan_id))))
    assert len(day.sent) == len(set(day.sent)) > 20
    assert set(day.sent) <= {str(scan_id) for scan_id in judged}
    assert any(page.refused for page in day.pages), "nothing was refused: such a day proves nothing"

    count_in(floor, day.client)

    on_shelves = {line.split()[1]: int(line.split()[2]) for line in floor.stock.lines() if line.startswith("A-0")}
    assert on_shelves == {sku: FULL - day.taken[sku] for sku in SHELVES}
    assert sum(int(line.split()[2]) for line in floor.stock.lines()) == FULL * len(SHELVES)
