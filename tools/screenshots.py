"""Take the pictures of the documentation: handhelds at work, a packing bench, the office, and every screen on sheets.

Called by `make screenshots`; SCREENSHOTS="walk office" takes only those parts. It starts services of its own over the
demo warehouse (`wms run`) and throws them away; people work in them by scans and nothing in the pictures is drawn by
hand. Needs Debian's Chromium. How small the pictures have to be: `picture_files`.
"""

import argparse
import sys
from pathlib import Path

from tests.support.browser import chromium_binary, running_chromium
from tools.bench_pictures import take_bench
from tools.handheld_pictures import take_every_screen
from tools.office_pictures import take_office
from tools.picture_files import PICTURES, NoPicture, save
from tools.walk_pictures import CUSTOMS_STEP_MS, LANGUAGES, take_camera, take_walk
from wms.demo.private_service import Service, private_service


def take_walks(binary: Path) -> None:
    """The same work in each language, and the camera, which needs a browser with something before it."""
    with running_chromium(binary) as browser:
        for language in LANGUAGES:
            with private_service(CUSTOMS_STEP_MS) as service:
                take_walk(browser, service, language)
                take_label(service)
    with private_service() as service:
        take_camera(binary, service)


def take_label(service: Service) -> None:
    """A parcel's label as its dots are."""
    labels = sorted(service.settings.label_dir.glob("*.png"))
    if not labels:
        raise NoPicture(f"nothing was printed into {service.settings.label_dir}")
    save("parcel-label", labels[0].read_bytes())


def take_packing_bench(binary: Path) -> None:
    """The page of the bench whose devices are simulated."""
    with running_chromium(binary) as browser:
        for language in LANGUAGES:
            with private_service() as service:
                take_bench(browser, service, language)


def take_offices(binary: Path) -> None:
    """The supervisors' pages."""
    with running_chromium(binary) as browser, private_service() as service:
        take_office(browser, service)


def take_sheets(binary: Path) -> None:
    """Every step of every workflow, many on one sheet."""
    with running_chromium(binary) as browser:
        take_every_screen(browser)


PARTS = {"walk": take_walks, "bench": take_packing_bench, "office": take_offices, "sheets": take_sheets}


def main() -> None:
    """Write the pictures of the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="tools/screenshots.py", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all without any")
    wanted = parser.parse_args().part or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    binary = chromium_binary()
    if binary is None:
        sys.exit("There is no chromium on the PATH. On Debian: apt install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for part in wanted:
        PARTS[part](binary)


if __name__ == "__main__":
    main()
