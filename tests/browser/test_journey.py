"""The whole way in a real browser, in two languages: from a passkey to the letter of an outcome abroad.

People are recorded by command, the desk is served by command, and the device is a virtual one of Chromium.
Nothing is looked for by its words but what the page must say, which comes from the catalogue of the language.
"""

from __future__ import annotations

from contextlib import contextmanager
from gettext import GNUTranslations
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from browser.scene import Scene, set_up
from browser.test_desk import faults
from cairn.records.connection import disconnect
from served_desk import served, type_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from cairn.services.node.opening import Node

LANGUAGES = ("fr", "ar")
PLAIN = "en"
PASSWORD = "four words from a dice"  # noqa: S105 - protects nothing
PEOPLE = {
    **{f"vera-{language}": "NL-UNIT" for language in LANGUAGES},
    "willem": "NL-UNIT",
    "joana": "BR-UNIT",
}


@pytest.fixture(scope="module")
def scenes(shared_sqlite_node: Node, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    """What is recorded before anybody comes to the desk."""
    found = set_up(shared_sqlite_node, tmp_path_factory.mktemp("evidence"), (*LANGUAGES, PLAIN))
    disconnect()
    folder = shared_sqlite_node.config.folder
    for login, code in PEOPLE.items():
        name = ("--name", login.title(), "--role", "investigator", "--authority", code)
        type_command("user", "create", login, *name, folder=folder, password=PASSWORD)
    return found


@pytest.fixture(scope="module")
def address(scenes: dict[str, Scene], shared_sqlite_node: Node) -> Iterator[str]:
    """Where their desk is served."""
    with served(shared_sqlite_node.config.folder) as place:
        yield place


class Words:
    """What pages say in a language."""

    def __init__(self, language: str) -> None:
        place = files("cairn.web") / "locale" / language / "LC_MESSAGES" / "django.mo"
        with place.open("rb") as file:
            self._found = GNUTranslations(file)

    def __call__(self, sentence: str, **values: object) -> str:
        said = self._found.gettext(sentence)
        assert said != sentence, "it is not in the catalogue"
        return said % values


@contextmanager
def at_the_desk(
    chromium: Browser, address: str, language: str, *, java_script_enabled: bool = True
) -> Iterator[Page]:
    """A person's own browser; whatever it complains about fails the test."""
    context = chromium.new_context(base_url=address, locale=language, java_script_enabled=java_script_enabled)
    screen = context.new_page()
    screen.set_default_timeout(20_000)
    complaints: list[str] = []
    screen.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
    screen.on("pageerror", lambda error: complaints.append(str(error)))
    yield screen
    # Without scripts the browser shows a picture in a page of its own, whose style our policy refuses.
    assert complaints == [] or not java_script_enabled
    context.close()


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


def sign_in(screen: Page, login: str, place: str) -> None:
    screen.goto(f"/sign-in/?next={place}")
    screen.fill("[name=login]", login)
    screen.fill("[name=password]", PASSWORD)
    screen.keyboard.press("Enter")
    screen.wait_for_url(lambda url: urlsplit(url).path == place)


def press(screen: Page, keys: str, then: str) -> None:
    """Press the keys one after the other, and be on the page that they lead to."""
    for key in keys.split():
        screen.keyboard.press(key)
    screen.wait_for_url(then)


def accessible(screen: Page) -> None:
    assert faults(screen) == [], screen.url


def sign_in_by_passkey(screen: Page, scene: Scene) -> None:
    plug_in(screen)
    sign_in(screen, f"vera-{scene.language}", "/account/")
    press(screen, "KeyF", "**/account/factors/")
    screen.goto("/account/factors/add/")
    accessible(screen)
    screen.fill("[name=name]", "ring")
    screen.click("form[data-passkey] button")
    screen.wait_for_url("**/account/factors/")
    screen.click("form[action='/sign-out/'] button")
    screen.wait_for_url("**/sign-in/")
    screen.click("a[href^='/sign-in/passkey/']")
    screen.wait_for_url("**/sign-in/passkey/**")
    accessible(screen)
    screen.click("form[data-passkey] button")
    screen.wait_for_url("**/checks/")


def ask_for_a_check(screen: Page, scene: Scene) -> None:
    """In one language a folder is sent, in the other the server reads it."""
    screen.goto("/checks/new/")
    screen.fill("[name=label]", "phone")
    screen.fill("[name=case]", scene.case)
    screen.check("[name=register]")
    if scene.language == LANGUAGES[0]:
        screen.fill("[name=path]", str(scene.seizure))
        screen.click("button[name=server]")
        return
    screen.click("button[name=upload]")
    screen.wait_for_selector("#folder")
    accessible(screen)
    screen.set_input_files("#folder", str(scene.seizure))
    screen.click("form[data-parts] button:not([type])")
    screen.click("[data-begin]:enabled")


def watch_it(screen: Page, _: Scene) -> None:
    """Its progress is told, and the page becomes the answer by itself."""
    screen.wait_for_selector("#by-itself progress")
    accessible(screen)
    screen.wait_for_selector(".verdicts")


def read_the_answer(screen: Page, scene: Scene) -> None:
    accessible(screen)
    numbers = screen.locator(".verdicts strong").all_inner_texts()
    assert len([each for each in numbers if each in "1234"]) == 3, numbers
    assert scene.series in screen.inner_text("main")
    press(screen, "KeyL", "**/files/")
    accessible(screen)
    assert "near.jpg" in screen.inner_text("table")


def review(screen: Page, scene: Scene) -> None:
    press(screen, "KeyG KeyR", "**/review/")
    screen.get_by_role("link", name=scene.case).click()
    screen.wait_for_url("**case=*")
    screen.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
    accessible(screen)
    tiles = screen.locator("[data-tile]")
    expect(tiles).to_have_count(3)
    screen.keyboard.down("Space")
    screen.wait_for_selector("[data-tile] canvas")
    screen.keyboard.up("Space")
    screen.wait_for_selector("[data-tile] canvas", state="detached")
    screen.keyboard.press("ArrowLeft" if scene.language == "ar" else "ArrowRight")
    screen.keyboard.press("Digit1")
    expect(tiles).to_have_count(2)
    screen.keyboard.press("KeyZ")
    expect(tiles).to_have_count(3)
    tiles.locator("[name=media]").last.click()
    screen.keyboard.press("Digit1")
    expect(tiles).to_have_count(2)


def judge(screen: Page, scene: Scene) -> None:
    """Both pictures are compared and called the same; then the series may grow."""
    press(screen, "KeyG KeyL", "**/links/")
    press(screen, "KeyJ", "**/compare/**")
    screen.keyboard.press("KeyI")
    screen.fill("#occasion-case", scene.case)
    screen.fill("#occasion-purpose", "the same tiles")
    screen.keyboard.press("Enter")
    screen.wait_for_selector("[data-act=reveal]")
    accessible(screen)
    screen.keyboard.press("KeyV")
    screen.wait_for_selector("[data-act=reveal][aria-pressed=true]")
    screen.keyboard.press("KeyV")
    screen.fill("#reason", "the same crack")
    screen.focus("main")
    screen.keyboard.press("KeyX")
    screen.wait_for_selector("[role=status] p")
    assert scene.series in screen.inner_text("[role=status] p")


def grow_and_propose(screen: Page, scene: Scene) -> None:
    press(screen, "KeyG KeyS", "**/series/")
    screen.get_by_role("link", name=scene.series).click()
    screen.wait_for_url("**/series/*/")
    press(screen, "KeyB", "**/growth/")
    accessible(screen)
    press(screen, "KeyY", "**/series/*/")
    screen.keyboard.press("KeyS")
    screen.select_option("#status-status", "identified")
    screen.click("form[action$='/status/'] button")
    screen.wait_for_url("**/status/")
    accessible(screen)
    press(screen, "KeyY", "**/series/*/")
    accessible(screen)


def confirm(screen: Page, scene: Scene) -> None:
    """A second person finds it, and says yes."""
    sign_in(screen, "willem", "/waiting/")
    screen.get_by_role("link", name=scene.series).click()
    screen.wait_for_url("**/series/*/")
    press(screen, "KeyY", "**/confirm/")
    accessible(screen)
    press(screen, "KeyY", "**/series/*/")
    screen.wait_for_selector(".heading .badge.good")


def be_told_abroad(screen: Page, scene: Scene) -> None:
    sign_in(screen, "joana", "/alerts/")
    row = screen.locator("tr", has=screen.locator("a[href$='/letter/']")).filter(has_text=scene.series)
    accessible(screen)
    row.locator("a[href$='/letter/']").click()
    screen.wait_for_url("**/letter/")
    accessible(screen)
    assert scene.series in screen.inner_text("article.letter")


def without_scripts(screen: Page, scene: Scene) -> None:
    """Check, review, compare and judge with links and forms alone."""
    screen.goto("/checks/new/")
    screen.fill("[name=label]", "phone")
    screen.fill("[name=case]", scene.case)
    screen.check("[name=register]")
    screen.fill("[name=path]", str(scene.seizure))
    screen.click("button[name=server]")
    while not screen.locator(".verdicts").count():
        screen.reload()
    screen.goto(f"/review/?case={scene.case}")
    expect(screen.locator("[data-tile]")).to_have_count(3)
    reveal(screen)
    screen.locator("[data-tile] [name=media]").first.check()
    screen.locator("button[name=category]").first.click()
    expect(screen.locator("[data-tile]")).to_have_count(2)
    screen.goto("/links/next/")
    screen.click("details.occasion summary")
    screen.fill("#occasion-case", scene.case)
    screen.click("details.occasion button")
    reveal(screen)
    screen.fill("#reason", "the same crack")
    screen.click("[name=outcome][value=confirmed]")
    expect(screen.locator("[role=status] p")).to_contain_text(scene.series)


def reveal(screen: Page) -> None:
    """Press the first button that reveals: the answer is the picture. Back on the page it is masked."""
    screen.locator("form[action='/review/reveal/'] button").first.click()
    screen.wait_for_url("**/review/reveal/")
    assert screen.evaluate("document.images[0].naturalWidth") > 0
    screen.go_back()


def test_without_scripts_a_seizure_is_checked_reviewed_and_judged(
    scenes: dict[str, Scene], chromium: Browser, address: str
) -> None:
    with at_the_desk(chromium, address, "en", java_script_enabled=False) as willem:
        sign_in(willem, "willem", "/account/")
        without_scripts(willem, scenes[PLAIN])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_seizure_is_checked_judged_and_identified_and_who_helped_abroad_is_thanked(
    scenes: dict[str, Scene], chromium: Browser, address: str, language: str
) -> None:
    scene, say = scenes[language], Words(language)
    with at_the_desk(chromium, address, language) as vera:
        steps = (
            sign_in_by_passkey,
            ask_for_a_check,
            watch_it,
            read_the_answer,
            review,
            judge,
            grow_and_propose,
        )
        for step in steps:
            step(vera, scene)
        assert say("Take it back") in vera.inner_text("main")
    with at_the_desk(chromium, address, language) as willem:
        confirm(willem, scene)
        assert say("Confirmed: the status holds from now on.") in willem.inner_text("main")
    with at_the_desk(chromium, address, language) as joana:
        be_told_abroad(joana, scene)
