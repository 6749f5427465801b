"""The journey of somebody without a mouse."""

from tests.browser.browser_tools import Visitor


def focused(visitor: Visitor) -> str:
    return str(
        visitor.page.evaluate(
            "document.activeElement.id || document.activeElement.innerText || document.activeElement.tagName"
        )
    )


def tab_to(visitor: Visitor, wanted: str, most: int = 80) -> None:
    """Press Tab until something has the focus, which must always be seen."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if wanted in focused(visitor):
            outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{wanted} has the focus and does not show it"
            return
    raise AssertionError(f"{wanted} cannot be reached")


def test_everything_can_be_done_by_keyboard(visitor: Visitor) -> None:
    visitor.go()
    page, press = visitor.page, visitor.page.keyboard.press
    page.wait_for_selector(".headlines .value")
    press("Tab")
    assert "Naar de inhoud" in focused(visitor)
    press("Enter")
    assert focused(visitor) == "content"
    tab_to(visitor, "choices-years")
    press("ArrowDown")
    visitor.wait(lambda: "years=10" in page.url)
    tab_to(visitor, "lever-programme-preventie-met-gezag-budget")
    before = page.evaluate("document.activeElement.value")
    press("ArrowRight")
    visitor.wait(lambda: "moves" in page.url)
    assert page.evaluate("document.activeElement.value") != before
    assert focused(visitor) == "lever-programme-preventie-met-gezag-budget", "the focus must stay where the hand is"
    tab_to(visitor, "Uitleg en bewijs")
    press("Enter")
    assert page.locator(".lever details[open]").count() == 1
    tab_to(visitor, "Zet klaar om te vergelijken")
    press("Enter")
    visitor.says("1 van hoogstens 4")
    # back to the top, to another page: the heading of that page has the focus
    page.evaluate("document.querySelector('.brand a').focus()")
    tab_to(visitor, "Vergelijken")
    press("Enter")
    visitor.wait(lambda: "/compare" in page.url)
    visitor.wait(lambda: page.evaluate("document.activeElement.tagName") == "H1")
    page.go_back()
    visitor.wait(lambda: "/compare" not in page.url)
    visitor.wait(lambda: page.locator(".headlines").count() == 1)
