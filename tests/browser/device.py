"""A device with a disk: a Chromium with a profile of its own, which can be killed and started again.

Called by the tests of what survives. A context of the shared browser keeps its databases in memory; only a profile on
disk shows what is left after a kill.
"""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Playwright

from tests.browser.handheld import Handheld


@dataclass
class Device:
    """One handheld: its profile, and the browser that runs on it now."""

    playwright: Playwright
    chromium: Path
    profile: Path
    url: str
    context: BrowserContext | None = None

    def switch_on(self) -> Handheld:
        """Start the browser on what its disk holds, without loading the page."""
        arguments = ["--disable-dev-shm-usage"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=self.chromium, args=arguments, viewport={"width": 360, "height": 640},
            has_touch=True, is_mobile=True,
        )  # fmt: skip
        return Handheld(self.context.pages[0], self.url)

    def kill(self) -> None:
        """End every process of the browser as an empty battery does."""
        for process in self._processes():
            os.kill(process, signal.SIGKILL)
        assert self.context is not None
        with suppress(Error):
            self.context.close()  # nobody is there to close it; Playwright forgets it all the same
        self.context = None

    def close(self) -> None:
        """End the browser in order."""
        if self.context is not None:
            self.context.close()
            self.context = None

    def another_window(self) -> Handheld:
        """A second page on the same disk."""
        assert self.context is not None
        return Handheld(self.context.new_page(), self.url)

    def _processes(self) -> list[int]:
        of_this = ["pgrep", "-f", f"user-data-dir={self.profile}"]
        found = subprocess.run(of_this, check=False, capture_output=True, text=True)
        return [int(line) for line in found.stdout.split()]
