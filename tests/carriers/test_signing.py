"""The signature of SF's platform: Java's encoder, both variants, and the simulator's own reading of it."""

import base64
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from wms.carriers.sf.signing import PLAIN, digest, is_genuine, java_urlencode
from wms.carriers.simulator.signature import digest_of, encoded


def test_the_encoder_is_javas_and_not_pythons() -> None:
    assert java_urlencode("a b*c~d-_.é中") == "a+b*c%7Ed-_.%C3%A9%E4%B8%AD"


def test_a_digest_worked_out_by_hand() -> None:
    wanted = base64.b64encode(hashlib.md5(b"%7B%22a%22%3A%22%7E*%22%7D1700secret").digest()).decode()
    assert digest('{"a":"~*"}', "1700", "secret") == wanted
    plain = base64.b64encode(hashlib.md5(b'{"a":"~*"}1700secret').digest()).decode()
    assert digest('{"a":"~*"}', "1700", "secret", PLAIN) == plain


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_the_simulator_reads_signatures_by_code_of_its_own(message: str, checkword: str) -> None:
    assert java_urlencode(message) == encoded(message)
    assert digest(message, "1700000000000", checkword) == digest_of(message, "1700000000000", checkword)


def test_a_changed_message_is_not_genuine() -> None:
    given_digest = digest("message", "1", "secret")
    assert is_genuine("message", "1", given_digest, "secret")
    assert not is_genuine("massage", "1", given_digest, "secret")
    assert not is_genuine("message", "2", given_digest, "secret")
    assert not is_genuine("message", "1", "中文", "secret")
