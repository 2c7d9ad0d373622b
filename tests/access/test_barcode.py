import pytest
from sqlalchemy.orm import Session

from tests.access.conftest import Hire
from wms.access.barcode import OperatorReader
from wms.access.model import Operator
from wms.barcodes.model import Cleaned, CodeKind
from wms.barcodes.reader import Reader
from wms.database.transaction import Database


@pytest.fixture
def reader() -> Reader:
    return OperatorReader(CodeKind.OPERATOR)


def read(database: Database, reader: Reader, text: str, warehouse_id: int = 1) -> object:
    def work(session: Session) -> object:
        return reader(session, warehouse_id, Cleaned(raw=text, text=text))

    return database.reading(work)


def test_a_badge_means_its_operator(database: Database, reader: Reader, hire: Hire) -> None:
    operator: Operator = hire("EMP-1")
    assert reader.kind is CodeKind.OPERATOR
    assert read(database, reader, "EMP-1") == (operator,)


@pytest.mark.parametrize(("text", "warehouse_id"), [("EMP-2", 1), ("EMP-1", 2), ("LOC-EMP-1", 1), ("", 1)])
def test_everything_else_means_nobody(
    database: Database, reader: Reader, hire: Hire, text: str, warehouse_id: int
) -> None:
    hire("EMP-1")
    assert read(database, reader, text, warehouse_id) == ()
