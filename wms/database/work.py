"""Runs one caller's work in a session and sees that it left the transaction alone. Used by both ways of committing."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")


class EndedItsTransaction(AssertionError):
    """The work committed or rolled back by itself: a bug, after which nothing it wrote may be kept."""


def run_work(session: Session, work: Callable[[Session], T]) -> T:
    """The result of `work(session)`, with everything it wrote sent to the database and nothing committed.

    A work that catches a failed flush and goes on has lost what it wrote before; that counts as ending it too.
    """
    transaction = session.begin()
    result = work(session)
    session.flush()
    if not transaction.is_active:
        raise EndedItsTransaction("a work must not commit or roll back: in_transaction does, for the whole of it")
    return result
