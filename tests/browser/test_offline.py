"""The site without any network: nothing may be fetched or looked up, by page or server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.browser_tools import PAGES, chromium_path

ROOT = Path(__file__).parents[2]

VISIT = """
import socket, sys, json, threading
looked_up = []
real = socket.getaddrinfo
def lookup(host, *args, **options):
    if host not in ("127.0.0.1", "::1", None, "localhost"):
        looked_up.append(str(host))
    return real(host, *args, **options)
socket.getaddrinfo = lookup
for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
    def asked(host, *args, _name=name):
        looked_up.append(f"{_name} {host}")
        raise OSError("no names here")
    setattr(socket, name, asked)
real_connect = socket.socket.connect
def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
        looked_up.append(f"connect {address}")
    return real_connect(self, address)
socket.socket.connect = connect

from app.browser.command import AppRequest, serve_app
from app.browser import server
from app.settings import Settings
from app.words import Words

told = {}
real_serve = server.serve
def serve(listening, root, started, names=None):
    told["port"] = listening.getsockname()[1]
    threading.Thread(target=visit, daemon=True).start()
    real_serve(listening, root, started, names)
server.serve = serve

def visit():
    import contextlib, socket, subprocess, os, signal, time
    for _ in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", told["port"]), 1).close()
            break
        time.sleep(0.1)
    command = [sys.executable, sys.argv[1], str(told["port"]), sys.argv[3]]
    found = subprocess.run(command, capture_output=True, text=True)
    print(json.dumps({"visit": found.stdout, "error": found.stderr[-2000:], "looked_up": looked_up}), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

request = AppRequest(0, "127.0.0.1", "", False, 1, sys.argv[2], 1.0, sys.argv[2], 0.1, False)
serve_app(request, Settings(Words("nl"), quiet=True))
"""

LOOK = """
import sys
from playwright.sync_api import sync_playwright
port, chromium = sys.argv[1], sys.argv[2]
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    page.set_default_timeout(60000)
    page.on("response", lambda answer: print("BAD", answer.status, answer.url) if answer.status >= 400 else None)
    # a page that is left says so, and is gone before there is an answer
    page.on("requestfailed", lambda request: "/_solara/api/close/" in request.url
            or print("BAD", request.failure, request.url))
    for path in %s:
        page.goto(f"http://127.0.0.1:{port}{path}?area=vlaardingen-westwijk&years=5&lang=nl")
        page.wait_for_selector("main h1")
        page.wait_for_timeout(1500)
        print("SEEN", path, page.locator("h1").inner_text())
    browser.close()
"""


@pytest.mark.slow
def test_the_whole_site_works_without_a_network(tmp_path: Path) -> None:
    chromium = chromium_path()
    if shutil.which("unshare") is None:
        pytest.fail("unshare is not there (util-linux): no network namespace can be made")
    (tmp_path / "visit.py").write_text(VISIT, encoding="utf-8")
    (tmp_path / "look.py").write_text(LOOK % list(PAGES.values()), encoding="utf-8")
    up = "import fcntl, socket, struct; s = socket.socket(); fcntl.ioctl(s, 0x8914, struct.pack('16sh', b'lo', 0x49))"
    visit = f"{sys.executable} {tmp_path}/visit.py {tmp_path}/look.py {tmp_path} {chromium}"
    inside = f'{sys.executable} -c "{up}" && exec {visit}'
    found = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", inside],
        capture_output=True, text=True, timeout=240, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = [line for line in found.stdout.splitlines() if line.startswith("{")]
    assert lines, found.stdout[-2000:] + found.stderr[-2000:]
    told = json.loads(lines[-1])
    assert told["looked_up"] == []
    assert "BAD" not in told["visit"], told["visit"]
    assert told["visit"].count("SEEN") == len(PAGES), told["visit"] + told["error"]
