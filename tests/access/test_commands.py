"""`wms people` and `wms token` on a terminal, and whom they really let in."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from tests.support.opened import opened
from wms.access.commands import people_commands, token_commands
from wms.access.model import Role
from wms.access.sign_in import Doorman, SignedIn
from wms.access.tokens import TokenKind
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import BadInput, Refused
from wms.kernel.refusal import Refusal

CLOCK = FixedClock(datetime(2026, 11, 5, 4, 0, tzinfo=UTC))


def _run(database: Database, *words: str) -> Result:
    tokens = token_commands(lambda: database, CLOCK, lambda _session, _warehouse_id, code: code == "BENCH-1")
    groups = (people_commands(lambda: database, CLOCK), tokens)
    group = next(group for group in groups if group.name == words[0])
    return CliRunner().invoke(group, list(words[1:]))


def _doorman(database: Database) -> Doorman:
    return Doorman(database, CLOCK, "a-key-for-tests-of-32-characters!", timedelta(hours=12))


def test_a_person_who_was_added_gets_in_and_one_who_was_blocked_does_not(database_url: str) -> None:
    with opened(database_url) as database:
        added = _run(database, "people", "add", "EMP-12", "Chen Yu", "--role", "picker", "--pin", "2468")
        assert (added.exit_code, "Chen Yu may sign in with EMP-12 as picker." in added.output) == (0, True)
        signed_in = _doorman(database).sign_in("EMP-12", "2468", "device")
        assert isinstance(signed_in, SignedIn)
        assert signed_in.caller.role is Role.PICKER

        assert _run(database, "people", "block", "EMP-12").exit_code == 0
        assert isinstance(_doorman(database).sign_in("EMP-12", "2468", "device"), Refusal)
        assert _doorman(database).who_has(signed_in.token, TokenKind.SESSION) is None


def test_a_token_opens_the_api_until_it_is_revoked(database_url: str) -> None:
    with opened(database_url) as database:
        token = _run(database, "token", "create", "shop").output.splitlines()[0]
        known = _doorman(database).who_has(token, TokenKind.API)
        assert known is not None
        assert known.caller.role is Role.INTEGRATION
        assert _run(database, "token", "revoke", "shop").exit_code == 0
        assert _doorman(database).who_has(token, TokenKind.API) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("people", "block", "EMP-404"), "bad_badge"),
        (("token", "revoke", "nobody"), "unknown_token"),
        (("token", "create", "taken"), "token_name_taken"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(database_url: str, words: tuple[str, ...], code: str) -> None:
    with opened(database_url) as database:
        _run(database, "token", "create", "taken")
        error = _run(database, *words).exception
        assert isinstance(error, Refused)
        assert error.refusal.code == code


def test_the_token_of_a_bench_names_its_bench(sqlite_database_url: str) -> None:
    with opened(sqlite_database_url) as database:
        assert isinstance(_run(database, "token", "bench", "BENCH-9").exception, BadInput)
        made = _run(database, "token", "bench", "BENCH-1")
        known = _doorman(database).who_has(made.stdout.strip(), TokenKind.API)
        assert known is not None
        assert (known.caller.role, known.caller.bench, known.caller.who) == (Role.BENCH, "BENCH-1", "api:BENCH-1")


def test_a_wrong_pin_or_badge_changes_nothing(database_url: str) -> None:
    with opened(database_url) as database:
        assert isinstance(
            _run(database, "people", "add", "EMP-1", "A", "--role", "picker", "--pin", "1").exception, BadInput
        )
        wrong = _run(database, "people", "add", "7", "A", "--role", "picker", "--pin", "2468")
        assert isinstance(wrong.exception, BadInput)
        assert isinstance(_doorman(database).sign_in("EMP-1", "2468", "device"), Refusal)
