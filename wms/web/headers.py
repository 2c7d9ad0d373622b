"""Security headers on every answer. `register_headers(app)` is called once by `wms.app`.

A view may set a header itself (an immutable asset sets its own Cache-Control); what it set stays.
"""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # WebAssembly is the camera's barcode reader; it is not a door for script text.
        "script-src 'self' 'wasm-unsafe-eval'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with that, browsers send `Origin: null` even to ourselves and sign-in could not be told from a
    # post of another site.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), screen-wake-lock=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


def register_headers(app: Flask) -> None:
    """Add the headers to every answer of `app`, errors included."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    # One look at what is there: asking for each name alone walks through all headers every time.
    present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  (iterating gives pairs)
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    if "cache-control" not in present and request.path.startswith("/api/"):
        response.headers.add("Cache-Control", "no-store")
    return response
