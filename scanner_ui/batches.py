"""Several scans in one request: judged in their order, and one that cannot be taken spoils none of another task.

Called by `views` for a handheld that comes back with scans it made without network. Each scan is a transaction of its
own. A scan that is not judged is answered with a problem in its place; what has to wait for it is not looked at, so
that it finds its task as it was seen.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from wms.web.problems import Problem, problem_document, problem_of


class OneScan(Protocol):
    """What the order depends on."""

    @property
    def scan_id(self) -> UUID: ...

    @property
    def task_id(self) -> UUID | None: ...


S = TypeVar("S", bound=OneScan)

WAITS = Problem(503, "waits_for_earlier", "An earlier scan could not be taken yet. Send this one again after it.")


def judge_in_order(scans: Sequence[S], judge: Callable[[S], dict[str, object]]) -> list[dict[str, object]]:
    """The answers in the order of the scans."""
    answers: list[dict[str, object]] = []
    is_busy, stuck = False, set[UUID | None]()
    for scan in scans:
        # What a scan outside any task begins is what later ones may be about, and what ends a task leads there.
        waits = is_busy or scan.task_id in stuck or (scan.task_id is None and bool(stuck)) or None in stuck
        if waits:
            answers.append(_problem(scan, WAITS))
            continue
        try:
            answers.append(judge(scan))
        except Exception as error:  # noqa: BLE001 one scan's fault must not keep the others from their answers
            problem = problem_of(error)
            is_busy = problem.status == WAITS.status
            if problem.status >= 500:
                stuck.add(scan.task_id)
            answers.append(_problem(scan, problem))
    return answers


def _problem(scan: OneScan, problem: Problem) -> dict[str, object]:
    return {"scan_id": scan.scan_id, "problem": problem_document(problem)}
