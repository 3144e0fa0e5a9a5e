"""What templates may use besides Django's own tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.users import Role, User
from cairn.services.visible import visible
from cairn.web.static_files import address_of
from cairn.web.words import word as word_of

if TYPE_CHECKING:
    from enum import Enum

    from django.template.context import Context

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Answer the address of a style sheet or a script."""
    return address_of(name)


@register.filter
def plain(text: object) -> str:
    """Answer a text of others with every character shown that would hide or move something."""
    return visible(str(text))


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changed: object) -> str:
    """Answer this page's address with some values of its query changed; an empty value is left out."""
    query = context["request"].GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def with_choice(context: Context, name: str, value: str) -> str:
    """Answer this page's address with another choice in a filter, at its first page."""
    return with_query(context, **{name: value, "after": ""})


@register.filter
def word(value: Enum) -> str:
    """Answer the word for a value of an enumeration, such as a status."""
    return word_of(value)


@register.filter
def role_word(user: User) -> str:
    """Answer the word for a person's role."""
    return word_of(Role(user.role))


@register.filter
def kind_word(authority: Authority) -> str:
    """Answer the word for the kind of an authority."""
    return word_of(AuthorityKind(authority.kind))
