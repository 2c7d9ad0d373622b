from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from tests.access.conftest import BOSS, START, Hire
from wms.access.callers import CallerMemory
from wms.access.model import Operator, Role, command_line
from wms.access.service import block_operator, create_api_token, create_operator, revoke_api_token, unlock_operator
from wms.database.transaction import Database
from wms.kernel.errors import BadInput
from wms.kernel.refusal import Refusal

Trail = Callable[[], list[str]]


def create(database: Database, badge: str = "EMP-1", warehouse_id: int = 1) -> Operator | Refusal:
    def work(session: Session) -> Operator | Refusal:
        by = command_line(warehouse_id)
        return create_operator(
            session, by, badge=badge, name=" 李伟 ", role=Role.PACKER, pin_hash="x", now=START, language="zh"
        )

    return database.in_transaction(work)


def test_a_new_operator_and_its_record(database: Database, trail: Trail) -> None:
    operator = create(database, "emp-1")
    assert isinstance(operator, Operator)
    assert (operator.badge, operator.name, operator.role, operator.language) == ("EMP-1", "李伟", Role.PACKER, "zh")
    assert trail() == ['command line operator_created EMP-1 {"name": "李伟", "role": "packer"}']


def test_a_badge_is_given_once_in_all_warehouses(database: Database) -> None:
    create(database)
    assert create(database) == Refusal("badge_taken", {"badge": "EMP-1"})
    assert create(database, warehouse_id=2) == Refusal("badge_taken", {"badge": "EMP-1"})


def test_a_badge_is_given_once_however_many_ask_at_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: create(database), range(8)))
    assert sum(isinstance(outcome, Operator) for outcome in outcomes) == 1


def test_bad_data_of_an_operator_changes_nothing(database: Database, trail: Trail) -> None:
    with pytest.raises(BadInput, match="badge: must be EMP-"):
        create(database, "4711")
    assert trail() == []


def test_only_the_own_warehouse_is_unlocked_or_blocked(database: Database, hire: Hire, trail: Trail) -> None:
    hire("EMP-1")
    before = trail()
    other, memory = command_line(2), CallerMemory()

    def work(session: Session) -> list[object]:
        return [
            unlock_operator(session, other, "EMP-1", now=START),
            unlock_operator(session, BOSS, "EMP-7", now=START),
            block_operator(session, memory, other, "EMP-1", now=START),
            block_operator(session, memory, BOSS, "EMP-7", now=START),
        ]

    assert database.in_transaction(work) == [Refusal("bad_badge")] * 4
    assert trail() == before


def test_a_blocked_badge_is_not_given_again(database: Database, hire: Hire, trail: Trail) -> None:
    hire("EMP-1")
    database.in_transaction(lambda session: block_operator(session, CallerMemory(), BOSS, "EMP-1", now=START))
    assert trail()[-1] == "command line operator_blocked EMP-1 {}"
    assert create(database) == Refusal("badge_taken", {"badge": "EMP-1"})


def test_api_tokens(database: Database, trail: Trail) -> None:
    memory = CallerMemory()

    def make(session: Session) -> str | Refusal:
        return create_api_token(session, BOSS, name="shop", role=Role.INTEGRATION, now=START)

    def end(session: Session) -> Refusal | None:
        return revoke_api_token(session, memory, BOSS, "shop", now=START)

    token = database.in_transaction(make)
    assert isinstance(token, str)
    assert trail() == ['command line api_token_created shop {"role": "integration"}']
    assert token not in "".join(trail())
    assert database.in_transaction(make) == Refusal("token_name_taken", {"name": "shop"})
    assert database.in_transaction(end) is None
    assert trail()[-1] == "command line api_token_revoked shop {}"
    assert database.in_transaction(end) == Refusal("unknown_token", {"name": "shop"})
    assert database.in_transaction(make) == Refusal("token_name_taken", {"name": "shop"})


@pytest.mark.parametrize("name", ["", " shop", "x" * 61])
def test_a_bad_token_name(database: Database, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        database.in_transaction(
            lambda session: create_api_token(session, BOSS, name=name, role=Role.INTEGRATION, now=START)
        )
