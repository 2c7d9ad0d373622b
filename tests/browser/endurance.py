"""A picker who scans on whatever happens to his handheld, and the proof that nothing of it is lost.

Called by `test_endurance` with a few hundred scans on the practice server, and by `bench.page_endurance` with ten
thousand on the real service. No code is scanned twice within a few dozen, so that the list of what was booked shows by
itself whether one is missing, doubled or out of order. What happens is drawn from a seed: a run that failed can be
repeated.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from playwright.sync_api import Page

from tests.browser.device import Device
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

NEXT = "*NEXT*"
CODES_PER_TASK = 40
REFUSED_HERE = ("needs_connection", "cannot_check")
MOST_PER_BURST = 12
LONGEST_WAIT_MS = 60_000
ANSWERED = """(count) => {
  const { n, said } = document.querySelector("#outcome").dataset;
  return Number(n || 0) >= count || said === "busy_try_again";
}"""
"""All are answered, or the page says that one waits for a server that is busy."""


class Site(Protocol):
    """The server in the hands of somebody who makes it fail, and what it says of the work."""

    def stop(self) -> None: ...

    def start(self) -> None: ...

    def lose_answers(self, count: int) -> None:
        """The next scans are booked without their answers arriving."""

    def be_busy(self, count: int) -> None:
        """The next requests are answered 503."""

    def be_slow(self, seconds: float) -> None:
        """Every answer takes so long, until told otherwise."""

    def booked(self) -> list[str]:
        """The codes that count, in the order in which they were booked."""

    def asks_for(self, page: Page, codes: Sequence[str]) -> int | None:
        """Which of these the page asks for now; None where it is something else."""

    def come_back(self) -> None:
        """What a person has to do after the device was switched on again, such as to sign in."""


@dataclass
class PracticeSite:
    """The practice server; the page shows the bare code it asks for."""

    practice: Practice

    def stop(self) -> None:
        self.practice.stop()

    def start(self) -> None:
        self.practice.start()

    def lose_answers(self, count: int) -> None:
        self.practice.lost = count

    def be_busy(self, count: int) -> None:
        self.practice.busy = count

    def be_slow(self, seconds: float) -> None:
        self.practice.delay_seconds = seconds

    def booked(self) -> list[str]:
        return self.practice.codes()

    def asks_for(self, page: Page, codes: Sequence[str]) -> int | None:
        asked = page.locator("#expect").inner_text()
        wanted = asked if asked in codes else NEXT
        return codes.index(wanted) if wanted in codes else None

    def come_back(self) -> None:
        return


def practised(device: Device, practice: Practice, chance: Random, tasks: list[list[str]]) -> "Picker":
    """A picker with these tasks on the practice server, before the open page."""
    practice.give(*tasks)
    hand = device.switch_on()
    hand.open()
    hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return Picker(device, hand, PracticeSite(practice), chance, [code for task in tasks for code in (NEXT, *task)])


def work_of(scans: int) -> list[list[str]]:
    """Tasks of together about `scans` scans, the card that begins each one included."""
    tasks = max(1, round(scans / (CODES_PER_TASK + 1)))
    return [[f"SKU-{task * CODES_PER_TASK + number:06d}" for number in range(CODES_PER_TASK)] for task in range(tasks)]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was booked otherwise than it was scanned; all nought is the only good one."""

    lost: int
    doubled: int
    out_of_order: int


def difference(scanned: list[str], booked: list[str]) -> Difference:
    """Compares what a person scanned with what the server has."""
    here, there = Counter(scanned), Counter(booked)
    lost, doubled = (here - there).total(), (there - here).total()
    swapped = 0 if lost or doubled else sum(one != other for one, other in zip(scanned, booked, strict=True))
    return Difference(lost, doubled, swapped)


