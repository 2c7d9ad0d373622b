"""A day in a bonded warehouse, played in one thread from one seed, and what must be true while it lasts and after it.

`Day.play` picks one small event after another: somebody scans, a silent device tries again, an old copy of a request
arrives, a worker does a batch, stock is promised, an order comes in or is cancelled, customs says something on its own,
a unit breaks, the clock jumps past a lease. Any request and any batch of a worker may end with the death of its process
(see `processes`). After the day, when everything arrives and nobody errs any more, the work must come to its end:
nobody may be kept on dead work, and nothing may be left behind.

All chance comes from the seed; the history names scans by number, so that the same seed tells the same story.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.simulation.books import Books
from tests.simulation.choices import EXPIRES, SHELVES, TOTES, Mind
from tests.simulation.hands import World
from tests.simulation.network import Network
from tests.simulation.outside import Outside
from tests.simulation.people import Crew, Device, Person
from tests.simulation.processes import Building, Crash, Process
from tests.support.electronic_port import ElectronicPort
from tests.support.floor import NOON, PIN, Floor
from wms.access.model import Role, command_line
from wms.access.pins import Pins
from wms.access.service import create_api_token, create_operator
from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import FixedClock
from wms.labels.press import Press
from wms.outbox.service import LEASE

PROCESSES = 2
STEPS = 220
TRUCKS = 2
BROKEN_UNITS = 3

STAFF = (
    ("EMP-11", "receive", Role.PICKER, 1),
    ("EMP-12", "receive", Role.PICKER, 2),
    ("EMP-13", "pick", Role.PICKER, 2),
    ("EMP-14", "pick", Role.PICKER, 1),
    ("EMP-15", "pack", Role.PACKER, 2),
    ("EMP-16", "pack", Role.PACKER, 1),
    ("EMP-17", "load", Role.PACKER, 1),
    ("EMP-18", "load", Role.PACKER, 1),
)
"""Badge, duty, role and how many handhelds somebody has."""

CUSTOMS = Scenario(refused=40, inspected=150, withdrawn=100, doubled=250, overtaken=300,
                   step_ms=20_000, inspection_ms=300_000)  # fmt: skip


class Clock(FixedClock):
    """A clock that moves on by a millisecond whenever somebody looks, so that no two moments of the day are one."""

    def now(self) -> datetime:
        self.forward(timedelta(milliseconds=1))
        return super().now()


@dataclass(frozen=True, slots=True)
class Ended:
    """What a day came to, for those who want to see that it was not an idle one."""

    scans: int
    crashes: int
    orders: tuple[str, ...]
    history: tuple[str, ...]


class Day:
    """One day, from one seed, on one database with the product's tables and no rows."""

    def __init__(self, seed: int, database_url: str, folder: Path, press: Press) -> None:
        self.random = Random(seed)
        self.floor = Floor(database_url, folder, customs="china")
        self.clock = Clock(NOON)
        self.building = Building(self.floor.settings, self.clock, press)
        self.network = Network(self.building, Random(seed + 1), [Process(self.building) for _ in range(PROCESSES)])
        self.gatehouse = Process(self.building)
        """Takes in what customs answers; it does not die."""
        self.port = ElectronicPort(self.gatehouse.house, self.floor.warehouse_id, "HZ1", CUSTOMS, seed)
        self.world = World()
        self.labels: dict[str, str] = {}
        self.crew = Crew(self.network, self.world, self.labels)
        self.mind = Mind(self.crew, self.random)
        self.books = Books(self.floor.database, self.floor.warehouse_id)
        self.broken = 0
        self.mortal = True
        """Whether workers and sweeps still die: a while longer than the network is rough."""
        self._checked = -1
        self.outside = Outside(self.network, self.books, self.world, self.random, self._open(), self.floor)

    def close(self) -> None:
        self.port.simulator.close()
        for process in (*self.network.processes, self.gatehouse):
            process.end()
        self.floor.close()

    # -- the morning ----------------------------------------------------------------------------------------------

    def _open(self) -> str:
        """People, their handhelds, a program that sends orders, goods on the shelves, and trucks at the dock."""
        # PINs are not what this is about: a cheap hash is checked quickly.
        pin_hash = Pins(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)).hash(PIN)

        def hire(session: Session) -> str:
            by = command_line(self.floor.warehouse_id)
            for badge, _, role, _ in STAFF:
                create_operator(session, by, badge=badge, name=badge, role=role, pin_hash=pin_hash, now=NOON)
            return str(create_api_token(session, by, name="shop", role=Role.INTEGRATION, now=NOON))

        token = self.floor.database.in_transaction(hire)
        for badge, duty, _, devices in STAFF:
            names = [f"{badge}/{number}" for number in range(1, devices + 1)]
            self.crew.people.append(Person(badge, duty, [self._sign_in(badge, name) for name in names]))
        for line in ("A-01 RED 20", "A-02 BLUE 14", "A-03 GREEN 14"):
            self.floor.put_stock(line)
            place, sku, units = line.split()
            self.world.units[(sku, "", place)] = int(units)
        for number in range(1, TRUCKS + 1):
            self._truck(number)
        return token

    def _sign_in(self, badge: str, device: str) -> Device:
        body = {"badge": badge, "pin": PIN, "device": device}
        response = self.network.process().post("/api/v1/sign-in", {}, json=body)
        assert response.status_code == 200, response.text
        answer = response.get_json()
        cookie = response.headers["Set-Cookie"].split(";")[0]
        return Device(device, {"Cookie": cookie, "X-CSRF-Token": answer["csrf_token"]}, None, answer["screen"])

    def _truck(self, number: int) -> None:
        """A delivery that is nearly what its notice says."""
        announced = {sku: self.random.randint(2, 16) for sku in ("RED", "BLUE", "CREAM")}
        self.floor.notice(f"N{number}", **announced)
        for sku, units in announced.items():
            lot = f"L{number}" if sku == "CREAM" else ""
            assert not lot or lot in EXPIRES
            really = max(1, units + self.random.choice((-1, 0, 0, 0, 1)))
            self.world.units[(sku, lot, f"truck N{number}")] = really

    # -- the day --------------------------------------------------------------------------------------------------

    def play(self) -> Ended:
        """The whole day; raises AssertionError with the seed's history where something is not as it must be."""
        events: list[tuple[Callable[[], object], int]] = [
            (self._somebody_scans, 60),
            (self._silent_device_tries_again, 14),
            (self.network.deliver_late, 4),
            (self._worker_works, 10),
            (self._stock_is_promised, 5),
            (self.outside.order_comes, 7),
            (self.outside.order_is_cancelled, 1),
            (self.outside.customs_turns, 1),
            (self.outside.customs_repeats_itself, 1),
            (self._unit_vanishes, 1),
            (self._device_is_changed, 5),
            (self._old_id_is_used_again, 1),
            (self._time_passes, 1),
        ]
        try:
            for _ in range(STEPS):
                event = self.random.choices([event for event, _ in events], [weight for _, weight in events])[0]
                self.clock.forward(timedelta(milliseconds=self.random.randint(200, 4_000)))
                event()
                self._check()
            self._end_of_day()
        except (AssertionError, Exception) as error:
            error.add_note("\n".join(["the day so far:", *self.network.history]))
            raise
        states = self.books.orders()
        return Ended(self.crew.scans, self.network.crashes, tuple(sorted(states.values())), tuple(self.network.history))

    def _check(self) -> None:
        if self.building.commits != self._checked:
            self._checked = self.building.commits
            self.books.check(self.world, settled=not any(self.crew.silent()))

    def _somebody_scans(self) -> None:
        free = [person for person in self.crew.people if not person.device.waiting]
        if free:
            person = self.random.choice(free)
            raws = self.mind.next_scans(person)
            if raws:
                self.crew.scan(person, raws)

    def _silent_device_tries_again(self) -> None:
        silent = list(self.crew.silent())
        if silent:
            person, device = self.random.choice(silent)
            self.crew.send(person, device)

    def _device_is_changed(self) -> None:
        """A battery is empty, in the middle of a scan or not; the other handheld may still show an old screen."""
        person = self.random.choice([person for person in self.crew.people if len(person.devices) > 1])
        person.devices.reverse()
        self.network.say(f"{person.badge} takes {person.device.name}")
        if not person.device.waiting and self.random.random() < 0.4:
            self.crew.look(person)

    def _old_id_is_used_again(self) -> None:
        if self.crew.acknowledged:
            self.crew.conflict(self.crew.people[0])

    def _time_passes(self) -> None:
        """Everybody has lunch: leases of tasks and messages end."""
        self.network.say("lunch")
        self.clock.forward(timedelta(seconds=self.floor.settings.lease_seconds + 1) + LEASE)

    def _unit_vanishes(self) -> None:
        places = (*SHELVES, *TOTES)
        spots = [spot for spot, units in sorted(self.world.units.items()) if units and spot[2] in places]
        if spots and self.broken < BROKEN_UNITS:
            spot = self.random.choice(spots)
            self.broken += 1
            self.world.vanish(spot)
            self.network.say(f"one of {spot} vanishes")

    # -- the machines ---------------------------------------------------------------------------------------------

    def _worker_works(self) -> bool:
        worked = self._dies_perhaps("a worker", lambda process, doom: process.work(doom))
        worked = self.outside.zone_answers(self.port.folder, always_yes=not self.mortal) or worked
        worked = self.port.turn() or worked
        self._labels_come_out()
        return bool(worked)

    def _stock_is_promised(self) -> None:
        self._dies_perhaps("a sweep", lambda process, doom: process.allocate(doom))

    def _dies_perhaps(self, what: str, work: Callable[..., Any]) -> Any:
        """What `work` gives; True where its process died over it, because then something may be left to do."""
        process = self.network.process()
        doom = self.network.doom(6) if self.mortal and self.random.random() < 0.25 else None
        try:
            return work(process, doom)
        except Crash:
            self.network.say(f"{what} {doom}")
            self.network.bury(process)
            return True

    def _labels_come_out(self) -> None:
        """Whoever packs sticks the label on; from now on the parcel can be scanned."""
        for number, order in self.books.printed(self.floor.settings.label_dir).items():
            if number not in self.labels:
                self.labels[number] = order
                self.world.parcel_at.setdefault(order, "BENCH-1")
                self.network.say(f"label {number} of {order}")

    # -- the evening ----------------------------------------------------------------------------------------------

    def _end_of_day(self) -> None:
        """Everything arrives, nobody errs, and everybody works until there is nothing left to do."""
        self.network.say("the end of the day")
        self.network.rough, self.mind.careful = False, True
        while self.network.under_way:
            self.network.deliver_late()
            self._check()
        self.outside.send_all_orders_again()
        for person, device in list(self.crew.silent()):
            self.crew.send(person, device)
            self._check()
        for turn in range(30):
            self.mortal = turn < 2
            if not self.mortal:
                self.outside.customs_finishes()
            self._machines_run_dry()
            worked = [person.badge for person in self.crew.people if self._works_on(person)]
            if not worked:
                break
        else:
            raise AssertionError("the day does not end: somebody works on and on")
        self._all_is_done()

    def _machines_run_dry(self) -> None:
        for _ in range(8):
            self.clock.forward(timedelta(minutes=5))
            self._stock_is_promised()
            while self._worker_works():
                self._check()
        self.mind.released = self.books.released()

    def _works_on(self, person: Person) -> bool:
        """Let one person work until nothing happens any more; whether anything did."""
        self.crew.look(person)
        refused, worked = 0, False
        for _ in range(200):
            raws = self.mind.next_scans(person)
            if not raws:
                return worked
            self.crew.scan(person, raws)
            self._check()
            reply = person.device.last_reply
            if self.mortal and reply["code"] in ("parcel_staged", "load_sealed_now") and self.random.random() < 0.4:
                # While the parcel stands on the lane: the truck must not take it along.
                self.outside.customs_turns()
                self._worker_works()
                self.mind.released = self.books.released()
                self._check()
            counts = reply["outcome"] != "refused" and raws != ["*HOME*"] and reply["code"] != "receiving_paused"
            worked = worked or counts
            refused = 0 if counts else refused + 1
            if refused > (1 if person.device.seen.workflow == "home" else 6):
                return worked
        raise AssertionError(f"{person.badge} never comes to an end")

    def _all_is_done(self) -> None:
        self._check()
        left = [
            spot
            for spot, units in sorted(self.world.units.items())
            if units and spot[2].startswith(("TOT-", "PAL-", "hand of"))
        ]
        assert not left, f"goods were left in totes, on pallets or in hands: {left}"
        states = self.books.orders()
        assert sorted(states) == sorted(self.outside.orders_sent), "orders are not what was sent"
        ready = {order for number, order in self.labels.items() if number in self.books.released()}
        stuck = {
            order: state
            for order, state in states.items()
            if state not in ("dispatched", "cancelled", "short", "packed") or order in ready
        }
        assert not stuck, f"orders that could go on do not: {stuck}"
        self.books.check_scan_log(self.crew.acknowledged)
        self.books.check_outside_work(self.port.folder)
        self.books.check_audit()
