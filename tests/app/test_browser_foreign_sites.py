"""A page of another site, open in the same browser, may not use this server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.browser.command import AppRequest, names_of
from app.browser.headers import LOOPBACK, REFUSED, OurFrame, from_here

HERE = (b"host", b"127.0.0.1:8765")


@pytest.mark.parametrize(
    ("opener", "allowed"),
    [
        (None, True),
        (b"http://127.0.0.1:8765", True),
        (b"https://127.0.0.1:8765", True),
        (b"http://127.0.0.1:9999", False),
        (b"http://evil.example", False),
        (b"http://127.0.0.1:8765.evil.example", False),
        (b"null", False),
    ],
)
def test_connections_come_from_pages_of_this_server(opener: bytes | None, allowed: bool) -> None:
    headers = [HERE, *([(b"origin", opener)] if opener else [])]
    assert from_here(headers) is allowed
    reached: list[str] = []
    sent: list[Any] = []

    async def site(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "headers": headers, "path": "/"}
    asyncio.run(OurFrame(site, "", "/own", "1")(scope, receive, send))
    assert bool(reached) is allowed
    assert sent == ([] if allowed else [{"type": "websocket.close", "code": REFUSED}])


@pytest.mark.parametrize(
    ("host", "names", "status"),
    [
        (b"127.0.0.1:8765", LOOPBACK, 200),
        (b"localhost", LOOPBACK, 200),
        (b"[::1]:8765", LOOPBACK, 200),
        (b"attacker.example", LOOPBACK, 400),
        (b"attacker.example:8765", LOOPBACK, 400),
        (b"", LOOPBACK, 400),
        (b"attacker.example", None, 200),
        (b"Wijklab.Example.org", frozenset({"wijklab.example.org"}), 200),
    ],
)
def test_the_site_answers_to_its_own_names(host: bytes, names: frozenset[str] | None, status: int) -> None:
    sent: list[Any] = []

    async def site(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"host", host)], "path": "/", "scheme": "http", "query_string": b""}
    asyncio.run(OurFrame(site, "", "/own", "1", names)(scope, receive, send))
    assert sent[0]["status"] == status


@pytest.mark.parametrize(
    ("host", "name", "names"),
    [
        ("127.0.0.1", "", LOOPBACK),
        ("0.0.0.0", "", None),
        ("127.0.0.1", "a.example, B.example", LOOPBACK | {"a.example", "b.example"}),
        ("0.0.0.0", "a.example", LOOPBACK | {"a.example"}),
    ],
)
def test_names_follow_from_the_options(host: str, name: str, names: frozenset[str] | None) -> None:
    request = AppRequest(8765, host, "", False, 1, None, 1.0, "output", name=name)
    assert names_of(request) == names
