"""The press's own process: the only module that imports WeasyPrint. Nobody imports it; `press` starts it by name.

One label at a time over a socket whose number is the first argument. It is warm before it says "ready": libraries
imported, one FontConfiguration, every style sheet of the template folder parsed, one label set. It reads nothing but
`data:` URLs and the template folder, because labels carry text that customers wrote. Whatever WeasyPrint would only
warn about (an image it could not load, a rule it dropped) fails the label: on paper it would be a blank barcode.

A job is JSON with the HTML and the names of its style sheets; a reply is a kind byte with the PDF or the error.
"""

import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from wms.labels.frames import DONE, FAILED, READY, receive_frame, send_frame

_GRACE_SECONDS = 5


def _work(connection: socket.socket, templates: Path, seconds: int) -> None:
    class TemplatesOnly(URLFetcher):  # type: ignore[misc]
        """Lets through `data:` and files below the template folder; redirects have nowhere to come from."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("file://"):
                path = Path(url.removeprefix("file://")).resolve()
                if not path.is_relative_to(templates):
                    raise ValueError(f"{url} lies outside the label templates")
            return super().fetch(url, headers)

    complaints: list[str] = []

    class Complaints(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(record.getMessage())

    logger = logging.getLogger("weasyprint")
    logger.handlers = [Complaints(logging.WARNING)]
    logger.setLevel(logging.WARNING)
    # fontTools reports its subsetting at INFO and an odd table of a system font at WARNING: no business of a label.
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)

    fetcher = TemplatesOnly(allowed_protocols={"data", "file"}, allow_redirects=False)
    fonts = FontConfiguration()
    sheets = {
        str(path.relative_to(templates)): CSS(filename=path, font_config=fonts, url_fetcher=fetcher)
        for path in sorted(templates.rglob("*.css"))
    }

    def set_label(html: str, names: list[str]) -> bytes:
        pdf: bytes = HTML(string=html, base_url=str(templates) + "/", url_fetcher=fetcher).write_pdf(
            stylesheets=[sheets[name] for name in names], font_config=fonts, pdf_identifier=b"label"
        )
        return pdf

    set_label("<p>Warm <b>warm</b> 热 <b>热</b></p>", sorted(sheets))
    send_frame(connection, READY + "; ".join(complaints).encode())
    while True:
        job = json.loads(receive_frame(connection))
        complaints.clear()
        # If the parent was killed nobody else would end a label that never finishes.
        signal.alarm(seconds + _GRACE_SECONDS)
        try:
            pdf = set_label(job["html"], job["stylesheets"])
        except Exception as error:  # noqa: BLE001 - told to the parent, which refuses this label
            send_frame(connection, FAILED + f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
        else:
            failed = FAILED + "; ".join(complaints).encode() if complaints else None
            send_frame(connection, failed or DONE + pdf)
        signal.alarm(0)


def main() -> None:
    descriptor, templates, seconds = sys.argv[1:]
    # Ctrl-C reaches the whole process group: the parent decides when the press stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(descriptor)) as connection:
        try:
            _work(connection, Path(templates).resolve(), int(seconds))
        except (EOFError, ConnectionError):
            os._exit(0)  # the parent closed its end; nothing to tidy up that the system would not


if __name__ == "__main__":
    main()
