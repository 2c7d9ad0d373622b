"""Receivers, pickers, packers and dispatchers of the shift: each follows the screens of a handheld, and errs at times.

A person sees the screen, the goods in his hands and the labels in front of him, and scans. What he does next depends on
the step that the service asks for, never on what he believes it should be. Called by `shift`, a thread per person.
"""

import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar
from urllib.parse import quote

import msgspec

from wms.demo.goods import BY_CODE, BY_NAME, PRODUCTS, Product
from wms.demo.hall import Delivered, Delivery, Hall, take
from wms.demo.handheld import COUNTED, DOUBLED_PER_MILLE, Handheld, Json, ShiftTrouble
from wms.orders.intake import NewOrder

MOST_SCANS_PER_TASK = 400
"""Nobody needs so many; who does goes round in circles."""

WRONG_PLACE, WRONG_ITEM, UNDO, SKIP, SHORT, IMPATIENT, UNKNOWN_GOODS = 30, 25, 20, 15, 12, 120, 60
"""How often people err or things are not as they should be, per mille of the occasions."""

SETTLES_SECONDS = 6.0
"""After so long without new stock and new orders every order that can be promised has been."""
CUSTOMS_SECONDS = 60.0
"""How long the last truck waits for customs; what is not released by then stays in the cages."""

LARGEST_BOX = "BOX-XL"
NOT_OURS = "9529999000005"
"""A right GTIN of a product nobody knows."""

_NOT_DECIDED = ("pending", "submitted", "accepted", "under_inspection")


@dataclass
class Worker:
    """Somebody with a handheld."""

    hall: Hall
    handheld: Handheld
    random: Random
    trade: ClassVar[str] = ""
    _scans: int = field(default=0, init=False)

    def run(self) -> None:
        """Sign in, work until there is nothing left to do, clock out."""
        try:
            self.handheld.sign_in()
            self.work()
        except ShiftTrouble as trouble:
            self.hall.trouble(f"{self.trade} {self.handheld.person.badge}: {trouble}")
        except Exception as error:  # noqa: BLE001  (a bug of the shift itself must end it and not just one thread)
            self.hall.trouble(f"{self.trade} {self.handheld.person.badge}: {type(error).__name__}: {error}")
        finally:
            self.hall.clock_out(self.trade)
            self.handheld.close()

    def work(self) -> None:
        raise NotImplementedError

    def chance(self, per_mille: int) -> bool:
        return self.random.randrange(1000) < per_mille

    def scan(self, raw: str, source: str = "wedge") -> Json:
        """One scan within a task."""
        self._scans += 1
        if self._scans > MOST_SCANS_PER_TASK:
            screen = self.handheld.screen
            raise ShiftTrouble(f"went round in circles at {screen['screen']} {screen['step']}, scanning {raw!r}")
        return self.handheld.scan(raw, source)

    def begin(self) -> None:
        """A new task: count scans from here."""
        self._scans = 0

    def expected_code(self) -> str:
        """The code that the goods or the place on the screen carry."""
        screen = self.handheld.screen
        if screen["accepts"]:
            return str(screen["accepts"][0])
        raise ShiftTrouble(f"the screen {screen['screen']} {screen['step']} does not say what to scan")

    def product_on_screen(self) -> Product:
        """The product whose name is on the screen, as it lies in front of the person."""
        return BY_NAME[self.handheld.screen["what"]]

    def units_on_screen(self) -> int:
        return int(self.handheld.screen["how_many"] or "1")

    def wrong_goods(self) -> str:
        """The barcode of something else that lies near by."""
        return self.random.choice(PRODUCTS).gtin


@dataclass
class Shop(Worker):
    """No person of the hall: the shop's system, which sends orders all through the day."""

    orders: Sequence[NewOrder] = ()
    trade: ClassVar[str] = "selling"

    def work(self) -> None:
        for number, order in enumerate(self.orders):
            if self.hall.stop.is_set():
                return
            document = msgspec.to_builtins(order)
            self.handheld.push("/api/v1/orders", document)
            if self.random.randrange(1000) < DOUBLED_PER_MILLE:
                self.handheld.push("/api/v1/orders", document)
            self.hall.note_order(order.number)
            self.hall.note_news()
            if number >= len(self.orders) // 2:
                time.sleep(0.1)


