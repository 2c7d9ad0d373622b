"""The benchmark of power cuts sees what it counts: labels that are missing, or there twice, or sent again unsaid."""

import random
from pathlib import Path
from uuid import uuid4

import pytest

from bench.printing import _Run, print_through
from devices.simulation.printer import SimulatedPrinter
from tests.devices.conftest import label_of


@pytest.mark.parametrize("counter", [True, False])
def test_a_short_run_loses_and_doubles_nothing(counter: bool) -> None:
    found = print_through(25, counter=counter, hangs=False, seed=3)
    assert (found.labels, found.is_wrong) == (25, False)
    assert found.cuts
    assert found.kills
    assert bool(found.doubtful) is not counter


def test_what_is_on_paper_is_counted_and_not_what_was_said(tmp_path: Path) -> None:
    once, twice, doubted, _ = labels = [uuid4() for _ in range(4)]
    paper = [label_of(label) for label in (once, twice, twice, doubted, doubted)]
    machine = SimulatedPrinter(paper.append)
    run = _Run(machine, 0, tmp_path, counter=True, hangs=False, chance=random.Random(1), paper=paper, labels=labels)
    run.doubted[doubted] = True
    run.sends.update([twice, twice, doubted])
    run.attempts.update([twice, doubted])
    found = run.outcome("", [0.1])
    assert (found.lost, found.twice, found.twice_unsaid, found.sent_again_unsaid) == (1, 2, 1, 1)
    assert found.is_wrong
