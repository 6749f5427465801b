"""What a visitor waits for: slider to first curve, slider to interval, first page; and twenty visitors at once.

    python benchmarks/browser.py            # one visitor, about ten minutes
    python benchmarks/browser.py --visitors 20

A real Chromium opens the real site (``wijklab app``) with two workers. One visitor: an area of 70 thousand residents,
ten years. *First curve* is the time from moving a slider until the first simulated years of the new scenario are drawn
beside the reference, *whole curve* until all ten are, *interval* until twenty draws are compared. A cold area is one
whose worlds are in no cache. Many visitors: each moves a slider every three seconds for a minute, then once more; then
the same again for memory. Medians are printed, and every single value with ``--json``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WARM_AREA = "den-haag-zuidwest"
COLD_AREAS = ("breda-noord", "heerlen-noord", "schiedam-nieuwland-oost", "tilburg-noordwest", "zaanstad-oost")
YEARS = 10
REPEATS = 20
MOVES_EVERY, MINUTE = 3.0, 60.0
PATIENCE = 240.0
STEP = 50_000
"""Euros between two places of the slider: its value lies on one of them."""

NUMBER = ".pair input[type=number]"
"""The field beside the slider, which takes any amount: visitors who share none share no runs."""

LEVER = "#lever-programme-preventie-met-gezag-budget"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip

SLIDE = """(slider, value) => { slider.value = value; window.moved_at = performance.now(); window.marks = {};
  for (const name of ['input', 'change']) slider.dispatchEvent(new Event(name, {bubbles: true})); }"""

WATCH = """([before, years]) => {
  const stage = document.querySelector('.stage');
  if (!stage || !stage.dataset.run || stage.dataset.run === before) return null;
  const now = performance.now() - window.moved_at, marks = window.marks;
  if (!marks.first && (Number(stage.dataset.years) >= 1 || stage.dataset.stage !== 'first')) marks.first = now;
  if (!marks.whole && (Number(stage.dataset.years) >= years || stage.dataset.stage !== 'first')) marks.whole = now;
  if (!marks.interval && stage.dataset.stage !== 'first') marks.interval = now;
  return marks.interval ? marks : null;
}"""


FIRST = """(before) => { const stage = document.querySelector('.stage');
  const seen = stage && stage.dataset.run && stage.dataset.run !== before && Number(stage.dataset.years) >= 1;
  return seen ? performance.now() - window.moved_at : null; }"""


@contextmanager
def site(cache: Path) -> Iterator[tuple[str, int]]:
    """Serve the site; yield its address and process id."""
    log = cache.parent / "site.log"
    command = [sys.executable, "-m", "app.cli", "app", "--no-browser", "--port", "0", "--workers", "2",
               "--cache", str(cache), "--cache-size", "20"]  # fmt: skip
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(command, stderr=told, stdout=told, cwd=Path(__file__).parents[1])
        try:
            while not (found := re.search(r"http://\S+", log.read_text(encoding="utf-8"))):
                if process.poll() is not None:
                    raise RuntimeError(log.read_text(encoding="utf-8"))
                time.sleep(0.1)
            time.sleep(6)  # the workers have imported the model
            yield found[0].rstrip("/"), process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text(encoding="utf-8")
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text(encoding="utf-8").split()]
        except OSError:
            continue
        found = re.search(r"VmRSS:\s+(\d+)", status)
        total += int(found[1]) / 1000 if found else 0.0
    return total


def opened(browser: Any, address: str, area: str = WARM_AREA) -> Any:
    """Return a page of a new visitor, on which the first figures stand."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{address}/?lang=nl&area={area}&years={YEARS}")
    page.wait_for_selector(LEVER)
    return page


def run_of(page: Any) -> str:
    """Return the name of the run whose figures stand on a page."""
    found = page.locator(".stage")
    return str(found.get_attribute("data-run") or "") if found.count() else ""


def moved(page: Any, value: float) -> dict[str, float]:
    """Move the slider and return milliseconds until first curve, whole curve and interval."""
    before = run_of(page)
    page.evaluate("window.marks = {}")
    page.locator(LEVER).evaluate(SLIDE, str(value))
    handle = page.wait_for_function(WATCH, arg=[before, YEARS], polling=20, timeout=PATIENCE * 1000)
    return dict(handle.json_value())


def settled(page: Any) -> None:
    """Wait until the interval stands."""
    page.wait_for_selector(".stage:not([data-stage=first])", timeout=PATIENCE * 1000)


