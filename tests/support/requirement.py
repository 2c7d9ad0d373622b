"""Skip what a machine cannot run, unless it was promised to be there.

Called by the fixtures that need PostgreSQL or Chromium. On a developer's machine a lacking part skips the test with a
reason; where `WMS_..._REQUIRED=1` is set, as in continuous integration, it fails: a check that silently stops running
is worse than none.
"""

import os
from typing import NoReturn

import pytest


def lacking(what: str, required_variable: str) -> NoReturn:
    """End the running test: skipped with `what` as its reason, or failed where `required_variable` is 1."""
    if os.environ.get(required_variable) == "1":
        pytest.fail(f"{what} ({required_variable}=1 forbids to skip this)", pytrace=False)
    pytest.skip(what)
