import pytest

from wms.access.tokens import TokenKind, key_of, new_token


def test_a_token_is_found_by_its_hash_in_its_warehouse() -> None:
    token = new_token(TokenKind.SESSION, 12)
    key = key_of(token, TokenKind.SESSION)
    assert key is not None
    assert (key.kind, key.warehouse_id, len(key.token_hash)) == (TokenKind.SESSION, 12, 64)
    assert key == key_of(token, TokenKind.SESSION)
    assert new_token(TokenKind.SESSION, 12) != token


def test_one_kind_is_not_taken_for_the_other() -> None:
    assert key_of(new_token(TokenKind.SESSION, 1), TokenKind.API) is None
    assert key_of(new_token(TokenKind.API, 1), TokenKind.SESSION) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "session",
        "session-1-short",
        "session--" + "a" * 43,
        "session-12345678901-" + "a" * 43,
        "x" * 10_000,
        "\udc80",
        "session-1-" + "a" * 42 + "\n",
        "session-1-" + "a" * 43 + "\n",
        "session-１-" + "a" * 43,
    ],
)
def test_what_cannot_be_a_token_is_not_looked_up(text: str) -> None:
    assert key_of(text, TokenKind.SESSION) is None
