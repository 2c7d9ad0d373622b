"""Counts the SQL statements of scans, in this process, over the same doors. Called by `bench.scans`.

BEGIN, COMMIT and what prepares a connection are left out; a statement with many rows of values counts once.
"""

import json
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.cases import Case, Work, jobs_of
from bench.hall import PIN, Hall, badge_of
from bench.load_handheld import Handheld

SCANS = 25


def statements_by_step(app: Flask, hall: Hall) -> dict[str, float]:
    """Average number of statements of a scan: for each kind of work over all its scans, and for each step."""
    counter = _Counter(hall)
    found: dict[str, float] = {}
    for work in Work:
        handheld = _signed_in(app, counter)
        jobs = jobs_of(Case(work, hot=False, handhelds=1, scans=SCANS), hall)
        counter.begin()
        for job in jobs[0]:
            handheld.leave()
            handheld.work(job)
        if handheld.troubles:
            raise RuntimeError(f"{work}: {dict(handheld.troubles)}")
        counts = list(counter.spent)
        by_step: dict[str, list[int]] = {}
        for (step, _, _), count in zip(handheld.scans, counts, strict=True):
            by_step.setdefault(step, []).append(count)
        found[str(work)] = _average(counts)
        found |= {f"{work}: {step}": _average(values) for step, values in by_step.items()}
    return found


def _average(values: list[int]) -> float:
    return round(sum(values) / len(values), 1)


class _Counter:
    """Statements since the last request, and how many each request spent."""

    def __init__(self, hall: Hall) -> None:
        self._now = 0
        self.spent: list[int] = []
        event.listen(hall.house.database.engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            self._now += 1

    def begin(self) -> None:
        """Forget what was spent on making work ready."""
        self._now = 0
        self.spent.clear()

    def close_request(self) -> None:
        self.spent.append(self._now)
        self._now = 0


def _signed_in(app: Flask, counter: _Counter) -> Handheld:
    client = app.test_client()
    device = "bench-statements"
    credentials = {"badge": badge_of(0), "pin": PIN, "device": device}
    token = client.post("/api/v1/sign-in", json=credentials).json["csrf_token"]  # type: ignore[index]

    def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        response = client.post(path, json=body, headers={"X-CSRF-Token": token})
        counter.close_request()
        return response.status_code, json.loads(response.data)

    client.get("/api/v1/me")
    counter.close_request()
    return Handheld(post, device)
