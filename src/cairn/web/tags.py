"""What templates may use besides Django's own tags."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import template
from django.utils import formats
from django.utils.formats import number_format
from django.utils.translation import get_language

from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.users import Role, User
from cairn.sentences import sentence_in
from cairn.services.visible import visible
from cairn.web import addresses, drawn, world_drawn
from cairn.web.menu import NEWS, STOCK, menu_for
from cairn.web.oversight.showing import number
from cairn.web.said import take
from cairn.web.saying import in_own_language
from cairn.web.static_files import address_of
from cairn.web.words import KINDS
from cairn.web.words import word as word_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from enum import Enum

    from django.template.context import Context
    from django.utils.safestring import SafeString

    from cairn.types import SeriesStatus
    from cairn.web.menu import Entry
    from cairn.web.world import TileMap

register = template.Library()
register.tag("url", addresses.url)


@register.simple_tag
def asset(name: str) -> str:
    """Answer the address of a style sheet or a script."""
    return address_of(name)


@register.filter
def plain(text: object) -> str:
    """Answer a text of others with every character shown that would hide or move something."""
    return visible(str(text))


@register.filter(expects_localtime=True)
def day(on: date | None) -> SafeString:
    """Answer a day as the reader's language writes it."""
    return drawn.day(on, get_language())


@register.filter(expects_localtime=True)
def moment(at: datetime | None) -> SafeString:
    """Answer a moment as the reader's language writes it, in UTC."""
    return drawn.moment(at, get_language())


@register.simple_tag
def badge(kind: str, sign: str, text: str) -> SafeString:
    """Answer a badge: good, warn, bad or plain; its sign is a letter that says the same without colour."""
    return drawn.badge(kind, sign, text)


@register.filter
def status_badge(status: SeriesStatus) -> SafeString:
    """Answer the badge of the status of a series."""
    return drawn.status(status)


@register.filter
def tiles(of: TileMap) -> SafeString:
    """Answer the tiles of a map of the world."""
    return world_drawn.tiles(of)


@register.filter
def localize(value: object) -> str:
    """Answer a value as the reader's language writes it; whole numbers are counts, in groups of digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(number_format(value, use_l10n=True, force_grouping=True))
    return str(formats.localize(value, use_l10n=True))


@register.filter
def in_own_words(sentence: str) -> str:
    """Answer a sentence of a service in the reader's language."""
    return in_own_language(sentence)


@register.filter
def kept_words(kept: str) -> str:
    """Answer a sentence that a record keeps as text, in the reader's language."""
    return in_own_language(sentence_in(kept))


@register.filter
def lines(text: object) -> tuple[str, ...]:
    """Answer the lines of a text of others, each as ``plain`` answers it."""
    return tuple(visible(line) for line in str(text).splitlines())


@register.simple_tag(takes_context=True)
def said(context: Context) -> str:
    """Answer what the act before this page has said, once; where nobody has signed in, nothing."""
    return take(context["request"]) if context.get("actor") else ""


@register.filter
def below(address: str, folder: str) -> str:
    """Answer where a file lies below a folder that all files of a list have in common."""
    return address.removeprefix(folder)


@register.simple_tag(takes_context=True)
def news_rooms(context: Context) -> tuple[Entry, ...]:
    """Answer the rooms in which the person is told something."""
    return tuple(menu_for(context["actor"], context["request"].path, NEWS))


@register.simple_tag(takes_context=True)
def stock_rooms(context: Context) -> tuple[Entry, ...]:
    """Answer the rooms of what comes in and goes out."""
    return tuple(menu_for(context["actor"], context["request"].path, STOCK))


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changed: object) -> str:
    """Answer this page's address with some values of its query changed; an empty value is left out."""
    query = {name: values for name, values in context["request"].GET.lists() if name not in changed}
    query |= {name: [str(value)] for name, value in changed.items() if value not in (None, "")}
    return f"?{urlencode(query, doseq=True)}"


@register.simple_tag(takes_context=True)
def with_choice(context: Context, name: str, value: str) -> str:
    """Answer this page's address with another choice in a filter, at its first page."""
    return with_query(context, **{name: value, "after": "", "before": "", "at": ""})


@register.filter
def word(value: Enum) -> str:
    """Answer the word for a value of an enumeration, such as a status."""
    return word_of(value)


@register.filter
def pairs(values: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    """Answer the names and the values, also where one is named ``items``: ``.items`` would be that one."""
    return values.items()


@register.filter
def word_as(value: str, kind: str) -> str:
    """Answer the word for a code that the records keep, such as ``"arrested"`` as an ``"offender"``."""
    return word_of(KINDS[kind](value))


@register.filter
def figure_number(value: float | None) -> str:
    """Answer a number of the statistics as the reader's language writes it."""
    return number(value)


@register.filter
def role_word(user: User) -> str:
    """Answer the word for a person's role."""
    return word_of(Role(user.role))


@register.filter
def kind_word(authority: Authority) -> str:
    """Answer the word for the kind of an authority."""
    return word_of(AuthorityKind(authority.kind))
