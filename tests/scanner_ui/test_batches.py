"""One scan of a batch that cannot be taken: what waits for it, and what goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask

from scanner_ui.batches import judge_in_order
from wms.kernel.errors import Busy, Conflict

ONE, OTHER = UUID(int=1), UUID(int=2)


@dataclass(frozen=True, slots=True)
class Scan:
    task_id: UUID | None
    fails: Exception | None
    scan_id: UUID


def scan(task_id: UUID | None, fails: Exception | None = None) -> Scan:
    return Scan(task_id, fails, uuid4())


@pytest.fixture(autouse=True)
def _in_a_request() -> Iterator[None]:
    with Flask("batches").test_request_context("/api/v1/scans"):
        yield


def told(*scans: Scan) -> list[object]:
    """What became of each: `ok`, or the code of its problem."""

    def judge(one: Scan) -> dict[str, object]:
        if one.fails is not None:
            raise one.fails
        return {"scan_id": one.scan_id, "code": "ok"}

    answers = judge_in_order(scans, judge)
    assert [answer["scan_id"] for answer in answers] == [one.scan_id for one in scans]
    return [answer.get("code") or answer["problem"]["code"] for answer in answers]  # type: ignore[index]


def test_a_conflict_stands_for_itself() -> None:
    assert told(scan(ONE), scan(ONE, Conflict("twice")), scan(ONE)) == ["ok", "conflict", "ok"]


def test_behind_a_fault_its_task_waits_and_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    scans = scan(ONE, ZeroDivisionError()), scan(ONE), scan(OTHER), scan(None), scan(OTHER)
    assert told(*scans) == ["fault", "waits_for_earlier", "ok", "waits_for_earlier", "ok"]
    assert "incident" in caplog.text


def test_behind_a_fault_outside_any_task_all_wait() -> None:
    assert told(scan(None, ZeroDivisionError()), scan(ONE)) == ["fault", "waits_for_earlier"]


def test_behind_a_busy_server_all_wait() -> None:
    assert told(scan(ONE, Busy("locked")), scan(OTHER), scan(None)) == ["busy"] + ["waits_for_earlier"] * 2