@dataclass
class Picker:
    """Scans his whole work on a device to which things happen. The page is open, and somebody is signed in."""

    device: Device
    hand: Handheld
    site: Site
    chance: Random
    work: list[str]
    bursts: int = 1
    """How many bursts he scans in peace between two things that happen."""
    done: int = 0
    """How many scans of his work the page has taken."""
    happened: Counter[str] = field(default_factory=Counter)

    def scan_all(self, told: Callable[[int], None] = lambda done: None) -> Difference:
        """Scan to the end, with something new happening every few scans; what came of it."""
        mishaps = (
            self._network_is_cut, self._server_restarts, self._answers_are_lost, self._server_is_busy,
            self._server_is_slow, self._page_is_loaded_again, self._battery_is_taken_out,
            self._battery_is_taken_out_without_server,
        )  # fmt: skip
        while self.done < len(self.work):
            self._go_on_after(self._scan_some(self.bursts))
            mishap = self.chance.choice(mishaps)
            self.happened[mishap.__name__.strip("_").replace("_", " ")] += 1
            mishap()
            told(self.done)
        self._until_all_is_booked()
        return difference(self.work, self.site.booked())

    # --- what happens ------------------------------------------------------------------------------------------------

    def _network_is_cut(self) -> None:
        self.hand.page.context.set_offline(True)
        burst = self._scan_some(self.chance.randint(1, 6))
        self.hand.page.context.set_offline(False)
        self._go_on_after(burst)

    def _server_restarts(self) -> None:
        self.site.stop()
        burst = self._scan_some(self.chance.randint(1, 4))
        self.site.start()
        self._go_on_after(burst)

    def _answers_are_lost(self) -> None:
        self.site.lose_answers(self.chance.randint(1, 3))
        self._go_on_after(self._scan_some(2))

    def _server_is_busy(self) -> None:
        self.site.be_busy(self.chance.randint(1, 3))
        self._go_on_after(self._scan_some(2))

    def _server_is_slow(self) -> None:
        self.site.be_slow(self.chance.uniform(0.05, 0.5))
        burst = self._scan_some(2)
        self.site.be_slow(0.0)
        self._go_on_after(burst)

    def _page_is_loaded_again(self) -> None:
        before = self.hand.judged()
        burst = self._type()
        shown = self._shown(before)
        self.hand.open()
        self._go_on_after(burst, shown)

    def _battery_is_taken_out(self) -> None:
        burst, shown = self._kill()
        self._go_on_after(burst, shown)

    def _battery_is_taken_out_without_server(self) -> None:
        self.site.stop()
        if burst := self._scan_some():
            shown = 0
            self.site.start()
        else:
            burst, shown = self._kill()
            self.site.start()
        self._go_on_after(burst, shown)

    def _kill(self) -> tuple[list[str], int]:
        """Take the battery out in the middle of a burst; the burst, and how many of it had been shown as taken."""
        before = self.hand.judged()
        burst = self._type()
        shown = self._shown(before)
        self.device.kill()
        self.hand = self.device.switch_on()
        self.hand.open()
        self.site.come_back()
        return burst, shown

    # --- scanning ----------------------------------------------------------------------------------------------------

    def _scan_some(self, bursts: int = 1) -> list[str]:
        """Scan a few codes without looking, then look; several times. The burst that did not get through."""
        for _ in range(bursts):
            before = self.hand.judged()
            burst = self._type()
            self.hand.page.wait_for_function(ANSWERED, arg=before + len(burst), timeout=LONGEST_WAIT_MS)
            if self._place_in(burst) < len(burst):
                return burst
            self.done += len(burst)
        return []

    def _type(self) -> list[str]:
        burst = self.work[self.done : self.done + self.chance.randint(1, MOST_PER_BURST)]
        for code in burst:
            self.hand.scan(code)
        return burst

    def _go_on_after(self, burst: list[str], shown: int = 0) -> None:
        """Wait until nothing waits, and find the place again; what had been shown as taken is never asked for again."""
        if not burst:
            return
        self._until_all_is_booked()
        taken = self._place_in(burst)
        assert taken >= shown, f"{shown} of {burst} were shown, {taken} are known"
        self.done += taken

    def _shown(self, before: int) -> int:
        """How many scans were shown as taken since; the last ones may have been refused."""
        shown = self.hand.judged() - before
        panel = self.hand.page.locator("#outcome")
        is_refused = panel.get_attribute("data-code") in REFUSED_HERE
        return max(0, shown - int(panel.get_attribute("data-again") or 1)) if is_refused else shown

    def _place_in(self, burst: list[str]) -> int:
        """How many of these scans the page has taken: it asks for one of them, or for what follows them."""
        following = self.work[self.done + len(burst) : self.done + len(burst) + 1] or [NEXT]
        window = [*burst, *following]
        place = self.site.asks_for(self.hand.page, window)
        assert place is not None, f"after {self.done} scans and {burst} the page asks for {self._asked()}"
        return place

    def _asked(self) -> str:
        return self.hand.page.locator("#expect").inner_text()

    def _until_all_is_booked(self) -> None:
        self.hand.page.wait_for_function("() => document.body.dataset.waiting === '0'", timeout=LONGEST_WAIT_MS)
