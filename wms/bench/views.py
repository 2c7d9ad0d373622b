"""HTTP doors of benches, as docs/bench-api.md says: codes, jobs, states and devices for their programs, and questions
about labels for the packers' page. No decisions.

`bench_views` is called once by `wms.app`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from wms.access.model import Caller, Capability
from wms.access.session import current_caller, require
from wms.bench.codes import BenchCode, CodeDoor
from wms.bench.jobs import JobsAnswer, jobs_for_bench
from wms.bench.lookup import questions_of
from wms.bench.model import Answer, Condition, DeviceKind, DeviceStanding, JobState, LabelJob, Report, medium_of
from wms.bench.ordering import answer_question, move_label
from wms.bench.reports import note_devices, take_report
from wms.bench.waiting import Waiting
from wms.kernel.errors import BadInput, Fault, NotAllowed, Refused
from wms.kernel.refusal import Refusal
from wms.web.answers import json_answer
from wms.web.decoding import read_json

LONGEST_WAIT_SECONDS = 25
MOST_CODES = 50
_MOST_BYTES = 512 * 1024
"""Of a batch of codes: fifty, some of them with a page of text in a QR code."""

BenchCodeText = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Words = Annotated[str, msgspec.Meta(max_length=500)]
LONGEST_CODE = 4096
"""As many bytes as a bench's program takes from a scanner (`devices.scanners.framing`)."""
Age = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Counter = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class SentCode:
    """One code of a batch."""

    code_id: UUID
    device: Name
    raw: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CODE)]
    age_ms: Age
    symbology: Annotated[str, msgspec.Meta(max_length=3)] | None = None
    at: str = ""
    """By the bench's clock, which may be wrong; kept in nothing, `age_ms` counts."""


@dataclass(frozen=True, slots=True)
class SentCodes:
    """Codes in the order they were scanned."""

    bench: BenchCodeText
    codes: Annotated[tuple[SentCode, ...], msgspec.Meta(min_length=1, max_length=MOST_CODES)]


@dataclass(frozen=True, slots=True)
class SentReport:
    """How a job stands."""

    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    state: JobState
    why: Annotated[str, msgspec.Meta(max_length=30)] = ""
    words: Words = ""
    attempt: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    age_ms: Age = 0
    counter_before: Counter | None = None
    counter_after: Counter | None = None


@dataclass(frozen=True, slots=True)
class SentDevice:
    """How one device stands."""

    name: Name
    kind: DeviceKind
    condition: Condition
    words: Words = ""
    media_type: Annotated[str, msgspec.Meta(max_length=60)] = "application/vnd.zebra-zpl"
    dpi: Annotated[int, msgspec.Meta(ge=100, le=2400)] = 203
    """Of printers only, like `media_type`."""

    def standing(self) -> DeviceStanding:
        medium = medium_of(self.media_type, self.dpi) if self.kind is DeviceKind.PRINTER else None
        return DeviceStanding(self.name, self.kind, self.condition, self.words, medium)


