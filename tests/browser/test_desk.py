"""What only a browser can tell: that pages are accessible, obey their own policy, and hear the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from web.everything import LOOKERS, pages
from web.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

CONTRAST = {"runOnly": ["color-contrast"]}
"""All that the light theme changes."""


def sign_in(screen: Page, login: str = "investigator") -> None:
    """Sign in by keyboard alone."""
    screen.goto("/account/")
    screen.keyboard.type(login)
    screen.keyboard.press("Tab")
    screen.keyboard.type(PASSWORD)
    screen.keyboard.press("Enter")
    screen.wait_for_url(lambda url: url.endswith("/account/") and "sign-in" not in url)


def faults(screen: Page, options: Mapping[str, object] | None = None) -> list[str]:
    """Answer what axe finds: the rule and the element."""
    found = Axe().run(screen, options=options).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("login", LOOKERS)
def test_axe_finds_nothing_on_any_page_in_either_theme(
    screen: Page, everything: dict[str, object], login: str
) -> None:
    sign_in(screen, login)
    for place in pages(login):
        answer = screen.goto(place.format(**everything))
        assert answer is not None
        assert answer.status == 200, f"{place} is not there: say in tests/web/routes.py what is"
        screen.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert faults(screen) == [], place
        screen.evaluate("document.documentElement.dataset.theme = 'light'")
        assert faults(screen, CONTRAST) == [], place


def test_the_keyboard_alone_leads_through_the_desk_and_its_keys_are_listed(screen: Page) -> None:
    sign_in(screen)
    screen.keyboard.press("?")
    assert "Directory" in screen.locator("#keys").inner_text()
    screen.keyboard.press("Escape")
    screen.keyboard.press("KeyG")
    screen.keyboard.press("KeyD")
    screen.wait_for_url("**/directory/")
    screen.keyboard.press("KeyG")
    screen.keyboard.press("KeyS")
    screen.wait_for_url("**/series/")
    screen.keyboard.press("Slash")
    screen.keyboard.type("gd?")
    assert screen.locator("#words").input_value() == "gd?"
    screen.keyboard.press("Enter")
    screen.wait_for_url("**words=gd*")
    assert "0 series" in screen.locator("#count").inner_text()


def test_enter_on_a_link_is_that_link_s_own_and_fields_are_reached_by_key(
    screen: Page, everything: dict[str, object]
) -> None:
    sign_in(screen)
    screen.goto("/links/")
    screen.locator("nav.menu a[href='/directory/']").focus()
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/directory/")
    screen.goto("/compare/duplicate/{pair}/".format(**everything))
    screen.keyboard.press("?")
    listed = screen.locator("#keys").inner_text()
    assert ("The same\n" in listed, "The same X" in listed, "Move both" in listed) == (True, False, True)
    screen.keyboard.press("Escape")
    screen.goto("/investigations/{investigation}/".format(**everything))
    screen.keyboard.press("KeyT")
    screen.keyboard.type("Ask")
    assert screen.locator("#task-title").input_value() == "Ask"


def test_keys_lead_an_administrator_to_the_api_keys(screen: Page) -> None:
    sign_in(screen, "administrator")
    screen.keyboard.press("KeyG")
    screen.keyboard.press("KeyK")
    screen.wait_for_url("**/keys/")


def test_one_series_is_worked_on_by_keyboard(screen: Page) -> None:
    sign_in(screen)
    screen.goto("/series/")
    screen.get_by_role("link", name="Stone").click()
    screen.wait_for_url("**/series/*/")
    here = screen.url
    screen.keyboard.press("KeyN")
    screen.keyboard.type("the tiles, again")
    screen.get_by_role("button", name="Add the note").click()
    screen.get_by_role("status").filter(has_text="Your note is added").wait_for()
    screen.keyboard.press("KeyF")
    screen.get_by_role("status").filter(has_text="follows the series").wait_for()
    screen.keyboard.press("KeyS")
    screen.get_by_label("Status", exact=True).select_option("identified")
    screen.get_by_role("button", name="Go on").first.click()
    screen.wait_for_url("**/status/")
    assert faults(screen) == []
    screen.keyboard.press("KeyY")
    screen.wait_for_url(here)
    assert "waits for a second person" in screen.locator("main").inner_text()


def test_a_filter_is_in_the_address_and_is_taken_away_again(screen: Page) -> None:
    sign_in(screen)
    screen.goto("/series/")
    screen.locator(".facets a", has_text="unidentified").click()
    screen.wait_for_url("**?status=unidentified")
    assert screen.locator(".facets .chosen").count() == 1
    screen.locator(".facets .chosen").click()
    screen.wait_for_url("**/series/*")
    assert screen.locator(".facets .chosen").count() == 0


@pytest.mark.parametrize("language", ["ar"])
def test_a_language_that_is_read_from_the_right_turns_the_page(screen: Page, language: str) -> None:
    sign_in(screen)
    screen.goto("/account/")
    screen.select_option("#language", language)
    screen.locator("form[action='/account/language/'] button").click()
    screen.wait_for_load_state()
    assert screen.locator("html").get_attribute("dir") == "rtl"
    assert faults(screen) == []
