"""Who comes first at the press. Threads wait for states, never for times."""

import threading

from wms.labels.turns import Turns


def queue_up(turns: Turns, people: list[tuple[str, bool]]) -> list[str]:
    """Lets `people` queue up one after the other behind somebody who has the turn; returns who got it when."""
    served: list[str] = []
    threads = []

    def come(name: str, urgent: bool) -> None:
        with turns.taken(urgent=urgent):
            served.append(name)

    with turns.taken(urgent=False):
        for number, (name, urgent) in enumerate(people, start=1):
            thread = threading.Thread(target=come, args=(name, urgent))
            thread.start()
            threads.append(thread)
            while len(turns._waiting) < number:
                assert thread.is_alive()
    for thread in threads:
        thread.join()
    return served


def test_the_urgent_come_first_and_otherwise_who_came_first() -> None:
    people = [("bulk 1", False), ("bulk 2", False), ("bench 1", True), ("bulk 3", False), ("bench 2", True)]
    assert queue_up(Turns(), people) == ["bench 1", "bench 2", "bulk 1", "bulk 2", "bulk 3"]


def test_a_turn_that_ends_in_an_error_is_given_up() -> None:
    turns = Turns()
    try:
        with turns.taken(urgent=True):
            raise ValueError
    except ValueError:
        pass
    assert queue_up(turns, [("next", False)]) == ["next"]
