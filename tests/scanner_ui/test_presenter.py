"""What the presenter makes of a screen: the next job, buttons that keep their places, packs, marked differences."""

from datetime import UTC, datetime
from typing import Any

import pytest

from scanner_ui.presenter import Presenter
from scanner_ui.words import languages, words
from tests.browser.screens import WORKFLOWS
from wms.kernel.identity import uuid7
from wms.tasks.decision import Note, Outcome
from wms.tasks.lookahead import Ahead, Path
from wms.tasks.model import TaskState
from wms.tasks.screen import AT_HOME, HOME_KINDS, CartSlot, Choice, NextJob, Prompt, Screen, best_pack
from wms.tasks.service import Here

KINDS_OF_WORK = (("*RECEIVE*", "receiving"), ("*PUTAWAY*", "putaway"), ("*PICK*", "picking"))


def home(*waiting: int, job: NextJob | None = None) -> dict[str, Any]:
    choices = tuple(
        Choice(action, workflow, count) for (action, workflow), count in zip(KINDS_OF_WORK, waiting, strict=True)
    )
    return Presenter(words("en", strict=True)).screen(
        Screen(AT_HOME.workflow, AT_HOME.step, HOME_KINDS, (), Prompt(), choices, job)
    )


def task(**slots: Any) -> dict[str, Any]:
    return Presenter(words("en", strict=True)).screen(Screen("picking", "scan_item", (), (), Prompt(**slots)))


def test_the_next_job_is_named_with_how_much_it_is_and_by_when() -> None:
    due = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    job = home(0, 4, 12, job=NextJob("picking", "42", lines=3, due_at=due))["next_job"]
    assert (job["action"], job["label"], job["what"], job["waits"]) == ("*NEXT*", "Next job", "Pick 42", True)
    assert job["more"].startswith("lines: 3 · due 23 Nov ")


def test_what_was_begun_is_named_with_where_it_goes_on() -> None:
    begun = NextJob("picking", "42", 1, 3, "A-01", "Red brush", "TOT-1", is_mine=True)
    job = home(0, 4, 12, job=begun)["next_job"]
    assert (job["label"], job["what"], job["more"]) == ("Go on", "Pick 42 1/3", "TOT-1 · A-01 · Red brush")


@pytest.mark.parametrize(("waiting", "what"), [(0, "No work waits"), (3, "Scan to begin")])
def test_where_nothing_can_be_named_the_next_job_says_so_and_keeps_its_place(waiting: int, what: str) -> None:
    job = {"action": "*NEXT*", "label": "Next job", "what": what, "more": "", "waits": False, "task": None}
    assert home(waiting, 0, 0)["next_job"] == job


def test_several_units_that_counted_at_once_are_said() -> None:
    shows = Presenter(words("en", strict=True))
    said = shows.counted("line_done", {"item": "Cup", "n": 48, "of": 48, "units": 24})
    assert "24 at once" in said.title
    assert "at once" not in shows.counted("line_done", {"item": "Cup", "n": 48, "of": 48, "units": 1}).title


def test_buttons_of_home_keep_their_places_whatever_waits() -> None:
    places = [
        [choice["action"] for choice in home(*waiting)["choices"]] for waiting in ((1, 2, 3), (0, 0, 9), (0, 0, 0))
    ]
    assert places[0] == places[1] == places[2]


@pytest.mark.parametrize(
    ("slots", "shown"),
    [
        ({"quantity": 51, "pack_quantity": 24}, "= 2 × pack of 24 + 3"),
        ({"quantity": 51, "counted": 3, "pack_quantity": 24}, "= 2 × pack of 24"),
        ({"quantity": 20, "pack_quantity": 24}, ""),
        ({"quantity": 20, "pack_quantity": 0}, ""),
        ({"quantity": 20, "pack_quantity": 1}, ""),
    ],
)
def test_a_quantity_is_told_in_packs_too(slots: dict[str, int], shown: str) -> None:
    assert task(**slots)["packs"] == shown


@pytest.mark.parametrize(("units", "pack"), [(51, 24), (24, 24), (23, 6), (5, 0), (0, 0)])
def test_the_best_pack_is_the_largest_that_fits(units: int, pack: int) -> None:
    assert best_pack((24, 6), units) == pack


@pytest.mark.parametrize("language", languages())
def test_home_is_said_in_every_language(language: str) -> None:
    spoken = Presenter(words(language, strict=True))
    screen = Screen(AT_HOME.workflow, AT_HOME.step, HOME_KINDS, (), Prompt(), (Choice("*PICK*", "picking", 3),))
    assert spoken.screen(screen)["next_job"]["label"] == words(language).action("*NEXT*")


@pytest.mark.parametrize("language", languages())
def test_every_step_can_be_explained(language: str) -> None:
    said = words(language, strict=True)
    steps = [f"{workflow.name}.{step}" for workflow in WORKFLOWS for step in workflow.steps]
    assert [step for step in [*steps, "home.scan_anything"] if not said.has("helps", step)] == []


@pytest.mark.parametrize(("totes", "shown"), [(3, [["1", ""], ["▶2", "× 4"], ["3", ""]]), (9, [["▶2", "× 4"]])])
def test_a_large_cart_shows_only_the_totes_that_get_something(totes: int, shown: list[list[str]]) -> None:
    slots = tuple(CartSlot(at, 4 if at == 2 else 0, at == 2) for at in range(1, totes + 1))
    assert task(slots=slots)["slots"] == shown


@pytest.mark.parametrize(
    ("present", "shown"), [(1, "▶1 2 3 4 5 6 7 +3"), (8, "▶8 9 10 1 2 3 4 +3"), (0, "1 2 3 4 5 6 7 +3")]
)
def test_where_more_totes_get_something_than_have_room_the_next_ones_are_shown(present: int, shown: str) -> None:
    slots = tuple(CartSlot(at, 4, at == present) for at in range(1, 11))
    seen = task(slots=slots)["slots"]
    assert [label or value for label, value in seen] == shown.split()
    assert {value for _, value in seen[:-1]} == {"× 4"}


def test_going_on_names_what_is_wanted_now() -> None:
    screen = Screen("picking", "scan_place", (), (), Prompt(place="A-03"))
    taken = Note("container_taken", {"container": "TOT-1"})
    path = Path((Ahead(("TOT-1",), Outcome.ACCEPTED, taken, screen, "scan_place"),))
    here = Here(screen, datetime(2026, 11, 23, tzinfo=UTC), TaskState(uuid7(), 1, "picking", "scan_tote"), path)
    (ahead,) = Presenter(words("en", strict=True)).here(here)["lookahead"]
    assert ahead["message"] == {"title": "TOT-1 taken.", "next": "Scan PLACE A-03."}