def one_visitor(
    browser: Any, address: str, repeats: int, cold: bool, tell: Callable[[str], None]
) -> dict[str, list[float]]:
    """Return what one visitor waits for, in milliseconds."""
    found: dict[str, list[float]] = {"first_curve": [], "whole_curve": [], "interval": [], "page": [], "cold_curve": []}
    page = opened(browser, address)
    settled(page)
    tell("warm")
    for number in range(repeats):
        marks = moved(page, STEP * (number + 1))
        for name, mark in (("first_curve", "first"), ("whole_curve", "whole"), ("interval", "interval")):
            found[name].append(marks[mark])
        tell(f"move {number + 1}: {marks}")
    page.context.close()
    for _ in range(repeats):
        started = time.perf_counter()
        page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        page.goto(f"{address}/?lang=nl&area={WARM_AREA}&years={YEARS}")
        page.wait_for_selector(LEVER)
        found["page"].append((time.perf_counter() - started) * 1000)
        page.context.close()
    for area in COLD_AREAS if cold else ():
        page = opened(browser, address)
        settled(page)
        before = run_of(page)
        page.evaluate("window.marks = {}; window.moved_at = performance.now()")
        page.locator("#choices-area").select_option(area)
        found["cold_curve"].append(float(page.wait_for_function(FIRST, arg=before, polling=20).json_value()))
        tell(f"cold {area}: {found['cold_curve'][-1]:.0f} ms")
        page.context.close()
    return found


def many_visitors(browser: Any, address: str, pid: int, count: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return how long the last moves of many visitors took, how many errors there were, and memory."""
    pages = [opened(browser, address) for _ in range(count)]
    errors: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("response", lambda answer: errors.append(f"{answer.status}") if answer.status >= 400 else None)
    memory, waits, places = [], [], 0
    for minute in range(2):
        started, round_number = time.monotonic(), 0
        while time.monotonic() - started < MINUTE:
            for number, page in enumerate(pages):
                value = 500_001 + 100_000 * minute + 1_000 * round_number + 20 * number
                page.locator(NUMBER).first.evaluate(SLIDE, str(value))
            places += sum("Wachtrij" in page.locator(".status").inner_text() for page in pages)
            round_number += 1
            time.sleep(max(0.0, started + MOVES_EVERY * round_number - time.monotonic()))
        last = time.monotonic()
        before = [run_of(page) for page in pages]
        for number, page in enumerate(pages):
            page.locator(NUMBER).first.evaluate(SLIDE, str(900_001 + 200_000 * minute + 1_000 * number))
        for page, run in zip(pages, before, strict=True):
            page.wait_for_function(
                "([run, years]) => { const s = document.querySelector('.stage'); return s && s.dataset.run && "
                "s.dataset.run !== run && (Number(s.dataset.years) >= years || s.dataset.stage !== 'first'); }",
                arg=[run, YEARS], timeout=PATIENCE * 1000,
            )  # fmt: skip
            waits.append(time.monotonic() - last)
        memory.append(megabytes(pid))
        tell(f"minute {minute + 1}: last of all right after {max(waits[-count:]):.1f} s, {memory[-1]:.0f} MB")
    alerts = sum(page.locator("[role=alert]").count() for page in pages)
    return {"visitors": count, "errors": len(errors) + alerts, "last_right_seconds": max(waits[:count]),
            "last_right_second_minute": max(waits[count:]), "queue_shown": places, "memory_mb": memory}  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--visitors", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--cache", help="folder of a cache to start from; a new one unless given")
    parser.add_argument("--no-cold", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium here (apt-get install chromium)")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from playwright.sync_api import sync_playwright

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        with site(Path(options.cache) if options.cache else Path(place) / "cache") as (address, pid):
            if options.visitors > 1:
                found: dict[str, Any] = many_visitors(browser, address, pid, options.visitors, tell)
            else:
                found = one_visitor(browser, address, options.repeats, not options.no_cold, tell)
        browser.close()
    if options.json:
        print(json.dumps(found))
        return
    for name, values in found.items():
        if isinstance(values, list) and values and name != "memory_mb":
            print(
                f"{name:14} median {statistics.median(values):8.0f} ms  (from {min(values):.0f} to {max(values):.0f})"
            )
        else:
            print(f"{name:14} {values}")


if __name__ == "__main__":
    main()
