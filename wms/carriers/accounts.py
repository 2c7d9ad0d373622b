"""Use cases of accounts and rules: read them, and set them with a record of who did. Called by commands, jobs, pages,
doors and `price_list`. Every change is checked as a whole; faults are listed and nothing is changed.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.adapters import faults_of_account
from wms.carriers.model import OWN_ACCOUNT, Account, CarrierKind
from wms.carriers.rules import Rule
from wms.carriers.tables import CarrierAccountRow, CarrierRuleRow
from wms.kernel.errors import BadInput, Fault

_CODE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as somebody enters it. An empty secret keeps the one that is there."""

    code: str
    kind: CarrierKind
    name: str
    name_zh: str = ""
    company_code: str = ""
    company_name: str = ""
    is_enabled: bool = True
    settings: tuple[tuple[str, str], ...] = ()
    secret: str = ""


def account_by_code(session: Session, warehouse_id: int, code: str) -> Account | None:
    """The account of that code."""
    row = session.get(CarrierAccountRow, (warehouse_id, code))
    return None if row is None else _account(row)


def accounts(session: Session, warehouse_id: int) -> list[Account]:
    """All accounts by code."""
    rows = session.scalars(
        select(CarrierAccountRow).where(CarrierAccountRow.warehouse_id == warehouse_id).order_by(CarrierAccountRow.code)
    )
    return [_account(row) for row in rows]


def set_account(session: Session, by: Caller, wanted: NewAccount, *, now: datetime) -> Account:
    """Add or change an account. Raises BadInput with everything that does not fit."""
    row = session.get(CarrierAccountRow, (by.warehouse_id, wanted.code))
    settings = dict(wanted.settings)
    secret = wanted.secret or (row.secret if row is not None else "")
    faults = [*_faults(wanted), *faults_of_account(wanted.kind, settings, secret)]
    if row is not None and row.kind != wanted.kind:
        faults.append(Fault("kind", f"{wanted.code} is an account of {row.kind}; make a new one under another code"))
    if faults:
        raise BadInput(faults)
    if row is None:
        # Random, so that no other customer of the carrier books under our keys, nor this warehouse's next database.
        row = CarrierAccountRow(
            warehouse_id=by.warehouse_id, code=wanted.code, kind=wanted.kind, key_prefix=secrets.token_hex(4).upper()
        )
        session.add(row)
    row.name, row.name_zh = wanted.name.strip(), wanted.name_zh.strip() or wanted.name.strip()
    row.company_code, row.company_name = wanted.company_code.strip(), wanted.company_name.strip()
    row.is_enabled, row.settings, row.secret = wanted.is_enabled, json.dumps(settings, sort_keys=True), secret
    session.flush()
    # The secret itself is in no record.
    details = {"kind": wanted.kind, "enabled": str(wanted.is_enabled), **settings}
    record(session, by, "carrier_account_set", wanted.code, now=now, details=details)
    return _account(row)


def rules_of(session: Session, warehouse_id: int) -> list[Rule]:
    """The table of rules, in its order."""
    rows = session.scalars(
        select(CarrierRuleRow).where(CarrierRuleRow.warehouse_id == warehouse_id).order_by(CarrierRuleRow.line_no)
    )
    return [
        Rule(
            rank=row.rank,
            account=row.account_code,
            merchant=row.merchant,
            countries=tuple(row.countries.split()),
            districts=tuple(row.districts.split()),
            from_grams=row.from_grams,
            to_grams=row.to_grams,
            longest_mm=row.longest_mm,
            middle_mm=row.middle_mm,
            shortest_mm=row.shortest_mm,
            girth_mm=row.girth_mm,
            priority_to=row.priority_to,
            service=row.service,
            before=time.fromisoformat(row.before) if row.before else None,
            patience_seconds=row.patience_seconds,
        )
        for row in rows
    ]


def set_rules(session: Session, by: Caller, rules: Sequence[Rule], *, now: datetime) -> None:
    """Replace the table. Raises BadInput naming each line's faults."""
    make_own_account(session, by.warehouse_id)
    known = {account.code for account in accounts(session, by.warehouse_id)}
    faults = [
        Fault(f"line {number}", what)
        for number, rule in enumerate(rules, start=1)
        for what in _faults_of_rule(rule, known)
    ]
    if faults:
        raise BadInput(faults)
    session.execute(delete(CarrierRuleRow).where(CarrierRuleRow.warehouse_id == by.warehouse_id))
    if rules:
        session.execute(
            insert(CarrierRuleRow), [_rule_values(by, number, rule) for number, rule in enumerate(rules, 1)]
        )
    record(session, by, "carrier_rules_set", f"{len(rules)} rules", now=now)