@dataclass(frozen=True, slots=True)
class SentDevices:
    """All devices of a bench."""

    bench: BenchCodeText
    devices: Annotated[tuple[SentDevice, ...], msgspec.Meta(max_length=50)]


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """What a person saw at the printer: `came_out` or `not_printed`."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class SentMove:
    """The printer that shall print a label instead."""

    bench: BenchCodeText
    printer: Name


@dataclass(frozen=True, slots=True)
class Question:
    """A label nobody knows of whether it came out."""

    job_id: UUID
    parcel: str
    tail: str
    copy_number: int
    printer: str
    why: str
    words: str
    since: datetime


def bench_views(door: CodeDoor, waiting: Waiting) -> Blueprint:
    """The blueprint, to be registered on an app with access."""
    views = Blueprint("bench", __name__, url_prefix="/api/v1/bench")
    database, clock = door.database, door.clock

    @views.post("/codes")
    @require(Capability.ATTEND_BENCH)
    def codes() -> Response:
        sent = read_json(SentCodes, most_bytes=_MOST_BYTES)
        caller = _at(sent.bench)
        found = [BenchCode(one.code_id, one.device, one.raw, one.symbology, one.age_ms) for one in sent.codes]
        return json_answer({"replies": door.take(caller.warehouse_id, sent.bench, found)})

    @views.get("/jobs")
    @require(Capability.ATTEND_BENCH)
    def jobs() -> Response:
        bench = request.args.get("bench", "")
        caller, seconds = _at(bench), _wait_seconds()
        found = waiting.until_found(
            caller.warehouse_id, bench, seconds, lambda: jobs_for_bench(database, clock, caller.warehouse_id, bench)
        )
        return json_answer(found or JobsAnswer((), ()))

    @views.post("/jobs/<uuid:job_id>/state")
    @require(Capability.ATTEND_BENCH)
    def state(job_id: UUID) -> Response:
        sent, caller, now = read_json(SentReport), current_caller(), clock.now()
        if sent.state is JobState.QUEUED:
            raise BadInput([Fault("state", "queued is the server's word: a bench claims a job first")])
        report = Report(
            sent.sequence,
            sent.state,
            sent.why,
            sent.words,
            sent.attempt,
            sent.age_ms,
            sent.counter_before,
            sent.counter_after,
        )
        refusal = database.in_transaction(
            lambda session: take_report(session, caller.warehouse_id, caller.bench, job_id, report, now=now)
        )
        if refusal is not None:
            raise _no(refusal, job_id)
        return json_answer({})

    @views.put("/devices")
    @require(Capability.ATTEND_BENCH)
    def devices() -> Response:
        sent, now = read_json(SentDevices), clock.now()
        caller = _at(sent.bench)
        names = [one.name for one in sent.devices]
        if len(set(names)) < len(names):
            raise BadInput([Fault("devices", "two of them have one name")])
        standings = [one.standing() for one in sent.devices]
        database.in_transaction(
            lambda session: note_devices(session, caller.warehouse_id, sent.bench, standings, now=now)
        )
        return json_answer({})

    _add_questions(views, door)
    return views


def _add_questions(views: Blueprint, door: CodeDoor) -> None:
    """For people: the questions about labels, and the way to another printer."""
    database, clock = door.database, door.clock

    @views.get("/questions")
    @require(Capability.WORK_PACKING, Capability.SEE_BOARD)
    def questions() -> Response:
        bench, caller = request.args.get("bench", ""), current_caller()
        found = database.reading(lambda session: questions_of(session, caller.warehouse_id, bench))
        return json_answer({"questions": [_question(job) for job in found]})

    @views.post("/questions/<uuid:job_id>")
    @require(Capability.WORK_PACKING, Capability.SEE_BOARD)
    def answer(job_id: UUID) -> Response:
        sent, caller, now = read_json(SentAnswer), current_caller(), clock.now()
        if sent.answer is Answer.CANCEL:
            raise BadInput([Fault("answer", "must be came_out or not_printed: look at the printer")])

        def work(session: Session) -> Refusal | None:
            return answer_question(session, caller, job_id, sent.answer, now=now)

        refusal = database.in_transaction(work)
        if refusal is not None:
            raise _no(refusal, job_id)
        return json_answer({"job_id": job_id, "answer": sent.answer})

    @views.post("/jobs/<uuid:job_id>/move")
    @require(Capability.SEE_BOARD)
    def move(job_id: UUID) -> Response:
        sent, caller, now = read_json(SentMove), current_caller(), clock.now()
        refusal = database.in_transaction(
            lambda session: move_label(session, caller, job_id, sent.bench, sent.printer, now=now)
        )
        if refusal is not None:
            raise _no(refusal, job_id)
        return json_answer({}, 202)


def _at(bench: str) -> Caller:
    """The caller, who speaks for this bench and no other."""
    caller = current_caller()
    if caller.bench != bench:
        raise NotAllowed(f"This token is for bench {caller.bench}, not for {bench or 'none'}; see `wms token bench`.")
    return caller


def _wait_seconds() -> int:
    text = request.args.get("wait", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadInput([Fault("wait", f"must be whole seconds, at most {LONGEST_WAIT_SECONDS}")])
    return min(int(text), LONGEST_WAIT_SECONDS)


def _no(refusal: Refusal, job_id: UUID) -> Exception:
    if refusal.code == "unknown_label_job":
        return NotFound(f"There is no label job {job_id} of this bench.")
    return Refused(refusal)


def _question(job: LabelJob) -> Question:
    return Question(
        job.id, job.tracking_number, job.tail, job.copy_number, job.printer, job.why, job.words, job.changed_at
    )
