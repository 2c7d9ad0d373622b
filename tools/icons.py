"""Draws the icons of the installed web app from `scanner_ui/static/icon.svg`, with Debian's Chromium.

Run by hand after the drawing has changed: `python tools/icons.py`. The maskable icon fills its square and keeps the
drawing inside the circle that every system shows.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[1] / "scanner_ui" / "static"
ICONS = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "icon-maskable-512.png": (512, 0.62)}
GROUND = "#111"


def main() -> None:
    """Write every icon."""
    drawing = (STATIC / "icon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (side, share) in ICONS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            size = f"position:absolute;inset:{side * (1 - share) / 2}px;width:{side * share}px"
            ground = GROUND if share < 1 else "transparent"
            page.set_content(f'<body style="margin:0;background:{ground}"><div style="{size}">{drawing}</div></body>')
            page.screenshot(path=STATIC / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