class Receiver(Worker):
    """Takes deliveries in, onto pallets, and puts them away."""

    trade = "receiving"

    def work(self) -> None:
        while not self.hall.stop.is_set():
            try:
                delivery = self.hall.deliveries.get_nowait()
            except queue.Empty:
                return
            for pallet in self._receive(delivery):
                self._put_away(pallet)
            self.hall.tally.count("deliveries received")

    def _receive(self, delivery: Delivery) -> list[str]:
        self.begin()
        pallets = [self._empty_pallet()]
        self._opened(self.scan(f"ASN-{delivery.notice}"), delivery.notice)
        while self.handheld.step == "scan_container":
            if self.scan(f"{pallets[-1]}")["code"] == "container_in_use":
                pallets[-1] = self._empty_pallet()
        for number, goods in enumerate(delivery.goods):
            if number and self.chance(150):
                self.scan("*FULL*")
                pallets.append(self._empty_pallet())
                self.scan(pallets[-1])
            self._count(goods)
        if self.chance(UNKNOWN_GOODS):
            self.scan(NOT_OURS)
            self.scan(NOT_OURS)
        self._finish(delivery)
        return pallets

    def _opened(self, reply: Json, notice: str) -> None:
        if self.handheld.is_home():
            raise ShiftTrouble(f"notice {notice} cannot be received: {reply['code']}")

    def _empty_pallet(self) -> str:
        pallet = take(self.hall.empty_pallets, 30)
        if pallet is None:
            raise ShiftTrouble("there is no empty pallet left")
        return pallet

    def _count(self, goods: Delivered) -> None:
        """By cases where there are whole ones, the rest by one scan and a number."""
        product = BY_CODE[goods.code]
        left = goods.units
        while product.case_quantity and left >= product.case_quantity and self.random.random() < 0.9:
            self._count_pack(product.case_gtin, goods)
            left -= product.case_quantity
        if left:
            self._count_pack(product.gtin, goods)
            left -= 1
        if left:
            self._confirmed(f"*QTY+{left}*")
        self.hall.tally.count("units received", goods.units)

    def _count_pack(self, code: str, goods: Delivered) -> None:
        if self.handheld.step == "scan_item":
            self._confirmed(self._with_lot(code, goods) if goods.lot and self.random.random() < 0.5 else code)
        if self.handheld.step == "scan_lot":
            self._confirmed(goods.lot, "manual")
        if self.handheld.step == "scan_expiry":
            self._confirmed(goods.expires_on, "manual")
        if self.chance(UNDO):
            # Back to whichever step asked last; from there it is counted again.
            self.scan("*UNDO*")
            self._count_pack(code, goods)

    @staticmethod
    def _with_lot(code: str, goods: Delivered) -> str:
        """What a GS1-128 symbol on the carton says: article, expiry, lot."""
        expiry = f"17{goods.expires_on[2:].replace('-', '')}" if goods.expires_on else ""
        return f"]C101{code:0>14}{expiry}10{goods.lot}"

    def _confirmed(self, code: str, source: str = "wedge") -> None:
        """A scan that must count, after a second look where one is asked for."""
        reply = self.scan(code, source)
        if reply["outcome"] == "confirm":
            reply = self.scan(code, source)
        if reply["outcome"] not in COUNTED:
            raise ShiftTrouble(f"scanning {code!r} at {reply['screen']['step']} was refused: {reply['code']}")

    def _finish(self, delivery: Delivery) -> None:
        self._confirmed("*CLOSE*" if delivery.is_short else "*DONE*")

    def _put_away(self, pallet: str) -> None:
        self.begin()
        reply = self.scan(pallet)
        if self.handheld.is_home():
            raise ShiftTrouble(f"{pallet} cannot be put away: {reply['code']}")
        while not self.handheld.is_home():
            if self.handheld.step == "scan_container":
                self.scan(pallet)
            elif self.handheld.step == "scan_item":
                if self.chance(WRONG_ITEM):
                    self.scan(NOT_OURS)
                self.scan(self.product_on_screen().gtin)
            else:
                self._shelve()
        self.hall.note_news()
        self.hall.empty_pallets.put(pallet)

    def _shelve(self) -> None:
        if self.chance(WRONG_PLACE):
            self.scan("LOC-LANE-1")
        reply = self.scan(self.expected_code())
        if reply["outcome"] in COUNTED:
            self.hall.tally.count("lines put away")


