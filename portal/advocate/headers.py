"""The headers on every answer. Written by hand: nothing inline, nothing from elsewhere, nothing kept by the browser."""

from flask import Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer. The referrer stays within the portal, since the check against forged posts reads it."""

FOR_TLS = {"Strict-Transport-Security": "max-age=63072000"}
"""Only where the portal is served over TLS."""

KEPT_FILES = "public, max-age=31536000, immutable"


def set_headers(response: Response, *, is_secure: bool) -> Response:
    """Set the whole set on one answer; only styles, fonts and pictures of ours may be kept by a browser."""
    response.headers.update(HEADERS)
    if is_secure:
        response.headers.update(FOR_TLS)
    is_file = request.endpoint == "static" and response.status_code in (200, 206, 304)
    response.headers["Cache-Control"] = KEPT_FILES if is_file else "no-store"
    response.headers.pop("Server", None)
    return response
