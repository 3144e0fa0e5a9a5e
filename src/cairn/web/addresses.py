"""Addresses of the desk's pages, found once: a list has one in every row, and the routes never change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import reverse
from django.utils.html import conditional_escape

if TYPE_CHECKING:
    from django.template.base import Parser, Token
    from django.template.context import Context

KEPT = 8_192


def address(route: str, *values: object) -> str:
    """Answer where the page of a route lies.

    Raises:
        NoReverseMatch: There is no such route, or it does not take these values.
    """
    is_kept = all(isinstance(each, int) for each in values)  # Names of pictures hold for one session.
    return _kept(route, *values) if is_kept else reverse(route, args=values)


@lru_cache(KEPT, typed=True)
def _kept(route: str, *values: object) -> str:
    return reverse(route, args=values)


class Address(URLNode):
    """Django's ``{% url %}``, for routes whose values stand in their order."""

    def render(self, context: Context) -> str:
        """Write the address."""
        if self.kwargs or self.asvar:
            return super().render(context)
        values = [each.resolve(context) for each in self.args]
        return str(conditional_escape(address(self.view_name.resolve(context), *values)))


def url(parser: Parser, token: Token) -> Address:
    """Read ``{% url %}``."""
    node = parse_url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
