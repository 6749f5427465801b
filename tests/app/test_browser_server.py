"""The server over its socket, without a browser: what it answers and refuses, and that no request changes a file."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.browser.headers import HEADERS
from app.browser.speech import speech
from app.words import LANGUAGES

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
PREFIX = "/wijk/lab"

PATHS = ("/", "/compare", "/map", "/networks", "/lives", "/results", "/about")

SERVE = """
import sys
from pathlib import Path

from app.browser import service
from app.browser.server import bound, serve
from scenarios.live.turns import Turns

listening = bound("127.0.0.1", 0)

def started():
    from app.browser.site import PAGES

    print(listening.getsockname()[1], ",".join(page.path for page in PAGES), flush=True)

service._turns = Turns(1, Path("cache"), 10**9, 30.0, 10)
serve(listening, sys.argv[1], started)
"""
"""The site with a queue that has nothing to do: its workers start with the first question."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Site:
    """A server in a process of its own."""

    port: int
    paths: tuple[str, ...]
    process: subprocess.Popen[str]
    errors: Path = field(repr=False)

    def get(self, path: str, method: str = "GET", accept: str = "text/html", host: str = "127.0.0.1") -> Answer:
        """Ask for a path exactly as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in (("Host", host), ("Accept", accept), ("Content-Length", "0")):
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()


def started(folder: Path, root_path: str) -> Site:
    errors = folder / "errors.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOLARA_")}
    with errors.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, root_path],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline().split()
    assert line, errors.read_text(encoding="utf-8")
    return Site(int(line[0]), tuple(line[1].split(",")), process, errors)


def ended(site: Site) -> None:
    site.process.terminate()
    site.process.wait(PATIENCE)
    assert site.process.stdout is not None
    site.process.stdout.close()
    assert "Traceback" not in site.errors.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = started(tmp_path_factory.mktemp("site"), "")
    yield found
    ended(found)


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = started(tmp_path_factory.mktemp("proxy"), PREFIX)
    yield found
    ended(found)


# --- pages


def test_these_are_the_pages(site: Site) -> None:
    assert site.paths == PATHS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_both_languages(site: Site, path: str, language: str) -> None:
    answer = site.get(f"{path}?lang={language}")
    words = speech(language)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in answer.text
    assert f"<title>{words('site.title')}</title>" in answer.text
    assert "user-scalable" not in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "server" not in answer.headers
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "expires" not in cookie
    assert "max-age" not in cookie


def test_without_a_language_a_page_is_dutch(site: Site) -> None:
    assert '<html lang="nl">' in site.get("/").text


def addresses(html: str) -> set[str]:
    return set(re.findall(r"""(?:href|src|data-base-url)=["']([^"']+)["']""", html))


def test_everything_a_page_names_is_here(site: Site) -> None:
    """Nothing comes from outside, and nothing that is asked for is missing."""
    found = {address for address in addresses(site.get("/").text) if "${" not in address}
    assert len(found) > 10
    assert all(address.startswith("/") and not address.startswith("//") for address in found), found
    missing = {address for address in found - {"/jupyter/"} if site.get(address, accept="*/*").status != 200}
    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/documents", "/documents/ethics", "/documents/parameters"])
def test_documents_are_pages_of_the_site_with_nothing_that_runs(site: Site, path: str, language: str) -> None:
    answer = site.get(f"{path}?lang={language}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in answer.text
    assert f'href="/compare?lang={language}"' in answer.text
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert site.get(path, "POST").status in (404, 405)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/documents/nothing",
        "/documents/../pyproject.toml",
        "/nothing",
        "/compare/nothing",
        "/a/b/c",
        "/api/",
        "/index.html",
        "/%00",
        "/compare%2fx",
    ],
)
def test_an_unknown_page_is_a_sentence(site: Site, path: str, language: str) -> None:
    answer = site.get(f"{path}?lang={language}")
    assert answer.status == 404
    assert f"<h1>{speech(language)('site.lost')}</h1>" in answer.text
    assert "olara" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_health_is_told(site: Site) -> None:
    answer = site.get("/health")
    assert (answer.status, answer.body) == (200, b"ok")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/_solara/cdn/x",
        "/_solara/cdn/vue@3/dist/vue.js",
        "/_solara/cdn/",
        "/_solara/cdn",
        "/_solara//cdn/x",
        "/_solara/api/evict/x",
        "/_solara/auth/login",
        "/_solara/auth/logout",
        "/_solara/auth/authorize",
        "/resourcez",
        "/resourcez?verbose",
        "/readyz",
    ],
)
def test_what_fetches_deletes_or_tells_about_the_server_is_not_there(site: Site, path: str) -> None:
    for method in ("GET", "POST", "HEAD", "DELETE"):
        assert site.get(path, method).status in (404, 405), method


# --- files


def listing(*folders: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file, but for those Python writes for itself."""
    found = {}
    for folder in folders:
        for here, names, files in os.walk(folder):
            names[:] = [name for name in names if name != "__pycache__"]
            for name in [*files, "."]:
                facts = os.stat(os.path.join(here, name))
                # compiled files make their folder newer
                found[os.path.join(here, name)] = (facts.st_size, facts.st_mtime_ns) if name != "." else (0, 0)
    return found


