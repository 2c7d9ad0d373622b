from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Annotated
from uuid import UUID

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from wms.kernel.errors import BadInput, Fault
from wms.web.decoding import OneOrMany, decode, decode_one_or_many
from wms.web.faults import MOST_FAULTS


class Source(StrEnum):
    WEDGE = "wedge"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    weight_grams: Annotated[int, msgspec.Meta(ge=1, le=50_000)] = 1


@dataclass(frozen=True, slots=True)
class Whole:
    id: UUID
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    source: Source
    price: Decimal | None = None
    parts: Annotated[tuple[Part, ...], msgspec.Meta(max_length=3)] = ()
    best: Part | None = None
    notes: dict[str, str] | None = None
    serial: int | str = 0

    def __post_init__(self) -> None:
        if self.best is not None and not self.parts:
            raise ValueError("the best part is among the parts")


RIGHT = (
    b'{"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": "2026-11-23T05:17:56Z", "source": "wedge", "price": 1.10,'
    b' "parts": [{"name": "cup"}], "best": {"name": "cup", "weight_grams": 250}, "notes": {"gift": "yes"}}'
)


def faults(raw: bytes, of: type = Whole) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        decode(raw, of)
    return list(caught.value.faults)


def wrong(**changes: object) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(RIGHT), **changes})


def test_a_right_body_becomes_a_value() -> None:
    assert decode(RIGHT, Whole) == Whole(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        at=datetime(2026, 11, 23, 5, 17, 56, tzinfo=UTC),
        source=Source.WEDGE,
        price=Decimal("1.10"),
        parts=(Part("cup"),),
        best=Part("cup", 250),
        notes={"gift": "yes"},
    )


def test_decimals_keep_every_digit() -> None:
    exact = RIGHT.replace(b"1.10", b"12345678901234567890.123456789")
    assert decode(exact, Whole).price == Decimal("12345678901234567890.123456789")


def test_every_fault_is_listed_with_its_path() -> None:
    raw = wrong(
        id="4711",
        at="2026-11-23T05:17:56",
        source="voice",
        price="dear",
        parts=[{"name": 7}, {}, "cup"],
        colour="red",
    )
    raw = raw.replace(b'"best":{"name":"cup","weight_grams":250}', b'"best":{"name":"cup","weight_grams":0}')

    assert faults(raw) == [
        Fault("colour", "is not known here; known are id, at, source, price, parts, best, notes, serial"),
        Fault("id", 'must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057, not "4711"'),
        Fault("at", 'must be a moment such as 2026-11-23T05:17:56Z with its time zone, not "2026-11-23T05:17:56"'),
        Fault("source", 'must be one of wedge, camera, not "voice"'),
        Fault("price", 'must be a decimal number such as 12.50, not "dear"'),
        Fault("parts[0].name", "must be a text, not 7"),
        Fault("parts[1].name", "is missing; it must be a text"),
        Fault("parts[2]", 'must be an object, not "cup"'),
        Fault("best.weight_grams", "must be a whole number of at least 1 and of at most 50000, not 0"),
    ]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault("body", "is not JSON: Input data was truncated")),
        (b"\xff", Fault("body", "is not JSON: JSON is malformed: invalid character (byte 0)")),
        (b'{"name": "\\ud800"}', Fault("body", "is not JSON: Input data was truncated")),
        (b"[" * 100_000 + b"]" * 100_000, Fault("body", "is nested too deeply")),
        (b"[]", Fault("body", "must be an object, not a list")),
        (b"null", Fault("body", "must be an object, not null")),
        (b'{"name": "a\\u0000b"}', Fault("name", "must not contain the character NUL")),
        (b'{"name": "a", "nam": "b"}', Fault("nam", "is not known here; known are name, weight_grams")),
        (b'{"name": "a", "weight_grams": true}', Fault("weight_grams", "must be a whole number")),
        (b'{"name": "a", "weight_grams": 1.0}', Fault("weight_grams", "must be a whole number")),
    ],
)
def test_one_fault(raw: bytes, fault: Fault) -> None:
    (found,) = faults(raw, Part)
    assert found.where == fault.where
    assert found.what.startswith(fault.what)


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (wrong(parts=[{"name": "a"}] * 4), "parts"),
        (wrong(parts=[]), "body"),
        (wrong(parts="cup"), "parts"),
        (wrong(notes={"gift": 1}), "notes.gift"),
        (wrong(notes={"gift": "\0"}), "notes.gift"),
        (wrong(notes={"\0": "yes"}), "body"),
        (wrong(notes=[]), "notes"),
        (wrong(serial=None), "serial"),
        (wrong(serial=2**63), "serial"),
        (wrong(at="0001-01-01T00:00:00+14:00"), "at"),
        (wrong(at="9999-12-31T23:59:59-14:00"), "at"),
        (wrong(best={"name": "cup", "size": 1}), "best.size"),
        (wrong(parts=[{"name": "cup", "size": 1}]), "parts[0].size"),
    ],
)
def test_faults_of_limits_and_nested_values(raw: bytes, where: str) -> None:
    assert [fault.where for fault in faults(raw)] == [where]


