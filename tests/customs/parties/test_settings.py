"""Who pushes what for a merchant, who speaks for whom; every change with its author."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, row
from wms.access.callers import CallerMemory
from wms.access.model import Role, command_line
from wms.access.service import create_api_token, revoke_api_token
from wms.access.tables import AuditRow
from wms.catalogue.tables import Merchant
from wms.customs.model import DocumentKind
from wms.customs.parties.settings import (
    ListWaitsFor,
    MerchantCustoms,
    Partner,
    add_partner,
    companies_of,
    merchant_customs,
    partners,
    remove_partner,
    set_merchant_customs,
)
from wms.database.transaction import Database
from wms.kernel.errors import BadInput
from wms.kernel.refusal import Refusal

ME = command_line(WAREHOUSE)
WHOLE = MerchantCustoms(1, False, True, False, "样例电商", "6222000012345678", "9999960005", ListWaitsFor.ACCEPTED, "2")


@pytest.fixture(autouse=True)
def _merchant(database: Database) -> None:
    def make(session: Session) -> None:
        row(session, Merchant, id=1, code="ACME")
        create_api_token(session, ME, name="bank", role=Role.INTEGRATION, now=START)

    database.in_transaction(make)


def known(database: Database, merchant_id: int = 1) -> MerchantCustoms:
    return database.reading(lambda session: merchant_customs(session, WAREHOUSE, merchant_id))


def keep(database: Database, settings: MerchantCustoms) -> None:
    database.in_transaction(lambda session: set_merchant_customs(session, ME, settings, now=START))


def audit(database: Database, what: str) -> list[Any]:
    rows = database.reading(
        lambda session: session.execute(
            select(AuditRow.who, AuditRow.on_what, AuditRow.details).where(AuditRow.what == what).order_by(AuditRow.id)
        ).all()
    )
    return [(each.who, each.on_what, json.loads(each.details)) for each in rows]


class TestMerchants:
    def test_without_settings_everything_is_ours(self, database: Database) -> None:
        settings = known(database)
        assert all(settings.sends(kind) for kind in DocumentKind)
        assert (settings.payee_name, settings.payee_account, settings.list_waits_for) == ("", "", ListWaitsFor.TAKEN)

    def test_kept_and_kept_again(self, database: Database) -> None:
        keep(database, WHOLE)
        assert known(database) == WHOLE
        assert [kind for kind in DocumentKind if not WHOLE.sends(kind)] == [DocumentKind.ORDER, DocumentKind.LOGISTICS]
        keep(database, MerchantCustoms(1))
        assert known(database) == MerchantCustoms(1)

    def test_written_down_with_the_account_masked(self, database: Database) -> None:
        keep(database, WHOLE)
        assert audit(database, "merchant_customs_set") == [
            (
                "command line",
                "ACME",
                {
                    "we_send": "payment", "payee": "样例电商", "payee_account": "****5678",
                    "assure_code": "9999960005", "list_waits_for": "accepted", "resubmits_as": "2",
                },
            )
        ]  # fmt: skip

    def test_everything_wrong_is_named(self, database: Database) -> None:
        with pytest.raises(BadInput) as bad:
            keep(database, MerchantCustoms(9, payee_name="x" * 101, payee_account="1\n", resubmits_as="3"))
        assert [fault.where for fault in bad.value.faults] == ["payee", "payee_account", "resubmits_as", "merchant"]
        assert audit(database, "merchant_customs_set") == []


class TestPartners:
    def test_added_once_listed_and_removed(self, database: Database) -> None:
        for _ in range(2):
            added = database.in_transaction(lambda session: add_partner(session, ME, "bank", "9999960003", now=START))
            assert added is None
        assert database.reading(lambda session: partners(session, WAREHOUSE)) == (Partner("api:bank", "9999960003"),)
        assert database.reading(lambda session: companies_of(session, WAREHOUSE, "api:bank")) == {"9999960003"}
        assert database.reading(lambda session: companies_of(session, WAREHOUSE + 1, "api:bank")) == frozenset()
        gone = database.in_transaction(lambda session: remove_partner(session, ME, "bank", "9999960003", now=START))
        assert gone is None
        assert database.reading(lambda session: partners(session, WAREHOUSE)) == ()
        details = {"company_code": "9999960003"}
        assert audit(database, "partner_added") == [("command line", "bank", details)]
        assert audit(database, "partner_removed") == [("command line", "bank", details)]

    def test_only_tokens_that_work(self, database: Database) -> None:
        def work(session: Session) -> Refusal | None:
            revoke_api_token(session, CallerMemory(), ME, "bank", now=START)
            return add_partner(session, ME, "bank", "9999960003", now=START)

        assert database.in_transaction(work) == Refusal("unknown_token", {"name": "bank"})

    def test_only_codes_of_companies(self, database: Database) -> None:
        for code in ("", "9" * 19, "9999-60003", "平台"):
            with pytest.raises(BadInput, match="company code"):
                database.in_transaction(lambda session, code=code: add_partner(session, ME, "bank", code, now=START))

    def test_nothing_to_remove(self, database: Database) -> None:
        outcome = database.in_transaction(lambda session: remove_partner(session, ME, "bank", "X", now=START))
        assert isinstance(outcome, Refusal)
        assert outcome.code == "unknown_partner"
