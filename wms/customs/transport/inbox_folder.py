"""Answers come in through a folder, into which a DXP client writes them. Made by `choice`, run by `inboxes`.

A file is claimed by renaming it into a folder whose name says when; of several workers that see it one succeeds. It
goes to `done` only after `keep` has committed. A worker that dies anywhere leaves a claim, which another one takes over
(by renaming it, so again only one does); as the receipt's id comes from the file, keeping it twice keeps it once.
"""

import errno
import hashlib
import logging
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5

from wms.customs.transport.port import Keep, TransportFailed
from wms.customs.transport.tree import PortFolders, in_words, legible, said, shortened, write_whole
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)

NAMESPACE = UUID("b3a7b0a5-6c0e-5a3f-9d55-52d0b4f6a9c1")
MOST_BYTES = 16 * 1024 * 1024
"""Three times what is read as a receipt: whatever might be one is kept in the database, where people see it."""
MOST_AT_ONCE = 200
SETTLE_SECONDS = 0.5
UNFINISHED_SECONDS = 120
"""A file that does not end like XML is still being written, for so long."""
CLAIM_SECONDS = 60.0
_MOST_FAILURES = 3
"""So many in a row, and it is not the file."""
_LONGEST_PAUSE_SECONDS = 60
_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".filepart", ".writing", "~")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it lay there."""

    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class _Pause:
    """A file that could not be kept, and when to try again."""

    until: float
    failures: int


class InboxFolder:
    """The inbox of one warehouse."""

    pause_seconds = 0.5

    def __init__(
        self, folders: PortFolders, warehouse_code: str, clock: Clock, *, claim_seconds: float = CLAIM_SECONDS
    ) -> None:
        self._folders = folders
        self._warehouse_code = warehouse_code
        self._clock = clock
        self._claim_seconds = claim_seconds
        self._first_seen: dict[_Seen, float] = {}
        self._paused: dict[str, _Pause] = {}

    def take(self, keep: Keep) -> int:
        inbox = self._folders.inbox
        taken, failures = 0, 0
        with said(f"the inbox {inbox}"):
            waiting = self._settled(inbox)
            claims = self._claims(inbox, waiting)
            for claim in claims:
                try:
                    taken += self._take(claim, keep)
                    failures = 0
                except TransportFailed:
                    raise
                except Exception as error:
                    # Whatever `keep` met: the file goes back, and those behind it get their turn.
                    self._give_back(claim, inbox)
                    failures += 1
                    if failures == _MOST_FAILURES:
                        raise
                    log.warning("%s could not be kept and stays: %s", legible(claim.name), error)
        return taken

    # --- what is there -----------------------------------------------------------------------------------------------

    def _settled(self, inbox: Path) -> list[_Seen]:
        """The files nobody writes any more, oldest first, at most MOST_AT_ONCE."""
        now, wall = time.monotonic(), time.time()
        seen: list[_Seen] = []
        with os.scandir(inbox) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower().endswith(_TEMPORARY):
                    continue
                with suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode):
                        seen.append(_Seen(entry.name, found.st_size, found.st_mtime_ns))
        self._first_seen = {one: self._first_seen.get(one, now) for one in seen}
        names = {one.name for one in seen}
        self._paused = {name: pause for name, pause in self._paused.items() if name in names}

        def is_settled(one: _Seen) -> bool:
            # Its own age for a worker that just started; what we saw ourselves where the writer's clock is wrong.
            age = max(wall - one.modified_ns / 1e9, now - self._first_seen[one])
            pause = self._paused.get(one.name)
            return age >= SETTLE_SECONDS and (pause is None or now >= pause.until)

        in_order = sorted(filter(is_settled, seen), key=lambda one: (one.modified_ns, one.name))
        return list(islice((one for one in in_order if self._is_finished(inbox, one, wall, now)), MOST_AT_ONCE))

    def _is_finished(self, inbox: Path, one: _Seen, wall: float, now: float) -> bool:
        """Whether it ends like XML, or has been lying there for so long that it never will."""
        if max(wall - one.modified_ns / 1e9, now - self._first_seen[one]) >= UNFINISHED_SECONDS:
            return True
        try:
            descriptor = os.open(inbox / one.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return False
        except OSError:
            # A link, or a file we may not read: taking it says so.
            return True
        try:
            return os.pread(descriptor, 64, max(0, one.size - 64)).rstrip(b"\0 \t\r\n").endswith(b">")
        finally:
            os.close(descriptor)

    # --- claims ------------------------------------------------------------------------------------------------------

    def _claims(self, inbox: Path, waiting: list[_Seen]) -> Iterator[Path]:
        """Claim one file after the other: first what dead workers left, then what is new."""
        taking = self._folders.own("taking")
        for claim in sorted(taking.iterdir()):
            if self._is_abandoned(claim.name):
                ours = taking / self._claim_name()
                try:
                    claim.rename(ours)
                except FileNotFoundError:
                    continue
                yield from self._held(ours)
        for one in waiting:
            folder = taking / self._claim_name()
            folder.mkdir(mode=0o700)
            try:
                (inbox / one.name).rename(folder / one.name)
            except FileNotFoundError:
                # Another worker was quicker.
                with suppress(OSError):
                    folder.rmdir()
                continue
            yield folder / one.name

    @staticmethod
    def _held(folder: Path) -> Iterator[Path]:
        """The file in a claim; a claim whose worker died before or after it had one is swept."""
        yield from list(folder.iterdir())
        with suppress(OSError):
            folder.rmdir()

    def _claim_name(self) -> str:
        return f"{time.time_ns() // 1_000_000:013d}-{os.urandom(6).hex()}"

    def _is_abandoned(self, claim: str) -> bool:
        moment = claim.partition("-")[0]
        if not (moment.isascii() and moment.isdigit()):
            return False
        # A claim of the future is one from before the clock was set back.
        return abs(time.time() - int(moment) / 1_000) > self._claim_seconds

    def _give_back(self, claim: Path, inbox: Path) -> None:
        last = self._paused.get(claim.name, _Pause(0, 0))
        wait = min(2**last.failures, _LONGEST_PAUSE_SECONDS)
        self._paused[claim.name] = _Pause(time.monotonic() + wait, last.failures + 1)
        if (inbox / claim.name).exists():
            # Another file of that name came meanwhile; the claim itself lets this one be tried again.
            return
        with suppress(FileNotFoundError):
            claim.rename(inbox / claim.name)
            claim.parent.rmdir()

    # --- one file ----------------------------------------------------------------------------------------------------

    def _take(self, claim: Path, keep: Keep) -> int:
        """Keep one claimed file; 1 where it was kept."""
        try:
            raw = self._read(claim)
        except FileNotFoundError:
            # We were so slow that another worker took the claim over.
            return 0
        except _Unkeepable as error:
            self._quarantine(claim, str(error))
            return 0
        sha256 = hashlib.sha256(raw).hexdigest()
        name = legible(claim.name)
        receipt_id = uuid5(NAMESPACE, f"folder\n{self._warehouse_code}\n{name}\n{sha256}")
        keep(raw, f"folder {name}"[:60], receipt_id)
        day = self._folders.own("done", self._clock.now().date().isoformat())
        # The same name may come again with other contents; the same contents are the same delivery.
        self._move(claim, day / f"{sha256[:12]}-{shortened(claim.name)}")
        return 1

    @staticmethod
    def _read(claim: Path) -> bytes:
        try:
            descriptor = os.open(claim, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise
        except OSError as error:
            why = "it is a link" if error.errno == errno.ELOOP else in_words("it", error)
            raise _Unkeepable(why) from None
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if before.st_size > MOST_BYTES:
                raise _Unkeepable(f"it has {before.st_size} bytes; answers of the port have at most {MOST_BYTES}")
            try:
                raw = file.read()
            except OSError as error:
                raise _Unkeepable(in_words("it", error)) from None
            after = os.fstat(descriptor)
        if (len(raw), before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            # Whoever writes it did not notice that it has another name now.
            raise _StillWritten("somebody is writing it")
        return raw

    def _quarantine(self, claim: Path, why: str) -> None:
        folder = self._folders.own("quarantine")
        target = folder / f"{os.urandom(6).hex()}-{shortened(claim.name)}"
        words = f"{legible(claim.name)} was not taken in: {why}\nPut it back into the inbox once that is mended.\n"
        write_whole(target.with_name(f"{target.name}.why.txt"), words.encode())
        self._move(claim, target)
        log.warning("%s is in quarantine: %s", target, why)

    @staticmethod
    def _move(claim: Path, target: Path) -> None:
        with suppress(FileNotFoundError):
            claim.rename(target)
            claim.parent.rmdir()


class _StillWritten(Exception):
    """The file changed while it was read."""


class _Unkeepable(Exception):
    """The file itself cannot be read; why."""
