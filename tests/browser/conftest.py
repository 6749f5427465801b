"""A running site and a real browser. Without Chromium these tests are skipped, unless they are required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.browser_tools import Site, Visitor, chromium_path, new_visitor, running_browser, running_site


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory, worker_id: str):
    """One cache for all processes of the test run: what one has computed no other computes again."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site-cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def site(shared_cache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, served by the command that everybody uses."""
    chromium_path()
    with running_site(shared_cache, tmp_path_factory.mktemp("results")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with running_browser() as found:
        yield found


@pytest.fixture
def visitor(site: Site, browser: Any) -> Iterator[Visitor]:
    """A visitor with cookies of their own; the test fails on any error, failed or foreign request it saw."""
    found = new_visitor(site, browser)
    yield found
    found.check()
    found.page.context.close()
