"""What a person scans next: by his screen, by what he sees lying there, and now and then by mistake.

Nothing here knows a rule of the service. Where a person cannot go on (somebody else holds what he needs, or there is
nothing for him) the answer is None.
"""

from dataclasses import dataclass
from random import Random

from tests.simulation.hands import World
from tests.simulation.people import UNDO, Crew, Device, Person
from tests.simulation.screens import PACKS, Seen, read
from tests.support.floor import CASE_OF_RED, case_of_red, gtin_of

TOTES = tuple(f"TOT-{number}" for number in range(1, 10))
PALLETS = tuple(f"PAL-{number}" for number in range(1, 10))
SHELVES = ("A-01", "A-02", "A-03", "A-04", "R-01")
LANES = ("LANE-1", "LANE-2")
EXPIRES = {"L1": "20280101", "L2": "20280601", "L3": "20290101"}
"""What stands on the cartons of each lot."""

MISTAKES = ("LOC-A-02", "LOC-R-01", "LOC-LANE-2", "HELLO", "TOT-9", "PAL-9", "BOX-S", *PACKS)
BUTTONS = ("*SKIP*", "*HOME*", "*RETURN*", "*FULL*", "*LEAVE*")


@dataclass
class Mind:
    """How people on this floor decide. `careful` people make no mistakes and press no button without need."""

    crew: Crew
    random: Random
    careful: bool = False

    @property
    def world(self) -> World:
        return self.crew.world

    def next_scans(self, person: Person) -> list[str]:
        """The codes to scan now, several where the person is ahead of the answers; empty where he has nothing to do."""
        device = person.device
        seen = device.seen
        raw = self._slip(person, device, seen) or self._intended(person, device, seen)
        if raw is None or self.crew.deed(person, device, seen, raw) is None:
            return []
        ahead = [raw]
        if not self.careful and self.random.random() < 0.2:
            for step in device.lookahead:
                following = read(step["screen"])
                if ahead[-1] not in step["accepts"] or not following.accepts:
                    break
                ahead.append(following.accepts[0])
        return ahead

    def _chance(self, share: float) -> bool:
        """Whether something happens that careful people do not do."""
        return not self.careful and self.random.random() < share

    def _slip(self, person: Person, device: Device, seen: Seen) -> str | None:
        """A mistake, a nervous finger, or a change of mind."""
        if self._chance(0.05) and self.crew.may_undo(person, device):
            return UNDO
        if self._chance(0.04):
            return self.random.choice([button for button in BUTTONS if button in seen.actions] or ["*HOME*"])
        if seen.step in ("scan_lot", "scan_expiry", "weigh", "scan_cage") or not self._chance(0.08):
            # What is typed at those steps is taken as it is: a wrong lot would be a lie about goods, not a slip.
            return None
        if self._chance(0.3) and device.last_raw and not device.last_raw.startswith("*"):
            return device.last_raw
        return self.random.choice(MISTAKES)

    def _intended(self, person: Person, device: Device, seen: Seen) -> str | None:
        if device.last_reply.get("outcome") == "confirm" and device.last_raw != "*SHORT*" and not self._chance(0.3):
            return device.last_raw
        match seen.workflow:
            case "home":
                return self._at_home(person, device)
            case "receiving":
                return self._receiving(person, seen)
            case "putaway":
                return self._putaway(seen)
            case "picking":
                return self._picking(seen, device)
            case "packing":
                return self._packing(seen, device)
            case "dispatch":
                return self._dispatch(seen, device)
        raise AssertionError(f"nobody knows the screen {seen.workflow}.{seen.step}")

    def _at_home(self, person: Person, device: Device) -> str | None:
        match person.duty:
            case "receive":
                trucks = sorted(spot for spot in {where for (_, _, where), units in self.world.units.items() if units})
                trucks = [spot for spot in trucks if spot.startswith("truck ")]
                if self._goods_in_hand(person):
                    return f"ASN-{self._truck_of(person)}"
                if trucks and device.last_reply.get("code") != "notice_closed":
                    return f"ASN-{self.random.choice(trucks).removeprefix('truck ')}"
                return "*PUTAWAY*"
            case "pick":
                return "*PICK*" if self.careful or self.random.random() < 0.5 else self._empty(TOTES)
            case "pack":
                full = [tote for tote in TOTES if self.world.goods_at(tote)]
                return self.random.choice(full) if full else None
            case "load":
                return f"LOC-{self.random.choice(LANES)}" if self._to_load(LANES) else None
        raise AssertionError(f"nobody has the duty {person.duty}")

    def _goods_in_hand(self, person: Person) -> bool:
        return bool(self.world.goods_at(person.hand))

    def _truck_of(self, person: Person) -> str:
        """The notice of the lot in his hand: every lot came with one truck."""
        ((_, lot),) = self.world.goods_at(person.hand)
        return f"N{lot[1:]}"

    def _empty(self, containers: tuple[str, ...]) -> str | None:
        empty = [code for code in containers if not self.world.goods_at(code)]
        return self.random.choice(empty) if empty else None

    def _receiving(self, person: Person, seen: Seen) -> str | None:
        truck = self.world.goods_at(seen.truck)
        match seen.step:
            case "scan_container":
                return self._empty(PALLETS) if truck else self._end_of_truck(seen)
            case "scan_lot" | "scan_expiry":
                # Nothing in hand: another device, which is silent, has said what it is.
                lots = [lot for _, lot in self.world.goods_at(person.hand)]
                return next((lot if seen.step == "scan_lot" else EXPIRES[lot] for lot in lots), None)
        if not truck:
            return self._end_of_truck(seen)
        if self.world.at(seen.goods, seen.truck) > 2 and seen.counted and self.random.random() < 0.5:
            return f"*QTY+{self.random.randint(1, min(6, self.world.at(seen.goods, seen.truck)))}*"
        sku, lot = self.random.choice(list(truck))
        if sku == "RED" and truck[(sku, lot)] >= CASE_OF_RED and self.random.random() < 0.5:
            return case_of_red()
        return gtin_of(sku)

    def _end_of_truck(self, seen: Seen) -> str | None:
        held = any(move.source == seen.truck for deed in self.world.hands.values() for move in deed.units)
        if held or any(self.world.goods_at(person.hand) for person in self.crew.people):
            return None
        return "*CLOSE*" if self.random.random() < 0.5 else "*DONE*"

    def _putaway(self, seen: Seen) -> str | None:
        if seen.step == "scan_container":
            return seen.container
        if seen.step == "scan_item":
            goods = list(self.world.goods_at(seen.container))
            if goods:
                return gtin_of(self.random.choice(goods)[0])
            return self._short(seen, seen.container)
        there = self.world.at(seen.goods, seen.container)
        if there == 0:
            return self._short(seen, seen.container)
        if there < seen.left:
            return f"*QTY+{there}*"
        if seen.left > 1 and self._chance(0.15):
            return f"*QTY+{self.random.randint(1, seen.left - 1)}*"
        if self._chance(0.1):
            return f"LOC-{self.random.choice(SHELVES)}"
        return seen.accepts[0]

    def _picking(self, seen: Seen, device: Device) -> str | None:
        if seen.step == "scan_tote":
            return self._empty(TOTES)
        if seen.step == "scan_place":
            return seen.accepts[0]
        there = self.world.at(seen.goods, seen.where)
        if there == 0:
            return self._short(seen, seen.where)
        more = min(there, seen.left)
        if seen.counted and more > 1 and self.random.random() < 0.5:
            return f"*QTY+{self.random.randint(1, more)}*"
        return seen.accepts[0]

    def _packing(self, seen: Seen, device: Device) -> str | None:
        match seen.step:
            case "scan_bench":
                return "LOC-BENCH-1"
            case "scan_box":
                return seen.accepts[0] if seen.accepts else "BOX-L"
            case "weigh":
                return "9999g" if self._chance(0.1) else seen.weight.replace(" ", "") or "500g"
        there = self.world.at(seen.goods, seen.container)
        if there == 0:
            return self._short(seen, seen.container)
        more = min(there, seen.left)
        if device.last_item == seen.sku and more > 1 and self.random.random() < 0.5:
            return f"*QTY+{self.random.randint(1, more)}*"
        return seen.accepts[0]

    def _short(self, seen: Seen, where: str) -> str | None:
        """Nothing is there; unless somebody holds it, who waits for an answer."""
        held = any(where in (move.source, move.target) for deed in self.world.hands.values() for move in deed.units)
        return None if held else "*SHORT*"

    def _to_load(self, lanes: tuple[str, ...]) -> list[str]:
        """Labels of parcels to bring or to look at again, as far as one can tell from outside."""
        return [
            label
            for label, order in sorted(self.crew.labels.items())
            if self.world.parcel_at[order] in ("BENCH-1", *lanes) or self._may_be_free(label, order)
        ]

    def _may_be_free(self, label: str, order: str) -> bool:
        if self.world.parcel_at[order] != "CAGE-1":
            return False
        return label in self.released if self.careful else self.random.random() < 0.3

    released: frozenset[str] = frozenset()
    """Parcels of which a supervisor says, at the end of the day, that customs has released them."""

    def _dispatch(self, seen: Seen, device: Device) -> str | None:
        said = device.last_reply.get("code", "")
        if seen.step == "scan_cage":
            return "LOC-CAGE-1"
        if seen.step == "await_pass":
            return self._sealed(seen, said)
        if said == "load_gate_closed" or seen.red_parcel:
            parcel = seen.red_parcel or str(device.last_reply["details"]["parcel"])
            return parcel if parcel in self.crew.labels else None
        to_bring = [label for label in self._to_load(()) if self.world.parcel_at[self.crew.labels[label]] != seen.where]
        if to_bring and not self._chance(0.15):
            return self.random.choice(to_bring)
        loaded = any(place == seen.where for place in self.world.parcel_at.values())
        # A parcel whose answer has not come is in somebody's hand: the truck waits for it.
        held = any(move.target == seen.where for deed in self.world.hands.values() for move in deed.parcels)
        if loaded:
            return None if held else "*DONE*"
        return "*HOME*"

    def _sealed(self, seen: Seen, said: str) -> str | None:
        """The load waits for its exit pass; who hears nothing about it does something else meanwhile."""
        if said in ("red_on_sealed_load", "sealed_gate_closed", "pass_refused", "pass_differs"):
            return "*REOPEN*"
        if said == "pass_confirmed":
            held = any(move.target == seen.where for deed in self.world.hands.values() for move in deed.parcels)
            return None if held else "*DONE*"
        if said in ("pass_awaited", "lane_has_open_load"):
            return None if self.careful else "*LEAVE*"
        return f"LOC-{seen.where}"
