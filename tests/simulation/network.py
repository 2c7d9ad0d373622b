"""The network between handhelds and processes, and what it does to requests.

It loses them before the server and loses answers after the commit, sends them twice, and delivers a copy much later,
when newer scans have been judged; and processes die over them. Whatever it does, one rule is checked on the spot: a
scan id gets one answer, the same every time it is delivered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from tests.simulation.processes import Building, Crash, Doom, Moment, Process

SCANS = "/api/v1/scans"
NOT_COMPARED = ("replayed", "lookahead", "lookahead_more", "lookahead_holds", "next")
"""What may differ between two answers to one scan: whether it is a repetition, and aids that are not stored."""

Json = Mapping[str, Any]


class Fate(StrEnum):
    """What becomes of one request."""

    ARRIVES = "arrives"
    LOST = "lost before the server"
    UNANSWERED = "answer lost"
    TWICE = "arrives twice"
    COPIED = "a copy comes later"
    DELAYED = "itself comes later"
    KILLS = "kills its process"


WEIGHTS = {
    Fate.ARRIVES: 70,
    Fate.LOST: 6,
    Fate.UNANSWERED: 6,
    Fate.TWICE: 5,
    Fate.COPIED: 5,
    Fate.DELAYED: 3,
    Fate.KILLS: 4,
}


@dataclass(frozen=True, slots=True)
class Request:
    """Scans as a device sends them, one or an ordered batch. `name` is what the history calls them."""

    name: str
    headers: Mapping[str, str]
    bodies: tuple[Json, ...]

    def json(self) -> Json:
        return self.bodies[0] if len(self.bodies) == 1 else {"scans": list(self.bodies)}


@dataclass
class Network:
    """All processes, and what is under way to them."""

    building: Building
    random: Random
    processes: list[Process]
    rough: bool = True
    """False once the day is over: then everything arrives."""
    under_way: list[Request] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    """The first answer every scan id got, whether or not it reached its device."""
    crashes: int = 0
    history: list[str] = field(default_factory=list)

    def say(self, what: str) -> None:
        self.history.append(f"{self.building.clock.now():%H:%M:%S} {what}")

    def fate(self) -> Fate:
        if not self.rough:
            return Fate.ARRIVES
        return self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]

    def doom(self, most_commits: int) -> Doom:
        return Doom(self.random.randint(1, most_commits), self.random.choice(list(Moment)))

    def process(self) -> Process:
        return self.random.choice(self.processes)

    def bury(self, process: Process) -> None:
        """A fresh process over the same database takes the dead one's place."""
        self.crashes += 1
        process.end()
        self.processes[self.processes.index(process)] = Process(self.building)

    def send(self, request: Request) -> Sequence[Json] | None:
        """Deliver a device's scans; None where no answer reaches it."""
        fate = self.fate()
        if fate is not Fate.ARRIVES:
            self.say(f"  {request.name} {fate}")
        if fate is Fate.LOST:
            return None
        if fate is Fate.DELAYED:
            self.under_way.append(request)
            return None
        if fate is Fate.COPIED:
            self.under_way.append(request)
        if fate is Fate.TWICE:
            self.deliver(request)
        doom = self.doom(len(request.bodies)) if fate is Fate.KILLS else None
        replies = self.deliver(request, doom)
        return None if fate is Fate.UNANSWERED else replies

    def deliver_late(self) -> None:
        """Something that was under way for long arrives now. Nobody waits for its answer."""
        if self.under_way:
            request = self.under_way.pop(self.random.randrange(len(self.under_way)))
            self.say(f"  {request.name} arrives late")
            self.deliver(request)

    def deliver(self, request: Request, doom: Doom | None = None) -> Sequence[Json] | None:
        """Let a process judge scans now; None where it died over them."""
        process = self.process()
        try:
            response = process.post(SCANS, request.headers, doom, json=request.json())
        except Crash:
            self.say(f"  {request.name}: process {doom}")
            self.bury(process)
            return None
        assert response.status_code == 200, f"{request.name}: {response.status_code} {response.text}"
        answer = response.get_json()
        replies: Sequence[Json] = answer["replies"] if len(request.bodies) > 1 else [answer]
        for body, reply in zip(request.bodies, replies, strict=True):
            self._remember(request.name, body, reply)
        return replies

    def _remember(self, name: str, body: Json, reply: Json) -> None:
        scan_id = body["scan_id"]
        assert reply["scan_id"] == scan_id, f"{name} got the answer to {reply['scan_id']}"
        told = {key: value for key, value in reply.items() if key not in NOT_COMPARED}
        known = self.answers.setdefault(scan_id, told)
        assert told == known, f"{name} got two answers: first {known}, now {told}"