def make_own_account(session: Session, warehouse_id: int) -> None:
    """Ourselves are an account too as soon as anything is chosen."""
    if session.get(CarrierAccountRow, (warehouse_id, OWN_ACCOUNT)) is None:
        session.add(
            CarrierAccountRow(
                warehouse_id=warehouse_id,
                code=OWN_ACCOUNT,
                kind=CarrierKind.OWN,
                name="Own numbers",
                name_zh="自有单号",
                company_code="",
                company_name="",
                is_enabled=True,
                key_prefix=secrets.token_hex(4).upper(),
                settings="{}",
                secret="",
            )
        )
        session.flush()


def _rule_values(by: Caller, number: int, rule: Rule) -> dict[str, object]:
    return {
        "warehouse_id": by.warehouse_id,
        "line_no": number,
        "rank": rule.rank,
        "account_code": rule.account,
        "merchant": rule.merchant,
        "countries": " ".join(rule.countries),
        "districts": " ".join(rule.districts),
        "from_grams": rule.from_grams,
        "to_grams": rule.to_grams,
        "longest_mm": rule.longest_mm,
        "middle_mm": rule.middle_mm,
        "shortest_mm": rule.shortest_mm,
        "girth_mm": rule.girth_mm,
        "priority_to": rule.priority_to,
        "service": rule.service,
        "before": rule.before.strftime("%H:%M") if rule.before else "",
        "patience_seconds": rule.patience_seconds,
    }


def _faults(wanted: NewAccount) -> list[Fault]:
    faults = []
    code = wanted.code
    if not (
        0 < len(code) <= _CODE_LENGTH and code.isascii() and code.replace("-", "").isalnum() and code == code.upper()
    ):
        faults.append(Fault("code", f"{code!r} is no code such as SF-01: capitals, digits and hyphens, at most 20"))
    if not wanted.name.strip():
        faults.append(Fault("name", "is missing"))
    for where, text, longest in (
        ("name", wanted.name, 100),
        ("name_zh", wanted.name_zh, 100),
        ("company_code", wanted.company_code, 18),
        ("company_name", wanted.company_name, 100),
    ):
        if len(text) > longest:
            faults.append(Fault(where, f"has {len(text)} characters, at most {longest} are kept"))
    if bool(wanted.company_code.strip()) != bool(wanted.company_name.strip()):
        faults.append(Fault("company_code", "customs want the carrier's code and name, or neither"))
    return faults


def _faults_of_rule(rule: Rule, known: set[str]) -> list[str]:
    faults = []
    if rule.account not in known:
        faults.append(f"{rule.account!r} is no account; known: {', '.join(sorted(known))}")
    if rule.from_grams is not None and rule.to_grams is not None and rule.from_grams > rule.to_grams:
        faults.append(f"nothing weighs at least {rule.from_grams} and at most {rule.to_grams} g")
    sides = [side for side in (rule.shortest_mm, rule.middle_mm, rule.longest_mm) if side is not None]
    if sides != sorted(sides):
        faults.append("longest_mm, middle_mm and shortest_mm are a parcel's sides from long to short")
    if any(len(country) != 2 or not country.isupper() for country in rule.countries):
        faults.append("countries are two capitals each, such as CN DE")
    if any(not (part.isascii() and part.isdigit() and len(part) <= 6) for part in rule.districts):
        faults.append("districts are beginnings of six-digit codes, such as 33 or 3301")
    if not 0 <= rule.patience_seconds <= 86_400:
        faults.append("patience is from 0 seconds to a day")
    if len(" ".join(rule.countries)) > 200 or len(" ".join(rule.districts)) > 200:
        faults.append("too many countries or districts for one line; write two lines")
    if len(rule.service) > 30 or len(rule.merchant) > 30:
        faults.append("service and merchant have at most 30 characters")
    return faults


def _account(row: CarrierAccountRow) -> Account:
    return Account(
        code=row.code,
        kind=CarrierKind(row.kind),
        name=row.name,
        name_zh=row.name_zh,
        company_code=row.company_code,
        company_name=row.company_name,
        is_enabled=row.is_enabled,
        key_prefix=row.key_prefix,
        settings=json.loads(row.settings),
        secret=row.secret,
    )
