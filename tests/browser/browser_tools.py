"""What the browser tests have in common: a site that runs, a visitor who looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

REQUIRED = "WIJKLAB_BROWSER_TESTS"
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
WIDE, NARROW = 1400, 320
BAD = 400
"""Statuses of answers from here on are failures."""

PATIENCE = 120_000
"""Milliseconds until something must be there, on a machine that does much else."""

AREA, YEARS = "vlaardingen-westwijk", 5
SAMPLE = 0.1
"""Share of the streets: a thousand people answer soon enough for a test."""

PAGES = {"explore": "/", "compare": "/compare", "map": "/map", "networks": "/networks", "lives": "/lives",
         "results": "/results", "about": "/about",
         "documents": "/documents", "document": "/documents/interventions"}  # fmt: skip
"""Every page with its address; of the documents the list and one of them, with wide tables and two languages."""

PLAIN = ("documents", "document")
"""Pages outside of the framework."""


def chromium_path() -> str:
    """Return where Chromium is; skip without one, or fail where the tests are required."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get(REQUIRED) == "required":
            pytest.fail("the browser tests are required, and there is no Chromium (apt-get install chromium)")
        pytest.skip("no Chromium here (apt-get install chromium)")
    return found


@dataclass
class Site:
    """A running site."""

    address: str
    process: subprocess.Popen[str]
    log: Path
    results: Path

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def workers(self) -> list[int]:
        """Process ids of the workers: children of the server that were spawned for the pool."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            children = (task / "children").read_text().split()
            for pid in map(int, children):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
                if "spawn_main" in command:
                    found.append(pid)
        return found


@contextmanager
def running_site(
    cache: Path, results: Path, *options: str, before: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> Iterator[Site]:
    """Serve the site on a free port."""
    log = results.parent / f"{results.name}.log"
    command = [*before, sys.executable, "-m", "app.cli", "app", "--no-browser", "--port", "0", "--workers", "2",
               "--cache", str(cache), "--results", str(results), "--sample", str(SAMPLE), "--no-full",
               *options]  # fmt: skip
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(
            command, stdout=told, stderr=told, text=True, env={**os.environ, **(environment or {})},
            cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
        try:
            until = time.monotonic() + 60
            while not (found := re.search(r"http://\S+", log.read_text(encoding="utf-8"))):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < until, "the site did not start"
                time.sleep(0.1)
            yield Site(found[0].rstrip("/"), process, log, results)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


@dataclass
class Visitor:
    """Somebody with a browser."""

    site: Site
    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, page: str = "explore", **choices: object) -> None:
        """Open a page with some choices, by its address."""
        query = urlencode({"lang": "nl", "area": AREA, "years": YEARS, **choices}, doseq=True)
        self.page.goto(f"{self.site.address}{PAGES[page]}?{query}")
        self.page.wait_for_selector("main h1", timeout=PATIENCE)

    def wait(self, condition: Callable[[], bool], seconds: float = PATIENCE / 1000) -> None:
        """Wait until something holds."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited in vain; the page says: {self.text()[:1500]}"
            self.page.wait_for_timeout(50)

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def says(self, text: str, seconds: float = PATIENCE / 1000) -> None:
        """Wait until the page says something."""
        self.wait(lambda: text in self.text(), seconds)

    def wait_until_compared(self) -> None:
        """Wait until there are twenty draws of what the address says: it changes a moment before the figures do."""
        self.wait(lambda: self._shown(".stage.quick:not(.old)") is not None)

    def first_curve(self) -> str:
        """Wait for the whole first curve of what the address says, and return the first figure of its last year."""
        found: list[str] = []

        def there() -> bool:
            value = self._shown(f".stage.first[data-years='{YEARS}']:not(.old)")
            found.extend([] if value is None else [value])
            return bool(found)

        self.wait(there)
        return found[0]

    def _shown(self, stage: str) -> str | None:
        """Return the first figure on the page, if the page is that far with what the address says."""
        asked, value = self.page.evaluate(
            """(stage) => [
                document.querySelector(stage)?.dataset.asked, document.querySelector('.headlines .value')?.innerText
            ]""",
            stage,
        )
        same = asked is not None and parse_qsl(asked) == parse_qsl(urlsplit(self.page.url).query)
        return str(value) if same else None

    def check(self) -> None:
        """Nothing went wrong, and nothing came from elsewhere."""
        assert not self.errors, self.errors
        foreign = [
            url for url in self.requests if not url.startswith((self.site.address, "data:", "blob:", "ws://127.0.0.1"))
        ]
        assert not foreign, foreign


@contextmanager
def running_browser() -> Iterator[Any]:
    """Start Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM))
        try:
            yield browser
        finally:
            browser.close()


def new_visitor(site: Site, browser: Any, width: int = WIDE) -> Visitor:
    """Return a visitor with cookies and a page of their own."""
    page = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True).new_page()
    found = Visitor(site, page)
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    page.on(
        "response",
        lambda answer: found.errors.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    page.on("request", lambda request: found.requests.append(request.url))
    return found


def slide(page: Any, path: str, value: float, let_go: bool = True) -> None:
    """Move the slider of a lever as a hand does."""
    slider = page.locator("#lever-" + re.sub(r"[^a-z0-9]+", "-", path))
    events = ["input", "change"] if let_go else ["input"]
    slider.evaluate(
        """(slider, [value, events]) => {
            slider.value = value;
            for (const name of events) slider.dispatchEvent(new Event(name, {bubbles: true}));
        }""",
        [str(value), events],
    )