class Picker(Worker):
    """Takes an empty tote, walks, fills it, puts it onto the belt to the benches."""

    trade = "picking"

    def work(self) -> None:
        while not self.hall.stop.is_set():
            tote = take(self.hall.empty_totes)
            if tote is None:
                if self.hall.all_gone("packing"):
                    raise ShiftTrouble("there is no empty tote left")
                continue
            self.begin()
            reply = self.scan(tote)
            if self.handheld.is_home():
                if reply["code"] != "no_work":
                    # Somebody outside this shift uses it.
                    continue
                self.hall.empty_totes.put(tote)
                if self._is_over():
                    return
                time.sleep(0.3)
                continue
            self.hall.note_order(str(reply["details"]["order"]))
            self._pick(tote)

    def _is_over(self) -> bool:
        return self.hall.all_gone(Receiver.trade, Shop.trade) and self.hall.seconds_since_news() > SETTLES_SECONDS

    def _pick(self, tote: str) -> None:
        units = 0
        while not self.handheld.is_home():
            if self.handheld.step == "scan_tote":
                self.scan(tote)
            elif self.chance(SKIP):
                self.scan("*SKIP*")
            elif self.chance(SHORT):
                self.scan("*SHORT*")
                self.scan("*SHORT*")
                self.hall.tally.count("short picks")
            elif self.handheld.step == "scan_place":
                self._go_to_place()
            else:
                units += self._take()
        if units:
            self.hall.tally.count("orders picked")
            self.hall.full_totes.put(tote)
        else:
            self.hall.empty_totes.put(tote)

    def _go_to_place(self) -> None:
        if self.chance(WRONG_PLACE):
            self.scan(f"LOC-{self.random.choice(('A-01-01-A', 'A-02-03-B', 'R-01-01'))}")
        if self.handheld.step == "scan_place":
            self.scan(self.expected_code())

    def _take(self) -> int:
        """Units taken: a wrong one stays on the shelf, one too many goes back."""
        if self.chance(WRONG_ITEM):
            wrong = self.wrong_goods()
            if wrong != self.product_on_screen().gtin:
                self.scan(wrong)
        wanted = self.units_on_screen()
        if self.scan(self.product_on_screen().gtin)["outcome"] not in COUNTED:
            return 0
        taken = 1
        if wanted > 2 and self.random.random() < 0.7:
            taken += wanted - 1 if self.scan(f"*QTY+{wanted - 1}*")["outcome"] in COUNTED else 0
        elif self.chance(UNDO) and self.scan("*UNDO*")["outcome"] in COUNTED:
            taken -= 1
        self.hall.tally.count("units picked", taken)
        return taken


