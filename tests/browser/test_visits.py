"""Visitors at once, hands that move fast, workers that die, files from strangers."""

from __future__ import annotations

import os
import signal
from typing import Any

from tests.browser.browser_tools import AREA, YEARS, Site, Visitor, new_visitor, slide

MOMENT = 20_000
"""Milliseconds in which a computation begins, or a lost process is told."""

BUDGET = "programme.preventie_met_gezag.budget"


def test_forty_moves_in_two_seconds_end_at_the_right_answer(visitor: Visitor) -> None:
    visitor.go()
    visitor.page.wait_for_selector("#lever-programme-preventie-met-gezag-budget")
    for number in range(40):
        slide(visitor.page, BUDGET, 10_000 * (number + 1), let_go=False)
        visitor.page.wait_for_timeout(50)
    slide(visitor.page, BUDGET, 400_000)
    visitor.wait(lambda: "400000" in visitor.page.url)
    moved = visitor.first_curve()
    # who opens the address sees the same
    visitor.page.goto(visitor.page.url)
    again = visitor.first_curve()
    assert visitor.page.locator("#lever-programme-preventie-met-gezag-budget").input_value() == "400000"
    assert again == moved


def test_two_visitors_do_not_see_each_others_choices(site: Site, browser: Any) -> None:
    one, other = new_visitor(site, browser), new_visitor(site, browser)
    one.go()
    other.go(area="heerlen-noord", lang="en")
    for visitor in (one, other):
        visitor.page.wait_for_selector("#lever-programme-preventie-met-gezag-budget")
    slide(one.page, BUDGET, 300_000)
    one.wait(lambda: "300000" in one.page.url)
    other.wait(lambda: "Heerlen-Noord now" in other.text())
    assert "300000" not in other.page.url
    assert "Vlaardingen" not in other.page.locator("#choices-area option:checked").inner_text()
    slide(other.page, BUDGET, 500_000)
    other.wait(lambda: "500000" in other.page.url)
    one.page.wait_for_timeout(500)
    assert "300000" in one.page.url
    assert one.page.locator("#lever-programme-preventie-met-gezag-budget").input_value() == "300000"
    names = [visitor.page.context.cookies()[0] for visitor in (one, other)]
    assert names[0]["value"] != names[1]["value"]
    for cookie in names:
        assert cookie["expires"] == -1, "the cookie must end with the visit"
        assert cookie["httpOnly"]
    one.check()
    other.check()
    for visitor in (one, other):  # who has left asks nothing more
        visitor.page.context.close()


STATUS = """([text, unless]) => {
    const told = [...document.querySelectorAll(".status")].map(one => one.textContent).join(" ");
    return told.includes(text) ? "seen" : unless.some(other => told.includes(other)) ? "other" : "";
}"""


def sees(visitor: Visitor, text: str, unless: tuple[str, ...] = ()) -> bool:
    """Say whether the page tells something, perhaps for a moment, before it tells something else.

    The page looks by itself, at every picture it draws: asked from outside it may be over.
    """
    from playwright.sync_api import TimeoutError as Missed

    try:
        found = visitor.page.wait_for_function(STATUS, arg=[text, list(unless)], timeout=MOMENT, polling="raf")
    except Missed:
        return False
    return bool(found.json_value() == "seen")


def test_a_killed_worker_is_said_and_made_good(site: Site, visitor: Visitor) -> None:
    visitor.go(years=20)
    visitor.page.wait_for_selector("#lever-programme-preventie-met-gezag-budget")
    for attempt in range(10):  # whoever is killed between two runs has nothing to do again
        amount = 200_000 + 10_000 * attempt
        slide(visitor.page, BUDGET, amount)
        visitor.wait(lambda amount=amount: str(amount) in visitor.page.url)
        if not sees(visitor, "berekeningen van"):
            continue
        for pid in site.workers():
            os.kill(pid, signal.SIGKILL)
        if sees(visitor, "het wordt opnieuw gedaan", unless=("Alles is berekend", "viel twee keer weg")):
            break
    else:
        raise AssertionError("nobody said that work is done again")
    slide(visitor.page, BUDGET, 450_000)
    visitor.wait(lambda: "450000" in visitor.page.url)
    visitor.page.wait_for_selector(".stage[data-years='20']:not(.old)")
    assert site.process.poll() is None


HOSTILE = {
    "huge": ("x = 1\n" * 50_000, "te groot"),
    "deep": ("a = " + "[" * 60 + "]" * 60, "diep"),
    "no-toml": ("<script>alert(1)</script>", ""),
    "path": ('schema = 1\nid = "x"\nbase = "../../../etc/passwd"\n', ""),
    "formula": ('schema = 1\nid = "=cmd|calc"\n', ""),
    "infinite": (
        'schema = 1\nid = "x"\ntitle = { nl = "a", en = "a" }\nexplanation = { nl = "a", en = "a" }\n'
        'start = "2025-01"\n'
        '[levers]\n"programme.onderwijs.budget_national" = { "2025" = inf }\n',
        "",
    ),
    "empty": ("", ""),
}


def test_files_of_strangers_are_refused_in_a_sentence(visitor: Visitor) -> None:
    visitor.go()
    visitor.page.wait_for_selector("#open-scenario")
    before, said = visitor.page.url, ""
    for name, (content, expected) in HOSTILE.items():
        visitor.page.set_input_files(
            "#open-scenario", {"name": f"{name}.toml", "mimeType": "application/toml", "buffer": content.encode()}
        )
        alert = visitor.page.locator("[role=alert]")
        last = said
        visitor.wait(lambda alert=alert, last=last: alert.count() > 0 and alert.first.inner_text() != last)
        said = alert.first.inner_text()
        assert expected in said, name
        assert name in said or name == "huge", "a sentence names the file"
        assert "Traceback" not in visitor.text()
        assert visitor.page.url == before, "the scenario must stay what it was"
    assert visitor.page.locator("script", has_text="alert(1)").count() == 0


def test_a_file_from_somebody_else_is_opened(visitor: Visitor) -> None:
    content = (
        'schema = 1\nid = "van-elders"\ntitle = { nl = "<b>Van elders</b>", en = "From elsewhere" }\n'
        'explanation = { nl = "a", en = "a" }\nbase = "geen-programma"\nstart = "2025-01"\n'
        '[levers]\n"programme.onderwijs.budget_national" = { "2025" = 400_000_000 }\n'
        f'[areas.{AREA}.levers]\n"programme.onderwijs.budget" = {{ "2025" = 1_000_000 }}\n'
    )
    visitor.go(years=YEARS)
    visitor.page.wait_for_selector("#open-scenario")
    visitor.page.set_input_files(
        "#open-scenario", {"name": "van-elders.toml", "mimeType": "application/toml", "buffer": content.encode()}
    )
    visitor.wait(lambda: "Van+elders" in visitor.page.url or "Van%20elders" in visitor.page.url)
    visitor.says("<b>Van elders</b>")
    assert visitor.page.locator("main b", has_text="Van elders").count() == 0


def test_addresses_of_strangers_are_answered_in_a_sentence(visitor: Visitor) -> None:
    visitor.go(area="nergens", plan='{"base": "<script>"}', years=99)
    said = visitor.text()
    assert "niet te lezen" in said
    assert "klopt niet" in said