def test_an_escaped_backslash_is_no_nul() -> None:
    assert decode(b'{"name": "a\\\\u0000"}', Part) == Part("a\\u0000")


def test_the_list_of_faults_has_an_end() -> None:
    raw = msgspec.json.encode({"scans": [{"name": 1}] * (MOST_FAULTS + 50)})
    with pytest.raises(BadInput) as caught:
        decode_one_or_many(raw, Part, many="scans", at_most=1_000)
    assert len(caught.value.faults) == MOST_FAULTS


def test_one_or_many() -> None:
    def read(raw: bytes) -> OneOrMany[Part]:
        return decode_one_or_many(raw, Part, many="parts", at_most=2)

    assert read(b'{"name": "a"}') == OneOrMany((Part("a"),), as_list=False)
    assert read(b'{"parts": [{"name": "a"}, {"name": "b"}]}') == OneOrMany((Part("a"), Part("b")), as_list=True)
    for raw, where in [
        (b'{"parts": []}', "parts"),
        (b'{"parts": {}}', "parts"),
        (b'{"parts": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}', "parts"),
        (b'{"parts": [{"name": "a"}], "more": 1}', "more"),
        (b'{"parts": [{"name": "a"}, {"nam": "b"}]}', "parts[1].nam"),
        (b'{"parts": [{"name": "a", "x": 1}]}', "parts[0].x"),
        (b'{"name": 1}', "name"),
    ]:
        with pytest.raises(BadInput) as caught:
            read(raw)
        assert caught.value.faults[0].where == where


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "at", "source", "parts", "best", "name", "weight_grams", "notes", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_anything_else_is_refused_with_at_least_one_fault(plain: object) -> None:
    raw = msgspec.json.encode(plain)
    for of in (Whole, Part):
        try:
            decode(raw, of)
        except BadInput as error:
            assert error.faults  # noqa: PT017  (most inputs are wrong, some are right)


@pytest.mark.parametrize(("length", "status"), [(1_000, 200), (1_001, 413), (5_000, 413)])
def test_a_body_without_a_declared_length_is_never_cut_off(client: FlaskClient, length: int, status: int) -> None:
    body = b'{"number": "1", "lines": [{"sku": "RED", "quantity": 2}]}'.ljust(length)
    answer = client.post(
        "/api/v1/orders",
        content_type="application/json",
        environ_overrides={
            "wsgi.input": BytesIO(body),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_LENGTH": "",
        },
    )
    assert answer.status_code == status


def test_through_a_view(client: FlaskClient) -> None:
    good = client.post("/api/v1/orders", json={"number": "1", "lines": [{"sku": "RED", "quantity": 2}]})
    assert (good.status_code, good.get_json()["lines"][0]["quantity"]) == (200, 2)

    bad = client.post("/api/v1/orders", json={"lines": [{"sku": "", "quantity": 0}]})
    assert bad.status_code == 400
    assert [fault["where"] for fault in bad.get_json()["faults"]] == ["number", "lines[0].sku", "lines[0].quantity"]


@dataclass(frozen=True, slots=True)
class Buyer:
    id_number: Annotated[str, msgspec.Meta(max_length=18)] = ""
    name: Annotated[str, msgspec.Meta(max_length=4)] = ""


@dataclass(frozen=True, slots=True)
class Sale:
    buyer: Buyer


def test_a_value_that_names_a_person_is_not_repeated() -> None:
    raw = '{"buyer": {"id_number": "9900001990010100170", "name": "样例某某某"}}'.encode()
    found = faults(raw, Sale)
    assert [fault.where for fault in found] == ["buyer.id_number", "buyer.name"]
    assert all("not what was sent" in fault.what for fault in found)
    assert "99000" not in str(found) + str(faults(b'{"buyer": "9900001990010100170"}', Sale))