class Packer(Worker):
    """Takes a tote from the belt and packs its order into one parcel."""

    trade = "packing"

    def work(self) -> None:
        while not self.hall.stop.is_set():
            tote = take(self.hall.full_totes)
            if tote is not None:
                self._pack(tote)
            elif self.hall.all_gone(Picker.trade) and self.hall.full_totes.empty():
                return

    def _pack(self, tote: str) -> None:
        self.begin()
        reply = self.scan(tote)
        if self.handheld.is_home():
            raise ShiftTrouble(f"{tote} cannot be packed: {reply['code']}")
        while not self.handheld.is_home():
            reply = self._next_scan()
        if reply["code"] == "parcel_closed":
            self.hall.tally.count("parcels packed")
            self.hall.closed_parcels.put(str(reply["details"]["order"]))
        self.hall.empty_totes.put(tote)

    def _next_scan(self) -> Json:
        step = self.handheld.step
        if step == "scan_bench":
            return self.scan(f"LOC-BENCH-{self.random.randint(1, 4)}")
        if step == "scan_box":
            accepts = self.handheld.screen["accepts"]
            return self.scan(str(accepts[0]) if accepts else LARGEST_BOX)
        if step == "weigh":
            return self._weigh()
        if self.chance(WRONG_ITEM):
            self.scan(NOT_OURS)
        if self.chance(SHORT // 4):
            # It fell down on the way and broke: the second scan says so.
            self.scan("*SHORT*")
            return self.scan("*SHORT*")
        reply = self.scan(self.product_on_screen().gtin)
        if self.handheld.step == "scan_item" and self.chance(UNDO):
            reply = self.scan("*UNDO*")
        return reply

    def _weigh(self) -> Json:
        expected = next((text for _, text in self.handheld.screen["facts"] if _is_weight(text)), "500 g")
        grams = max(1, int(expected.removesuffix(" g")) * self.random.randint(98, 103) // 100)
        if self.chance(WRONG_ITEM):
            self.scan(f"*WEIGHT={grams * 2 + 200}*")
        reply = self.scan(f"*WEIGHT={grams}*")
        return self.scan(f"*WEIGHT={grams}*") if reply["outcome"] == "confirm" else reply


@dataclass
class Dispatcher(Worker):
    """Takes parcels from the benches' end, asks at the gate, loads the green ones, cages the red ones."""

    lane: str = "LANE-1"
    trade: ClassVar[str] = "dispatching"
    _waiting: list[str] = field(default_factory=list, init=False)
    _caged: set[str] = field(default_factory=set, init=False)
    _staged: int = field(default=0, init=False)
    _last_news: float = field(default_factory=time.monotonic, init=False)

    def work(self) -> None:
        self._take_lane()
        while not self.hall.stop.is_set():
            self._fetch()
            self._look_after_parcels()
            if self.hall.all_gone(Packer.trade) and self.hall.closed_parcels.empty() and self._is_decided():
                break
            time.sleep(0.05)
        for tracking_number in self._waiting:
            if tracking_number not in self._caged:
                self._present(tracking_number)
        self._close_load()

    def _take_lane(self) -> None:
        self.begin()
        reply = self.scan(f"LOC-{self.lane}")
        if self.handheld.is_home():
            raise ShiftTrouble(f"{self.lane} cannot be loaded: {reply['code']}")

    def _fetch(self) -> None:
        order = take(self.hall.closed_parcels, 0.02)
        if order is None:
            return
        self._last_news = time.monotonic()
        tracking_number = self._read_label(order)
        if tracking_number is None:
            raise ShiftTrouble(f"the parcel of order {order} has no declaration")
        self.hall.note_tracking_number(tracking_number)
        self._waiting.append(tracking_number)
        if self.chance(IMPATIENT):
            self._present(tracking_number)

    def _read_label(self, order: str) -> str | None:
        found = self.handheld.get(f"/api/v1/customs/declarations?order={quote(order)}")
        parcels = found["declarations"] if found else []
        return str(parcels[-1]["tracking_number"]) if parcels else None

    def _look_after_parcels(self) -> None:
        """Present what customs has let go; the oldest first."""
        for tracking_number in list(self._waiting[:8]):
            declaration = self._declaration(tracking_number)
            if declaration["gate_open"]:
                self._present(tracking_number)
            elif declaration["state"] in _NOT_DECIDED or declaration["holds"]:
                # To the end: others may be green by now.
                self._waiting.remove(tracking_number)
                self._waiting.append(tracking_number)
            elif tracking_number not in self._caged:
                self._present(tracking_number)

    def _declaration(self, tracking_number: str) -> Json:
        found = self.handheld.get(f"/api/v1/customs/declarations?parcel={quote(tracking_number)}")
        assert found, "the door of declarations answers with a list"
        return dict(found["declarations"][-1])

    def _is_decided(self) -> bool:
        """Nothing is left to wait for: customs has said no to the rest, or has had its time."""
        if time.monotonic() - self._last_news > CUSTOMS_SECONDS:
            return True
        states = [self._declaration(tracking_number) for tracking_number in self._waiting]
        return all(state["state"] not in _NOT_DECIDED and not state["gate_open"] for state in states)

    def _present(self, tracking_number: str) -> None:
        """Scan a parcel at the lane and obey."""
        self.begin()
        reply = self.scan(tracking_number)
        if reply["code"] == "parcel_staged":
            self._waiting.remove(tracking_number)
            self._caged.discard(tracking_number)
            self._staged += 1
            self._last_news = time.monotonic()
            self.hall.tally.count("parcels loaded")
            if self.chance(WRONG_ITEM):
                self.scan(tracking_number)
        elif reply["outcome"] == "gate_closed":
            self._cage(tracking_number)
        else:
            raise ShiftTrouble(f"parcel {tracking_number} was refused at the lane: {reply['code']}")

    def _cage(self, tracking_number: str) -> None:
        if self.chance(WRONG_PLACE):
            self.scan(f"LOC-{self.lane}")
        self.scan(f"LOC-CAGE-{self.random.randint(1, 2)}")
        self._caged.add(tracking_number)
        self.hall.tally.count("parcels put into a cage")

    def _close_load(self) -> None:
        """The truck leaves; a parcel whose release was withdrawn goes to a cage first."""
        self.begin()
        while self._staged and not self.handheld.is_home():
            reply = self.scan("*DONE*")
            if reply["code"] == "load_gate_closed":
                withdrawn = str(reply["details"]["parcel"])
                self.scan(withdrawn)
                self._cage(withdrawn)
                self._staged -= 1
                self.hall.tally.count("releases withdrawn on the lane")
            elif reply["outcome"] not in (*COUNTED, "confirm"):
                raise ShiftTrouble(f"the load on {self.lane} cannot be closed: {reply['code']}")
        if self._staged:
            self.hall.tally.count("loads closed")


def _is_weight(text: str) -> bool:
    return text.endswith(" g") and text.removesuffix(" g").isdigit()
