"""The tree of processes: what falls is started again, what is stopped leaves nobody behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wms.serving import tree as tree_room
from wms.serving.tree import Broken, Part, Tree

PATIENCE_SECONDS = 30

STAYS = "import time; time.sleep(600)"
FALLS = "raise SystemExit(3)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
HAS_A_CHILD = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(600)"
)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that must happen soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead child of somebody who does not look is a zombie and does nothing any more.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def part(script: str, *arguments: object) -> Part:
    return Part("sleeper", (sys.executable, "-c", script, *map(str, arguments)))


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def planted(said: list[str]) -> Iterator[Callable[..., Tree]]:
    trees: list[Tree] = []

    def plant(*parts: Part) -> Tree:
        tree = Tree(parts, say=said.append)
        trees.append(tree)
        tree.start()
        return tree

    yield plant
    for tree in trees:
        if tree._running:
            tree.stop()


def pids(tree: Tree) -> list[int]:
    return [running.process.pid for running in tree._running]


def test_what_is_not_needed_is_given_up_and_its_words_are_kept(
    planted: Callable[..., Tree], said: list[str], tmp_path: Path
) -> None:
    tree, log = planted(part(STAYS)), tmp_path / "log"
    falls = (sys.executable, "-c", "raise SystemExit('no such device')")
    tree.add([Part("bench", falls, log=log, is_needed=False)])

    def is_given_up() -> bool:
        tree.look()
        return len(pids(tree)) == 1

    until(is_given_up)
    assert said[-1] == f"the bench ended with status 1, again and again; going on without it, see {log}"
    assert log.read_text() == "no such device\n" * 3


def test_stopping_ends_everybody(planted: Callable[..., Tree]) -> None:
    tree = planted(part(STAYS), part(STAYS))
    children = pids(tree)
    assert all(map(is_alive, children))
    tree.stop()
    assert not any(map(is_alive, children))


def test_a_fallen_part_is_started_again(planted: Callable[..., Tree], said: list[str]) -> None:
    tree = planted(part(STAYS))
    (first,) = pids(tree)
    os.kill(first, signal.SIGKILL)
    until(lambda: (tree.look(), pids(tree) != [first])[1])
    assert all(map(is_alive, pids(tree)))
    assert said == ["the sleeper ended by signal SIGKILL; starting it again"]


def test_a_part_that_never_stays_up_breaks_the_tree(planted: Callable[..., Tree]) -> None:
    tree = planted(part(FALLS), part(STAYS))
    with pytest.raises(Broken, match="the sleeper ended with status 3, for the 3rd time"):
        tree.keep(threading.Event())


def test_grandchildren_are_swept(planted: Callable[..., Tree], tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tree = planted(part(HAS_A_CHILD, note))
    until(lambda: note.exists() and note.read_text() != "")
    grandchild = int(note.read_text())
    assert is_alive(grandchild)
    tree.stop()
    until(lambda: not is_alive(grandchild))


def test_who_does_not_listen_is_killed(
    planted: Callable[..., Tree], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_room, "GRACE_SECONDS", 1)
    tree = planted(part(STUBBORN))
    (child,) = pids(tree)
    until(lambda: "SigIgn" in Path(f"/proc/{child}/status").read_text() and _ignores_term(child))
    tree.stop()
    assert not is_alive(child)
    assert said == ["the sleeper did not end within 1 s and was killed"]


def _ignores_term(pid: int) -> bool:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigIgn"))
    return bool(int(line.split()[1], 16) & (1 << (signal.SIGTERM - 1)))


def test_children_end_when_their_keeper_is_killed(tmp_path: Path) -> None:
    """The keeper gets no chance to say anything: the lifeline does it."""
    note = tmp_path / "pid"
    kept = (
        "import os, sys, time; from wms.serving.lifeline import follow_keeper; follow_keeper();"
        f"open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, threading; from wms.serving.tree import Part, Tree;"
            f"tree = Tree([Part('kept', (sys.executable, '-c', {kept!r}))], say=print);"
            "tree.start(); tree.keep(threading.Event())",
        ],
        cwd=Path(__file__).parents[2],
    )
    until(lambda: note.exists() and note.read_text() != "")
    child = int(note.read_text())
    assert is_alive(child)
    keeper.kill()
    keeper.wait()
    until(lambda: not is_alive(child))
