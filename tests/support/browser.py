"""A real Chromium, Debian's, on the size of a handheld's screen.

Called by the fixtures in `tests/conftest.py`.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HANDHELD_WIDTH = 360
HANDHELD_HEIGHT = 640


def chromium_binary() -> Path | None:
    """Debian's Chromium, or None where it is not installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return None if found is None else Path(found)


@contextmanager
def running_chromium(binary: Path, more: Sequence[str] = ()) -> Iterator[Browser]:
    """A headless Chromium that ends with the block; `more` are further arguments of its command line."""
    arguments = ["--disable-dev-shm-usage", *more]  # containers have little shared memory
    if os.getuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
