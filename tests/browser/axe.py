"""Axe, the accessibility checker, run inside a page of a test. Never part of what the service serves.

The file below `vendor` is axe-core as its makers publish it (MPL-2.0, licence beside it, read by nothing but this
module). It goes into the page through the driver, so that the page's strict content security policy stays as it is.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "vendor" / "axe-core" / "4.14.1"
SCRIPT = FOLDER / "axe.min.js"

RULES = [
    "wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
]  # fmt: skip

_RUN = """async (rules) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: rules },
    rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } },
    resultTypes: ["violations"],
  });
  return found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""


def violations(page: Page) -> list[str]:
    """What axe objects to on the page as it is now: rule and elements."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(SCRIPT.read_text("utf-8"))
    found: Any = page.evaluate(_RUN, RULES)
    return list(found)
