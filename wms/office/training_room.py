"""Finds the simulated port of a warehouse, if it has one. Called by `pages` (the way there) and `training`."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from wms.database.transaction import Database
from wms.places.tables import Warehouse


@dataclass(frozen=True, slots=True)
class TrainingRoom:
    """Where the simulated ports of the warehouses have their folders."""

    database: Database
    folder: Path | None
    """None where this process knows of none."""
    codes: dict[int, str] = field(default_factory=dict)

    def of(self, warehouse_id: int) -> Path | None:
        """The folder of a warehouse's simulated port; None where there is none."""
        if self.folder is None:
            return None
        if warehouse_id not in self.codes:
            query = select(Warehouse.code).where(Warehouse.id == warehouse_id)
            self.codes[warehouse_id] = self.database.reading(lambda session: session.execute(query).scalar_one())
        folder = self.folder / self.codes[warehouse_id]
        return folder if (folder / "simulator").is_dir() else None
