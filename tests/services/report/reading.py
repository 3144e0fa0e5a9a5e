"""Reads a report as a browser would: its elements, its words, and nothing assumed of its layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        below = [found for child in self.children for found in child.all(tag)]
        return [self, *below] if self.tag == tag else below

    def everything(self) -> list[Element]:
        return [self, *(found for child in self.children for found in child.everything())]

    def section(self, heading: str) -> Element:
        """The element labelled by the heading of that id."""
        (found,) = (one for one in self.all("section") if one.attributes.get("aria-labelledby") == heading)
        return found

    def rows(self) -> list[list[str]]:
        """The words of every table row below, cell by cell, without the head."""
        bodies = self.all("tbody")
        return [
            [" ".join(cell.text.split()) for cell in row.children if cell.tag in {"td", "th"}]
            for body in bodies
            for row in body.all("tr")
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(page: str) -> Element:
    """Answer the root element; every element is closed and no comment is left."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root], "an element was not closed"
    assert reader.comments == [], "a mark was not filled"
    return reader.root
