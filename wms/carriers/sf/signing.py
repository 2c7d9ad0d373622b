"""The signature of SF's open platform. Pure. Called by `adapter`, for what is sent and for what is pushed.

Base64(MD5(urlencode(msgData + timestamp + checkword))), where urlencode is Java's: it leaves `*` alone and writes `~`
as %7E, the other way round than Python. Some of the platform's clients sign without encoding, so that is a setting.
"""

import base64
import hashlib
import hmac
from urllib.parse import quote_plus

URLENCODED = "urlencoded"
PLAIN = "plain"
VARIANTS = (URLENCODED, PLAIN)


def java_urlencode(text: str) -> str:
    """`text` as java.net.URLEncoder writes it in UTF-8."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def digest(message: str, timestamp: str, checkword: str, variant: str = URLENCODED) -> str:
    """The `msgDigest` of exactly the text that is sent."""
    text = message + timestamp + checkword
    signed = java_urlencode(text) if variant == URLENCODED else text
    # The platform's protocol asks for MD5; it proves who knows the checkword and protects nothing else.
    return base64.b64encode(hashlib.md5(signed.encode(), usedforsecurity=False).digest()).decode("ascii")


def is_genuine(message: str, timestamp: str, given: str, checkword: str, variant: str = URLENCODED) -> bool:
    """Whether `given` is the digest of `message`; takes the same time whatever it is."""
    return hmac.compare_digest(digest(message, timestamp, checkword, variant).encode(), given.encode())
