"""What products are called in Chinese, by their other name: for people who read Chinese on the floor.

`wms.app` hands one to the handheld's page. The rules of the floor speak of a product by one name, which is kept in
plans, in the log and in the books; only what a person reads is in his language. Where two products share a name and not
the Chinese one, the shared name is shown: a wrong name is worse than a foreign one.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Sku
from wms.database.transaction import Database
from wms.kernel.clock import Clock

LOOK_AGAIN = timedelta(minutes=1)
_MARK = select(func.count(), func.max(Sku.updated_at)).select_from(Sku)
_NAMES = select(Sku.name, Sku.name_zh).where(Sku.name_zh != Sku.name, Sku.name_zh != "")


class ChineseNames:
    """A name in, the Chinese one out; the same name where there is none.

    All names are read when the catalogue has changed, which is looked at once a minute; nothing is read before somebody
    asks.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._names: dict[str, str] = {}
        self._mark: tuple[Any, ...] = ()
        self._looked_at: datetime | None = None

    def __call__(self, name: str) -> str:
        """`name` in Chinese."""
        now = self._clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            self._looked_at = now  # first: whoever asks meanwhile is answered from what is known
            self._database.reading(self._look)
        return self._names.get(name, name)

    def _look(self, session: Session) -> None:
        mark = tuple(session.execute(_MARK).one())
        if mark == self._mark:
            return
        names: dict[str, str] = {}
        for name, chinese in session.execute(_NAMES):
            names[name] = chinese if names.get(name, chinese) == chinese else name
        self._names, self._mark = names, mark
