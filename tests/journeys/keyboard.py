"""Somebody who has a keyboard alone: Tab, the letters, Space and Enter; they see where they are."""

import pytest
from playwright.sync_api import Locator, Page

FURTHEST = 120
SHOWS = """field => {
  const drawn = getComputedStyle(field);
  return (drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0)
    || drawn.boxShadow !== "none";
}"""


def reach(target: Locator) -> None:
    """Press Tab until this is reached, and shows that it is."""
    field = target.element_handle()
    for _ in range(FURTHEST):
        if field.evaluate("field => field === document.activeElement"):
            assert field.evaluate(SHOWS), f"nothing shows that {target} is reached"
            return
        target.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reached {target}")


def write(page: Page, label: str, words: str) -> None:
    reach(page.get_by_label(label, exact=True))
    page.keyboard.insert_text(words)


def tick(page: Page, label: str) -> None:
    reach(page.get_by_label(label, exact=True))
    page.keyboard.press("Space")


def push(page: Page, name: str) -> None:
    _open(page.get_by_role("button", name=name, exact=True))


def follow(page: Page, name: str) -> None:
    _open(page.get_by_role("link", name=name, exact=True))


def _open(target: Locator) -> None:
    reach(target)
    press_enter(target.page)


def press_enter(page: Page) -> None:
    """Press Enter on what has the focus and leads to a page; wait until that page is whole.

    While it loads a key may be lost: Chromium takes the focus away when it comes to the fragment.
    """
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press_enter_on(target: Locator) -> None:
    """Give the focus to what leads to a page, then `press_enter`."""
    target.focus()
    press_enter(target.page)
