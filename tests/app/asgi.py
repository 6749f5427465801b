"""Asks an ASGI application for a page, without a server and without a client's own idea of a path."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote


def get(application: Any, target: str) -> tuple[int, str]:
    """Return status and text of the answer to a target, taken apart as uvicorn does it."""
    path, _, query = target.partition("?")
    found: dict[str, Any] = {"body": b""}

    asked: list[bool] = []

    async def receive() -> dict[str, Any]:
        if asked:
            await asyncio.Event().wait()  # nobody hangs up
        asked.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            found["status"] = message["status"]
        else:
            found["body"] += message.get("body", b"")

    scope = {
        "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
        "path": unquote(path), "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"text/html")],
    }  # fmt: skip
    asyncio.run(application(scope, receive, send))
    return found["status"], found["body"].decode("utf-8")
