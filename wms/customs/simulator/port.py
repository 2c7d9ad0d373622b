"""The simulated port behind the folders of one warehouse, and what it shares with the one behind a gateway.

Called by `serving`, `gateway` and tests. Invariant: whatever is killed wherever, a message counts as taken only once
its answers are planned, and a receipt is handed over under one name only.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from wms.customs.simulator import mailbox
from wms.customs.simulator.answers import FORMAT_FAILURE, Style
from wms.customs.simulator.applications import Applications
from wms.customs.simulator.china_time import milliseconds, moment_of, seventeen
from wms.customs.simulator.counter import Counter
from wms.customs.simulator.desk_work import carry_out_decisions
from wms.customs.simulator.dice import Dice
from wms.customs.simulator.mailbox import Receipt
from wms.customs.simulator.messages import Documents, Malformed, opened
from wms.customs.simulator.office import Office
from wms.customs.simulator.papers import Address, PassRequest, PassWithdrawal
from wms.customs.simulator.registry import Registry, registry_in
from wms.customs.simulator.scenario import Scenario
from wms.customs.simulator.signature import Verdict, verdict_on
from wms.customs.simulator.speaking import Speaker
from wms.kernel.clock import Clock

UNWORKABLE = "-1"
"""The status of a message that failed the format check."""


class Port:
    """What an electronic port does with messages and time, however they come to it. Its state is in `folder`."""

    def __init__(self, folder: Path, *, scenario: Scenario, seed: int, clock: Clock) -> None:
        self.folder = folder
        self.scenario = scenario
        self.seed = seed
        self.clock = clock
        self._lock = threading.Lock()
        self._anchor: AbstractContextManager[Registry] | None = None

    @contextlib.contextmanager
    def registry(self) -> Iterator[Registry]:
        """The registry, for one piece of work."""
        with self._lock:
            if self._anchor is None:
                # SQLite tidies up whenever the last connection ends, which takes longer than the work itself.
                self._anchor = registry_in(self.folder)
                self._anchor.__enter__()
        with registry_in(self.folder) as registry:
            yield registry

    def close(self) -> None:
        """Let go of the files. The port may be used again."""
        with self._lock:
            if self._anchor is not None:
                self._anchor.__exit__(None, None, None)
                self._anchor = None

    def now_ms(self) -> int:
        return milliseconds(self.clock.now())

    def receive(self, registry: Registry, name: str, raw: bytes, *, message_id: str = "", sender: str = "") -> None:
        """Take one message and plan its answers, in one transaction. The same message again changes nothing.

        `message_id` and `sender` are what the way here says; an envelope inside knows better.
        """
        digest = hashlib.sha256(raw).hexdigest()
        if registry.is_known(name, digest):
            return
        # Outside the transaction: reading and checking a signature takes longer than writing it down.
        message = opened(raw)
        verdict = verdict_on(message.content.root) if isinstance(message.content, Documents) else Verdict.MISSING
        with registry.transaction():
            if registry.is_known(name, digest):
                return
            now_ms = self.now_ms()
            registry.remember(name, digest, now_ms)
            speaker = Speaker(registry, self.scenario, self.seed, now_ms)
            office = Office(speaker)
            applications = Applications(speaker, office)
            dice = Dice(self.seed, ("message", digest))
            late_ms = self.scenario.outage_ms if dice.happens("outage", self.scenario.outages) else 0
            address = Address(message.sender or sender, message.enveloped)
            match message.content:
                case Documents(papers=papers):
                    counter = Counter(speaker, office, applications)
                    for paper in papers:
                        counter.take(paper, address, late_ms, verdict)
                case PassRequest() as request:
                    applications.answer_pass(request, address, late_ms)
                case PassWithdrawal(id=pass_id):
                    applications.withdraw_pass(pass_id)
                case Malformed() as malformed:
                    original = message.message_id or message_id or name
                    self._fail(speaker, malformed, raw, original, address, dice, late_ms)

    def _fail(
        self,
        speaker: Speaker,
        malformed: Malformed,
        raw: bytes,
        message_id: str,
        address: Address,
        dice: Dice,
        late_ms: int,
    ) -> None:
        """The whole message failed the format check: CEB900, with the message itself."""
        at_ms = speaker.now_ms + dice.about_so_long("looking", self.scenario.step_ms)
        values = (
            ("guid", dice.guid("failure")),
            ("returnStatus", UNWORKABLE),
            ("returnInfo", "；".join(malformed.faults)[:5000]),
            ("returnTime", seventeen(at_ms)),
            ("oriCopMsgId", message_id[:255]),
            ("oriMessageType", malformed.message_type[:15]),
            ("oriBizMessage", raw[:MOST_QUOTED_BYTES].decode("utf-8", errors="replace")),
        )
        plain = Receipt(FORMAT_FAILURE, f"{FORMAT_FAILURE}|{message_id}", at_ms, 0, values, "", Style(), address)
        speaker.send(plain, dice, "failure", late_ms)

    def work(self, registry: Registry) -> None:
        """Do what time and supervisors ask for, and make messages of the receipts that are due."""
        now_ms = self.now_ms()
        decided = registry.has_desk_work()
        due_ms = mailbox.next_due_ms(registry)
        if not decided and (due_ms is None or due_ms > now_ms):
            return
        with registry.transaction():
            office = Office(Speaker(registry, self.scenario, self.seed, now_ms))
            for listed in registry.waited_enough(now_ms):
                office.look_at(listed)
            carry_out_decisions(office)
            mailbox.bundle(registry, now_ms)

    def next_due(self) -> datetime | None:
        """When something will happen by itself; None where nothing will until another message or decision comes."""
        with self.registry() as registry:
            if registry.has_desk_work() or mailbox.undelivered(registry):
                return self.clock.now()
            due_ms = mailbox.next_due_ms(registry)
        return None if due_ms is None else moment_of(due_ms)


MOST_QUOTED_BYTES = 1024 * 1024
"""Of a message that failed: a receipt must stay readable itself."""


class Simulator(Port):
    """An electronic port for one warehouse folder (`outbox` and `inbox` below it; its own things in `simulator`).

    The same files, scenario, seed and times give the same answers, whatever the order of the files and however often
    it is started anew.
    """

    def run_once(self) -> int:
        """Take everything in the outbox and put everything that is due into the inbox; how many files moved."""
        for name in ("outbox", "inbox", "simulator/taken", "simulator/drafts"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        moved = 0
        with self.registry() as registry:
            for file in self._sent():
                try:
                    raw = file.read_bytes()
                except FileNotFoundError:
                    # Another process of the port was quicker.
                    continue
                self.receive(registry, file.name, raw, message_id=_message_id(file.name))
                with contextlib.suppress(FileNotFoundError):
                    os.replace(file, self.folder / "simulator" / "taken" / file.name)
                moved += 1
            self.work(registry)
            for message in mailbox.undelivered(registry):
                self._deliver(message.name, message.body)
                mailbox.delivered(registry, message.id)
                moved += 1
        return moved

    def _sent(self) -> Iterator[Path]:
        """What lies in the outbox, the oldest first; names with a dot in front are still being written."""
        dated = []
        for file in (self.folder / "outbox").iterdir():
            if not file.name.startswith("."):
                with contextlib.suppress(FileNotFoundError):
                    dated.append((file.stat().st_mtime_ns, file.name, file))
        return (file for _, _, file in sorted(dated))

    def _deliver(self, name: str, body: bytes) -> None:
        # Written aside, so that nobody finds half a file or what a killed port left behind; and under a name of this
        # thread's own, because two ports may deliver the same message at the same time.
        draft = self.folder / "simulator" / "drafts" / f"{name}.{os.getpid()}-{threading.get_ident()}"
        draft.write_bytes(body)
        os.replace(draft, self.folder / "inbox" / name)


def _message_id(file_name: str) -> str:
    """The sender's id of a message, by the way files are named: `<MessageType>_<CopMsgId>.xml`."""
    stem = file_name.removesuffix(".xml")
    return stem.partition("_")[2] or stem
