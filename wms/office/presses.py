"""The press of the office's own process, for PDFs that somebody asked for and waits for. Called by `views`."""

import threading
import weakref
from collections.abc import Callable

from flask import Blueprint

from wms.labels.press import Press


def press_of_process(views: Blueprint, given: Press | None) -> Callable[[], Press]:
    """`given`, or else one that is made when the first PDF is asked for and ends with `views` or with the process."""
    presses = [] if given is None else [given]
    mutex = threading.Lock()

    def press() -> Press:
        with mutex:
            if not presses:
                own = Press()
                weakref.finalize(views, own.close)
                presses.append(own)
            return presses[0]

    return press