SOMEWHERE = (
    "etc/passwd",
    "server.py",
    "headers.py",
    "site.py",
    "pyproject.toml",
    "vue/chart.vue",
    "messages/site.toml",
)


def hostile() -> list[str]:
    mounts = ("/cdn", "/own", "/static", "/static/assets", "/static/public", "/jupyter/nbextensions")
    mounts += ("/documents/images", "")
    ups = ("..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "....//", "..\\..", "%5c..%5c..", ".%00.", "%252e%252e")
    paths = [f"{mount}/{up}/{name}" for mount in mounts for up in ups for name in SOMEWHERE]
    paths += [f"{mount}/{'../' * 12}{SOMEWHERE[0]}" for mount in mounts]
    paths += [f"{mount}//etc/passwd" for mount in mounts]
    assets = (
        "echarts@5.4.0",
        "echarts@5.4.0/dist",
        "requirejs@2.3.6",
        "requirejs@2.3.6/nothing.js",
        "@widgetti",
        "nothing@1",
    )
    for mount in ("/cdn", "/_solara/cdn", "/static/cdn"):
        for asset in assets:
            paths += [f"{mount}/{asset}", f"{mount}/{asset}/", f"{mount}/{asset}/../../x"]
    paths += [
        f"{mount}/{end}" for mount in mounts if mount for end in ("", "nothing", "nothing.js", "dist/", ".", "./")
    ]
    return paths


def test_no_request_changes_or_shows_a_file(site: Site) -> None:
    solara = find_spec("solara")
    assert solara is not None
    assert solara.submodule_search_locations is not None
    folders = [
        Path(sysconfig.get_path("data")) / "share" / "solara",
        *(Path(place) for place in solara.submodule_search_locations),
        ROOT / "app" / "browser",
    ]
    before = listing(*folders)
    assert len(before) > 1_000
    shown = {}
    for path in hostile():
        for method in ("GET", "HEAD") if path.startswith(("/cdn/echarts", "/_solara")) else ("GET",):
            answer = site.get(path, method, accept="*/*")
            if answer.status not in (400, 404, 405):
                shown[path] = answer.status
    assert shown == {}
    assert listing(*folders) == before


def test_assets_are_there(site: Site) -> None:
    for path in (
        "/cdn/echarts@5.4.0/dist/echarts.js",
        "/cdn/requirejs@2.3.6/require.js",
        "/own/style.css",
        "/own/own.js",
    ):
        answer = site.get(path, accept="*/*")
        assert answer.status == 200
        assert len(answer.body) > 100
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    for path in ("/cdn/echarts@5.4.0/dist/echarts.js", "/own/style.css"):
        for method in ("PUT", "POST", "DELETE"):
            assert site.get(path, method).status == 405


def test_a_false_host_changes_no_address(site: Site) -> None:
    html = site.get("/", host="evil.example").text
    assert "evil.example" not in html
    assert "evil.example" not in site.get("/").text


def test_a_long_request_is_refused_and_the_server_goes_on(site: Site) -> None:
    assert site.get("/?plan=" + "x" * 30_000).status == 200
    with suppress(http.client.HTTPException, ConnectionError):  # cut off before an answer
        assert site.get("/?plan=" + "x" * 300_000).status >= 400
    assert site.get("/health").status == 200


# --- behind a proxy


@pytest.mark.parametrize("path", ["/", "/compare"])
def test_behind_a_proxy_every_address_begins_with_its_path(behind_a_proxy: Site, path: str) -> None:
    answer = behind_a_proxy.get(path)
    assert answer.status == 200
    found = {address for address in addresses(answer.text) if "${" not in address}
    assert len(found) > 10
    assert {address for address in found if not address.startswith(f"{PREFIX}/")} == set()
    assert f'solara.rootPath = "{PREFIX}"' in answer.text
    assert f'solara.cdn = "{PREFIX}/cdn' in answer.text
    assert f"Path={PREFIX}" in answer.headers["set-cookie"]


def test_behind_a_proxy_documents_lead_to_each_other(behind_a_proxy: Site) -> None:
    found = addresses(behind_a_proxy.get("/documents/design?lang=en").text)
    assert f"{PREFIX}/documents/parameters?lang=en" in found
    outside = {address for address in found if not address.startswith((f"{PREFIX}/", "#", "data:"))}
    assert outside == set()


def test_behind_a_proxy_a_lost_visitor_is_shown_the_way(behind_a_proxy: Site) -> None:
    assert f'href="{PREFIX}/?lang=nl"' in behind_a_proxy.get("/nothing").text


def test_behind_a_proxy_what_is_named_is_there_without_the_path(behind_a_proxy: Site) -> None:
    """The proxy takes its path off."""
    for address in addresses(behind_a_proxy.get("/").text):
        path = address.removeprefix(PREFIX)
        if "${" not in address and path != "/jupyter/":
            assert behind_a_proxy.get(path, accept="*/*").status == 200, address
