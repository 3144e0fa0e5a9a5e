"""Pages without scripts: whatever can be seen and pressed is a link or sends a form."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from web.everything import LOOKERS, fill_everything, pages
from web.people import signed_in

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

FURTHER = ("/review/?case=K1", "/review/?case=K1&view=loupe", "/links/?all=yes", "/alerts/?read=yes")
"""Pages that are others by what is chosen on them."""
_EMPTY = {"meta", "link", "input", "img", "br", "hr", "path", "rect", "circle"}
_FIELDS = {"button", "input", "select", "textarea"}


class Dead(HTMLParser):
    """Finds what does nothing without scripts, though it can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        hidden = "hidden" in names or tag == "dialog" or any(is_hidden for _, is_hidden in self._open)
        in_form = "form" in names or any(name == "form" for name, _ in self._open)
        if tag in _FIELDS and not hidden and (not in_form or names.get("type") == "button"):
            self.found.append(f"{tag} {names}")
        if any(name.startswith("hx-") and name != "hx-get" for name in names) and "hx-get" not in names:
            self.found.append(f"{tag} {names}")
        if (
            names.get("hx-get") is not None
            and tag != "form"
            and not (names.get("id") or "").startswith("by-itself")
        ):
            self.found.append(f"{tag} {names}")
        if tag not in _EMPTY:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {name for name, _ in self._open}:
            if self._open.pop()[0] == tag:
                return


@pytest.fixture(scope="module")
def everything(sqlite_desk: Node) -> dict[str, object]:
    return fill_everything(sqlite_desk)


@pytest.mark.parametrize("login", LOOKERS)
def test_whatever_can_be_pressed_is_a_link_or_sends_a_form(everything: dict[str, object], login: str) -> None:
    client = signed_in(login)
    for place in (*pages(login), *(FURTHER if login == "investigator" else ())):
        answer = client.get(place.format(**everything))
        assert answer.status_code == 200, place
        dead = Dead()
        dead.feed(answer.content.decode())
        assert dead.found == [], place


def test_a_picture_is_revealed_by_a_form(everything: dict[str, object]) -> None:
    text = signed_in("investigator").get("/review/?case=K1").content.decode()
    form = text[text.index("<noscript>") : text.index("</noscript>")]
    for part in ('action="/review/reveal/"', 'name="token"', 'name="case" value="K1"', "<button"):
        assert part in form
