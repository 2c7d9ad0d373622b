"""What the presenter makes of a screen: the next job, buttons that keep their places, packs, marked differences."""

from typing import Any

import pytest

from scanner_ui.presenter import Presenter
from scanner_ui.words import languages, words
from wms.tasks.screen import AT_HOME, HOME_KINDS, Choice, Prompt, Screen, best_pack

KINDS_OF_WORK = (("*RECEIVE*", "receiving"), ("*PUTAWAY*", "putaway"), ("*PICK*", "picking"))


def home(*waiting: int) -> dict[str, Any]:
    choices = tuple(
        Choice(action, workflow, count) for (action, workflow), count in zip(KINDS_OF_WORK, waiting, strict=True)
    )
    return Presenter(words("en", strict=True)).screen(
        Screen(AT_HOME.workflow, AT_HOME.step, HOME_KINDS, (), Prompt(), choices)
    )


def task(**slots: Any) -> dict[str, Any]:
    return Presenter(words("en", strict=True)).screen(Screen("picking", "scan_item", (), (), Prompt(**slots)))


def test_the_next_job_is_the_first_of_which_there_is_any() -> None:
    assert home(0, 4, 12)["next_job"] == {"action": "*NEXT*", "label": "Next job", "what": "Put away", "count": 4}


def test_where_nothing_waits_the_next_job_says_so_and_keeps_its_place() -> None:
    assert home(0, 0, 0)["next_job"] == {
        "action": "*NEXT*",
        "label": "Next job",
        "what": "No work waits",
        "count": 0,
    }


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
