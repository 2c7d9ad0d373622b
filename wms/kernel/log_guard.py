"""No log line carries an identity number, a phone or a field that names a person, whoever wrote it.

`guard_logs` is called by the command line and by `wms.app` when a process begins. It is the second lock: what is
written to logs is chosen so that it names nobody; this catches what somebody forgot, tracebacks included.
"""

import logging
from typing import Any

from wms.kernel.masking import scrub

_plain_exception = logging.Formatter().formatException
_guarded = False


def guard_logs() -> None:
    """Scrub every record of this process when it is made, before any handler sees it. May be called again."""
    global _guarded
    if _guarded:
        return
    make = logging.getLogRecordFactory()

    def make_scrubbed(*arguments: Any, **named: Any) -> logging.LogRecord:
        return scrubbed(make(*arguments, **named))

    logging.setLogRecordFactory(make_scrubbed)
    _guarded = True


def scrubbed(record: logging.LogRecord) -> logging.LogRecord:
    """The record with its words, arguments and traceback scrubbed. Left alone where there is nothing to hide."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # A wrong format string is for the logging module to complain about.
        return record
    clean = scrub(message)
    if clean != message:
        record.msg, record.args = clean, ()
    if record.exc_info and record.exc_info[0] is not None and record.exc_text is None:
        # Formatters use this text where it is there and look at exc_info only where it is not.
        record.exc_text = scrub(_plain_exception(record.exc_info))
    return record
