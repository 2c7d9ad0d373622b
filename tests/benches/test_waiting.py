"""Waiting benches hold few threads, one each, and none when the server stops."""

import threading

from wms.bench.waiting import Waiting


def waits(waiting: Waiting, bench: str, seconds: float = 60) -> "tuple[threading.Thread, list[str | None]]":
    """A bench that waits for nothing; its answer when it has ended."""
    found: list[str | None] = []
    looked = threading.Event()

    def look() -> None:
        looked.set()

    def wait() -> None:
        found.append(waiting.until_found(1, bench, seconds, look))

    thread = threading.Thread(target=wait)
    thread.start()
    assert looked.wait(30)
    while thread.is_alive() and (1, bench) not in waiting._turns:
        threading.Event().wait(0.001)
    return thread, found


def test_what_is_there_is_told_at_once_and_what_comes_is_found() -> None:
    waiting = Waiting(most=1)
    assert waiting.until_found(1, "A", 60, lambda: "label") == "label"
    answers = iter([None, None, "label"])
    assert waiting.until_found(1, "A", 60, lambda: next(answers)) == "label"
    assert waiting.until_found(1, "A", 0, lambda: None) is None
    assert waiting._turns == {}


def test_one_bench_more_than_may_wait_is_answered_at_once() -> None:
    waiting = Waiting(most=1)
    first, _ = waits(waiting, "A")
    second, answer = waits(waiting, "B")
    second.join(30)
    assert (answer, first.is_alive()) == ([None], True)
    waiting.stopping.set()
    first.join(30)
    assert not first.is_alive()


def test_a_bench_that_asks_again_takes_over_from_itself() -> None:
    waiting = Waiting(most=1)
    first, answer = waits(waiting, "A")
    again, _ = waits(waiting, "A")
    first.join(30)
    assert (answer, again.is_alive()) == ([None], True)
    waiting.stopping.set()
    again.join(30)
