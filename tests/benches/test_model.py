"""The states of a job, as docs/bench-api.md draws them."""

import re
from pathlib import Path

from devices import health
from wms.bench.model import _NEXT, OVER, Condition, DeviceKind, JobState, may_follow

DOCUMENT = Path(__file__).parents[2] / "docs" / "bench-api.md"


def test_the_states_are_those_of_the_document() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+)", DOCUMENT.read_text(), re.MULTILINE)
    assert drawn
    assert {(JobState(before), JobState(after)) for before, after in drawn} == {
        (before, after) for before, following in _NEXT.items() for after in following if before is not JobState.QUEUED
    }


def test_the_bench_program_and_the_server_have_the_same_words_for_devices() -> None:
    # Neither may import the other: they are installed apart.
    assert {*map(str, health.Condition)} == {*map(str, Condition)}
    assert {*map(str, health.Kind)} == {*map(str, DeviceKind)}


def test_a_lost_report_is_no_reason_to_doubt_the_next_one_and_what_is_over_stays_over() -> None:
    assert may_follow(JobState.QUEUED, JobState.PRINTED)
    assert may_follow(JobState.SENDING, JobState.SENDING), "the next attempt"
    assert not may_follow(JobState.DOUBTFUL, JobState.SENDING)
    assert not any(may_follow(over, state) for over in OVER for state in JobState)
