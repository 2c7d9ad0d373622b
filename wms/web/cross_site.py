"""Protection against requests that another site makes a signed-in browser send.

Two proofs, for two situations. Where a session exists, an unsafe request carries the session's page token: an HMAC of
the session under the installation's key, which another site can neither read nor compute. Where none exists yet
(sign-in), the browser itself says where the request comes from. Called by `wms.access`.

All comparisons of secrets take the same time whatever they are given.
"""

import hmac
from urllib.parse import urlsplit

from flask import request

from wms.kernel.errors import NotAllowed

PAGE_TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105  (a name, not a secret)
PAGE_TOKEN_FIELD = "csrf_token"  # noqa: S105

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing and therefore need no proof."""


class ForgedRequest(NotAllowed):
    """An unsafe request without the proof that one of our own pages sent it. HTTP 403."""


def page_token(secret_key: str, session_token: str) -> str:
    """The token that pages of this session send back with unsafe requests."""
    return hmac.digest(secret_key.encode(), b"page token\0" + session_token.encode(), "sha256").hex()


def require_page_token(expected: str) -> None:
    """Raise ForgedRequest unless the present request is safe or carries `expected`."""
    if request.method in SAFE_METHODS:
        return
    # The form is read only where the header is missing: reading it would consume the body of every other request.
    given = request.headers.get(PAGE_TOKEN_HEADER) or request.form.get(PAGE_TOKEN_FIELD, "")
    # Bytes, because compare_digest refuses text outside ASCII and the other side chooses what it sends.
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise ForgedRequest("The page is out of date. Load it again and repeat; nothing was changed.")


def require_same_site() -> None:
    """Raise ForgedRequest when the browser says that the present request comes from another site.

    Programs that are no browsers send neither header and pass: there is no session yet that could be misused.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        foreign = fetch_site not in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        # The host alone is compared: behind a proxy that ends TLS the scheme seen here may be another one.
        foreign = origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
    if foreign:
        raise ForgedRequest("This address takes requests from its own pages only.")
