"""``wijklab app``: opens the site and serves it until it is interrupted."""

from __future__ import annotations

import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from app.request import check_between, check_sample, processors
from app.settings import DONE, RequestError, Settings

LOWEST_PORT, HIGHEST_PORT = 0, 65_535
MOST_WORKERS = 64
EVERYWHERE = ("0.0.0.0", "::")
GIGABYTE = 10**9


@dataclass(frozen=True)
class AppRequest:
    """How somebody wants the site served; ``None`` where they left the choice to us."""

    port: int
    host: str
    root_path: str
    browser: bool
    workers: int | None
    cache: str | None
    cache_size: float
    results: str
    sample: float | None = None
    full: bool = True
    name: str = ""


def serve_app(request: AppRequest, settings: Settings) -> int:
    """Serve the site, and return the exit code when it ends.

    Raises:
        RequestError: when the request was wrong, or the port is taken.
    """
    words = settings.words
    check_between("--port", request.port, LOWEST_PORT, HIGHEST_PORT, words)
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_sample(request.sample, words)
    root = "/" + request.root_path.strip("/") if request.root_path.strip("/") else ""
    if any(letter not in _PLAIN for letter in root):
        raise RequestError(words("error.root_path", found=request.root_path))
    from app.browser.server import bound, serve
    from app.browser.service import Options, close_service, open_service
    from scenarios.live.cache import default_folder

    folder = Path(request.cache) if request.cache else default_folder()
    try:
        listening = bound(request.host, request.port)
    except OSError as error:
        raise RequestError(
            words("error.port", host=request.host, port=request.port, reason=error.strerror or str(error))
        ) from error
    try:
        open_service(
            Options(
                workers, folder, int(request.cache_size * GIGABYTE), Path(request.results), request.sample, request.full
            )
        )
    except OSError as error:
        raise RequestError(words("error.cache", folder=folder, reason=error.strerror or str(error))) from error
    port = listening.getsockname()[1]
    shown = "127.0.0.1" if request.host in EVERYWHERE else request.host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}{root}/"

    def started() -> None:
        if not settings.quiet:
            print(words("app.address", address=address), file=sys.stderr, flush=True)
        if request.browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        serve(listening, root, started, names_of(request))
    finally:
        close_service()
    return DONE


def names_of(request: AppRequest) -> frozenset[str] | None:
    """Return the names under which the site may be asked for: any, when others can reach it and nobody says which."""
    from app.browser.headers import LOOPBACK

    given = frozenset(name.strip().lower() for name in request.name.split(",") if name.strip())
    if given:
        return given | LOOPBACK
    return LOOPBACK if request.host in ("127.0.0.1", "localhost", "::1") else None


_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./~"
