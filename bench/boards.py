"""What open boards of supervisors cost a scan, and how soon a board shows what was scanned. Called by `bench.handheld`.

Each board here asks as its page does: what stands inside <main>, under an entity tag, as often as that. How soon a
change is seen is read from a real board in a browser.
"""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from statistics import median

from bench.hall import ARTICLES, PEOPLE, PIN, Hall, badge_of
from bench.page_cases import Answers, answers_of_the_server
from bench.page_person import WIFI, Person
from bench.web import Web
from wms.office.pages import BOARD_REFRESH_SECONDS, FRAGMENT_HEADER, HOME

BOARDS = 40
LONGEST_WAIT_MS = 60_000
ON_A_LANE = """() => {
  const figures = [...document.querySelectorAll("[data-part='parcels'] .figure")];
  const number = figures.find((one) => one.textContent.includes("On a lane")).querySelector("b");
  return Number(number.textContent.replaceAll(",", ""));
}"""
SHOWS = f"(number) => ({ON_A_LANE})() >= number && Date.now()"


@dataclass(frozen=True, slots=True)
class Beside:
    """Scans that only the server answers, without open boards and beside them."""

    alone: Answers
    crowded: Answers
    asked: int
    """How often the boards asked meanwhile."""
    board_ms: float
    """Median of what a board waited for its answer."""
    cpu_share: float
    """Of one processor: what the service used meanwhile, scans included."""


@dataclass
class Boards:
    """So many boards in the hands of threads."""

    port: int
    count: int
    times: list[float] = field(default_factory=list)
    """Seconds of every answer."""
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._look, args=(number,), daemon=True) for number in range(self.count)]
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        self._over.set()

    def _look(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self._signed_in(connection, number), FRAGMENT_HEADER: "main"}
        self._over.wait(BOARD_REFRESH_SECONDS * number / self.count)
        while not self._over.is_set():
            began = time.monotonic()
            tag = self._asked(connection, headers)
            took = time.monotonic() - began
            if tag is not None:
                headers["If-None-Match"] = tag
                self.times.append(took)
            self._over.wait(max(0.0, BOARD_REFRESH_SECONDS - took))
        connection.close()

    def _asked(self, connection: http.client.HTTPConnection, headers: dict[str, str]) -> str | None:
        """The tag of the answer; None where the connection broke, which a browser bears as well."""
        try:
            connection.request("GET", HOME, headers=headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
        assert answer.status in (200, 304, 503), f"a board was answered {answer.status}"
        return answer.headers.get("ETag") or ""

    def _signed_in(self, connection: http.client.HTTPConnection, number: int) -> str:
        who = {"badge": badge_of(number % PEOPLE), "pin": PIN, "device": f"board-{number}"}
        connection.request("POST", "/api/v1/sign-in", json.dumps(who), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"a supervisor could not sign in: {answer.status}"
        return (answer.headers.get("Set-Cookie") or "").partition(";")[0]


@contextmanager
def open_boards(port: int, count: int) -> Iterator[Boards]:
    """So many, until the block ends; begins when each has been answered once."""
    boards = Boards(port, count)
    threads = boards.start()
    while len(boards.times) < count:
        assert all(thread.is_alive() for thread in threads), "a board has ended"
        time.sleep(0.1)
    boards.times.clear()
    yield boards
    boards.stop()
    for thread in threads:
        thread.join()


def answers_beside_boards(hall: Hall, packer: Person, web: Web, scans: int, lanes: tuple[int, int]) -> Beside:
    """The same scans twice, so that the rest of the machine's work weighs on both alike."""
    alone = answers_of_the_server(hall, packer, WIFI, scans, lanes[0])
    with open_boards(web.port, BOARDS) as boards:
        began, used = time.monotonic(), web.cpu_seconds()
        crowded = answers_of_the_server(hall, packer, WIFI, scans, lanes[1])
        share = (web.cpu_seconds() - used) / (time.monotonic() - began)
        times = list(boards.times)
    return Beside(alone, crowded, len(times), median(times) * 1000, share)


def seen_on_a_board(hall: Hall, packer: Person, supervisor: Person, parcels: int, lane: int) -> list[int]:
    """Milliseconds from the last key at the gate until the board in a browser shows one more parcel on a lane."""
    codes = hall.released_parcels([{number % ARTICLES: 1} for number in range(parcels)])
    packer.scan("*HOME*", pace_ms=0)
    packer.scan(f"LOC-LANE-{lane}", pace_ms=0)
    board = supervisor.hand.page
    board.goto(supervisor.hand.url + HOME)
    any_moment = Random(parcels)
    found = []
    for code in codes:
        board.wait_for_timeout(any_moment.uniform(0, BOARD_REFRESH_SECONDS * 1000))
        before = board.evaluate(ON_A_LANE)
        began = time.time() * 1000
        packer.scan(code, pace_ms=0)
        seen = board.wait_for_function(SHOWS, arg=before + 1, timeout=LONGEST_WAIT_MS).json_value()
        found.append(round(float(seen) - began))
    return found
