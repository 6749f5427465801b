"""A page of another site, open in the same browser, may not use this server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.browser.headers import REFUSED, OurFrame, from_here

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
