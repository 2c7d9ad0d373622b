"""The vault, and what a running one does when the keys change under it."""

from collections.abc import Sequence

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select, text

from wms.database import sealed
from wms.database.sealed import NoKeyOpensThis, ScrubbedText, SealedText, Vault, give_vault, is_sealed

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


class File:
    """A key file that counts how often it is read."""

    def __init__(self, *keys: str) -> None:
        self.keys: tuple[str, ...] = keys
        self.read = 0
        self.broken = False

    def __call__(self) -> Sequence[str]:
        self.read += 1
        if self.broken:
            raise OSError("gone")
        return self.keys


@given(st.binary())
def test_what_is_sealed_comes_back_and_is_not_seen(plain: bytes) -> None:
    vault = Vault([OLD])
    token = vault.seal(plain)
    assert vault.open(token) == plain
    assert is_sealed(token)
    assert len(plain) < 4 or plain not in token


def test_any_key_opens_and_the_first_seals() -> None:
    both, old = Vault([NEW, OLD]), Vault([OLD])
    assert both.open(old.seal(b"x")) == b"x"
    assert (both.age_of_key(both.seal(b"x")), both.age_of_key(old.seal(b"x"))) == (0, 1)
    assert old.age_of_key(both.seal(b"x")) is None
    with pytest.raises(NoKeyOpensThis):
        old.open(both.seal(b"x"))


def test_digests_survive_a_new_key() -> None:
    assert Vault([NEW, OLD]).digest("990000199001010017") == Vault([OLD]).digest("990000199001010017")
    assert Vault([OLD]).digest("a") != Vault([NEW]).digest("a")


def test_a_running_vault_finds_the_new_key_when_it_meets_it() -> None:
    file = File(OLD)
    running = Vault([OLD], file)
    file.keys = (NEW, OLD)
    assert running.open(Vault([NEW]).seal(b"x")) == b"x"
    assert running.age_of_key(running.seal(b"y")) == 0
    assert Vault([NEW]).open(running.seal(b"y")) == b"y"
    assert running.digest("a") == Vault([OLD]).digest("a")


def test_a_running_vault_seals_with_the_new_key_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    file = File(OLD)
    running = Vault([OLD], file)
    file.keys = (NEW, OLD)
    assert Vault([OLD]).open(running.seal(b"y")) == b"y"
    assert file.read == 0
    monkeypatch.setattr(sealed, "LOOK_AGAIN_SECONDS", 0.0)
    assert Vault([NEW]).open(running.seal(b"y")) == b"y"


def test_a_broken_file_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    file = File(OLD)
    running = Vault([OLD], file)
    file.broken = True
    with pytest.raises(NoKeyOpensThis):
        running.open(Vault([OTHER]).seal(b"x"))
    assert running.open(running.seal(b"x")) == b"x"
    file.broken, file.keys = False, ("short",)
    with pytest.raises(NoKeyOpensThis):
        running.open(Vault([OTHER]).seal(b"x"))
    assert running.open(running.seal(b"x")) == b"x"
    assert "could not be read again: OSError" in caplog.text
    assert "short" not in caplog.text


@pytest.mark.parametrize("of", [ScrubbedText, SealedText])
def test_a_column_gives_back_what_it_may_keep(of: type[SealedText]) -> None:
    engine = create_engine("sqlite://")
    give_vault(engine, Vault([OLD]))
    metadata = MetaData()
    table = Table("said", metadata, Column("words", of(), nullable=True))
    words = "订购人990000199001010017与支付人不一致"
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(table), [{"words": words}, {"words": ""}, {"words": None}])
        kept = [each.words for each in connection.execute(select(table))]
        raw = [each[0] for each in connection.execute(text("SELECT words FROM said"))]
    engine.dispose()
    assert kept == [words if of is SealedText else "订购人9900**********0017与支付人不一致", "", None]
    assert raw[0].startswith("s1:")
    assert raw[1:] == ["", None]


def test_no_key_is_no_vault() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Vault([])
