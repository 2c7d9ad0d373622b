"""People with handhelds: they scan, wait for answers, send again what was not answered, and only then move goods.

What they scan next is chosen in `choices.py`. A scan leaves a device only with its answer; a person whose device is
silent may go on with another one, and comes back to the old one later, as in life.
"""

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.simulation.hands import Deed, World
from tests.simulation.network import Json, Network, Request
from tests.simulation.screens import PACKS, Seen, deed_of, read
from wms.kernel.identity import uuid7

COUNTED = ("accepted", "completed")
ASKED_FOR_MORE = ("lot_needed", "expiry_needed")
"""Codes of a count that waits: the unit stays in the hand until its lot is known."""
UNDO = "*UNDO*"
HOME = "*HOME*"


@dataclass(frozen=True, slots=True)
class Try:
    """One scan that waits for its answer."""

    number: int
    raw: str
    seen: Seen
    body: Json


@dataclass(order=True, slots=True)
class Done:
    """A scan that counted, as its person remembers it, in the order in which the service judged them."""

    at: str
    task_id: str = field(compare=False)
    deed: Deed = field(compare=False)


@dataclass
class Device:
    """One handheld: the screen it shows, and the scans it keeps until they are answered."""

    name: str
    headers: Mapping[str, str]
    task: Json | None
    screen: Json
    lookahead: Sequence[Json] = ()
    waiting: tuple[Try, ...] = ()
    last_item: str = ""
    """The SKU that was counted last on this device, which `*QTY+n*` would repeat."""
    last_raw: str = ""
    last_reply: Json = field(default_factory=dict)

    @property
    def seen(self) -> Seen:
        return read(self.screen)

    def show(self, answer: Json) -> None:
        self.task, self.screen, self.lookahead = answer["task"], answer["screen"], answer["lookahead"]


@dataclass
class Person:
    """Somebody with a badge, a duty and one or two handhelds, the first of which is in his hand."""

    badge: str
    duty: str
    devices: list[Device]
    done: list[Done] = field(default_factory=list)

    @property
    def device(self) -> Device:
        return self.devices[0]

    @property
    def hand(self) -> str:
        """The spot of goods in his hand that wait for their lot."""
        return f"hand of {self.badge}"


