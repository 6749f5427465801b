"""The server: Solara's application in a frame of our own, on uvicorn. Nothing is fetched from outside."""

from __future__ import annotations

import hashlib
import logging
import socket
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.browser.headers import NOT_FOUND, OurFrame, Receive, Scope, Send
from app.browser.solara_settings import MOST_VISITS, set_up

log = logging.getLogger(__name__)

CDN = Path("share") / "solara" / "cdn"
"""Where the assets of the framework are installed, under the prefix of Python."""

NEEDED = ("/static/", "/jupyter/", "/_solara/api/close/")
"""Beginnings of the framework's addresses that pages use; the others fetch, delete, or tell about the server."""

WEBSOCKET_BYTES = 2_000_000
"""Largest message a page may send: an uploaded scenario is a tenth of it."""


def static_folder() -> Path:
    """Return the folder of our own assets."""
    return Path(str(files("app.browser").joinpath("static")))


def cdn_folder() -> Path:
    """Return the folder of the framework's assets.

    Raises:
        FileNotFoundError: when they are not installed.
    """
    folder = Path(sys.prefix) / CDN
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    return folder


TRY_AGAIN_LATER = 1013
"""Code of a connection that is closed because there are too many."""


def is_full(path: str) -> bool:
    """Say whether a connection is for a new page while there are too many; idle ones count until they end."""
    from solara.server.kernel_context import contexts

    names = path.strip("/").split("/")
    return len(contexts) >= MOST_VISITS and not any(name in contexts for name in names)


class OnlyPages:
    """Lets a request through to the framework when it is for a page, or for what a page needs of the framework.

    Args:
        app: the framework's application.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.pages: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        from starlette.responses import PlainTextResponse
        from starlette.websockets import WebSocketClose

        path = scope["path"]
        if scope["type"] == "websocket" and is_full(path):
            await WebSocketClose(code=TRY_AGAIN_LATER)(scope, receive, send)
        elif path.startswith(NEEDED) or (path.rstrip("/") or "/") in self.pages:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await PlainTextResponse("404", status_code=NOT_FOUND)(scope, receive, send)


def application(
    root_path: str = "", started: Callable[[], None] = lambda: None, names: frozenset[str] | None = None
) -> Any:
    """Return the whole site as an ASGI application.

    Args:
        root_path: path under which a proxy shows the site, empty or with a slash in front.
        started: called when the site can be visited.
        names: under which it may be asked for; any when ``None``.
    """
    set_up(root_path)
    from solara.server import starlette as solara_server
    from starlette.applications import Starlette
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    async def health(request: Request) -> Response:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with solara_server.app.router.lifespan_context(solara_server.app):
            from app.browser.site import PAGES  # not sooner: the framework imports it in its own way

            pages.update({page.path: page.name for page in PAGES})
            framework.pages = frozenset(pages)
            started()
            yield

    from app.browser.documents import document_routes

    framework = OnlyPages(solara_server.app)
    pages: dict[str, str] = {}
    content = b"".join(path.read_bytes() for path in sorted(static_folder().iterdir()))
    version = hashlib.sha256(content).hexdigest()[:12]
    routes = [
        Route("/health", health),
        Mount("/own", StaticFiles(directory=static_folder())),
        Mount("/cdn", StaticFiles(directory=cdn_folder())),
        *document_routes(root_path, f"{root_path}/own/style.css?v={version}", lambda: pages),
        Mount("/", framework),
    ]
    site = Starlette(routes=routes, lifespan=lifespan)
    framed = OurFrame(site, root_path, f"{root_path}/own", version, names)
    return GZipMiddleware(framed, minimum_size=1000)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; a free port is chosen for 0.

    Raises:
        OSError: when the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # now: whoever is told the address may come before the server has looked up
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    listening: socket.socket, root_path: str, started: Callable[[], None], names: frozenset[str] | None = None
) -> None:
    """Serve the site until interrupted; arguments as for :func:`application`."""
    import uvicorn

    # on every visit it warns of a cookie that is replaced by ours (headers.py)
    warnings.filterwarnings("ignore", category=UserWarning, module=r"solara\.server")
    config = uvicorn.Config(
        application(root_path, started, names),
        log_level="warning",
        access_log=False,  # addresses of visitors are nobody's business
        server_header=False,
        ws_max_size=WEBSOCKET_BYTES,
        timeout_graceful_shutdown=3,
        loop="asyncio",
    )
    uvicorn.Server(config).run(sockets=[listening])
