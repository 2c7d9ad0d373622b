"""The folders of one warehouse that are shared with the electronic port, and what is wrong with them in words.

Called by `outbox_folder` and `inbox_folder`. `outbox` and `inbox` belong to both sides; the others are ours alone, and
as messages name people nobody else may look into them.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wms.customs.transport.port import TransportFailed

LONGEST_NAME_BYTES = 200
"""What is left of a file's name when something of ours is added; file systems take 255."""


@dataclass(frozen=True, slots=True)
class PortFolders:
    """Below `root` everything of one warehouse."""

    root: Path
    may_be_made: bool
    """False: somebody else makes or mounts `root`, `outbox` and `inbox`. Making them would hide that a drive is gone,
    and messages would lie where nobody fetches them."""

    @property
    def outbox(self) -> Path:
        """Messages for the port; its client takes them away."""
        return self._shared("outbox")

    @property
    def inbox(self) -> Path:
        """Answers of the port; we take them away."""
        return self._shared("inbox")

    def own(self, *names: str) -> Path:
        """A folder of ours, made where it is missing."""
        folder = self.root
        self._make_root()
        for name in names:
            folder /= name
            with said(f"the folder {folder}"):
                folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _shared(self, name: str) -> Path:
        folder = self.root / name
        if not folder.is_dir():
            if not self.may_be_made:
                raise TransportFailed(f"the folder {folder} is missing: make it, or mount what should be there")
            self._make_root()
            with said(f"the folder {folder}"):
                folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _make_root(self) -> None:
        if self.may_be_made and not self.root.is_dir():
            with said(f"the folder {self.root}"):
                self.root.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def said(what: str) -> Iterator[None]:
    """Let what the system refuses become a sentence about `what`."""
    try:
        yield
    except OSError as error:
        raise TransportFailed(in_words(what, error)) from error


def in_words(what: str, error: OSError) -> str:
    """The sentence for a refusal of the system."""
    where = f" ({error.filename})" if error.filename and str(error.filename) not in what else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{what}{where} cannot be written: the disk is full"
    return f"{what}{where} cannot be used: {error.strerror or error}"


def sync_folder(folder: Path) -> None:
    """Make what was renamed in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network drives cannot; they write through by themselves.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def write_whole(path: Path, contents: bytes) -> None:
    """Write a file that did not exist, down to the disk; nothing stays where that fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def put_in_place(path: Path, contents: bytes) -> None:
    """Write a file so that whoever looks finds the old contents or the new, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    write_whole(draft, contents)
    draft.replace(path)
    sync_folder(path.parent)


def put_first(path: Path, contents: bytes) -> bool:
    """Write a file whole unless it is there; whether this call wrote it, of several at the same time only one did."""
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    write_whole(draft, contents)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        # Drives of other systems have no links. There a rename has to do; it cannot say who was first.
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def shortened(name: str) -> str:
    """The end of a file's name, where it would be too long with something added."""
    raw = os.fsencode(name)
    return name if len(raw) <= LONGEST_NAME_BYTES else raw[-LONGEST_NAME_BYTES:].decode(errors="ignore").lstrip(".")


def legible(name: str) -> str:
    """A file's name as text for people and databases; what is no UTF-8 in it becomes a question mark."""
    return name.encode("utf-8", errors="replace").decode().replace("\0", "")
