"""What reaches a handler once logs are guarded."""

import io
import logging
from collections.abc import Iterator

import pytest

from wms.kernel import log_guard
from wms.kernel.log_guard import guard_logs


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a handler of a guarded process writes; the process is unguarded again at the end."""
    before = logging.getLogRecordFactory()
    monkeypatch.setattr(log_guard, "_guarded", False)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("wms.test_log_guard")
    logger.addHandler(handler)
    guard_logs()
    guard_logs()
    yield stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


def test_arguments_and_tracebacks_are_scrubbed(out: io.StringIO) -> None:
    log = logging.getLogger("wms.test_log_guard")
    log.warning("slip of %s", "990000199001010017")
    try:
        raise ValueError("cannot read <payerName>样例甲</payerName>")
    except ValueError:
        log.exception("read %s", {"payer_phone": "10000000001"})
    written = out.getvalue()
    assert "9900**********0017" in written
    assert "ValueError: cannot read <payerName>样*</payerName>" in written
    assert not [secret for secret in ("990000199001010017", "样例甲", "10000000001") if secret in written]


def test_other_lines_stay_as_they_were(out: io.StringIO) -> None:
    log = logging.getLogger("wms.test_log_guard")
    log.warning("%s parcels, %d %%", "3", 50)
    log.warning("no arguments, 100 %s")
    assert out.getvalue() == "WARNING 3 parcels, 50 %\nWARNING no arguments, 100 %s\n"
