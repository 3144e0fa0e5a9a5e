"""A passkey in a real browser: Chromium's own virtual authenticator is the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.test_desk import faults
from web.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page


def plug_in(screen: Page) -> None:
    """Give the browser a device that keeps passkeys, and whose person always puts the right finger on it."""
    device = screen.context.new_cdp_session(screen)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in_alone(screen: Page, address: str) -> None:
    plug_in(screen)
    desk = address.replace("127.0.0.1", "localhost")
    screen.goto(f"{desk}/sign-in/?next=/account/factors/add/")
    screen.fill("[name=login]", "supervisor")
    screen.fill("[name=password]", PASSWORD)
    screen.click("button.first")
    screen.wait_for_url("**/account/factors/add/")
    assert faults(screen) == []
    screen.fill("[name=name]", "my ring")
    screen.click("form[data-passkey] button")
    screen.wait_for_url("**/account/factors/")
    assert "my ring" in screen.inner_text("table")
    assert faults(screen) == []
    screen.click("form[action='/sign-out/'] button")
    screen.wait_for_url("**/sign-in/")
    screen.click("a[href^='/sign-in/passkey/']")
    screen.wait_for_url("**/sign-in/passkey/**")
    assert faults(screen) == []
    screen.click("form[data-passkey] button")
    screen.wait_for_url("**/checks/")
    screen.goto(f"{desk}/account/")
    assert "supervisor" in screen.inner_text("dl.facts")
