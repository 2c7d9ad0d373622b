"""What tests of several slices share: a private PostgreSQL, clean databases, a real browser, the real data.

Nothing here knows a slice. Called by `tests/conftest.py` and by the conftest files below it.
"""