@dataclass
class Crew:
    """Everybody on the floor, over one network, in one world."""

    network: Network
    world: World
    labels: Mapping[str, str]
    """The order of each parcel that carries a label, by tracking number."""
    people: list[Person] = field(default_factory=list)
    acknowledged: dict[str, tuple[str, Json]] = field(default_factory=dict)
    """What was scanned and the answer that reached the device, by scan id."""
    scans: int = 0

    def deed(self, person: Person, device: Device, seen: Seen, raw: str) -> Deed | None:
        """What his hands would do; None where the goods for it are not there, so that he cannot scan them."""
        if raw == UNDO:
            last = self.to_take_back(person, device)
            deed = last.deed.back() if last else Deed()
        else:
            deed = deed_of(seen, raw, self.world, hand=person.hand, last_item=device.last_item, labels=self.labels)
        there = all(self.world.at(move.goods, move.source) >= move.quantity for move in deed.units)
        return deed if there and not self.world.is_busy_with(deed) else None

    def to_take_back(self, person: Person, device: Device) -> Done | None:
        """The scan that an undo on this device would take back."""
        wanted = device.task["id"] if device.task else ""
        return next((done for done in reversed(person.done) if wanted in ("", done.task_id)), None)

    def may_undo(self, person: Person, device: Device) -> bool:
        """Nobody takes back what he cannot be sure of: another device is silent, or goods vanished meanwhile."""
        if any(other.waiting for other in person.devices):
            return False
        last = self.to_take_back(person, device)
        return last is None or not self.world.is_haunted(last.deed)

    def silent(self) -> Iterator[tuple[Person, Device]]:
        """Devices that wait for an answer."""
        for person in self.people:
            for device in person.devices:
                if device.waiting:
                    yield person, device

    def scan(self, person: Person, raws: Sequence[str]) -> None:
        """Scan one code, or several ahead of the answers along the path the screen promised, and send them."""
        device = person.device
        assert not device.waiting
        tries: list[Try] = []
        screen = device.screen
        for ahead, raw in enumerate(raws):
            seen = read(screen)
            deed = self.deed(person, device, seen, raw)
            if deed is None:
                break
            self.scans += 1
            self.world.take_up(self.scans, deed)
            task = device.task
            body: dict[str, Any] = {
                "scan_id": str(uuid7()),
                "device": device.name,
                "raw": raw,
                "source": "button" if raw.startswith("*") else "wedge",
                "task_id": task["id"] if task else None,
                "task_version": task["version"] + ahead if task else None,
            }
            tries.append(Try(self.scans, raw, seen, body))
            if ahead < len(device.lookahead):
                screen = device.lookahead[ahead]["screen"]
        device.waiting = tuple(tries)
        at = f"{device.seen.workflow}.{device.seen.step}"
        for one in tries:
            self.network.say(f"#{one.number} {person.badge} {device.name} {at}: {one.raw}")
        if tries:
            self.send(person, device)

    def send(self, person: Person, device: Device) -> None:
        """Send what waits on a device, once more if need be, and act on the answers."""
        waiting = device.waiting
        name = "+".join(f"#{one.number}" for one in waiting)
        replies = self.network.send(Request(name, device.headers, tuple(one.body for one in waiting)))
        if replies is None:
            return
        device.waiting = ()
        for one, reply in zip(waiting, replies, strict=True):
            self._hear(person, device, one, reply)

    def look(self, person: Person) -> None:
        """Ask the service where this person is, as a handheld does that was switched on."""
        device = person.device
        response = self.network.process().get("/api/v1/screen", device.headers)
        assert response.status_code == 200, response.text
        device.show(response.get_json())
        device.last_item, device.last_reply = "", {}
        self.network.say(f"{person.badge} looks at {device.name}: {device.seen.workflow}.{device.seen.step}")

    def conflict(self, person: Person) -> None:
        """A device with a broken memory uses an old scan id for another code: it must be told, and nothing booked."""
        scan_id = next(reversed(self.acknowledged))
        raw, _ = self.acknowledged[scan_id]
        body = {"scan_id": scan_id, "device": person.device.name, "raw": f"{raw}?{uuid4().hex}", "source": "wedge"}
        response = self.network.process().post("/api/v1/scans", person.device.headers, json=body)
        assert response.status_code == 409, f"an old scan id with another code: {response.status_code} {response.text}"
        self.network.say(f"{person.badge} uses an old scan id for another code: 409")

    def _hear(self, person: Person, device: Device, one: Try, reply: Json) -> None:
        outcome, code = reply["outcome"], reply["code"]
        self.network.say(f"  #{one.number} {outcome} {code}{' (again)' if reply['replayed'] else ''}")
        self.acknowledged[one.body["scan_id"]] = (one.raw, reply)
        undone = one.raw == UNDO and outcome in COUNTED
        deed = Deed()
        if outcome not in COUNTED or (one.seen.step == "await_pass" and code != "load_closed"):
            # While a load waits for its pass, a scan may count and the truck stays: it was opened again, say.
            self.world.put_back(one.number)
        elif code in ASKED_FOR_MORE:
            deed = self._keep_in_hand(person, one)
        else:
            deed = self.world.put_down(one.number)
        if undone:
            taken_back = self.to_take_back(person, device)
            assert taken_back is not None, f"#{one.number} took a scan back, and {person.badge} made none"
            person.done.remove(taken_back)
        elif one.body["task_id"] and one.raw != HOME and outcome in (*COUNTED, "gate_closed"):
            insort(person.done, Done(reply["server_time"], one.body["task_id"], deed))
        if one.raw in PACKS and outcome in COUNTED:
            device.last_item = PACKS[one.raw][0]
        elif not one.raw.startswith("*QTY"):
            device.last_item = ""
        device.last_raw, device.last_reply = one.raw, reply
        device.show(reply)

    def _keep_in_hand(self, person: Person, one: Try) -> Deed:
        """The unit was taken from the truck and is not on the pallet: its lot is asked for."""
        moves = self.world.hands[one.number].units
        self.world.put_back(one.number)
        if one.seen.step != "scan_item":
            return Deed()
        deed = Deed(tuple(type(move)(move.goods, move.quantity, move.source, person.hand) for move in moves))
        self.world.do(deed)
        return deed
