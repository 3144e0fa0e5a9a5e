"""A served desk, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from cairn.records.connection import disconnect
from served_desk import served
from web.everything import fill_everything
from web.people import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from cairn.services.node.opening import Node

PICTURE_NOT_AT_HAND = "status of 410 (Gone)"
"""What the browser says of a masked picture whose file is nowhere; the page says it too."""
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def everything(shared_sqlite_node: Node) -> dict[str, object]:
    """One of everything that a page can show, as the parts of addresses."""
    fill(shared_sqlite_node)
    return fill_everything(shared_sqlite_node)


@pytest.fixture(scope="module")
def address(everything: dict[str, object], shared_sqlite_node: Node) -> Iterator[str]:
    """Where a filled node's desk is served, by the command that a person types."""
    disconnect()
    with served(shared_sqlite_node.config.folder) as place:
        yield place


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    """The browser; without a sandbox of its own where root runs it, as it refuses to start with one.

    While it is open Django refuses to work in this thread, so it comes after the node and goes before it.
    A file with a node of its own says so with an ``address`` of its own.
    """
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh profile, which only reaches the desk."""
    context = chromium.new_context(base_url=address, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def screen(context: BrowserContext) -> Iterator[Page]:
    """A tab; whatever the browser complains about fails the test, a refused script or style first of all."""
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [said for said in complaints if PICTURE_NOT_AT_HAND not in said] == []
