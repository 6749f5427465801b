"""What is changed in every answer of the server: the page's own frame, the headers, the cookie."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from app.browser.speech import speech
from app.browser.templates import fill
from app.words import DEFAULT_LANGUAGE, LANGUAGES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

POLICY = "; ".join(
    (
        "default-src 'self'",
        # the framework compiles its templates in the browser
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The content security policy: everything comes from this server."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}

COOKIE = "solara-session-id"
ZOOM = 'content="width=device-width, initial-scale=1, maximum-scale=1, user-scalable=no, minimal-ui"'
LANGUAGE_KEY = "lang"
NOT_FOUND = 404

OURS = (
    ("<html>", '<html lang="{language}">'),
    (ZOOM, 'content="width=device-width, initial-scale=1"'),
    ("<title>Wijklab</title>", "<title>{title}</title>"),
    ("</head>", "{assets}</head>"),
    # it would show messages of the program to visitors
    ("var debug = true;", "var debug = false;"),
    ("<h1>{{ loading_text }}</h1>", "<p>{loading}</p>"),
)
"""What stands in the framework's page, and what stands there in ours."""

TEXTS = (
    ("App is disconnected, and may not function properly. Please refresh the page.", "site.refresh"),
    ("Server\n                disconnected.", "site.disconnected"),
    ("Could not restore session. Please refresh.", "site.refresh"),
    ("Please refresh the page", "site.refresh"),
    ("Restoring session…", "site.loading"),
    ("Refresh now", "site.refresh_now"),
    ("                        Cancel\n", "site.not_now"),
)
"""What the framework's page says, and the message that says it in ours."""


LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names of this computer, for itself."""

BAD_REQUEST = 400
REFUSED = 1008
"""Code of a connection that is closed because it may not be."""


def language_of(query: str) -> str:
    """Return the language an address asks for."""
    found = parse_qs(query).get(LANGUAGE_KEY, [DEFAULT_LANGUAGE])[0]
    return found if found in LANGUAGES else DEFAULT_LANGUAGE


def name_of(host: bytes) -> str:
    """Return the name in a Host header, without its port."""
    text = host.decode("latin-1").lower()
    return text[: text.index("]") + 1] if text.startswith("[") and "]" in text else text.partition(":")[0]


def from_here(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Say whether a page of this server opens a connection, and not one of another site in the same browser."""
    found = dict(headers)
    opener = found.get(b"origin")
    return opener is None or opener.split(b"//", 1)[-1].lower() == found.get(b"host", b"").lower()


class OurFrame:
    """Middleware around Solara's application.

    Args:
        app: the application.
        root_path: path under which a proxy shows the site.
        own: address of our own assets.
        version: of our own assets, so that a browser does not show old ones.
        names: under which the site may be asked for; any when ``None``. A site that listens on this computer only would
            otherwise answer a page of another site that gave its own name the address of this computer.
    """

    def __init__(self, app: Any, root_path: str, own: str, version: str, names: frozenset[str] | None = None) -> None:
        self.app, self.root_path, self.own, self.version, self.names = app, root_path, own, version, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        known = self._known(scope)
        if scope["type"] == "websocket" and not (known and from_here(scope["headers"])):
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
            return
        if scope["type"] == "http" and not known:
            await send({"type": "http.response.start", "status": BAD_REQUEST, "headers": []})
            await send({"type": "http.response.body", "body": b"400"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        language = language_of(scope.get("query_string", b"").decode("latin-1"))
        secure = scope["scheme"] == "https"
        # compressed outside of us, once
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        wants_page = any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
        start: Message = {}
        body: list[bytes] = []

        def lost() -> bool:
            return wants_page and start["status"] == NOT_FOUND

        async def sent(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                start["headers"] = _headers(message["headers"], self.root_path or "/", secure)
                if not _is_page(start["headers"]) and not lost():
                    await send(start)
                return
            if not _is_page(start["headers"]) and not lost():
                await send(message)
                return
            body.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = self._lost(language) if lost() else self._page(b"".join(body).decode("utf-8"), language)
            whole = page.encode("utf-8")
            kept = [pair for pair in start["headers"] if pair[0] not in (b"content-length", b"content-type")]
            kept += [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(whole)).encode())]
            start["headers"] = [*kept, (b"cache-control", b"no-store")]
            await send(start)
            await send({"type": "http.response.body", "body": whole})

        await self.app(scope, receive, sent)

    def _known(self, scope: Scope) -> bool:
        """Say whether the site is asked for under one of its names."""
        if self.names is None or scope["type"] not in ("http", "websocket"):
            return True
        return name_of(dict(scope["headers"]).get(b"host", b"")) in self.names

    def _page(self, html: str, language: str) -> str:
        """Return a page of the framework with its language, zooming allowed, our style sheet, and our words."""
        if OURS[0][0] not in html:
            return html  # one of our own
        words = speech(language)
        assets = (
            f'<link rel="stylesheet" href="{self.own}/style.css?v={self.version}" type="text/css">'
            f'<script src="{self.own}/own.js?v={self.version}"></script>'
        )
        values = {
            "language": language,
            "title": words("site.title"),
            "loading": words("site.loading"),
            "assets": assets,
        }
        for found, ours in OURS:
            html = html.replace(found, ours.format(**values), 1)
        # the bar has no name and is never of use here
        html = re.sub(r"<v-progress-linear.*?</v-progress-linear>", "", html, flags=re.DOTALL)
        for found, key in TEXTS:
            html = html.replace(found, words(key))
        return html

    def _lost(self, language: str) -> str:
        """Return the page for an address at which there is none."""
        return fill("lost.html.jinja", speech(language), language=language, home=f"{self.root_path}/?lang={language}")


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)


def _headers(headers: list[tuple[bytes, bytes]], path: str, secure: bool) -> list[tuple[bytes, bytes]]:
    """Return headers with ours, and with a cookie that ends with the visit."""
    kept = [(name.lower(), value) for name, value in headers if name.lower() != b"set-cookie"]
    found = SimpleCookie()
    for name, value in headers:
        if name.lower() == b"set-cookie":
            found.load(value.decode("latin-1"))
    if COOKIE in found:
        cookie = f"{COOKIE}={found[COOKIE].value}; HttpOnly; SameSite=Strict; Path={path}{'; Secure' if secure else ''}"
        kept.append((b"set-cookie", cookie.encode("latin-1")))
    return kept + [(name.encode(), value.encode()) for name, value in HEADERS.items()]
